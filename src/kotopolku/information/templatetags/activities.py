"""Parts of templates about services and events: times, opening hours, prices, in which language a text stands.

Not for: decisions. Load it in templates of this room.
"""

from collections.abc import Iterable
from datetime import datetime

from django import template

from kotopolku.information import wording_activities, wording_public
from kotopolku.information.hours_rules import Hours, Now
from kotopolku.information.queries.activities import Said

register = template.Library()
register.filter("at", wording_activities.at)
register.filter("short_day", wording_activities.short_day)
register.filter("price", wording_activities.price)
register.filter("week", wording_activities.week)
register.filter("language_name", wording_public.language_name)


@register.filter
def now_words(now: Now, instant: datetime) -> str:
    """How a place stands now, in a sentence."""
    return wording_activities.now_words(now, instant)


@register.filter
def hour_exceptions(hours: Hours, instant: datetime) -> list[tuple[str, str, str]]:
    """Exceptions that are not over: days, times, note."""
    return wording_activities.exceptions(hours, instant.date())


@register.filter
def other_language(said: Said | None) -> str:
    """The name of the language of a text that is not in the reader's own; empty where it is."""
    return (
        "" if said is None or said.own or not said.language else wording_public.language_name(said.language)
    )


@register.filter
def in_languages(codes: Iterable[str]) -> str:
    """Names of languages in the page's language, by name."""
    return ", ".join(sorted(wording_public.language_name(code) for code in codes))


@register.filter
def span(one: object) -> str:
    """From when to when: of anything with ``starts`` and ``ends``."""
    return wording_activities.span(one.starts, one.ends)  # type: ignore[attr-defined]
