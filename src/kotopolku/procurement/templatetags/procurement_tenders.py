"""Filters of the pages of tenders: texts in three languages, sums, weights, moments with their zone. Not for deciding."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.clients.wording import language
from kotopolku.law.wording import euro_text
from kotopolku.placement.queries.cases import place_name
from kotopolku.procurement import tender_rules
from kotopolku.procurement.models import said

register = template.Library()


@register.filter(name="said")
def in_the_language(texts: Mapping[str, Any]) -> str:
    """A text in the page's language, else in Finnish."""
    return said(dict(texts))


@register.filter
def euros(amount: Decimal | None) -> str:
    """€1,669.71; a dash for what is not known."""
    return "–" if amount is None else euro_text(amount, language())


@register.filter
def percent(number: Decimal | None) -> str:
    return "–" if number is None else f"{tender_rules.plain(number)}\u00a0%"


@register.filter
def plain(number: Decimal | None) -> str:
    return "" if number is None else tender_rules.plain(number)


@register.filter
def offset(moment: datetime | None) -> str:
    """UTC+02:00: what makes a time sure in the night of the clock change."""
    return f"UTC{moment.astimezone(clock.HELSINKI).isoformat()[-6:]}" if moment else ""


@register.filter
def place(code: str) -> str:
    """A municipality's name; remote or the whole area without a code."""
    return place_name(code) if code else _("the whole area or remote")


@register.filter
def lookup(texts: Mapping[str, Any], key: str) -> Any:
    return texts.get(key, "")
