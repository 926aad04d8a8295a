from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "yidian.domains.credit"
    label = "credit"
