"""Filters of the programme's pages: Markdown as safe HTML, figures as the language writes them."""

from django import template

from kotopolku import markup
from kotopolku.steering import wording_programme

register = template.Library()
register.filter("marked", markup.html)
register.filter("figure", wording_programme.figure)
