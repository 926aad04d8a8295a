from django.apps import AppConfig


class ProductCatalogConfig(AppConfig):
    name = "yidian.domains.product_catalog"
    label = "product_catalog"
