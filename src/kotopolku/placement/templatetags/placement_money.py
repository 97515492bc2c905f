"""Filters of the pages of compensation: euros, and what a line is for. Not for deciding anything."""

from decimal import Decimal

from django import template

from kotopolku.clients.wording import language
from kotopolku.law.wording import euro_text
from kotopolku.placement import money_files, wording_costs
from kotopolku.placement.queries.cases import place_name

register = template.Library()


@register.filter
def euros(amount: Decimal | None) -> str:
    """€1,669.71; a dash for what is not known."""
    return "–" if amount is None else euro_text(amount, language())


@register.filter
def line_kind(kind: str) -> str:
    return str(money_files.KINDS[kind])


@register.filter
def receiver(name: str) -> str:
    return str(money_files.RECEIVERS[name])


@register.filter
def stage(name: str) -> str:
    return str(wording_costs.STAGES[name])


@register.filter
def difference(why: str) -> str:
    return str(wording_costs.REASONS[why])


@register.filter
def municipality_name(code: str) -> str:
    """The municipality's name in the page's language; empty without a code."""
    return place_name(code) if code else ""


@register.filter
def problem(code: str) -> str:
    """Why a person's compensation cannot be counted."""
    return str(money_files.PROBLEMS.get(code, code))
