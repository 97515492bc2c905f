"""Addresses of municipal programmes: drawing up, sections, comments, proposals. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
