"""Addresses of the notices room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "notices"

urlpatterns: list[URLPattern | URLResolver] = []
