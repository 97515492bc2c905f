"""Addresses of goals of municipalities, their follow-up and what carries them out. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
