"""Addresses of the handover room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "handover"

urlpatterns: list[URLPattern | URLResolver] = []
