"""How moments and digests of sealed bids are written on pages."""

from datetime import date, datetime

from django import template

from kotopolku import clock
from kotopolku.procurement import bid_papers

register = template.Library()


@register.filter
def moment(at: datetime | str | None) -> str:
    """To the second, in Finnish time, with its difference to universal time; a stored one comes as ISO text."""
    if not at:
        return ""
    return bid_papers.moment(datetime.fromisoformat(at) if isinstance(at, str) else at)


@register.filter
def grouped(digest: str) -> str:
    """In groups of eight."""
    return bid_papers.grouped(digest)


@register.filter
def finnish_day(at: datetime) -> date:
    """The day of a moment in Finland."""
    return at.astimezone(clock.HELSINKI).date()
