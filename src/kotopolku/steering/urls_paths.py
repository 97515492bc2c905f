"""Addresses of service paths and what clients say of their steps. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
