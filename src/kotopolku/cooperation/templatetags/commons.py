"""Filters of the shared space's pages: Markdown as safe HTML and as plain words."""

from django import template

from kotopolku import markup

register = template.Library()
register.filter("marked", markup.html)
register.filter("unmarked", markup.plain)
