from django.apps import AppConfig


class DisputeConfig(AppConfig):
    name = "yidian.domains.dispute"
    label = "dispute"
