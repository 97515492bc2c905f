"""Addresses of the mypage room. No name or code of a person ever stands in one."""

from django.urls import URLPattern, URLResolver

app_name = "mypage"

urlpatterns: list[URLPattern | URLResolver] = []
