"""Addresses of the desk room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "desk"

urlpatterns: list[URLPattern | URLResolver] = []
