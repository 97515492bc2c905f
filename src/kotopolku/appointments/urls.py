"""Addresses of the appointments room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "appointments"

urlpatterns: list[URLPattern | URLResolver] = []
