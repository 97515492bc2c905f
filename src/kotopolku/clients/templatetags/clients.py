"""Filter of the clients' templates: where a clock's time limit stands. Not for: the design's parts (``portal``)."""

from django import template

from kotopolku.clients.pages_due import source_of

register = template.Library()
register.filter("source", source_of)
