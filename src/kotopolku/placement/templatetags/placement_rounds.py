"""Filters of the pages of rounds. Not for deciding anything."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import number_format

from kotopolku.clients.wording import language

register = template.Library()


@register.filter
def of(found: Mapping[str, Any], key: str) -> Any:
    return found.get(key)


@register.filter
def plus(one: int, other: int) -> int:
    return one + other


@register.filter
def percent(number: float | None) -> str:
    """0.1 → "0.1 %"; a dash for what is not known."""
    if number is None:
        return "–"
    text = number_format(number, 3)
    return f"{text.rstrip('0').rstrip(',.') or '0'}\u00a0%"


@register.filter
def share(part: float | None) -> str:
    """0.938 → "93.8"."""
    return "–" if part is None else number_format(100 * part, 1)


@register.filter
def signed(points: int) -> str:
    return f"{points:+d}".replace("-", "−") if points else "0"


@register.filter
def in_language(sentences: Mapping[str, list[str]]) -> list[str]:
    """The sentences of a reason in the page's language."""
    return sentences.get(language()) or sentences.get("fi") or []
