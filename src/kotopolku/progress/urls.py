"""Addresses of the progress room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "progress"

urlpatterns: list[URLPattern | URLResolver] = []
