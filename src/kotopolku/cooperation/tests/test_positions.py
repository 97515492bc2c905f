"""Positions: noticed by anybody at work, written, commented, adopted, sent, answered; who reads them when."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation import jobs
from kotopolku.cooperation.actions import position_sending, positions
from kotopolku.cooperation.models import (
    AgendaItem,
    Body,
    Meeting,
    Position,
    PositionComment,
    PositionReceiver,
)
from kotopolku.cooperation.position_rules import Adoption, Phenomenon, Sending
from kotopolku.cooperation.queries import positions_work
from kotopolku.cooperation.tests import bodies_world, commons_world, hearings_world
from kotopolku.cooperation.tests import positions_world as world
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db


def officer() -> Worker:
    return Worker(world.REGION, world.ON, Role.REGIONAL_OFFICER)


def fresh(by: Worker, of: Position) -> Position:
    rowsecurity.apply(by.viewer)
    return Position.objects.get(pk=of.pk)


def notices(kind: str) -> int:
    with rowsecurity.as_system():
        return Notice.objects.filter(kind=f"cooperation.position-{kind}").count()


def page_of(of: Position) -> str:
    return f"/commons/positions/{of.pk}/"


def phenomenon(body_id: int) -> dict[str, str]:
    return {
        "token": str(uuid4()),
        "title": "Jonot kielikoulutukseen",
        "text": "Odotus on kasvanut.",
        "noticed_on": "20.11.2026",
        "whose": f"body-{body_id}",
    }


# The way of a position ------------------------------------------------------------------------------------------------


def test_a_phenomenon_becomes_a_position_that_is_sent_and_answered_on_its_pages() -> None:
    by, caseworker, leader = (
        officer(),
        Worker(world.VANTAA, world.ON),
        Worker(world.VANTAA, world.ON, Role.TEAM_LEADER),
    )
    body = world.body(by.viewer)
    typed = phenomenon(body.pk)
    made_at = caseworker.post("/commons/positions/new/", **typed)
    assert made_at.status_code == 302
    assert caseworker.post("/commons/positions/new/", **typed)["Location"] == made_at["Location"], (
        "sent twice"
    )
    address = made_at["Location"]
    assert "You told of this" in words(caseworker.get(address))
    assert "Jonot kielikoulutukseen" in words(caseworker.get("/commons/positions/?box=mine"))
    assert leader.get(address).status_code == 404, "a phenomenon is its keeper's and the noticer's"
    assert "Take it up by writing" in words(by.get(address))

    rowsecurity.apply(by.viewer)
    made = Position.objects.get()
    form = {"title": "Kielikoulutukseen", "text": "Jonot on **purettava**.", "language": "fi", "public": "on"}
    sent = by.post(address + "edit/", version=str(made.version), body=str(body.pk), **form)
    assert sent.status_code == 302
    assert leader.get(address).status_code == 404, "a draft too"
    version = str(fresh(by, made).version)
    assert by.post(address + "comments/", version=version, until="7.12.2026").status_code == 302
    shown = words(leader.get(address))
    assert "purettava" in shown
    assert "Comment on the draft" in shown
    assert leader.post(address + "comment/", token=str(uuid4()), text="Nuoret puuttuvat.").status_code == 302
    assert "1 comment waits for your answer" in words(by.get(address))
    rowsecurity.apply(by.viewer)
    comment = PositionComment.objects.get()
    answer = f"{address}comments/{comment.pk}/"
    assert by.post(answer, was="", response="Lisättiin.").status_code == 302
    assert "Lisättiin." in words(leader.get(address))

    with by.on(world.UNTIL):
        version = str(fresh(by, made).version)
        how = {"how": "sähköpostikokous", "on": "7.12.2026"}
        assert by.post(address + "adopt/", version=version, **how).status_code == 302
        vantaa = str(commons_world.organisation(world.VANTAA))
        done = by.post(
            address + "send/", organisations=[vantaa], names="Kirkko\nSäätiö", answer_by="20.1.2027"
        )
        assert done.status_code == 302
    with leader.on(world.UNTIL):
        assert "Sent to your organisation" in words(leader.get(address))
        rowsecurity.apply(leader.viewer)
        receiver = PositionReceiver.objects.get()
        typed = {"version": str(receiver.version), "answer": "Otetaan huomioon.", "on": "7.12.2026"}
        assert leader.post(f"{address}receivers/{receiver.pk}/", **typed).status_code == 302
    with by.on(world.UNTIL):
        shown = words(by.get(address))
        assert "Otetaan huomioon." in shown
        assert "Kirkko" in shown
    rowsecurity.apply(by.viewer)
    assert fresh(by, made).body_id == body.pk
    anybody = Client()
    page = anybody.get(f"/commons/positions/published/{made.pk}/", headers={"accept-language": "en"})
    assert page.status_code == 200
    assert "Otetaan huomioon." not in page.content.decode(), "the answer is of the sender and the receiver"
    assert "Vantaa" in page.content.decode()
    paper = anybody.get(f"/commons/positions/published/{made.pk}/position.pdf")
    assert paper.content.startswith(b"%PDF")
    assert "Kielikoulutukseen" in anybody.get("/commons/positions/published/").content.decode()


def test_who_keeps_it_is_told_of_a_phenomenon_and_the_noticer_of_its_end() -> None:
    by, teller = world.keeper(), world.leader()
    body = world.body(by)
    made = world.noticed(teller, body_id=body.pk)
    assert notices("noticed") == 1
    with make.working(by) as at_work:
        positions.drop(made.pk, "Asia hoidettiin muuten.", actor=at_work, expected_version=1)
    assert notices("dropped") == 1
    at_screen = Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)
    assert at_screen.get(page_of(made)).status_code == 404, "a colleague sees nothing of it"
    with make.working(teller):
        found = positions.access.noticed_one(teller, made.pk)
        assert found.dropped_reason == "Asia hoidettiin muuten."


def test_the_noticer_does_not_read_the_draft_that_was_made_of_the_phenomenon() -> None:
    by, teller = officer(), Worker(world.VANTAA, world.ON)
    made = world.noticed(teller.viewer, organisation_id=commons_world.organisation(world.REGION))
    world.drafted(by.viewer, made, text="Keskeneräinen ajatus.")
    shown = teller.get(page_of(made))
    assert shown.status_code == 200
    assert "Keskeneräinen" not in shown.content.decode()
    assert "Keskeneräinen" in by.get(page_of(made)).content.decode()


def test_versions_show_what_was_changed() -> None:
    by = officer()
    made = world.drafted(by.viewer)
    with make.working(by.viewer) as at_work:
        content = world.wording(text=world.TEXT.replace("kuukaudessa", "viikossa"), note="Aika lyheni.")
        positions.write(made.pk, content, actor=at_work, expected_version=made.version)
        same = fresh(by, made)
        positions.write(made.pk, content, actor=at_work, expected_version=same.version)
        assert fresh(by, made).number == 2, "the same text is no new version"
    page = by.get(page_of(made) + "versions/").content.decode()
    assert "Aika lyheni." in page
    assert "<del>" in page
    assert "<ins>" in page


def held_item(by: Worker, body: Body, **changes: Any) -> AgendaItem:
    """An item that the body has dealt with in a meeting that was held on 20 November."""
    term = bodies_world.term(by.viewer, body)
    starts = commons_world.at(date(2026, 11, 20), 9)
    with rowsecurity.as_system():
        meeting = Meeting.objects.create(
            body=body,
            organisation_id=body.organisation_id,
            term=term,
            year=2026,
            number=3,
            state=changes.pop("meeting_state", "closed"),
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            made_at=starts,
        )
        return AgendaItem.objects.create(
            meeting=meeting, kind="position", title="Kielikoulutus", **({"state": "done"} | changes)
        )


def test_a_position_is_adopted_in_an_item_of_a_meeting_and_its_day_is_the_meetings() -> None:
    by = officer()
    body = world.body(by.viewer)
    made = world.drafted(by.viewer, world.noticed(by.viewer, body_id=body.pk), body_id=body.pk)
    item = held_item(by, body)
    address = f"{page_of(made)}adopt/"
    assert "3/2026" in by.get(address).content.decode()
    version = str(made.version)
    both = by.post(address, version=version, item=str(item.pk), how="myös näin")
    assert both.status_code == 422
    assert "not both" in words(both)
    assert by.post(address, version=version, item=str(item.pk)).status_code == 302
    assert fresh(by, made).adopted_on == date(2026, 11, 20)
    assert "Adopted in the meeting 3/2026" in words(by.get(page_of(made)))
    anybody = Client()
    anybody.cookies["kotopolku_language"] = "en"
    shown = words(anybody.get(f"/commons/positions/published/{made.pk}/"))
    assert "in a meeting of the body" in shown, "who may not read the meeting is not told its number"
    assert "3/2026" not in shown


@pytest.mark.parametrize("changes", [{"meeting_state": "open"}, {"state": "agenda"}, {"state": "tabled"}])
def test_an_item_that_was_not_dealt_with_in_a_held_meeting_adopts_nothing(changes: dict[str, str]) -> None:
    by = officer()
    body = world.body(by.viewer)
    made = world.drafted(by.viewer, body_id=body.pk)
    item = held_item(by, body, **changes)
    with make.working(by.viewer) as at_work, pytest.raises(Refusals) as refused:
        positions.adopt(made.pk, Adoption(item.pk), actor=at_work, expected_version=made.version)
    assert "unknown" in refused.value.codes


def test_an_item_of_another_body_adopts_nothing() -> None:
    by = officer()
    body, other = world.body(by.viewer), world.body(by.viewer, name_fi="Toinen ryhmä", name_sv="")
    made = world.drafted(by.viewer, body_id=body.pk)
    item = held_item(by, other)
    with make.working(by.viewer) as at_work, pytest.raises(Refusals) as refused:
        positions.adopt(made.pk, Adoption(item.pk), actor=at_work, expected_version=made.version)
    assert "unknown" in refused.value.codes


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"title": " "}, "Give the phenomenon a title."),
        ({"text": ""}, "Write what you have noticed"),
        ({"noticed_on": "24.11.2026"}, "The day has not come yet."),
        ({"whose": ""}, "Choose from the list"),
        ({"whose": "body-999999"}, "body-999999"),
        ({"topics": ["no-such"]}, "no-such"),
    ],
)
def test_a_faulty_phenomenon_is_shown_back_with_what_was_typed(
    changes: dict[str, object], complaint: str
) -> None:
    by = officer()
    body = world.body(by.viewer)
    answer = by.post("/commons/positions/new/", **(phenomenon(body.pk) | changes))
    assert answer.status_code == 422
    assert complaint in words(answer)
    assert "Odotus on kasvanut." in answer.content.decode() or "text" in changes
    rowsecurity.apply(by.viewer)
    assert not Position.objects.exists()


def test_a_phenomenon_is_not_put_on_the_list_of_a_body_that_has_ended() -> None:
    by = world.keeper()
    body = world.body(by)
    body.ended_on = world.ON - timedelta(days=1)
    with rowsecurity.as_system():
        body.save()
    with pytest.raises(Refusals) as refused:
        world.noticed(world.leader(), body_id=body.pk)
    assert refused.value.codes == ("ended",)


def test_a_draft_stays_its_body_s_after_the_body_has_ended() -> None:
    by = officer()
    body = world.body(by.viewer)
    made = world.drafted(by.viewer, world.noticed(by.viewer, body_id=body.pk), body_id=body.pk)
    with rowsecurity.as_system():
        Body.objects.filter(pk=body.pk).update(ended_on=world.ON - timedelta(days=1))
    page = page_of(made) + "edit/"
    assert f'value="{body.pk}" selected' in by.get(page).content.decode()
    typed = {"title": "Oma", "text": "Oma teksti.", "language": "fi", "body": str(body.pk)}
    assert by.post(page, version=str(made.version), **typed).status_code == 302
    assert fresh(by, made).body_id == body.pk


def test_two_who_write_at_once_are_told_and_nothing_typed_is_lost() -> None:
    by = officer()
    made = world.drafted(by.viewer)
    old = str(made.version)
    with make.working(by.viewer) as at_work:
        positions.write(
            made.pk, world.wording(text="Toisen teksti."), actor=at_work, expected_version=made.version
        )
    typed = {"version": old, "title": "Oma", "text": "Oma teksti.", "language": "fi", "body": ""}
    answer = by.post(page_of(made) + "edit/", **typed)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Oma teksti." in shown
    assert "Toisen teksti." in shown


def test_a_position_is_not_written_in_the_name_of_a_body_that_another_keeps() -> None:
    by, other = world.keeper(), world.leader()
    foreign = world.body(other, kind="board")
    made = world.noticed(by)
    with pytest.raises(Refusals) as refused:
        world.drafted(by, made, body_id=foreign.pk)
    assert refused.value.codes == ("unknown",)


def test_a_comment_after_the_last_day_is_refused_and_kept_on_the_page() -> None:
    by, other = officer(), Worker(world.KAJAANI, world.ON)
    made = world.commented(by.viewer)
    with other.on(world.UNTIL + timedelta(days=1)):
        answer = other.post(page_of(made) + "comment/", token=str(uuid4()), text="Myöhässä.")
        assert answer.status_code == 422
        assert "Myöhässä." in answer.content.decode()
        assert other.get(page_of(made) + "comment/").status_code == 302
    with rowsecurity.as_system():
        assert not PositionComment.objects.exists()


def test_an_unanswered_comment_hinders_the_adoption() -> None:
    by, other = world.keeper(), world.leader()
    made = world.commented(by)
    with make.working(other) as at_work:
        positions.comment(made.pk, "Entä nuoret?", actor=at_work)
    with make.working(by, world.UNTIL) as at_work:
        version = Position.objects.get(pk=made.pk).version
        with pytest.raises(Refusals) as refused:
            positions.adopt(
                made.pk, Adoption(None, world.UNTIL, "x"), actor=at_work, expected_version=version
            )
        assert refused.value.codes == ("unanswered",)
        comment = PositionComment.objects.get()
        positions.respond(made.pk, comment.pk, "Lisätään.", actor=at_work)
        with pytest.raises(EditClash):
            positions.respond(made.pk, comment.pk, "Ei lisätä.", actor=at_work)
        positions.adopt(made.pk, Adoption(None, world.UNTIL, "x"), actor=at_work, expected_version=version)
        with pytest.raises(Refusals) as refused:
            positions.respond(
                made.pk,
                comment.pk,
                "Toisin.",
                actor=at_work,
                was=positions.mark_of(PositionComment.objects.get()),
            )
        assert refused.value.codes == ("settled",)
    assert notices("responded") == 1


def test_a_clash_at_an_answer_shows_what_the_other_wrote_and_the_next_sending_goes_through() -> None:
    by, other = officer(), world.leader()
    made = world.commented(by.viewer)
    with make.working(other) as at_work:
        comment = positions.comment(made.pk, "Entä nuoret?", actor=at_work)
    with make.working(by.viewer) as at_work:
        positions.respond(made.pk, comment.pk, "Ensimmäinen.", actor=at_work)
    address = f"{page_of(made)}comments/{comment.pk}/"
    clash = by.post(address, was="", response="Toinen.")
    assert clash.status_code == 409
    assert "Ensimmäinen." in clash.content.decode()
    assert "Toinen." in clash.content.decode()
    mark = by.hidden(address)["was"]
    assert by.post(address, was=mark, response="Toinen.").status_code == 302


def test_without_a_text_nothing_is_adopted_nor_opened() -> None:
    by = world.keeper()
    made = world.noticed(by)
    with make.working(by) as at_work:
        with pytest.raises(Refusals) as refused:
            positions.adopt(made.pk, Adoption(None, world.ON, "x"), actor=at_work, expected_version=1)
        assert refused.value.codes == ("no-text",)
        with pytest.raises(Refusals) as refused:
            positions.open_comments(made.pk, world.UNTIL, actor=at_work, expected_version=1)
        assert refused.value.codes == ("no-text",)


def test_an_item_of_a_meeting_that_was_not_held_adopts_nothing() -> None:
    by = world.keeper()
    made = world.drafted(by)
    with make.working(by) as at_work, pytest.raises(Refusals) as refused:
        positions.adopt(made.pk, Adoption(999_999, None, ""), actor=at_work, expected_version=made.version)
    assert "unknown" in refused.value.codes


def test_an_adopted_position_is_not_written_commented_or_dropped() -> None:
    by = world.keeper()
    made = world.adopted(by)
    with make.working(by) as at_work:
        for act in (
            lambda: positions.write(made.pk, world.wording(), actor=at_work, expected_version=made.version),
            lambda: positions.drop(made.pk, "x", actor=at_work, expected_version=made.version),
            lambda: positions.comment(made.pk, "x", actor=at_work),
        ):
            with pytest.raises(Refusals):
                act()


# Sent and answered ----------------------------------------------------------------------------------------------------


def test_each_receiver_has_it_once_and_only_an_adopted_one_is_sent() -> None:
    by = world.keeper()
    draft = world.drafted(by)
    vantaa, kajaani = (commons_world.organisation(one) for one in (world.VANTAA, world.KAJAANI))
    with make.working(by) as at_work, pytest.raises(Refusals) as refused:
        position_sending.send(draft.pk, Sending((vantaa,)), actor=at_work)
    assert refused.value.codes == ("not-adopted",)
    made = world.adopted(by)
    world.sent(by, made, world.VANTAA)
    with make.working(by) as at_work:
        assert position_sending.send(made.pk, Sending((vantaa, kajaani), ("Kirkko",)), actor=at_work) == 2
        for again, code in ((Sending((vantaa,)), "sent-already"), (Sending((), ("kirkko",)), "sent")):
            with pytest.raises(Refusals) as refused:
                position_sending.send(made.pk, again, actor=at_work)
            assert refused.value.codes == (code,)


def test_a_position_that_is_not_public_is_read_by_its_receivers_alone() -> None:
    by, vantaa, kajaani = officer(), Worker(world.VANTAA, world.ON), Worker(world.KAJAANI, world.ON)
    made = world.adopted(by.viewer, public=False)
    assert vantaa.get(page_of(made)).status_code == 404
    world.sent(by.viewer, made, world.VANTAA)
    assert vantaa.get(page_of(made)).status_code == 200
    assert vantaa.get(f"/commons/positions/published/{made.pk}/position.pdf").status_code == 200
    assert kajaani.get(page_of(made)).status_code == 404
    assert kajaani.get(f"/commons/positions/published/{made.pk}/position.pdf").status_code == 404
    assert Client().get(f"/commons/positions/published/{made.pk}/").status_code == 404
    assert vantaa.get(f"/commons/positions/published/{made.pk}/").status_code == 404


def test_the_sender_enters_an_answer_of_somebody_outside_but_not_over_the_receivers_own() -> None:
    by, leader = world.keeper(), world.leader()
    made = world.adopted(by)
    [row] = world.sent(by, made)
    with make.working(by) as at_work:
        position_sending.send(made.pk, Sending((), ("Kirkko",)), actor=at_work)
        outside = PositionReceiver.objects.get(name="Kirkko")
        position_sending.answer(made.pk, outside.pk, "Kiitos.", world.ON, actor=at_work, expected_version=1)
    with make.working(leader) as at_work:
        with pytest.raises(NotVisible):
            position_sending.answer(made.pk, outside.pk, "x", world.ON, actor=at_work, expected_version=2)
        position_sending.answer(made.pk, row.pk, "Näin teemme.", world.ON, actor=at_work, expected_version=1)
        with pytest.raises(EditClash):
            position_sending.answer(made.pk, row.pk, "x", world.ON, actor=at_work, expected_version=1)
    with make.working(by) as at_work, pytest.raises(Refusals) as refused:
        position_sending.answer(made.pk, row.pk, "Toisin.", world.ON, actor=at_work, expected_version=2)
    assert refused.value.codes == ("theirs",)
    shown = officer().get(page_of(made)).content.decode()
    assert f"receivers/{outside.pk}/" in shown
    assert f"receivers/{row.pk}/" not in shown, "no way to a form that would be refused"
    with make.working(world.leader(world.KAJAANI)) as at_work, pytest.raises(NotVisible):
        position_sending.answer(made.pk, row.pk, "x", world.ON, actor=at_work, expected_version=2)
    with make.working(commons_world.worker()) as at_work, pytest.raises(MissingCapability):
        position_sending.answer(made.pk, row.pk, "x", world.ON, actor=at_work, expected_version=2)


def test_a_receiver_is_reminded_once_and_not_when_it_has_answered() -> None:
    by, leader, other = world.keeper(), world.leader(), world.leader(world.KAJAANI)
    made = world.adopted(by)
    rows = world.sent(by, made, world.VANTAA, world.KAJAANI)
    with make.working(other) as at_work:
        position_sending.answer(
            made.pk,
            next(one.pk for one in rows if one.organisation_id == other.organisation_id),
            "Vastaus.",
            world.ON,
            actor=at_work,
            expected_version=1,
        )
    assert world.reminded(world.ON) == 0
    assert world.reminded(world.UNTIL - timedelta(days=6)) == 0
    assert world.reminded(world.UNTIL - timedelta(days=5)) == 1
    assert world.reminded(world.UNTIL - timedelta(days=4)) == 0
    assert leader.user_id is not None
    with clock.at(world.UNTIL):
        assert jobs.remind_of_positions(timestamp=0) == 0


def test_my_work_tells_of_answers_phenomena_and_drafts_whose_time_has_passed() -> None:
    by, leader = world.keeper(), world.leader()
    world.noticed(by, title="Uusi ilmiö")
    world.sent(by, world.adopted(by), world.VANTAA)
    world.commented(by)
    with make.working(by, world.UNTIL + timedelta(days=1)) as at_work:
        titles = [one.words for one in positions_work.todo(at_work)]
        assert len(titles) == 2
        assert any("Uusi ilmiö" in one for one in titles)
    with make.working(leader) as at_work:
        [one] = positions_work.todo(at_work)
        assert one.due == world.UNTIL
    with make.working(commons_world.worker()) as at_work:
        assert positions_work.todo(at_work) == []


def test_a_phenomenon_that_is_sent_twice_stands_on_the_list_once() -> None:
    by, token = world.leader(), uuid4()
    with make.working(by) as at_work:
        content = Phenomenon("Ilmiö", "Kuvaus.", world.ON)
        first = positions.notice(content, actor=at_work, token=token)
        assert positions.notice(content, actor=at_work, token=token).pk == first.pk


# Reuse in a hearing ---------------------------------------------------------------------------------------------------


def test_an_adopted_position_is_put_into_a_statement_and_nothing_typed_is_lost() -> None:
    by = Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)
    of = hearings_world.opened(hearings_world.keeper())
    made = world.adopted(by.viewer)
    foreign = world.adopted(world.leader(world.KAJAANI), title="Vieras kanta")
    address = f"/commons/hearings/{of.pk}/statement/"
    page = by.get(address).content.decode()
    assert made.title in page
    assert foreign.title not in page
    rowsecurity.apply(by.viewer)
    first, _second = hearings_world.question_ids(of)
    typed = {"version": "0", f"text-{first}": "Vastaus yhteen.", "text-0": "Alku."}
    shown = by.post(address, do="position", position=str(made.pk), **typed)
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Vastaus yhteen." in text
    assert "Alku." in text
    assert world.TEXT[:20] in text
    refused = by.post(address, do="position", position=str(foreign.pk), **typed)
    assert refused.status_code == 422
    assert "Choose the position." in words(refused)
