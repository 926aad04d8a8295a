from django.apps import AppConfig


class UsageConfig(AppConfig):
    name = "yidian.domains.usage"
    label = "usage"
