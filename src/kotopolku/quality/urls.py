"""Addresses of the quality room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "quality"

urlpatterns: list[URLPattern | URLResolver] = []
