"""Addresses of the room of reference facts."""

from django.urls import path

from kotopolku.reference import pages

app_name = "reference"
urlpatterns = [
    path("municipalities/", pages.municipalities, name="municipalities"),
]
