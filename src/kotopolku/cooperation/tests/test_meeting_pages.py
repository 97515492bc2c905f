"""Every page of meetings opens in every state for who keeps the body, and is understood without it; public papers."""

from typing import Any
from uuid import uuid4

import pytest

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.cooperation.actions import meeting_day, meeting_papers, meetings
from kotopolku.cooperation.models import Attachment, Meeting, PublishedMinutes
from kotopolku.cooperation.tests import meetings_world as world
from kotopolku.cooperation.tests.meetings_world import MEET, Group, at
from kotopolku.desk.actions.documents import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("afternoon")]
TEXT = Upload("muistio.txt", b"Alueen tilanne marraskuussa.")
WHOLE = ("", "calls/", "papers/", "agenda.pdf", "meeting.ics")


@pytest.fixture
def group() -> Group:
    return world.group()


def opens(group: Group, meeting: Meeting, *pages: str, on_the_day: bool = False) -> None:
    with group.keeper.on(MEET if on_the_day else world.ON):
        for page in pages:
            address = page if page.startswith("/") else f"/commons/meetings/{meeting.pk}/{page}"
            assert group.keeper.get(address).status_code == 200, address


def test_every_page_opens_in_every_state(group: Group) -> None:
    with make.working(group.keeper.viewer) as at_work:
        series, _skipped = meetings.plan_series(group.body.pk, world.series_content(), actor=at_work)
        made = series.meetings.order_by("starts_at").first()
    assert made is not None
    item = world.item(group, made, "Kannanotto", kind="decision", proposal="Hyväksytään.", minutes_planned=20)
    with make.working(group.keeper.viewer) as at_work:
        paper = meeting_papers.add(item.pk, "Muistio", "called", TEXT, actor=at_work)
    of_item = [f"/commons/meetings/items/{item.pk}/{page}" for page in ("", "edit/", "papers/new/")]
    replace = f"/commons/meetings/papers/{paper.pk}/replace/"
    opens(group, made, *WHOLE, "edit/", "later/", "call/", "items/new/", *of_item, replace)
    world.called(group, made)
    call = world.call(made, "maija")
    opens(group, made, *WHOLE, "move/", "cancel/", "calls/guest/", "day/", *of_item)
    opens(
        group,
        made,
        f"/commons/meetings/papers/{paper.pk}/withdraw/",
        f"/commons/meetings/calls/{call.pk}/answer/",
    )
    assert group.worker("maija").get(f"/commons/meetings/{made.pk}/answer/").status_code == 200
    world.opened(group, made, "chair", "vice", "maija")
    with make.working(group.keeper.viewer, MEET) as at_work:
        meeting_day.open_item(item.pk, actor=at_work, at=at(9, 10))
    opens(group, made, *WHOLE, "day/", "close/", *of_item, on_the_day=True)
    with make.working(group.keeper.viewer, MEET) as at_work:
        meeting_day.close_item(item.pk, actor=at_work, at=at(9, 30))
        meeting_day.close_meeting(made.pk, actor=at_work, at=at(10))
    opens(group, made, *WHOLE, "day/", of_item[0], on_the_day=True)
    assert "At the opening 3" in words(group.keeper.get(f"/commons/meetings/{made.pk}/"))


def test_later_meetings_are_changed_on_their_page(group: Group) -> None:
    with make.working(group.keeper.viewer) as at_work:
        series, _skipped = meetings.plan_series(group.body.pk, world.series_content(), actor=at_work)
        rows = list(series.meetings.order_by("starts_at"))
    form: dict[str, Any] = {
        "token": str(uuid4()),
        "version": "1",
        "day": "14.12.2026",
        "starts": "13",
        "ends": "15",
        "place": "Sali B",
        "language": "fi",
    }
    page = f"/commons/meetings/{rows[0].pk}/later/"
    assert group.keeper.post(page, **(form | {"ends": "12"})).status_code == 422
    assert group.keeper.post(page, **form).status_code == 302
    assert group.keeper.post(page, **form).status_code == 409
    last = world.fresh(rows[-1])
    assert (last.place, last.starts_at.astimezone(clock.HELSINKI).hour) == ("Sali B", 13)
    single = world.planned(group)
    refused = group.keeper.post(f"/commons/meetings/{single.pk}/later/", **form)
    assert refused.status_code == 422
    assert "not part of a series" in words(refused)


def test_a_method_that_a_page_does_not_know_is_told_so(group: Group) -> None:
    made = world.called(group)
    call = world.call(made, "maija")
    by = group.keeper
    for page in ("", "calls/", "papers/", "agenda.pdf", "meeting.ics", "day/"):
        assert by.post(f"/commons/meetings/{made.pk}/{page}").status_code == 405, page
    for page in ("remove/", "open/", "calls/follow/", "papers/send/", "come/"):
        assert by.get(f"/commons/meetings/{made.pk}/{page}").status_code == 405, page
    for page in ("came/", "left/", "undo/", "end/"):
        assert by.get(f"/commons/meetings/calls/{call.pk}/{page}").status_code == 405, page


def test_a_public_paper_is_read_by_everybody_once_the_minutes_are_published(group: Group) -> None:
    made = world.planned(group)
    item = world.item(group, made)
    with make.working(group.keeper.viewer) as at_work:
        public = meeting_papers.add(item.pk, "Julkinen", "public", TEXT, actor=at_work)
        inner = meeting_papers.add(item.pk, "Kutsutuille", "called", TEXT, actor=at_work)
    world.called(group, made)
    stranger = group.worker("stranger")

    def opened_by_stranger(paper_id: int) -> int:
        with rowsecurity.as_system():
            file = Attachment.objects.get(paper_id=paper_id)
        return int(stranger.get(f"/commons/files/{file.pk}/").status_code)

    assert opened_by_stranger(public.pk) == 404
    with rowsecurity.as_system():
        PublishedMinutes.objects.create(
            meeting=made,
            body_id=made.body_id,
            organisation_id=made.organisation_id,
            number="1/2026",
            title="Kokous",
            language="fi",
            held_on=MEET,
            text="Teksti",
            published_at=clock.now(),
        )
    assert opened_by_stranger(public.pk) == 200
    assert opened_by_stranger(inner.pk) == 404
