"""`kotopolku actors …`: who answers, the list of authorities, and the operator's way to the first administrator."""

import json
import os
import sys
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from kotopolku.access.capabilities import Role
    from kotopolku.actors.models import Organisation, User
    from kotopolku.actors.queries import Answer

JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


class Day(click.ParamType):
    """A day as 2021-03-01 or 1.3.2021."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            if "." in value:
                day, month, year = (int(part) for part in value.split("."))
                return date(year, month, day)
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is not a day. Write it as 2021-03-01 or 1.3.2021.", param, ctx)


def _set_up() -> None:
    """Django is started only by the command that runs."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    django.setup()


def _refuse(message: object) -> NoReturn:
    click.echo(str(message), err=True)
    sys.exit(2)


def _today(day: date | None) -> date:
    from kotopolku import clock

    return day or clock.today()


@click.group()
def actors() -> None:
    """Authorities by day, who answers for what, users."""


@actors.command()
@click.argument("duty")
@click.option("--municipality", required=True, metavar="CODE", help="Municipality code, for example 092.")
@click.option("--on", "on", type=Day(), help="The day; today if not given.")
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="en", show_default=True)
@JSON
def who(duty: str, municipality: str, on: date | None, language: str, as_json: bool) -> None:
    """Who answers for DUTY in a municipality on a day, by which section."""
    _set_up()
    from django.utils import translation

    from kotopolku.actors import queries

    day = _today(on)
    with translation.override(language):
        try:
            answer = queries.who_answers(duty, municipality.zfill(3), day)
        except LookupError as error:
            _refuse(queries.problem(error))
        if as_json:
            click.echo(json.dumps(as_data(answer, municipality.zfill(3), day), ensure_ascii=False))
            return
        table = Table(show_header=False)
        until = answer.until.isoformat() if answer.until else "until further notice"
        for name, value in (
            ("organisation", f"{answer.organisation_name} ({answer.organisation_code})"),
            ("act", answer.act),
            ("section", answer.section),
            ("since", answer.since.isoformat() if answer.since else "not known"),
            ("until", until),
            ("why", answer.why),
        ):
            table.add_row(name, value)
        Console().print(table)


def as_data(answer: "Answer", municipality: str, on: date) -> dict[str, Any]:
    """An answer as JSON-able data, the same for the command and the API."""
    return {
        "duty": answer.duty,
        "municipality": municipality,
        "on": on.isoformat(),
        "organisation": {"code": answer.organisation_code, "names": dict(answer.organisation_names)},
        "act": answer.act,
        "section": answer.section,
        "since": answer.since.isoformat() if answer.since else None,
        "until": answer.until.isoformat() if answer.until else None,
        "certainty": answer.certainty,
        "explanation": dict(answer.explanation),
    }


@actors.command("list")
@click.option("--kind", default="", help="For example ely, evk, te, employment-area, municipality.")
@click.option("--on", "on", type=Day(), help="The day; today if not given.")
@JSON
def list_(kind: str, on: date | None, as_json: bool) -> None:
    """The organisations that exist on a day."""
    _set_up()
    from kotopolku.actors import queries
    from kotopolku.actors.models import OrganisationKind

    if kind and kind not in OrganisationKind.values:
        _refuse(f"There is no kind {kind}. The kinds are: {', '.join(OrganisationKind.values)}.")
    rows = queries.organisations_on(_today(on), kind)
    if as_json:
        data = [
            {
                "code": row.code,
                "kind": row.kind,
                "names": {"fi": row.name_fi, "sv": row.name_sv, "en": row.name_en},
                "since": row.valid.lower.isoformat() if row.valid.lower else None,
                "until": row.last_day.isoformat() if row.last_day else None,
            }
            for row in rows
        ]
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    table = Table("Code", "Kind", "Name")
    for row in rows:
        table.add_row(row.code, row.kind, row.name_fi)
    Console().print(table)


@actors.command()
@JSON
def load(as_json: bool) -> None:
    """Load the authorities from the data; rows already there are brought up to date."""
    _set_up()
    from kotopolku.actors.actions import load_actors

    loaded = load_actors(None if as_json else lambda name, rows: click.echo(f"{name}: {rows}"))
    if as_json:
        click.echo(json.dumps(loaded))


