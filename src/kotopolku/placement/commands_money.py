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
    from kotopolku.placement.queries.money import Year

LANGUAGES = ("fi", "sv", "en")


def _refuse(message: object) -> NoReturn:
    click.echo(str(message), err=True)
    sys.exit(2)


@click.command("compensation")
@click.option(
    "--municipality", "code", required=True, help="The municipality's three-digit code, such as 092."
)
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
def compensation(code: str, year: int, claimed_on: str | None, language: str, as_json: bool) -> None:
    """Calculated compensation of a municipality's people in a year: days, sums, sections, reasons. No names."""
    try:
        claimed = date.fromisoformat(claimed_on) if claimed_on else None
    except ValueError:
        _refuse(f"{claimed_on} is not a day. Write it as 2026-11-30.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    import django

    from kotopolku import database

    with database.held():
        django.setup()
        found = _found(code, year, claimed)
    if as_json:
        click.echo(json.dumps(_data(found, code, language), ensure_ascii=False))
        return
    for one in found.people:
        for line in one.lines:
            click.echo(
                f"{one.resident.client_number:12}{line.kind.value:18}{line.receiver.value:20}"
                f"{line.days:4} d {line.euros:>10} €  {line.section(language)}"
            )
    for resident in found.problems:
        click.echo(f"{resident.client_number}: cannot be counted ({resident.problem}).", err=True)
    click.echo(f"To the municipality {found.own_euros} €, to the county {found.county_euros} €.")
    click.echo(f"Claim by {found.claim_by.due}.")


def _found(code: str, year: int, claimed_on: date | None) -> "Year":
    from django.db import transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors.models import Organisation, OrganisationKind
    from kotopolku.placement.queries import money

    viewer = Viewer.for_system("placement.compensation", clock.today())
    with transaction.atomic():
        rowsecurity.apply(viewer)
        municipality = Organisation.objects.filter(
            kind=OrganisationKind.MUNICIPALITY, area_code=code, valid__contains=viewer.day
        ).first()
        if municipality is None:
            _refuse(f"There is no municipality {code} on {viewer.day}.")
        return money.year(viewer, municipality, year, claimed_on=claimed_on)


def _data(found: "Year", code: str, language: str) -> dict[str, Any]:
    return {
        "municipality": code,
        "year": found.year,
        "municipality_euros": str(found.own_euros),
        "county_euros": str(found.county_euros),
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
                "reasons": [
                    {"text": text, "source": source} for text, source in line.explanation.lines(language)
                ],
            }
            for one in found.people
            for line in one.lines
        ],
    }
