from django.apps import AppConfig


class ChargingConfig(AppConfig):
    name = "yidian.domains.charging"
    label = "charging"
