from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "yidian.platform.jobs"
    label = "jobs"
