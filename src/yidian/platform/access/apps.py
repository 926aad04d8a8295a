from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "yidian.platform.access"
    label = "access"
