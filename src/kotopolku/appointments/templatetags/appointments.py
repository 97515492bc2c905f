"""Filter of the appointments' templates: a language by its name. Not for: the design's parts (``portal``)."""

from django import template

from kotopolku.reference import queries as reference

register = template.Library()


@register.filter
def language_name(code: str) -> str:
    """Somali; the code itself when it is not known."""
    found = reference.language(code) if code else None
    return found.name() if found else code
