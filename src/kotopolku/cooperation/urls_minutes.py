"""Addresses of what happens in a meeting and its minutes: speeches, votes, decisions, tasks. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
