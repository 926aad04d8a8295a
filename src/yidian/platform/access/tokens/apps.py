from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "yidian.platform.access.tokens"
    label = "tokens"
