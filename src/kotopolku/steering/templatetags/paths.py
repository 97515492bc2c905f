"""A client's language by its own name, for templates of service paths."""

from django import template

from kotopolku.steering import say_languages

register = template.Library()


@register.filter
def language_name(code: str) -> str:
    return say_languages.NAMES.get(code, code)