@actors.command("create-admin")
@click.option(
    "--organisation", "code", required=True, help="Code of the organisation, for example kunta-092."
)
@click.option("--username", required=True)
@click.option("--full-name", required=True)
@click.option("--email", required=True)
@click.password_option(help="Asked for if not given.")
def create_admin(code: str, username: str, full_name: str, email: str, password: str) -> None:
    """Open the first administrator of an organisation; the administrator invites everybody else."""
    _set_up()
    from django.db import transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.capabilities import Role
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors import actions, queries, rules

    found = queries.organisation(code)
    if found is None:
        _refuse(f"There is no organisation {code}. List them with: kotopolku actors list")
    actor = Viewer.for_system("operator", clock.today())
    try:
        with transaction.atomic():
            rowsecurity.apply(actor)
            user = actions.create_user(
                actor=actor, username=username, full_name=full_name, email=email, password=password
            )
            actions.add_membership(
                actor=actor, user=user, organisation=found, role=Role.ADMINISTRATOR, valid_from=actor.day
            )
    except rules.Refusal as refusal:
        _refuse(refusal)
    click.echo(f"{username} can sign in and must then set up a second factor.")


def _seat_to_give(code: str, username: str, role: str) -> "tuple[Organisation, User, Role]":
    """Organisation, user and role that a command names; refuses what is not there or cannot be given."""
    from kotopolku.access.capabilities import Role
    from kotopolku.actors import queries, rules
    from kotopolku.actors.models import User

    found, user = queries.organisation(code), User.objects.filter(username=username).first()
    if found is None:
        _refuse(f"There is no organisation {code}. List them with: kotopolku actors list")
    if user is None:
        _refuse(f"There is no user {username}.")
    roles = rules.roles_for(found.kind)
    if role not in roles:
        _refuse(f"{code} cannot give the role {role}. Its roles are: {', '.join(roles)}.")
    return found, user, Role(role)


@actors.command()
@click.option("--organisation", "code", required=True, help="Code of the organisation.")
@click.option("--email", required=True)
@click.option("--full-name", required=True)
@click.option("--role", required=True, help="For example caseworker, team-leader, regional-officer.")
@click.option(
    "--by", "inviter", required=True, metavar="USERNAME", help="The administrator who answers for it."
)
@JSON
def invite(code: str, email: str, full_name: str, role: str, inviter: str, as_json: bool) -> None:
    """Offer a seat; prints the path of the page on which the invitation is accepted."""
    _set_up()
    from django.db import transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors import actions

    found, by, given = _seat_to_give(code, inviter, role)
    actor = Viewer.for_system("operator", clock.today())
    with transaction.atomic():
        rowsecurity.apply(actor)
        invitation = actions.invite(
            actor=actor, organisation=found, email=email, full_name=full_name, role=given, invited_by=by
        )
    path = f"/invitation/{invitation.token}/"
    if as_json:
        click.echo(json.dumps({"path": path, "expires_on": invitation.expires_on.isoformat()}))
    else:
        click.echo(f"{path}  (to {invitation.expires_on.isoformat()})")


@actors.command()
@click.option("--organisation", "code", required=True, help="Code of the organisation.")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--role", required=True)
@click.option("--user", "username", required=True, help="The person who answers for its use.")
@click.option("--until", "until", type=Day(), required=True, help="The last day on which it works.")
@JSON
def token(code: str, name: str, role: str, username: str, until: date, as_json: bool) -> None:
    """Make an API token. It is printed once and never stored."""
    _set_up()
    from django.db import transaction

    from kotopolku import clock
    from kotopolku.access import rowsecurity
    from kotopolku.access.viewer import Viewer
    from kotopolku.actors import actions

    found, user, given = _seat_to_give(code, username, role)
    actor = Viewer.for_system("operator", clock.today())
    with transaction.atomic():
        rowsecurity.apply(actor)
        _row, text = actions.create_token(
            actor=actor,
            organisation=found,
            name=name,
            role=given,
            user=user,
            valid_from=actor.day,
            valid_until=until,
        )
    click.echo(json.dumps({"token": text}) if as_json else text)
