"""`kotopolku cooperation …`: what a work-permit guideline says, for scripts. Not for: writing guidelines."""

import json
import os
import sys
from datetime import date

import click

from kotopolku.law.commands import DateType


@click.group()
def cooperation() -> None:
    """Work-permit guidelines: is the availability test lifted?"""


@cooperation.command()
@click.option("--occupation", required=True, help="Code of ISCO-08, one to five digits.")
@click.option("--municipality", required=True, help="Three-digit code of the municipality.")
@click.option("--on", type=DateType(), help="Day, for example 2026-11-23; today without it.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def guideline(occupation: str, municipality: str, on: date | None, as_json: bool) -> None:
    """Say whether the availability of labour is tested for an occupation in a municipality."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    django.setup()
    from django.utils import translation

    from kotopolku import clock
    from kotopolku.cooperation.api_guidelines import written
    from kotopolku.cooperation.queries.guidelines import CannotAnswer, answer

    with translation.override("en"):
        try:
            found = written(answer(occupation, municipality, on or clock.today()))
        except CannotAnswer as wrong:
            click.echo(wrong.message, err=True)
            sys.exit(2)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, default=str, indent=1))
        return
    place, group = found["municipality"], found["occupation"]
    click.echo(f"{group['code']} {group['name']['en']}, {place['name']['en']}, {found['on']}")
    click.echo(found["message"])
    for words in (*found["conditions"], *found["explanation"]):
        click.echo(f"  {words}")
    version = found["version"]
    if version and version["signed_on"]:
        click.echo(f"  Signed on {version['signed_on']} by {version['signer']} (301/2004 § 72b).")
    click.echo("National list of shortage occupations:")
    for words in found["shortage"]["explanation"]:
        click.echo(f"  {words}")
