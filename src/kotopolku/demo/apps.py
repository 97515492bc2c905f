from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "kotopolku.demo"
    label = "demo"
