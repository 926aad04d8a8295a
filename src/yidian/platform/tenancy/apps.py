from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "yidian.platform.tenancy"
    label = "tenancy"
