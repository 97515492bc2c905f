"""`kotopolku law …`: the rules in force, one deadline, the longest end of plans, for people and for scripts.

Refusals go to standard error with exit code 2. Parses and prints; decides nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import click

from kotopolku.law.day_count import Period
from kotopolku.law.deadlines import due as law_due
from kotopolku.law.explanation import Explanation
from kotopolku.law.plans import Extension, Transition, plan_latest_end
from kotopolku.law.statutes import LawError, Rule, act_named, validity_text
from kotopolku.law.statutes import rules as law_rules
from kotopolku.law.wording import LANGUAGES, amount_text, long_day

_FINNISH_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class Refusal(click.ClickException):
    """A clear sentence on standard error and exit code 2."""

    exit_code = 2


def read_date(text: str) -> date:
    """2021-04-26 or 26.4.2021. Raises ValueError with a sentence for people."""
    iso, finnish = _ISO_DATE.fullmatch(text), _FINNISH_DATE.fullmatch(text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if finnish:
            return date(int(finnish[3]), int(finnish[2]), int(finnish[1]))
    except ValueError:
        pass
    raise ValueError(f"“{text}” is not a date. Write a date as 2021-04-26 or 26.4.2021.")


class DateType(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return read_date(value)
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


class PeriodType(click.ParamType[Period]):
    name = "from..to"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        if isinstance(value, Period):
            return value
        first, dots, last = value.partition("..")
        if not dots:
            self.fail(f"“{value}” is not a period. Write it as 2022-01-01..2022-03-31.", param, ctx)
        try:
            return Period(read_date(first), read_date(last))
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


class ExtensionType(click.ParamType[Extension]):
    name = "ground:months"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Extension:
        if isinstance(value, Extension):
            return value
        ground, _, months = value.rpartition(":")
        if not ground or not months.isdecimal():
            self.fail(f"“{value}” is not an extension. Write it as special-measures:12.", param, ctx)
        return Extension(ground, int(months))


@contextmanager
def _refusing(language: str) -> Iterator[None]:
    try:
        yield
    except LawError as refused:
        raise Refusal(refused.message(language)) from refused
    except OverflowError as refused:
        raise Refusal("That day is past the end of the calendar.") from refused


LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the texts."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("law")
def law() -> None:
    """The Acts: rules in force, deadlines and longest durations, with reasons."""


@law.command("rules")
@click.option("--on", type=DateType(), help="Only rules in force on this day.")
@LANGUAGE
@AS_JSON
def rules_command(on: date | None, language: str, as_json: bool) -> None:
    """List the rules, all or those in force on a day. Own targets are marked as own."""
    found = law_rules(on)
    if as_json:
        _print_json([_rule_data(item) for item in found])
        return
    for item in found:
        click.echo(f"{item.id:7}{_amount(item, language):17}{item.kind:15}{item.titles[language]}")
        click.echo(f"{'':7}{validity_text(item, language)} [{item.certainty}]")


@law.command("due")
@click.argument("rule_id", metavar="RULE")
@click.option("--from", "start", type=DateType(), required=True, help="The day the clock starts from.")
@click.option("--suspend", type=PeriodType(), multiple=True, help="Interruption FROM..TO; may be repeated.")
@click.option("--act", help="The Act, such as 681/2023, when not the one in force on the starting day.")
@LANGUAGE
@AS_JSON
def due_command(
    rule_id: str, start: date, suspend: Sequence[Period], act: str | None, language: str, as_json: bool
) -> None:
    """When RULE (A1, D3, …) runs out, counted from a day, and why."""
    with _refusing(language):
        found = law_due(rule_id.upper(), start, suspend, act)
    item = found.rule
    data: dict[str, Any] = {
        "rule": item.id,
        "title": item.titles[language],
        "act": item.act,
        "section": item.section,
        "certainty": item.certainty,
        "own": item.own,
        "start": start.isoformat(),
        "nominal": _iso(found.nominal),
        "due": _iso(found.due),
        "shifted": found.shifted,
        "suspended_days": found.suspended_days,
    }
    days = {"start": start, "nominal": found.nominal, "due": found.due}
    _print_result(data, days, found.explanation, language, as_json)


@law.command("plan-end")
@click.option("--first-plan", type=DateType(), required=True, help="The day the first plan was made.")
@click.option("--signed", type=DateType(), help="The day it was signed, when another day.")
@click.option(
    "--extension", "extensions", type=ExtensionType(), multiple=True, help="GROUND:MONTHS; may be repeated."
)
@click.option(
    "--interruption", "interruptions", type=PeriodType(), multiple=True, help="FROM..TO; may be repeated."
)
@click.option("--reviewed-under-new", type=DateType(), help="First review under the Act of 2023.")
@click.option(
    "--transition",
    type=click.Choice([reading.value for reading in Transition]),
    default=Transition.KEEP_OLD_MAXIMUM.value,
    show_default=True,
    help="How 681/2023 § 102.2 is read.",
)
@LANGUAGE
@AS_JSON
def plan_end_command(
    first_plan: date,
    signed: date | None,
    extensions: Sequence[Extension],
    interruptions: Sequence[Period],
    reviewed_under_new: date | None,
    transition: str,
    language: str,
    as_json: bool,
) -> None:
    """Last day a client can have an integration plan, and why."""
    with _refusing(language):
        found = plan_latest_end(
            first_plan, signed, extensions, interruptions, Transition(transition), reviewed_under_new
        )
    data: dict[str, Any] = {
        "act": found.act,
        "rules": [{"rule": item.id, "act": item.act, "section": item.section} for item in found.rules],
        "start": found.start.isoformat(),
        "base_end": found.base_end.isoformat(),
        "latest_end": found.latest_end.isoformat(),
        "extension_months": found.extension_months,
        "suspended_days": found.suspended_days,
    }
    days = {"start": found.start, "base_end": found.base_end, "latest_end": found.latest_end}
    _print_result(data, days, found.explanation, language, as_json)


def _print_result(
    data: dict[str, Any], days: Mapping[str, date | None], reasons: Explanation, language: str, as_json: bool
) -> None:
    if as_json:
        lines = [{"text": text, "source": source} for text, source in reasons.lines(language)]
        _print_json(data | {"explanation": lines})
        return
    for name, value in data.items():
        click.echo(f"{name + ':':18}{_plain(name, value, days, language)}")
    click.echo("explanation:")
    for number, (text, source) in enumerate(reasons.lines(language), start=1):
        click.echo(f"  {number}. {text}" + (f" [{source}]" if source else ""))


def _plain(name: str, value: Any, days: Mapping[str, date | None], language: str) -> str:
    day = days.get(name)
    if day is not None:
        return f"{day.isoformat()}  {long_day(day, language)}"
    if name == "rules":
        return ", ".join(f"{row['rule']} ({row['act']} § {row['section']})" for row in value)
    if name == "act":
        return f"{value}  {act_named(value).names[language]}"
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _amount(item: Rule, language: str) -> str:
    if item.day is not None:
        return item.day.isoformat()
    return "–" if item.amount is None else amount_text(item.amount, item.unit, language)


def _rule_data(item: Rule) -> dict[str, Any]:
    return {
        "id": item.id,
        "act": item.act,
        "section": item.section,
        "valid_from": item.valid_from.isoformat(),
        "valid_to": _iso(item.valid_to),
        "certainty": item.certainty,
        "trigger": item.trigger,
        "amount": item.amount,
        "unit": item.unit,
        "kind": item.kind,
        "direction": item.direction,
        "day": _iso(item.day),
        "who": list(item.who),
        "grounds": list(item.grounds),
        "other_amounts": dict(item.other_amounts),
        "own": item.own,
        "target_of": item.target_of,
        "titles": dict(item.titles),
        "texts": dict(item.texts),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
