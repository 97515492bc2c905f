"""Commands of training: a forecast of the places that will be needed, printed or stored. No names.

Not for: changing lots and taking them into tenders, which people do on the pages.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from kotopolku.access.viewer import Viewer
    from kotopolku.training.forecast_tables import LineAhead, Outcome


def _refuse(message: object) -> NoReturn:
    click.echo(str(message), err=True)
    sys.exit(2)


@contextmanager
def _register() -> Iterator[None]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    import django

    from kotopolku import database

    with database.held():
        django.setup()
        yield


@contextmanager
def _busy(words: str) -> Iterator[None]:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        bar.add_task(words, total=None)
        yield


@click.group("training")
def training() -> None:
    """Integration training: what will be needed."""


@training.command("forecast")
@click.option("--organisation", "code", required=True, help="The buying authority's code, such as tyo-43.")
@click.option("--months", default=12, show_default=True, type=click.IntRange(3, 24), help="How far ahead.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option("--store", is_flag=True, help="Store it with its lots, as the page does.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole forecast as JSON.")
def forecast(code: str, months: int, seed: int, store: bool, as_json: bool) -> None:
    """Forecast the training places that an authority's area will need, with the uncertainty and the test against the past.

    The same register, day, months and seed give the same forecast. Small numbers are hidden.
    """
    with _register():
        from django.db import transaction

        from kotopolku.access import rowsecurity
        from kotopolku.clients.rules import Refusals
        from kotopolku.training.actions import needs

        with transaction.atomic(), _busy("Reading plans, drawing futures, testing against the past"):
            viewer = _seat(code)
            rowsecurity.apply(viewer)
            try:
                found = needs.outcome(viewer, months=months, seed=seed)
            except Refusals as refusals:
                _refuse(" ".join(one.message % one.params for one in refusals.refusals))
            if store:
                needs.store(found, months=months, actor=viewer)
        if as_json:
            click.echo(json.dumps(found.to_json(), ensure_ascii=False))
            return
        for line in _summary(found):
            click.echo(line)


def _seat(code: str) -> "Viewer":
    """The command in a seat of the authority: it forecasts for that area, and no person acts."""
    from kotopolku import clock
    from kotopolku.access.capabilities import Role
    from kotopolku.access.viewer import Seat, Viewer
    from kotopolku.actors.models import Organisation

    today = clock.today()
    found = Organisation.objects.filter(code=code, valid__contains=today).first()
    if found is None:
        _refuse(f"There is no organisation {code} on {today}.")
    seat = Seat(0, found.pk, found.code, found.kind, found.name_fi, Role.PROCUREMENT_OFFICER)
    return Viewer(None, "training.forecast", today, seat, system="training.forecast")


def _summary(found: "Outcome") -> Iterator[str]:
    yield f"Forecast of {found.today}, seed {found.seed}, input {found.digest[:16]}"
    for line in (found.total, *found.lines):
        yield _line(line)
    for one in found.tested:
        naive = "" if one.naive_error is None else f", as last year {one.naive_error:.1f}"
        what = "whole area" if one.whole else "by place and training"
        yield (
            f"{one.months} months ahead, {what}: {one.within} of {one.forecasts} within the band; "
            f"off by {one.error:.1f} of {one.mean:.1f}{naive}"
        )
    for lot in found.lots:
        yield (
            f"lot: {lot.track} {lot.field} {lot.place or 'whole area'}: {lot.volume} students"
            f" and {lot.option} as an option from {lot.starts_on}"
        )


def _line(line: "LineAhead") -> str:
    name = f"{line.dimension} {line.key}".strip()
    last, months = line.months[-1].needed, len(line.months)
    wait = "few" if line.open_now is None else str(line.open_now)
    if last is None:
        return f"{name:24} {wait} wait; few places needed in {months} months"
    return f"{name:24} {wait} wait; {last.median} ({last.low}-{last.high}) places needed in {months} months"
