"""Clients of the demo world who have a page of their own, in several languages; one asks for a correction."""

from dataclasses import replace
from datetime import date

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Own, Viewer
from kotopolku.actors.models import User
from kotopolku.clients.access import responsibilities
from kotopolku.clients.models import Plan, PlanStatus, Responsibility
from kotopolku.demo.scenes import ActorOf
from kotopolku.mypage import actions, languages
from kotopolku.mypage.models import OwnAccount

PERSONAS = ("kunta.vantaa", "tyo.vantaa", "kunta.kajaani")
CLIENTS_EACH = 3


def play(actor_of: ActorOf, day: date) -> None:
    for username in PERSONAS:
        viewer = actor_of(username)
        rowsecurity.apply(viewer)
        for number, row in enumerate(_chosen(viewer), start=1):
            account = _account(row, f"asiakas.{username}.{number}", day)
            if number == 1:
                _asks(account, row, viewer)
                rowsecurity.apply(viewer)


def _chosen(viewer: Viewer) -> list[Responsibility]:
    """Clients with a plan in force, each with another service language as far as there are such."""
    planned = Plan.objects.filter(status=PlanStatus.IN_FORCE).values("relationship_id")
    rows = (
        responsibilities(viewer)
        .filter(ended_on=None, relationship_id__in=planned, person__birth_date__isnull=False)
        .select_related("person")
        .order_by("id")[:40]
    )
    own = [row for row in rows if languages.own_code(row.service_language)]
    first: dict[str, Responsibility] = {}
    for row in own:
        first.setdefault(row.service_language, row)
    chosen = [*first.values(), *(row for row in own if row not in first.values())]
    return chosen[:CLIENTS_EACH]


def _account(row: Responsibility, username: str, day: date) -> OwnAccount:
    user = User(username=username, full_name=row.person.name, persona=True)
    user.set_unusable_password()
    user.save()
    with rowsecurity.as_system():
        return OwnAccount.objects.create(user=user, person=row.person, created_on=day)


def _asks(account: OwnAccount, row: Responsibility, viewer: Viewer) -> None:
    own = Own(row.person_id, row.person_id)
    client = replace(
        viewer, user_id=account.user_id, name=row.person.name, seat=None, other_seats=(), own=own
    )
    rowsecurity.apply(client)
    actions.ask_correction(
        "contact", "Puhelinnumeroni on vaihtunut. Uusi numero on 010 000 0123.", actor=client
    )
    actions.send_message("Hei! Voinko tulla tapaamiseen lapseni kanssa?", actor=client)
