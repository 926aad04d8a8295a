from django.apps import AppConfig


class ResourceInventoryConfig(AppConfig):
    name = "yidian.domains.resource_inventory"
    label = "resource_inventory"
