"""Addresses of the exchange room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "exchange"

urlpatterns: list[URLPattern | URLResolver] = []
