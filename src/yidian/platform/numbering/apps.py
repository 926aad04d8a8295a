from django.apps import AppConfig


class NumberingConfig(AppConfig):
    name = "yidian.platform.numbering"
    label = "numbering"
