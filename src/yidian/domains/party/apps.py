from django.apps import AppConfig


class PartyConfig(AppConfig):
    name = "yidian.domains.party"
    label = "party"
