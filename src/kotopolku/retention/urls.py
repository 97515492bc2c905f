"""Addresses of the retention room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "retention"

urlpatterns: list[URLPattern | URLResolver] = []
