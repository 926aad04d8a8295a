from django.apps import AppConfig


class WritingConfig(AppConfig):
    name = "yidian.platform.writing"
    label = "writing"
