"""Minutes: built from facts, checked and signed by two, published without secret items, corrected; tasks; the archive."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.cooperation import jobs
from kotopolku.cooperation import minutes_text as text
from kotopolku.cooperation.actions import decisions, meeting_tasks, meeting_votes, minutes
from kotopolku.cooperation.actions.meeting_tasks import TaskContent
from kotopolku.cooperation.models import MeetingPaper, MeetingTask, MinutesCheck, PublishedMinutes
from kotopolku.cooperation.queries import minutes_archive, minutes_work
from kotopolku.cooperation.queries import minutes_facts as facts
from kotopolku.cooperation.tests import minutes_world as world
from kotopolku.cooperation.tests.minutes_world import Held
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
BASE = "/commons/minutes/"


def page_of(of: Held) -> str:
    return f"{BASE}meetings/{of.meeting.pk}/"


def refused(of: Held, name: str, act: Any) -> tuple[str, ...]:
    with make.working(of.viewer(name)) as at_work, pytest.raises(Refusals) as found:
        act(at_work)
    return found.value.codes


def told(kind: str) -> set[int]:
    with rowsecurity.as_system():
        return set(Notice.objects.filter(kind=kind).values_list("user_id", flat=True))


def with_everything() -> Held:
    """A held meeting: a vote, a decision, a dissent, a task, a recusal; somebody left early; a secret item."""
    of = world.held()
    vote = world.voting(of)
    world.cast(of, vote, "maija", "0")
    world.cast(of, vote, "vice", "1")
    world.cast(of, vote, "chair", "0")
    with make.working(of.viewer("keeper")) as at_work:
        meeting_votes.close(vote.pk, actor=at_work)
    world.wrote(of)
    with make.working(of.viewer("vice")) as at_work:
        decisions.dissent(of.items["talk"].pk, "Olisin hylännyt.", actor=at_work)
    given(of)
    with make.working(of.viewer("keeper")) as at_work:
        decisions.recuse(
            of.items["next"].pk, "Puolison yritys hakee", actor=at_work, call_id=of.calls["vice"].pk
        )
    world.left(of, "aloud")
    world.closed(of)
    return of


def given(of: Held, item: str = "talk", **changes: Any) -> MeetingTask:
    values: dict[str, Any] = {
        "text": "Selvitetään jonojen pituus",
        "due": world.ON + timedelta(days=20),
        "call_id": of.calls["maija"].pk,
    }
    with make.working(of.viewer("keeper")) as at_work:
        return meeting_tasks.give(of.items[item].pk, TaskContent(**(values | changes)), actor=at_work)


# Building --------------------------------------------------------------------------------------------------------------


def test_minutes_are_built_from_the_facts_of_the_meeting() -> None:
    of = with_everything()
    with make.working(of.viewer("keeper")), rowsecurity.as_system():
        content = facts.content_of(of.meeting.__class__.objects.select_related("body", "organisation").get())
    assert json.loads(json.dumps(content)) == content, "plain data"
    talk, secret, _next = content["items"]
    assert talk["how"] == "vote"
    assert {(one["name"], one["option"]) for one in talk["votes"][0]["ballots"]} == {
        ("Maija Malli", 0),
        ("Ville Varapuhe", 1),
        ("Pirkko Puheenjohtaja", 0),
    }
    assert talk["dissents"] == [{"name": "Ville Varapuhe", "text": "Olisin hylännyt."}]
    assert talk["away"] == ["Aapo Ääneen"], "left before the item was closed"
    assert talk["quorate"] is True
    assert talk["tasks"][0]["owner"] == "Maija Malli"
    assert secret["access_reason"] == "621/1999 § 24"
    names = [one["name"] for one in content["present"]]
    assert names[:2] == ["Pirkko Puheenjohtaja", "Ville Varapuhe"]
    assert "https://" not in json.dumps(content), "the remote link is in no minutes"
    assert content["chair"] == "Pirkko Puheenjohtaja"


def test_a_chair_who_was_marked_after_the_opening_stands_in_the_minutes() -> None:
    of = world.held(present=("maija",))
    world.came(of, "chair", 85)
    with make.working(of.viewer("keeper")), rowsecurity.as_system():
        content = facts.content_of(of.meeting.__class__.objects.select_related("body", "organisation").get())
    assert content["chair"] == "Pirkko Puheenjohtaja"


def test_a_guest_does_not_learn_of_a_secret_paper_from_the_minutes() -> None:
    of = world.held()
    with rowsecurity.as_system():
        MeetingPaper.objects.create(
            item=of.items["talk"], title="Salainen liite", access="secret", sent_at=clock.now()
        )
    world.closed(of)
    world.sent(of)
    assert "Salainen liite" in words(of.workers["maija"].get(page_of(of)))
    assert "Salainen liite" not in words(of.workers["guest"].get(page_of(of)))


def test_a_heading_that_looks_like_marks_stays_words() -> None:
    assert text.plain("a *b* [c](d)\n# e") == "a \\*b\\* \\[c\\](d) \\# e"


# Checking and signing ----------------------------------------------------------------------------------------------------


def test_two_check_and_sign_in_their_own_seats_and_everybody_reads_what_is_published() -> None:
    of = with_everything()
    page = page_of(of)
    assert "These minutes are a draft" in words(of.keeper.get(page))
    assert "The minutes are being written." in words(of.workers["maija"].get(page))
    assert of.workers["maija"].get(page + "minutes.pdf").status_code == 404
    check = page + "check/"
    typed = {"version": of.keeper.hidden(check).get("version", "1")}
    one = [str(of.calls["vice"].pk)]
    assert of.keeper.post(check, **typed, checkers=one).status_code == 422
    two = [*one, str(of.calls["maija"].pk)]
    assert of.keeper.post(check, **typed, checkers=two).status_code == 302
    assert told("cooperation.minutes-to-check") == {of.viewer(name).user_id for name in ("vice", "maija")}
    with make.working(of.viewer("maija")) as at_work:
        assert page in [one.address for one in minutes_work.todo(at_work)]
    shown = of.workers["maija"].get(page)
    assert "Olisin hylännyt." in words(shown)
    assert "Salainen päätös valituksesta." in words(shown), "she was called to the item"
    assert "Salainen" not in words(of.workers["guest"].get(page))
    assert world.SECRET not in words(of.workers["guest"].get(page))
    assert of.workers["guest"].post(page + "sign/", digest=of.minutes().digest).status_code == 404
    assert of.workers["guest"].get(page + "return/").status_code == 404
    digest = of.workers["maija"].hidden(page)["digest"]
    assert digest == of.minutes().digest
    of.workers["maija"].post(page + "sign/", digest=digest)
    assert of.minutes().state == "checking"
    of.workers["vice"].post(page + "sign/", digest=digest)
    assert of.minutes().state == "signed"
    assert told("cooperation.minutes-signed") == {of.keeper.viewer.user_id}
    publish = page + "publish/"
    preview = words(of.keeper.get(publish))
    assert world.SECRET not in preview
    assert "1 item that is not public is left out" in preview
    done = of.keeper.post(publish, version=str(of.minutes().version))
    assert done.status_code == 302
    anybody = Client().get(done["Location"])
    assert anybody.status_code == 200
    assert "Hyväksyttiin esitys." in words(anybody)
    paper = Client().get(done["Location"] + "minutes.pdf")
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF")
    assert of.workers["maija"].get(page + "minutes.pdf").content.startswith(b"%PDF")
    assert of.workers["stranger"].get(page).status_code == 404


def test_nothing_of_a_secret_item_is_published() -> None:
    of = with_everything()
    given(of, "secret", text="Ilmoitetaan valittajalle")
    world.sent(of)
    world.signed(of)
    found = world.published(of)
    assert found.left_out == 1
    whole = json.dumps(found.content, ensure_ascii=False) + found.text + found.title
    for secret in (world.SECRET, "valituksesta", "valittajalle", "Puolison yritys", "kokous.example.fi"):
        assert secret not in whole
    assert "621/1999" in found.text
    with transaction.atomic():
        page = Client().get(f"{BASE}published/{found.pk}/")
    shown = words(page)
    assert "2 § salassa pidettävä, 621/1999 24 §" in shown or "2 § secret, 621/1999 24 §" in shown
    assert "valitus" not in shown.lower()
    for q in ("valituksesta", "Turvapaikanhakijan"):
        assert world.SECRET not in words(Client().get(BASE, {"q": q}))
        assert world.SECRET not in words(Client().get(BASE + "decisions/", {"q": q}))


def test_what_proves_to_be_secret_is_made_so_before_the_minutes_go_to_be_checked() -> None:
    of = with_everything()
    page = f"/commons/meetings/items/{of.items['talk'].pk}/readers/"
    typed = {"version": str(of.item().version), "access": "secret"}
    assert of.workers["chair"].get(page).status_code == 403
    assert of.keeper.post(page, **typed).status_code == 422, "the section is written"
    typed["access_reason"] = "621/1999 § 24.1 (20)"
    assert of.keeper.post(page, **typed).status_code == 302
    assert of.keeper.post(page, **typed).status_code == 409
    world.sent(of)
    again = typed | {"version": str(of.item().version), "access": "public"}
    assert "They must be taken back" in words(of.keeper.post(page, **again))
    world.signed(of)
    found = world.published(of)
    assert found.left_out == 2
    assert "Kielikoulutuksen jonot" not in found.text


def test_a_checker_sends_back_with_remarks_and_the_other_signature_is_void() -> None:
    of = with_everything()
    world.sent(of)
    world.signed(of, "vice")
    page = page_of(of)
    assert of.workers["maija"].post(page + "return/", remarks=" ").status_code == 422
    assert of.workers["maija"].post(page + "return/", remarks="Nimeni on väärin.").status_code == 302
    assert of.minutes().state == "draft"
    with rowsecurity.as_system():
        assert not MinutesCheck.objects.filter(signed_at__isnull=False).exists()
    assert told("cooperation.minutes-voided") == {of.viewer("vice").user_id}
    assert told("cooperation.minutes-returned") == {of.keeper.viewer.user_id}
    assert "Nimeni on väärin." in words(of.keeper.get(page))
    world.sent(of)
    assert of.minutes().state == "checking"


def test_a_change_after_a_signature_voids_the_signatures_with_a_say() -> None:
    of = with_everything()
    world.sent(of)
    before = world.signed(of, "vice").digest
    item = of.items["talk"]
    assert (
        refused(
            of,
            "keeper",
            lambda who: decisions.write(item.pk, "Muutos", "", actor=who, expected_version=of.item().version),
        )[0]
        == "frozen"
    )
    assert "frozen" in refused(of, "vice", lambda who: decisions.dissent(item.pk, "Uusi", actor=who))
    assert "frozen" in refused(
        of,
        "keeper",
        lambda who: meeting_tasks.give(item.pk, TaskContent("Uusi", world.ON, owner_name="Joku"), actor=who),
    )
    take_back = page_of(of) + "take-back/"
    version = of.keeper.hidden(take_back)["version"]
    assert of.keeper.post(take_back, version=version, reason=" ").status_code == 422
    assert of.keeper.post(take_back, version=version, reason="Korjataan äänet").status_code == 302
    assert told("cooperation.minutes-voided") == {of.viewer("vice").user_id}
    world.wrote(of, "Hyväksyttiin esitys muutettuna.")
    world.sent(of)
    assert of.minutes().digest != before
    assert refused(of, "maija", lambda who: minutes.sign(of.meeting.pk, before, actor=who)) == ("changed",)
    world.signed(of)
    assert refused(of, "maija", lambda who: minutes.sign(of.meeting.pk, before, actor=who))[0] == "is-signed"


def test_minutes_are_sent_once_closed_to_two_who_were_there() -> None:
    of = world.held()

    def send(*checkers: str) -> tuple[str, ...]:
        ids = [of.calls[name].pk for name in checkers]
        return refused(
            of,
            "keeper",
            lambda who: minutes.send_to_check(of.meeting.pk, ids, actor=who, expected_version=1),
        )

    world.voting(of)
    assert send("vice", "maija") == ("not-closed", "voting")
    with make.working(of.viewer("maija")) as at_work, pytest.raises(NotVisible):
        minutes.send_to_check(of.meeting.pk, [], actor=at_work, expected_version=1)
    world.closed(of)
    assert "absent" in send("vice", "guest")
    with make.working(of.viewer("keeper")) as at_work, pytest.raises(EditClash):
        minutes.send_to_check(of.meeting.pk, [], actor=at_work, expected_version=9)


def test_the_signature_of_one_who_does_not_sign_in_here_is_noted_from_paper() -> None:
    of = with_everything()
    world.sent(of, "vice", "aloud")
    digest = of.minutes().digest
    aloud = str(of.calls["aloud"].pk)
    assert of.workers["vice"].post(page_of(of) + "sign/", digest=digest, call=aloud).status_code == 404
    assert of.keeper.post(page_of(of) + "sign/", digest=digest, call=aloud).status_code == 302
    assert (
        of.keeper.post(page_of(of) + "sign/", digest=digest, call=str(of.calls["vice"].pk)).status_code == 404
    ), "who signs in signs alone"
    world.signed(of, "vice")
    assert of.minutes().state == "signed"


def test_a_correction_is_checked_anew_and_published_with_its_note() -> None:
    of = with_everything()
    world.sent(of)
    world.signed(of)
    first = world.published(of)
    assert told("cooperation.minutes-published") >= {of.viewer("maija").user_id}
    with make.working(of.viewer("keeper")) as at_work:
        minutes.take_back(
            of.meeting.pk, "Äänestystulos oli väärin", actor=at_work, expected_version=of.minutes().version
        )
    assert "Hyväksyttiin esitys." in words(Client().get(f"{BASE}published/{first.pk}/")), "stays meanwhile"
    world.wrote(of, "Hylättiin esitys.")
    world.sent(of)
    world.signed(of)
    again = world.published(of)
    assert again.pk == first.pk
    shown = words(Client().get(f"{BASE}published/{first.pk}/"))
    assert "Hylättiin esitys." in shown
    assert "Äänestystulos oli väärin" in shown
    assert refused(
        of,
        "keeper",
        lambda who: minutes.publish(of.meeting.pk, actor=who, expected_version=of.minutes().version),
    ) == ("is-published",)


def test_what_is_stored_must_be_what_was_signed() -> None:
    of = with_everything()
    world.sent(of)
    found = world.signed(of)
    with rowsecurity.as_system():
        found.content = found.content | {"place": "Muualla"}
        found.save()
    assert refused(
        of,
        "keeper",
        lambda who: minutes.publish(of.meeting.pk, actor=who, expected_version=of.minutes().version),
    ) == ("digest",)


# Tasks ------------------------------------------------------------------------------------------------------------------


def test_a_task_is_on_its_owners_my_work_until_it_is_settled() -> None:
    of = world.held()
    new = f"{BASE}items/{of.items['talk'].pk}/tasks/new/"
    typed = {"token": str(uuid4()), "text": "Selvitetään jonot", "due": "1.12.2026"}
    assert of.keeper.post(new, **typed).status_code == 422, "nobody's"
    owner = str(of.calls["maija"].pk)
    assert of.keeper.post(new, **typed, owner=owner).status_code == 302
    with rowsecurity.as_system():
        [task] = MeetingTask.objects.all()
    assert told("cooperation.task-given") == {of.viewer("maija").user_id}
    with make.working(of.viewer("maija")) as at_work:
        assert [one.due for one in minutes_work.todo(at_work)] == [task.due]
    page = f"{BASE}tasks/{task.pk}/"
    assert "Selvitetään jonot" in words(of.workers["maija"].get(BASE + "tasks/"))
    assert of.workers["vice"].get(page).status_code == 404
    assert of.workers["maija"].get(page + "edit/").status_code == 404
    edited = of.keeper.hidden(page + "edit/") | {"text": "Selvitetään jonot ja syyt", "due": "2.12.2026"}
    assert of.keeper.post(page + "edit/", **edited, owner=owner).status_code == 302
    version = of.workers["maija"].hidden(page)["version"]
    assert of.workers["maija"].post(page, version=version, state="dropped").status_code == 422
    assert of.workers["maija"].post(page, version="1", state="done").status_code == 409
    assert of.workers["maija"].post(page, version=version, state="done", outcome="Valmis").status_code == 302
    assert "Valmis" in words(of.workers["maija"].get(page))
    with make.working(of.viewer("maija")) as at_work:
        assert minutes_work.todo(at_work) == []


def test_an_owner_is_reminded_once_by_the_job() -> None:
    of = world.held()
    given(of, due=world.ON + timedelta(days=2))
    given(of, due=world.ON + timedelta(days=9))
    with clock.at(world.ON):
        assert jobs.remind_of_tasks(0) == 1
        assert jobs.remind_of_tasks(0) == 0
    assert told("cooperation.task-reminder") == {of.viewer("maija").user_id}


def test_open_tasks_are_carried_to_the_next_meeting_but_not_those_of_secret_items() -> None:
    of = world.held()
    given(of)
    given(of, "secret", text="Ilmoitetaan valittajalle")
    with rowsecurity.as_system():
        after = of.meeting.__class__.objects.get(pk=of.meeting.pk)
        after.pk, after.number, after.starts_at = None, 5, after.starts_at + timedelta(days=60)
        after.save()
    with make.working(of.viewer("keeper")):
        assert [one.text for one in facts.open_tasks(after)] == ["Selvitetään jonojen pituus"]
        assert facts.open_tasks(of.meeting) == []
    assert "Selvitetään jonojen pituus" in words(of.keeper.get(f"{BASE}meetings/{after.pk}/"))


# The archive --------------------------------------------------------------------------------------------------------------


def test_the_archive_finds_inflected_words_and_marks_the_place() -> None:
    of = with_everything()
    world.sent(of)
    world.signed(of)
    found = world.published(of)
    for q in ("jonot", "jonoissa", "ESITYS"):
        shown = Client().get(BASE, {"q": q})
        assert found.title in words(shown), q
    assert "<mark>" in Client().get(BASE, {"q": "jonoista"}).content.decode()
    for query in ({"year": "2026"}, {"body": str(found.body_id)}, {"year": "kaksi", "body": "x"}):
        assert found.title in words(Client().get(BASE, query))
    with make.working(of.viewer("maija")) as at_work:
        rows = minutes_archive.of_body(at_work, found.body_id)
    box = render_to_string("cooperation/minutes_body_box.html", {"minutes": rows, "body": of.meeting.body})
    assert f"/commons/minutes/published/{found.pk}/" in box
    assert "Nothing was found." in words(of.keeper.get(BASE, q="olematonsana"))
    assert of.keeper.get(BASE, q="a" * 500 + "\0'\"&|!").status_code == 200


def test_decisions_of_own_meetings_are_found_before_they_are_published() -> None:
    of = with_everything()
    register = BASE + "decisions/"
    assert "Hyväksyttiin esitys." in words(of.workers["maija"].get(register, q="esitys"))
    assert "Salainen päätös valituksesta." in words(of.workers["maija"].get(register))
    assert "Salainen" not in words(of.workers["guest"].get(register))
    assert "Hyväksyttiin" not in words(of.workers["stranger"].get(register))
    assert "Hyväksyttiin" not in words(Client().get(register))
    world.sent(of)
    world.signed(of)
    world.published(of)
    with make.working(of.viewer("maija")) as at_work:
        rows = minutes_archive.decisions(at_work, minutes_archive.Wanted())
    assert sorted(bool(one.published) for one in rows) == [False, True], "each once"
    assert "Hyväksyttiin esitys." in words(Client().get(register))


def test_the_keeper_sees_which_minutes_wait() -> None:
    of = with_everything()
    with make.working(of.viewer("keeper")) as at_work:
        [waits] = minutes_work.todo(at_work)
    assert waits.due == world.ON + timedelta(days=14), "by our own target"
    assert "Minutes to finish" in words(of.keeper.get(BASE))
    world.sent(of)
    world.signed(of)
    assert "Minutes to finish" in words(of.keeper.get(BASE)), "to be published"
    world.published(of)
    assert "Minutes to finish" not in words(of.keeper.get(BASE))
    with rowsecurity.as_system():
        assert PublishedMinutes.objects.count() == 1
