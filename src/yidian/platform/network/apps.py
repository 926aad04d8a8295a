from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "yidian.platform.network"
    label = "network"
