from django.apps import AppConfig


class LakeConfig(AppConfig):
    name = "yidian.platform.lake"
    label = "lake"
