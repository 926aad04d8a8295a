from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "yidian.domains.payment"
    label = "payment"
