"""Addresses of the letters room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "letters"

urlpatterns: list[URLPattern | URLResolver] = []
