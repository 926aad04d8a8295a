from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "yidian.platform.outbox"
    label = "outbox"
