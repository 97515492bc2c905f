"""The call to a meeting: whom it reaches, answers, the deputy called automatically, seats that change, guests, reminders."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import mail

from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.cooperation import jobs
from kotopolku.cooperation.actions import (
    agenda,
    meeting_calls,
    meeting_papers,
    meeting_told,
    meetings,
    seats,
)
from kotopolku.cooperation.meeting_rules import GuestContent, ItemContent
from kotopolku.cooperation.models import AgendaItem, BodySeat, MeetingCall
from kotopolku.cooperation.queries import meetings_work
from kotopolku.cooperation.tests import bodies_world
from kotopolku.cooperation.tests import meetings_world as world
from kotopolku.cooperation.tests.meetings_world import MEET, Group
from kotopolku.desk.actions.documents import Upload
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return world.group()


def told(kind: str) -> set[int]:
    with rowsecurity.as_system():
        rows = Notice.objects.filter(kind=f"cooperation.{kind}")
        return set(rows.values_list("user_id", flat=True))


def mailed() -> dict[str, str]:
    """By address what the job sends now: the letter and its calendar file."""
    mail.outbox.clear()
    with make.working(Viewer.for_system("cooperation.meeting-letters", world.ON)) as at_work:
        meeting_told.send_letters(actor=at_work)
    return {one.to[0]: f"{one.body}\n{one.attachments[0][1]}" for one in mail.outbox}


def left(group: Group, name: str, on: date) -> None:
    with make.working(group.keeper.viewer) as at_work:
        holder = group.holders[name]
        version = BodySeat.objects.get(pk=holder.seat_id).version
        seats.leave(holder.pk, on, "Vaihtoi työtä.", actor=at_work, expected_version=version)


# The call -------------------------------------------------------------------------------------------------------------


def test_the_call_is_previewed_and_sent_to_everybody_of_the_day(group: Group) -> None:
    made = world.planned(group)
    world.item(group, made, "Alueen tilanne")
    bodies_world.seat(group.keeper.viewer, group.term, "member", "", represents="Tyhjä paikka ry")
    page = f"/commons/meetings/{made.pk}/call/"
    shown = words(group.keeper.get(page))
    for name in ("Chair Malli", "Vice Malli", "Maija Malli", "Aloud Malli", "Secretary Malli"):
        assert name in shown
    assert "Deputy Malli" not in shown
    assert "neither a member nor a deputy: member, Tyhjä paikka ry" in shown
    assert "Alueen tilanne" in shown
    assert group.worker("maija").get(page).status_code == 403
    assert group.keeper.post(page).status_code == 302
    assert group.keeper.post(page).status_code == 302, "safe to repeat"
    assert set(world.calls(made)) == {"chair", "vice", "maija", "aloud", "secretary"}
    people = {group.viewer(name).user_id for name in ("chair", "vice", "maija", "secretary")}
    assert told("meeting-called") == people
    assert set(world.fresh(made).readers) == people


def test_a_late_call_is_told_of_and_a_past_one_refused(group: Group) -> None:
    made = world.planned(group)
    with group.keeper.on(MEET - timedelta(days=3)):
        assert "By our own target the call goes out on" in words(
            group.keeper.get(f"/commons/meetings/{made.pk}/call/")
        )
    with make.working(group.keeper.viewer, MEET + timedelta(days=1)) as at_work:
        with pytest.raises(Refusals) as refused:
            meeting_calls.send(made.pk, actor=at_work)
        assert refused.value.codes == ("past",)


def test_a_proposal_is_settled_before_the_call(group: Group) -> None:
    made = world.planned(group)
    with make.working(group.viewer("maija")) as at_work:
        agenda.propose(made.pk, "Kielikahvilat", "Niitä tarvitaan.", actor=at_work)
    with make.working(group.keeper.viewer) as at_work:
        with pytest.raises(Refusals) as refused:
            meeting_calls.send(made.pk, actor=at_work)
        assert refused.value.codes == ("proposed",)


def test_a_seat_without_a_member_calls_its_deputy(group: Group) -> None:
    left(group, "maija", MEET - timedelta(days=10))
    made = world.called(group)
    assert "maija" not in world.calls(made)
    assert world.call(made, "deputy").part == "deputy"
    assert world.call(made, "deputy").instead_of_id is None


# Answers --------------------------------------------------------------------------------------------------------------


def test_the_deputy_is_called_when_a_member_declines_and_let_go_when_the_member_comes(group: Group) -> None:
    made = world.called(group)
    maija, deputy = group.worker("maija"), group.worker("deputy")
    page = f"/commons/meetings/{made.pk}/"
    assert deputy.get(page).status_code == 404
    assert maija.post(page + "answer/").status_code == 422
    assert maija.post(page + "answer/", answer="no", reason="Toinen kokous").status_code == 302
    assert world.calls(made)["maija"] == ("no", True)
    assert world.calls(made)["deputy"] == ("none", True)
    assert told("meeting-deputy-called") == {deputy.viewer.user_id}
    assert "because the member does not come" in words(deputy.get(page))
    assert "Toinen kokous" not in words(deputy.get(page + "calls/")), "reasons are the keeper's"
    assert "Toinen kokous" in words(group.keeper.get(page + "calls/"))
    assert deputy.post(page + "answer/", answer="yes").status_code == 302
    assert maija.post(page + "answer/", answer="remote").status_code == 302
    assert world.calls(made)["deputy"] == ("yes", False)
    assert deputy.get(page).status_code == 404, "the call has ended, and with it the access"
    assert told("meeting-call-ended") == {deputy.viewer.user_id}
    assert maija.post(page + "answer/", answer="no").status_code == 302
    assert world.calls(made)["deputy"] == ("none", True), "called anew, in the same call"
    with rowsecurity.as_system():
        assert MeetingCall.objects.filter(meeting=made, part="deputy").count() == 1


def test_the_secretary_is_told_when_nobody_comes_to_a_seat(group: Group) -> None:
    made = world.called(group)
    world.answered(group, made, "vice", "no")
    desk = {group.keeper.viewer.user_id, group.viewer("secretary").user_id}
    assert told("meeting-no-deputy") == desk
    world.answered(group, made, "maija", "no")
    world.answered(group, made, "deputy", "no")
    assert world.calls(made)["deputy"] == ("no", True)


def test_answers_of_others_are_entered_by_who_runs_the_meeting(group: Group) -> None:
    made = world.called(group)
    aloud = world.call(made, "aloud")
    page = f"/commons/meetings/calls/{aloud.pk}/answer/"
    assert group.worker("maija").get(page).status_code == 404
    assert group.worker("stranger").post(page, answer="yes").status_code == 404
    assert "Aloud Malli" in words(group.worker("secretary").get(page))
    assert group.worker("secretary").post(page, answer="yes").status_code == 302
    assert world.calls(made)["aloud"] == ("yes", True)
    assert group.keeper.post(page, answer="ehkä").status_code == 422


def test_why_somebody_does_not_come_is_neither_shown_to_who_runs_the_meeting_nor_lost(group: Group) -> None:
    made = world.called(group)
    world.answered(group, made, "maija", "no", "Toinen kokous")
    page = f"/commons/meetings/calls/{world.call(made, 'maija').pk}/answer/"
    assert "Toinen kokous" not in group.worker("secretary").get(page).content.decode()
    assert "Toinen kokous" in group.keeper.get(page).content.decode()
    assert group.worker("secretary").post(page, answer="no").status_code == 302
    assert world.call(made, "maija").reason == "Toinen kokous"


def test_all_who_keep_the_body_are_told_when_the_one_who_planned_the_meeting_is_gone(group: Group) -> None:
    made = world.called(group)
    with rowsecurity.as_system():
        User.objects.filter(pk=group.keeper.viewer.user_id).update(is_active=False)
    world.answered(group, made, "vice", "no")
    assert told("meeting-no-deputy") == {group.viewer(name).user_id for name in ("chair", "secretary")}


def test_one_answers_only_what_there_is(group: Group) -> None:
    made = world.called(group, link="")
    with make.working(group.viewer("maija")) as at_work, pytest.raises(Refusals) as refused:
        meeting_calls.answer(made.pk, "remote", actor=at_work)
    assert refused.value.codes == ("no-link",)
    with make.working(group.keeper.viewer) as at_work:
        with pytest.raises(NotVisible):
            meeting_calls.answer(made.pk, "yes", actor=at_work)
        meetings.cancel(made.pk, "Ei asioita.", actor=at_work)
    with make.working(group.viewer("maija")) as at_work, pytest.raises(Refusals) as refused:
        meeting_calls.answer(made.pk, "yes", actor=at_work)
    assert refused.value.codes == ("state",)


# The call follows the seat --------------------------------------------------------------------------------------------


def test_the_call_follows_those_who_come_and_go(group: Group) -> None:
    made = world.called(group)
    left(group, "vice", MEET - timedelta(days=7))
    shown = words(group.keeper.get(f"/commons/meetings/{made.pk}/"))
    assert "The seats have changed since the call" in shown
    follower = bodies_world.holder(
        group.keeper.viewer,
        group.seats["vice"],
        "Uusi Malli",
        MEET - timedelta(days=6),
        email="uusi@example.fi",
    )
    with make.working(Viewer.for_system("cooperation.meetings", world.ON)) as at_work:
        assert meeting_calls.behind(actor=at_work) == [made.pk]
        assert meeting_calls.follow(made.pk, actor=at_work) == 2
        assert meeting_calls.behind(actor=at_work) == []
        assert meeting_calls.follow(made.pk, actor=at_work) == 0
    assert world.calls(made)["vice"] == ("none", False)
    assert world.call(made, "uusi").holder_id == follower.pk
    assert group.worker("vice").get(f"/commons/meetings/{made.pk}/").status_code == 404
    assert told("meeting-seats-changed") >= {group.keeper.viewer.user_id}
    page = f"/commons/meetings/{made.pk}/calls/"
    assert "Calls that have ended" in words(group.keeper.get(page))
    assert group.keeper.post(page + "follow/").status_code == 302


def test_another_deputy_is_called_in_place_of_the_one_who_left(group: Group) -> None:
    made = world.called(group)
    world.answered(group, made, "maija", "no")
    left(group, "deputy", MEET - timedelta(days=7))
    bodies_world.holder(
        group.keeper.viewer,
        group.seats["maija"],
        "Toinen Malli",
        MEET - timedelta(days=6),
        part="deputy",
        email="toinen@example.fi",
    )
    with make.working(group.keeper.viewer) as at_work:
        meeting_calls.follow(made.pk, actor=at_work)
    assert world.call(made, "toinen").ended_at is None
    assert world.calls(made)["maija"] == ("no", True)
    assert group.worker("deputy").get(f"/commons/meetings/{made.pk}/").status_code == 404


# Guests ---------------------------------------------------------------------------------------------------------------


def test_a_guest_reads_the_meeting_but_not_what_is_secret(group: Group) -> None:
    made = world.planned(group)
    world.item(group, made, "Julkinen asia")
    secret = world.item(group, made, "Salainen asia", access="secret", access_reason="621/1999 § 24.1 (20)")
    world.called(group, made)
    guest = group.worker("stranger")
    bodies_world.with_address(guest, "vieras@example.fi")
    page = f"/commons/meetings/{made.pk}/"
    typed = {"name": "Vieras Malli", "part": "guest", "email": "vieras@example.fi"}
    once = typed | {"token": str(uuid4())}
    assert group.keeper.post(page + "calls/guest/", **once).status_code == 302
    assert group.keeper.post(page + "calls/guest/", **once).status_code == 302, "sent twice"
    shown = words(guest.get(page))
    assert "Julkinen asia" in shown
    assert "Salainen asia" not in shown
    assert guest.get(f"/commons/meetings/items/{secret.pk}/").status_code == 404
    assert "Salainen asia" in words(group.worker("maija").get(page))
    again = typed | {"token": str(uuid4())}
    assert group.keeper.post(page + "calls/guest/", **again).status_code == 422
    with rowsecurity.as_system():
        [call] = MeetingCall.objects.filter(meeting=made, part="guest")
    assert group.keeper.post(f"/commons/meetings/calls/{call.pk}/end/").status_code == 302
    assert guest.get(page).status_code == 404


def test_somebody_with_a_seat_is_not_uncalled_or_called_as_a_guest(group: Group) -> None:
    made = world.called(group)
    with make.working(group.keeper.viewer) as at_work:
        with pytest.raises(Refusals) as refused:
            meeting_calls.end_call(world.call(made, "maija").pk, actor=at_work)
        assert refused.value.codes == ("seat",)
        with pytest.raises(Refusals) as refused:
            meeting_calls.invite(made.pk, GuestContent("", "Aloud@example.fi"), actor=at_work)
        assert refused.value.codes == ("required", "called")


def test_a_guest_without_an_account_gets_letters_that_name_no_paper_but_public_ones(group: Group) -> None:
    made = world.planned(group)
    item = world.item(group, made)
    with make.working(group.keeper.viewer) as at_work:
        for title, access in (("Julkinen liite", "public"), ("Jäsenten liite", "called")):
            meeting_papers.add(item.pk, title, access, Upload("liite.txt", b"Liite."), actor=at_work)
    world.called(group, made)
    page = f"/commons/meetings/{made.pk}/calls/"
    typed = {"name": "Vieno Malli", "part": "guest", "email": "vieno@example"}
    assert group.keeper.post(page + "guest/", **typed, token=str(uuid4())).status_code == 422
    typed["email"] = "vieno@example.fi"
    assert group.keeper.post(page + "guest/", **typed, token=str(uuid4())).status_code == 302
    shown = words(group.keeper.get(page))
    assert "The call goes by e-mail in a moment." in shown
    assert "vieno@example.fi" in shown
    for name in ("maija", "secretary"):
        assert "vieno@example.fi" not in words(group.worker(name).get(page)), name
    called = mailed()
    assert set(called) == {"aloud@example.fi", "vieno@example.fi"}
    assert "Julkinen liite" in called["vieno@example.fi"]
    assert "Jäsenten liite" not in called["vieno@example.fi"]
    assert "Jäsenten liite" in called["aloud@example.fi"]
    with make.working(group.keeper.viewer) as at_work:
        later = made.starts_at + timedelta(days=1)
        meetings.move(
            made.pk,
            later,
            later + timedelta(hours=1),
            "Sali",
            "",
            actor=at_work,
            expected_version=world.fresh(made).version,
        )
    assert "SEQUENCE:1" in mailed()["vieno@example.fi"]
    guest = world.call(made, "vieno")
    group.keeper.post(f"/commons/meetings/calls/{guest.pk}/end/")
    [(address, text)] = mailed().items()
    assert address == "vieno@example.fi"
    assert "METHOD:CANCEL" in text
    with make.working(group.keeper.viewer) as at_work:
        meetings.cancel(made.pk, "Ei asioita.", actor=at_work)
    assert set(mailed()) == {"aloud@example.fi"}


def changed_agenda(group: Group, item: AgendaItem, title: str) -> None:
    with make.working(group.keeper.viewer) as at_work:
        version = AgendaItem.objects.get(pk=item.pk).version
        agenda.change(item.pk, ItemContent(title), actor=at_work, expected_version=version)


def test_who_has_no_account_gets_a_letter_of_each_change(group: Group) -> None:
    made = world.planned(group, language="en")
    item = world.item(group, made, "Alueen tilanne")
    world.called(group, made)
    with make.working(group.keeper.viewer) as at_work:
        meeting_calls.invite(made.pk, GuestContent("Vieno Malli", "vieno@example.fi"), actor=at_work)
    both = {"aloud@example.fi", "vieno@example.fi"}

    def subjects() -> set[str]:
        return {str(one.subject).partition(":")[0] for one in mail.outbox}

    assert set(mailed()) == both
    assert subjects() == {"Call to a meeting"}
    with make.working(group.keeper.viewer) as at_work:
        meeting_calls.answer_for(world.call(made, "vieno").pk, "yes", actor=at_work)
    assert mailed() == {}, "nothing has changed"
    changed_agenda(group, item, "Alueen uusi tilanne")
    world.item(group, made, "Toinen asia")
    letters = mailed()
    assert set(letters) == both, "one letter of both changes"
    assert subjects() == {"Agenda or papers changed"}
    assert "Alueen uusi tilanne" in letters["vieno@example.fi"]
    assert "Toinen asia" in letters["aloud@example.fi"]
    assert "whether you come" in letters["aloud@example.fi"]
    assert "whether you come" not in letters["vieno@example.fi"], "the answer stands"
    assert {"chair", "vice", "maija", "secretary"} == {
        name for name in group.people if group.viewer(name).user_id in told("meeting-agenda-changed")
    }
    changed_agenda(group, item, "Alueen kolmas tilanne")
    with make.working(group.keeper.viewer) as at_work:
        meetings.move(
            made.pk, made.starts_at, made.ends_at, "Iso sali", "", actor=at_work, expected_version=2
        )
    letters = mailed()
    assert subjects() == {"Time or place changed"}
    assert "Iso sali" in letters["vieno@example.fi"]
    assert "Alueen kolmas tilanne" in letters["vieno@example.fi"]
    with make.working(group.keeper.viewer) as at_work:
        meetings.cancel(made.pk, "Sali paloi.", actor=at_work)
    assert "Sali paloi." in mailed()["vieno@example.fi"]
    assert subjects() == {"Cancelled"}


def test_a_letter_of_a_change_waits_for_the_mail_server_and_a_call_taken_back_meanwhile_is_told(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.planned(group)
    item = world.item(group, made)
    world.called(group, made)
    with make.working(group.keeper.viewer) as at_work:
        guest = meeting_calls.invite(made.pk, GuestContent("Vieno", "vieno@example.fi"), actor=at_work)
    mailed()
    changed_agenda(group, item, "Muutettu asia")

    def down(*_given: object) -> None:
        raise OSError

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMessage.send", down)
        assert mailed() == {}
    with make.working(group.keeper.viewer) as at_work:
        meeting_calls.end_call(guest.pk, actor=at_work)
    letters = mailed()
    assert "Muutettu asia" in letters["aloud@example.fi"]
    assert "METHOD:CANCEL" in letters["vieno@example.fi"]


def test_a_guest_taken_back_before_the_letter_went_gets_none(group: Group) -> None:
    made = world.called(group)
    with make.working(group.keeper.viewer) as at_work:
        guest = meeting_calls.invite(made.pk, GuestContent("Väärä", "vaara@example.fi"), actor=at_work)
        meeting_calls.end_call(guest.pk, actor=at_work)
    assert set(mailed()) == {"aloud@example.fi"}


# What jobs do -----------------------------------------------------------------------------------------------------------


def test_who_has_not_answered_is_reminded_once(group: Group) -> None:
    made = world.called(group)
    world.answered(group, made, "vice", "yes")
    job = Viewer.for_system("cooperation.meetings", MEET - timedelta(days=3))
    with make.working(job) as at_work:
        assert meeting_told.to_remind(actor=at_work) == []
    with make.working(job, MEET - timedelta(days=2)) as at_work:
        assert meeting_told.to_remind(actor=at_work) == [made.pk]
        assert meeting_told.remind(made.pk, actor=at_work) == 3
        assert meeting_told.remind(made.pk, actor=at_work) == 0
    assert told("meeting-reminder") == {
        group.viewer(name).user_id for name in ("chair", "maija", "secretary")
    }


def test_those_who_do_not_sign_in_get_a_letter_with_the_calendar_file(group: Group) -> None:
    made = world.planned(group)
    world.item(group, made, "Alueen tilanne")
    world.item(group, made, "Henkilön asia", access="secret", access_reason="621/1999 § 24.1 (20)")
    world.called(group, made)
    job = Viewer.for_system("cooperation.meeting-letters", world.ON)
    with make.working(job) as at_work:
        assert meeting_told.send_letters(actor=at_work) == (1, 0)
        assert meeting_told.send_letters(actor=at_work) == (0, 0), "once"
    [letter] = mail.outbox
    assert letter.to == ["aloud@example.fi"]
    body = str(letter.body)
    assert "Alueen tilanne" in body
    assert "Henkilön asia" not in body
    assert world.LINK in body
    name, content, kind = letter.attachments[0]
    assert (name, kind) == ("kotopolku-meeting.ics", "text/calendar")
    assert "BEGIN:VEVENT" in str(content)
    with make.working(group.keeper.viewer) as at_work:
        meetings.cancel(made.pk, "Ei asioita.", actor=at_work)
    with make.working(job) as at_work:
        assert meeting_told.send_letters(actor=at_work) == (1, 0)
    assert "METHOD:CANCEL" in str(mail.outbox[1].attachments[0][1])
    assert "Ei asioita." in str(mail.outbox[1].body)


def test_a_mail_server_that_is_down_loses_no_letter(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    world.called(group)

    def down(*_given: object) -> None:
        raise OSError

    job = Viewer.for_system("cooperation.meeting-letters", world.ON)
    with make.working(job) as at_work:
        monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
        assert meeting_told.send_letters(actor=at_work) == (0, 1)
        monkeypatch.undo()
        assert meeting_told.send_letters(actor=at_work) == (1, 0)


def test_the_jobs_run(group: Group) -> None:
    world.called(group)
    assert jobs.send_meeting_letters(0) >= 0
    assert jobs.remind_of_meetings(0) >= 0


def test_my_work_lists_answers_calls_and_proposals(group: Group) -> None:
    made = world.called(group)
    soon = world.planned(
        group, starts_at=world.at(9, day=date(2026, 12, 2)), ends_at=world.at(10, day=date(2026, 12, 2))
    )
    with make.working(group.viewer("maija")) as at_work:
        agenda.propose(made.pk, "Kielikahvilat", "Niitä tarvitaan.", actor=at_work)
        [first, *_more] = meetings_work.todo(at_work)
        assert first.address == f"/commons/meetings/{made.pk}/answer/"
    with make.working(group.keeper.viewer) as at_work:
        addresses = {one.address for one in meetings_work.todo(at_work)}
    assert f"/commons/meetings/{soon.pk}/call/" in addresses
    assert f"/commons/meetings/{made.pk}/" in addresses
    with make.working(group.viewer("stranger")) as at_work:
        assert meetings_work.todo(at_work) == []
