"""Addresses of the directory of contacts, and of where a contact's card stands."""

from django.urls import URLPattern, path

from kotopolku.information import pages_contacts as pages

public: list[URLPattern] = [
    path("<slug:language>/<slug:space>/contacts/", pages.contacts, name="contacts"),
]
staff: list[URLPattern] = [
    path("contacts/<int:contact_id>/uses/", pages.uses, name="contact_uses"),
]
