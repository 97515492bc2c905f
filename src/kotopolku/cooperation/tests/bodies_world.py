"""Stands up bodies of cooperation for tests: a group of the region, its term, its seats and who sits on them."""

from datetime import date
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.cooperation.actions import bodies, seats
from kotopolku.cooperation.models import Body, BodySeat, BodyTerm, SeatHolder
from kotopolku.cooperation.rules_bodies import BodyContent, HolderContent, SeatContent, TermContent
from kotopolku.cooperation.tests.commons_world import KAJAANI, ON, REGION, VANTAA, organisation

__all__ = ["ELY", "KAJAANI", "ON", "REGION", "VANTAA", "organisation"]
ELY = "ely-01"
FIRST, LAST = date(2026, 2, 1), date(2030, 1, 31)


def keeper() -> Worker:
    return Worker(REGION, ON, Role.REGIONAL_OFFICER)


def body(actor: Viewer, on: date = FIRST, **changes: Any) -> Body:
    """A regional cooperation group unless told otherwise."""
    values: dict[str, Any] = {
        "kind": "group",
        "name_fi": "Uudenmaan yhteistyöryhmä",
        "name_sv": "Nylands samarbetsgrupp",
        "name_en": "",
        "purpose_fi": "Sovittaa yhteen kotoutumista alueella.",
        "purpose_sv": "",
        "founded_on": on,
    }
    with make.working(actor, max(on, actor.day)) as at_work:
        return bodies.found(BodyContent(**(values | changes)), actor=at_work)


def term(actor: Viewer, of: Body, first: date = FIRST, last: date = LAST) -> BodyTerm:
    with make.working(actor) as at_work:
        content = TermContent(first, last, first, "UUD/1/2026")
        return bodies.appoint(of.pk, content, actor=at_work)


def seat(actor: Viewer, of: BodyTerm, role: str = "member", code: str = VANTAA, **changes: Any) -> BodySeat:
    values: dict[str, Any] = {
        "role": role,
        "sector": "municipality",
        "organisation_id": organisation(code) if code else None,
    }
    with make.working(actor) as at_work:
        return seats.add(of.pk, SeatContent(**(values | changes)), actor=at_work)


def holder(
    actor: Viewer, of: BodySeat, name: str, first: date = FIRST, last: date = LAST, **changes: Any
) -> SeatHolder:
    values: dict[str, Any] = {"part": "member", "name": name, "first_on": first, "last_on": last}
    with make.working(actor) as at_work:
        version = BodySeat.objects.get(pk=of.pk).version
        return seats.name(of.pk, HolderContent(**(values | changes)), actor=at_work, expected_version=version)


def with_address(who: Worker, email: str) -> str:
    """Gives a worker an e-mail address, by which a keeper names them."""
    User.objects.filter(pk=who.viewer.user_id).update(email=email)
    return email
