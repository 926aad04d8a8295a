from django.apps import AppConfig


class CustomerBillConfig(AppConfig):
    name = "yidian.domains.customer_bill"
    label = "customer_bill"
