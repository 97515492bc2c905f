"""Addresses of meetings of bodies: series, invitations, agenda, papers, presence. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
