from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "yidian.platform.audit"
    label = "audit"
