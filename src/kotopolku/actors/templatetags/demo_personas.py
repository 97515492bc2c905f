"""The demo personas for the sign-in page. Empty outside demo mode, and then without a query."""

from django import template
from django.conf import settings

from kotopolku import clock
from kotopolku.actors import queries

register = template.Library()


@register.simple_tag
def demo_personas() -> list[tuple[queries.Persona, bool]]:
    """Each persona with whether it works on the page's day."""
    day = clock.today()
    return [(one, one.works_on(day)) for one in queries.personas()] if settings.DEMO else []
