"""Addresses of the families room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "families"

urlpatterns: list[URLPattern | URLResolver] = []
