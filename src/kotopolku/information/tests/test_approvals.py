"""What waits for approval, when it is changed again, sent back, or approved in one place of several."""

from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash
from kotopolku.clients.tests import factories as make
from kotopolku.information import access_activities as access
from kotopolku.information.actions import approvals, services
from kotopolku.information.activity_rules import PointContent
from kotopolku.information.models import EntryState, Service
from kotopolku.information.queries import keeping
from kotopolku.information.tests import activities_world as world
from kotopolku.information.tests.test_activities import seen_services

pytestmark = pytest.mark.django_db

NAME = "Neuvonta omalla kielellä"


@pytest.fixture
def editor() -> Viewer:
    return world.editor()


@pytest.fixture
def member() -> Viewer:
    return world.member()


def approve(made: Service, by: Viewer, **choices: Any) -> None:
    with make.working(by) as at_work:
        approvals.approve("service", made.pk, actor=at_work, **choices)


def change(made: Service, by: Viewer, **changes: Any) -> Service:
    with make.working(by) as at_work:
        mine = access.own_entry(at_work, Service, made.pk)
        content = world.service_content(**({"municipalities": ("092",)} | changes))
        return services.change_service(made.pk, content, actor=at_work, expected_version=mine.version)


def test_a_change_that_waits_in_one_place_then_shows_in_a_new_one_that_trusts(
    editor: Viewer, member: Viewer
) -> None:
    approve(world.service(member, municipalities=("049",)), world.editor(world.OTHER_CITY))
    made = world.service(member, municipalities=("092",))
    approve(made, editor, trust=False)
    changed = change(made, member, names={"fi": "Uusi nimi"}, municipalities=("092", "049"))
    assert changed.awaits == ["092"]
    approve(made, editor)
    made.refresh_from_db()
    assert (made.places, made.awaits) == (["049", "092"], [])
    assert "Uusi nimi" in seen_services("espoo")


def test_a_change_that_was_sent_back_is_there_to_be_mended(editor: Viewer, member: Viewer) -> None:
    made = world.service(member, municipalities=("092",))
    approve(made, editor, trust=False)
    change(made, member, names={"fi": "Pitkä uusi teksti"})
    with make.working(editor) as at_work:
        approvals.send_back("service", made.pk, "Kerro hinta.", actor=at_work)
        assert keeping.waiting(at_work) == []
    assert seen_services() == [NAME], "readers see what was approved"
    with make.working(member) as at_work:
        mine = keeping.with_points(access.own_entry(at_work, Service, made.pk))
        assert (mine.state, mine.reason) == (EntryState.PUBLISHED, "Kerro hinta.")
        assert keeping.newest_service(mine).names == {"fi": "Pitkä uusi teksti"}
        assert not keeping.services(at_work, keeping.Sought(state="changed")).exists(), "nothing waits"
    again = change(made, member, names={"fi": "Pitkä uusi teksti ja hinta"})
    assert (again.reason, again.awaits) == ("", ["092"])
    approve(made, editor)
    assert seen_services() == ["Pitkä uusi teksti ja hinta"]


def test_what_was_changed_after_it_was_read_is_not_approved_unread(editor: Viewer, member: Viewer) -> None:
    made = world.service(member, municipalities=("092",))
    read = made.version
    change(made, member, names={"fi": "Aivan muuta"})
    with pytest.raises(EditClash):
        approve(made, editor, read_version=read)
    assert seen_services() == []
    made.refresh_from_db()
    approve(made, editor, read_version=made.version)
    assert seen_services() == ["Aivan muuta"]


def test_what_differs_at_a_place_waits_where_each_change_does(editor: Viewer, member: Viewer) -> None:
    place = world.venue(member)
    made = world.service(member, municipalities=("092",), points=(world.point(place),))
    approve(made, editor, trust=False)
    with make.working(member) as at_work:
        mine = access.own_entry(at_work, Service, made.pk)
        content = PointContent(place.pk, "09 123 456", {}, {"fi": "Soita ovelta."})
        changed = services.change_point(made.pk, content, actor=at_work, expected_version=mine.version)
        assert changed.awaits == ["092"]
        [point] = changed.points.all()
        assert point.notes == {}, "readers see what was approved"
    approve(made, editor)
    [point] = made.points.all()
    assert (point.telephone, point.notes) == ("09 123 456", {"fi": "Soita ovelta."})


def test_the_list_of_what_waits_takes_as_many_statements_for_twenty_as_for_two(
    editor: Viewer, member: Viewer
) -> None:
    counted = []
    for number in (2, 18):
        for count in range(number):
            world.service(member, names={"fi": f"Palvelu {count}"}, municipalities=("092",))
            shown = world.event(member, at=time(8 + count % 8), municipalities=("092",))
            if number == 2 and count == 0:
                with make.working(editor) as at_work:
                    approvals.approve("event", shown.pk, actor=at_work, trust=False)
        with make.working(editor) as at_work, CaptureQueriesContext(connection) as statements:
            assert len(keeping.waiting(at_work)) >= 2
            assert keeping.shown_here(at_work)
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 10
