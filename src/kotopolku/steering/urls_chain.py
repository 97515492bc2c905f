"""Addresses of the chain from a line to a goal and back. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
