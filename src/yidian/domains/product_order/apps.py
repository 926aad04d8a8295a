from django.apps import AppConfig


class ProductOrderConfig(AppConfig):
    name = "yidian.domains.product_order"
    label = "product_order"
