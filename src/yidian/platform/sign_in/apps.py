from django.apps import AppConfig


class SignInConfig(AppConfig):
    name = "yidian.platform.sign_in"
    label = "sign_in"
