from django.apps import AppConfig


class ProductInventoryConfig(AppConfig):
    name = "yidian.domains.product_inventory"
    label = "product_inventory"
