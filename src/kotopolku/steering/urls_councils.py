"""Addresses of municipal programmes: hearing, councils, review, publication. No name of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
