from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "yidian.domains.ledger"
    label = "ledger"
