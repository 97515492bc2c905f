"""Command of compensation: a municipality's year from the product's own data, each sum with its reasons.

Not for: claims, which people make on the pages.
"""

import json
import os
import sys
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from kotopolku.law import Explanation
    from kotopolku.placement.queries.money import Year

LANGUAGES = ("fi", "sv", "en")


def _refuse(message: object) -> NoReturn:
    click.echo(str(message), err=True)
    sys.exit(2)


@click.command("compensation")
@click.option("--municipality", help="The municipality's three-digit code, such as 092.")
@click.option("--county", help="The wellbeing services county's code, such as 03, instead of a municipality.")
@click.option("--year", required=True, type=click.IntRange(2011, 2100), help="Calendar year.")
@click.option(
    "--claimed-on", help="As if claimed on this day (YYYY-MM-DD): it lowers sums of days before 2025."
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the reasons.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def compensation(
    municipality: str | None,
    county: str | None,
    year: int,
    claimed_on: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Compensation of a municipality or a county in a year, costs agreed on among it: days, sums, reasons. No names."""
    if (municipality is None) == (county is None):
        _refuse("Give either --municipality or --county.")
    try:
        claimed = date.fromisoformat(claimed_on) if claimed_on else None
    except ValueError:
        _refuse(f"{claimed_on} is not a day. Write it as 2026-11-30.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    import django

    from kotopolku import database

    with database.held():
        django.setup()
        found = _found(
            "municipality" if municipality else "wellbeing", municipality or county or "", year, claimed
        )
    if as_json:
        click.echo(json.dumps(_data(found, language), ensure_ascii=False))
        return
    for one in found.people:
        for line in one.lines:
            click.echo(
                f"{one.resident.client_number:12}{line.kind.value:18}{line.receiver.value:20}"
                f"{line.days:4} d {line.euros:>10} €  {line.section(language)}"
            )
    for resident in found.problems:
        click.echo(f"{resident.client_number}: cannot be counted ({resident.problem}).", err=True)
    for cost in found.costs:
        click.echo(
            f"{cost.agreement.client_number or '-':12}{cost.kind.value:18}{found.receiver.value:20}"
            f"{cost.days:4} d {cost.cost.euros:>10} €{'' if cost.fits else '  not compensated'}"
        )
    click.echo(f"Costs {found.costs_euros} €, ahead by agreements {found.ahead_euros} €.")
    if county is None:
        click.echo(f"To the municipality {found.own_euros} €, to the county {found.county_euros} €.")
    else:
        click.echo(f"To the county {found.county_euros} €.")
    click.echo(f"Claim by {found.claim_by.due}.")


def _found(kind: str, code: str, year: int, claimed_on: date | None) -> "Year":
    from django.db import transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors.models import Organisation
    from kotopolku.placement.queries import money

    viewer = Viewer.for_system("placement.compensation", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        payee = Organisation.objects.filter(kind=kind, area_code=code, valid__contains=viewer.day).first()
        if payee is None:
            what = "county" if kind == "wellbeing" else "municipality"
            _refuse(f"There is no {what} {code} on {viewer.day}.")
        return money.year(viewer, payee, year, claimed_on=claimed_on)


def _data(found: "Year", language: str) -> dict[str, Any]:
    county = found.payee.kind == "wellbeing"
    return {
        "county" if county else "municipality": found.payee.area_code,
        "year": found.year,
        "municipality_euros": "0.00" if county else str(found.own_euros),
        "county_euros": str(found.county_euros),
        "costs_euros": str(found.costs_euros),
        "ahead_euros": str(found.ahead_euros),
        "claim_by": found.claim_by.due.isoformat() if found.claim_by.due else None,
        "recovery_by": found.recovery_by.due.isoformat() if found.recovery_by.due else None,
        "not_counted": [{"client": one.client_number, "why": one.problem} for one in found.problems],
        "lines": [
            {
                "client": one.resident.client_number,
                "kind": line.kind.value,
                "receiver": line.receiver.value,
                "to": line.to,
                "first": line.period.first.isoformat(),
                "last": line.period.last.isoformat(),
                "days": line.days,
                "of_days": line.base,
                "yearly": str(line.yearly),
                "euros": str(line.euros),
                "section": line.section(language),
                "payer": line.payer.texts[language],
                "certain": line.certain,
                "reasons": _reasons(line.explanation, language),
            }
            for one in found.people
            for line in one.lines
        ],
        "costs": [
            {
                "agreement": line.agreement.pk,
                "client": line.agreement.client_number,
                "kind": line.kind.value,
                "receiver": found.receiver.value,
                "first": line.cost.first.isoformat(),
                "last": line.cost.last.isoformat(),
                "euros": str(line.cost.euros),
                "compensated": line.fits,
                "claimed": line.claimed,
                "section": line.rule.citation(language) if line.rule else "",
                "reasons": _reasons(line.explanation, language),
            }
            for line in found.costs
        ],
        "ahead": [
            {
                "agreement": one.agreement.pk,
                "client": one.agreement.client_number,
                "kind": one.agreement.kind,
                "euros": str(one.ahead.euros),
                "reasons": _reasons(one.ahead.explanation, language),
            }
            for one in found.ahead
        ],
    }


def _reasons(explanation: "Explanation", language: str) -> list[dict[str, str]]:
    return [{"text": text, "source": source} for text, source in explanation.lines(language)]
