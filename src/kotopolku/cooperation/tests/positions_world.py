"""Stands up positions for tests: a phenomenon for a body of a region, at every step after it. Every text is invented."""

from datetime import date, timedelta
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.cooperation.actions import position_sending, positions
from kotopolku.cooperation.models import Body, Position, PositionReceiver
from kotopolku.cooperation.position_rules import Adoption, Phenomenon, Sending, Wording
from kotopolku.cooperation.tests import bodies_world
from kotopolku.cooperation.tests import commons_world as world

ON, VANTAA, KAJAANI, REGION = world.ON, world.VANTAA, world.KAJAANI, world.REGION
UNTIL = ON + timedelta(days=14)
TEXT = "Toimikunta pitää **tärkeänä**, että kielikoulutukseen pääsee kuukaudessa."


def keeper(on: date = ON) -> Viewer:
    return world.officer(on)


def leader(code: str = VANTAA, on: date = ON) -> Viewer:
    """Somebody who keeps and answers in a municipality."""
    return world.worker(code, on, role=Role.TEAM_LEADER)


def phenomenon(**changes: Any) -> Phenomenon:
    values: dict[str, Any] = {
        "title": "Jonot kielikoulutukseen",
        "text": "Odotus on kasvanut kesästä alkaen.",
        "noticed_on": ON - timedelta(days=3),
    }
    return Phenomenon(**(values | changes))


def wording(**changes: Any) -> Wording:
    values: dict[str, Any] = {"title": "Kielikoulutukseen kuukaudessa", "text": TEXT}
    return Wording(**(values | changes))


def body(by: Viewer, **changes: Any) -> Body:
    return bodies_world.body(by, **changes)


def noticed(by: Viewer, on: date = ON, **changes: Any) -> Position:
    with make.working(by, on) as at_work:
        return positions.notice(phenomenon(**changes), actor=at_work)


def drafted(by: Viewer, of: Position | None = None, **changes: Any) -> Position:
    """Written by its keeper; the phenomenon is the keeper's own unless given."""
    of = of or noticed(by)
    with make.working(by) as at_work:
        version = Position.objects.get(pk=of.pk).version
        return positions.write(of.pk, wording(**changes), actor=at_work, expected_version=version)


def commented(by: Viewer, until: date = UNTIL, **changes: Any) -> Position:
    """Open for comments."""
    made = drafted(by, **changes)
    with make.working(by) as at_work:
        return positions.open_comments(made.pk, until, actor=at_work, expected_version=made.version)


def adopted(by: Viewer, **changes: Any) -> Position:
    """Adopted without a meeting."""
    made = drafted(by, **changes)
    with make.working(by) as at_work:
        return positions.adopt(
            made.pk, Adoption(None, ON, "johtaja päätti"), actor=at_work, expected_version=made.version
        )


def sent(by: Viewer, of: Position, *codes: str, answer_by: date | None = UNTIL) -> list[PositionReceiver]:
    with make.working(by) as at_work:
        chosen = tuple(world.organisation(one) for one in codes or (VANTAA,))
        position_sending.send(of.pk, Sending(chosen, (), answer_by), actor=at_work)
        return list(PositionReceiver.objects.filter(position=of).order_by("pk"))


def reminded(on: date) -> int:
    with make.working(Viewer.for_system("cooperation.positions", on)) as at_work:
        waiting = position_sending.to_remind(actor=at_work)
        return sum(position_sending.remind(one, actor=at_work) for one in waiting)
