"""Guidance by the region: asked, worked at by two officers, answered, changed, settled, closed, asked again, reminded."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation.models import Question
from kotopolku.journal.models import Entry, Payload
from kotopolku.notices.models import Notice
from kotopolku.steering import jobs
from kotopolku.steering.actions import guidance, guidance_work, municipal_rights, municipal_sections
from kotopolku.steering.guidance_rules import CommentContent
from kotopolku.steering.models import (
    Guidance,
    GuidanceComment,
    GuidanceMark,
    GuidanceNote,
    MunicipalProgramme,
    ProgrammeSection,
)
from kotopolku.steering.queries.guidance_work import todo
from kotopolku.steering.tests import guidance_world as world

pytestmark = pytest.mark.django_db

LIST = "/steering/guidance/"
ASK = LIST + "ask/"


def typed(by: Worker, **changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "token": by.hidden(ASK)["token"],
        "kind": "question",
        "subject": "Kuka tekee arvioinnin?",
        "text": "Kuka arvioi palvelutarpeen?",
        "language": "fi",
        "region": str(world.organisation(world.REGION).pk),
        "answer_by": "23.12.2026",
    }
    return values | changes


def notices(user: Viewer) -> list[str]:
    rowsecurity.apply(Viewer.for_system("test", world.ON))
    rows = Notice.objects.filter(user_id=user.user_id, kind__startswith="steering.guidance")
    return sorted(rows.values_list("kind", flat=True))


def test_a_municipality_asks_and_the_region_of_the_day_answers() -> None:
    by, officer = world.municipality(), world.region()
    page = by.get(ASK)
    assert "economic development centre" in words(page).lower() or "Uudenmaan" in words(page)
    wrong = by.send(ASK, typed(by, subject="", text="Säilyykö tämä?", answer_by="24.11.2026"))
    assert wrong.status_code == 422
    assert "Säilyykö tämä?" in wrong.content.decode(), "nothing typed is lost"
    early = by.send(ASK, typed(by, answer_by="24.11.2026"))
    assert "The region cannot answer so soon." in words(early)
    good = typed(by)
    made = by.send(ASK, good)
    assert made.status_code == 302, words(made)
    assert by.send(ASK, good)["Location"] == made["Location"], "the same form twice asks once"
    address = made["Location"]
    assert notices(officer.viewer) == ["steering.guidance-asked"]
    assert "Kuka arvioi palvelutarpeen?" in words(officer.get(address))
    assert officer.post(address + "take/").status_code == 302
    version = officer.hidden(address + "answer/")["version"]
    saved = officer.post(address + "answer/", version=version, answer="Työvoimaviranomainen.", do="save")
    assert saved.status_code == 302
    assert "Työvoimaviranomainen." not in words(by.get(address)), "a draft is the region's own"
    assert "draft, not sent yet" in words(officer.get(address))
    version = officer.hidden(address + "answer/")["version"]
    empty = officer.post(address + "answer/", version=version, answer=" ", do="send")
    assert empty.status_code == 422
    assert "Write the answer as a whole." in words(empty)
    assert (
        officer.post(
            address + "answer/", version=version, answer="Työvoimaviranomainen.", do="send"
        ).status_code
        == 302
    )
    assert "Työvoimaviranomainen." in words(by.get(address))
    assert notices(by.viewer) == ["steering.guidance-answered"]
    with make.working(by.viewer):
        found = Guidance.objects.get()
        assert (found.state, found.responsible_id) == ("answered", officer.viewer.user_id)
        assert Entry.objects.filter(action="steering.guidance.asked").count() == 1


def test_the_region_before_2026_is_the_ely_centre() -> None:
    day = date(2025, 5, 5)
    by = world.municipality(on=day)
    with make.working(by.viewer) as at_work, pytest.raises(Refusals) as refused:
        guidance.ask(world.content(at_work), actor=at_work)
    assert refused.value.codes == ("other",)
    made = world.asked(by.viewer, region_id=world.organisation("ely-01").pk)
    assert made.region.code == "ely-01"


def test_an_employment_authority_asks_too_and_others_do_not() -> None:
    area = world.municipality(world.AREA)
    assert world.asked(area.viewer).asker.code == world.AREA
    assert area.get(ASK).status_code == 200
    for other in (Worker(world.VANTAA, world.ON), world.region(), world.municipality("hva-04")):
        assert other.get(ASK).status_code == 403
    with make.working(world.municipality("hva-04").viewer) as at_work, pytest.raises(MissingCapability):
        guidance.ask(world.content(at_work), actor=at_work)


def test_another_region_and_another_municipality_see_nothing() -> None:
    by = world.municipality()
    programme = world.draft(by.viewer)
    made = world.sent(by.viewer, programme)
    comment = world.commented(world.region().viewer, made)
    ministry = Worker(world.MINISTRY, world.ON, Role.MINISTRY_OFFICER)
    for stranger in (world.region(world.OTHER), world.municipality(world.KAJAANI), ministry):
        assert stranger.get(f"{LIST}{made.pk}/").status_code == 404
        assert "Luonnos kommenteille" not in words(stranger.get(LIST))
        with make.working(stranger.viewer):
            assert not Guidance.objects.exists(), "row security stands under it"
            assert not GuidanceComment.objects.exists()
            assert not MunicipalProgramme.objects.filter(pk=programme.pk).exists()
    other = world.region(world.OTHER)
    for part in ("take/", "checklist/", "comment/", "answer/", "note/", "close/", "suggest/"):
        assert other.post(f"{LIST}{made.pk}/{part}").status_code == 404
    assert other.post(f"{LIST}comments/{comment.pk}/edit/").status_code == 404
    assert other.post(f"{LIST}comments/{comment.pk}/settle/").status_code == 404


def test_a_draft_is_kept_as_it_was_sent_and_opens_to_the_region_while_the_request_is_open() -> None:
    by, officer = world.municipality(), world.region()
    programme = world.draft(by.viewer)
    with make.working(officer.viewer):
        assert not MunicipalProgramme.objects.filter(pk=programme.pk).exists()
    made = world.sent(by.viewer, programme)
    page = words(officer.get(f"{LIST}{made.pk}/"))
    assert "Tulkki tilataan ajoissa." in page
    assert "681/2023" in page, "the Act's content stands beside the section"
    world.write(programme, world.TEXT + " Uutta.", by.viewer)
    with make.working(by.viewer) as at_work:
        found = MunicipalProgramme.objects.get(pk=programme.pk)
        assert found.versions.get(number=made.programme_version).stage == "comments"
        municipal_rights.keep(found, at_work.day)
    with make.working(officer.viewer):
        assert MunicipalProgramme.objects.filter(pk=programme.pk).exists(), (
            "partners that change do not shut it"
        )
    version = officer.hidden(f"{LIST}{made.pk}/close/")["version"]
    assert officer.post(f"{LIST}{made.pk}/close/", version=version, reason="").status_code == 422
    closed = officer.post(f"{LIST}{made.pk}/close/", version=version, reason="Lähetetään myöhemmin.")
    assert closed.status_code == 302
    with make.working(officer.viewer):
        assert not MunicipalProgramme.objects.filter(pk=programme.pk).exists()
    after = officer.get(f"{LIST}{made.pk}/")
    assert "not open to you any more" in words(after)
    assert "Tulkki tilataan" not in words(after)
    assert "Lähetetään myöhemmin." in words(by.get(f"{LIST}{made.pk}/"))
    assert "steering.guidance-closed" in notices(by.viewer)


def test_the_form_knows_from_the_programme_what_is_asked_for() -> None:
    by = world.municipality()
    programme = world.draft(by.viewer)
    page = by.get(ASK, programme=str(programme.pk)).content.decode()
    assert f'<option value="{programme.pk}" selected' in page
    chosen = [tag for tag in re.findall(r"<input[^>]*>", page) if "checked" in tag]
    assert ['value="draft"' in tag for tag in chosen] == [True]
    for odd in ("abc", "99999999999999999999", "-1"):
        assert by.get(ASK, programme=odd).status_code == 200


def test_only_an_own_programme_in_the_right_state_is_sent() -> None:
    by, other = world.municipality(), world.municipality(world.KAJAANI)
    programme = world.draft(other.viewer)
    with make.working(by.viewer) as at_work, pytest.raises(Refusals) as refused:
        guidance.ask(world.content(at_work, kind="draft", programme_id=programme.pk), actor=at_work)
    assert set(refused.value.codes) == {"unknown", "draft"}
    own = world.draft(by.viewer)
    with make.working(by.viewer) as at_work, pytest.raises(Refusals) as refused:
        guidance.ask(world.content(at_work, kind="review", programme_id=own.pk), actor=at_work)
    assert refused.value.codes == ("approved",)


def test_comments_by_section_are_the_region_s_own_until_the_answer_is_sent() -> None:
    by, officer = world.municipality(), world.region()
    programme = world.draft(by.viewer)
    made = world.sent(by.viewer, programme)
    key = _keys(by, programme)[0]
    address = f"{LIST}{made.pk}/comment/"
    form = officer.get(address, key=key)
    assert "as it was sent" in words(form)
    token = officer.hidden(address)["token"]
    wrong = officer.post(address, token=token, key="ei-ole", text="", verdict="")
    assert wrong.status_code == 422
    good = {"token": token, "key": key, "text": "Määräaika puuttuu.", "verdict": "must"}
    for _time in range(2):
        assert officer.send(address, good).status_code == 302
    with make.working(officer.viewer):
        comment = GuidanceComment.objects.get()
    assert "Määräaika puuttuu." not in words(by.get(f"{LIST}{made.pk}/"))
    edit = f"{LIST}comments/{comment.pk}/edit/"
    changed = good | {"text": "Määräaika on lain mukaan muu.", "version": "1"}
    assert officer.send(edit, changed).status_code == 302
    clash = world.region().send(edit, changed | {"text": "Toinen sanoo muuta.", "version": "1"})
    assert clash.status_code == 409
    assert "Toinen sanoo muuta." in clash.content.decode()
    world.answered(officer.viewer, made)
    assert "Määräaika on lain mukaan muu." in words(by.get(f"{LIST}{made.pk}/"))
    late = officer.send(edit, changed | {"version": "2"})
    assert late.status_code == 422, "what was sent stays as it was"
    officer.post(f"{LIST}comments/{comment.pk}/remove/")
    with make.working(officer.viewer):
        assert GuidanceComment.objects.count() == 1


def _keys(by: Worker, programme: MunicipalProgramme) -> list[str]:
    with make.working(by.viewer):
        return [one.key for one in world.sections(programme)]


def test_an_unsent_comment_is_taken_away_and_the_journal_keeps_it() -> None:
    by, officer = world.municipality(), world.region()
    comment = world.commented(officer.viewer, world.asked(by.viewer))
    assert officer.get(f"{LIST}comments/{comment.pk}/remove/").status_code == 405
    assert officer.post(f"{LIST}comments/{comment.pk}/remove/").status_code == 302
    with make.working(officer.viewer):
        assert not GuidanceComment.objects.exists()
        entry = Entry.objects.get(action="steering.guidance.comment-removed")
        assert Payload.objects.get(entry=entry).details["text"] == "Määräaika puuttuu."


def test_a_line_is_chosen_of_an_adopted_programme() -> None:
    from kotopolku.steering.tests import measures_world

    adopted = measures_world.line(measures_world.programme(), "1.1")
    hidden = measures_world.line(measures_world.programme(adopted=False), "1.2")
    by, officer = world.municipality(), world.region()
    made = world.asked(by.viewer)
    assert world.commented(officer.viewer, made, line_id=adopted.pk).line_id == adopted.pk
    with make.working(officer.viewer) as at_work, pytest.raises(Refusals) as refused:
        guidance_work.comment(made.pk, CommentContent("must", "x", "", hidden.pk), actor=at_work)
    assert refused.value.codes == ("unknown",)


def test_two_officers_with_one_checklist_are_told() -> None:
    by, first, second = world.municipality(), world.region(), world.region()
    programme = world.draft(by.viewer)
    made = world.sent(by.viewer, programme)
    address = f"{LIST}{made.pk}/checklist/"
    key = _keys(by, programme)[0]
    before = first.hidden(address)["version"]
    wrong = first.send(address, {"version": before, f"note-{key}": "Vain huomautus"})
    assert wrong.status_code == 422
    assert "Say whether it is covered, too." in words(wrong)
    given = {"version": before, f"covered-{key}": "partly", f"note-{key}": "Aika puuttuu"}
    assert first.send(address, given).status_code == 302
    clash = second.send(address, given | {f"covered-{key}": "yes"})
    assert clash.status_code == 409
    with make.working(first.viewer):
        mark = GuidanceMark.objects.get()
        assert (mark.key, mark.covered, mark.note) == (key, "partly", "Aika puuttuu")
    now = second.hidden(address)["version"]
    assert second.send(address, {"version": now, f"covered-{key}": ""}).status_code == 302
    with make.working(first.viewer):
        assert not GuidanceMark.objects.exists(), "a mark can be taken away"


def test_the_asker_tells_what_was_changed_and_the_region_settles_each() -> None:
    by, officer = world.municipality(), world.region()
    programme = world.draft(by.viewer)
    made = world.sent(by.viewer, programme)
    key = _keys(by, programme)[0]
    comment = world.commented(officer.viewer, made, key=key)
    world.commented(officer.viewer, made, verdict="fine")
    world.answered(officer.viewer, made)
    page = f"{LIST}{made.pk}/"
    assert "1 comment is open." in words(by.get(page))
    world.write(programme, world.TEXT.replace("kahden kuukauden", "yhden kuukauden"), by.viewer)
    change = f"{LIST}comments/{comment.pk}/change/"
    shown = by.get(change).content.decode()
    assert "<del>" in shown
    assert "<ins>" in shown
    assert by.post(change, version="1", text=" ").status_code == 422
    assert by.post(change, version="1", text="Lyhennettiin aikaa.").status_code == 302
    assert by.post(change, version="1", text="Toinen kertoo.").status_code == 409
    assert "Lyhennettiin aikaa." in words(officer.get(page))
    assert "What has changed since" in words(officer.get(page))
    assert "steering.guidance-changed" in notices(officer.viewer)
    settle = f"{LIST}comments/{comment.pk}/settle/"
    stale = officer.post(settle, version="1")
    assert "Somebody else has changed this meanwhile." in words(officer.get(stale["Location"]))
    assert officer.post(settle, version="2").status_code == 302
    assert world.now(by.viewer, made).state == "followed"
    assert "steering.guidance-followed" in notices(by.viewer)
    assert officer.post(settle, version="3", do="again").status_code == 302
    assert world.now(by.viewer, made).state == "answered", "what was settled can be opened again"


def test_a_section_taken_out_keeps_its_comments() -> None:
    by, officer = world.municipality(), world.region()
    programme = world.draft(by.viewer)
    made = world.sent(by.viewer, programme)
    with make.working(by.viewer) as at_work:
        first = world.sections(programme)[0]
    world.commented(officer.viewer, made, key=first.key)
    world.answered(officer.viewer, made)
    with make.working(by.viewer) as at_work:
        now = ProgrammeSection.objects.get(pk=first.pk).version
        municipal_sections.remove(first.pk, "Ei tarvita", True, actor=at_work, expected_version=now)
    for reader in (by, officer):
        page = words(reader.get(f"{LIST}{made.pk}/"))
        assert "The section has been taken out of the programme." in page
        assert "Määräaika puuttuu." in page


def test_an_answer_without_comments_is_marked_as_followed_up_by_hand() -> None:
    by, officer = world.municipality(), world.region()
    made = world.asked(by.viewer)
    with make.working(officer.viewer) as at_work, pytest.raises(Refusals):
        guidance_work.follow(made.pk, actor=at_work, expected_version=made.version)
    world.answered(officer.viewer, made)
    page = f"{LIST}{made.pk}/"
    assert officer.post(page + "follow/", version="9").status_code == 302
    assert world.now(by.viewer, made).state == "answered"
    assert officer.post(page + "follow/", version=officer.hidden(page)["version"]).status_code == 302
    assert world.now(by.viewer, made).state == "followed"


def test_asking_again_sends_the_draft_as_it_is_now_and_keeps_the_earlier_answer() -> None:
    by, officer = world.municipality(), world.region()
    programme = world.draft(by.viewer)
    made = world.sent(by.viewer, programme)
    again = f"{LIST}{made.pk}/again/"
    version = by.hidden(again)["version"]
    waits = by.post(again, version=version, text="Joko?", answer_by="23.12.2026")
    assert waits.status_code == 422
    assert "The region has not answered yet." in words(waits)
    world.commented(officer.viewer, made)
    world.answered(officer.viewer, made)
    world.write(programme, world.TEXT + " Kolmas virke.", by.viewer)
    version = by.hidden(again)["version"]
    assert by.post(again, version=version, text="", answer_by="23.12.2026").status_code == 422
    sent = by.post(again, version=version, text="Kirjoitimme sen uudelleen.", answer_by="23.12.2026")
    assert sent.status_code == 302
    now = world.now(by.viewer, made)
    assert (now.state, now.answer, now.answered_by_id) == ("asked", "", None)
    assert now.programme_version == (made.programme_version or 0) + 1
    page = words(by.get(f"{LIST}{made.pk}/"))
    assert "Hyvä luonnos." in page, "the earlier answer stays as a note"
    assert "Kuka arvioi" in page, "the earlier question too"
    assert "Määräaika puuttuu." in page, "earlier comments stay"
    world.commented(officer.viewer, made, verdict="better")
    assert words(by.get(f"{LIST}{made.pk}/")).count("Määräaika puuttuu.") == 1, (
        "the new one has not been sent"
    )
    assert "Kolmas virke." in words(officer.get(f"{LIST}{made.pk}/"))
    assert "1 comment goes along." in words(officer.get(f"{LIST}{made.pk}/answer/")), (
        "the first one has been sent"
    )


def test_after_the_reform_a_request_that_waits_is_sent_to_the_new_region() -> None:
    old = date(2025, 12, 20)
    by = world.municipality(on=old)
    ely, officer = world.region("ely-01", old), world.region()
    made = world.asked(by.viewer, region_id=world.organisation("ely-01").pk)
    world.commented(ely.viewer, made)
    with by.on(world.ON):
        page = by.get(f"{LIST}{made.pk}/")
        assert "Ask again" in words(page)
        assert officer.get(f"{LIST}{made.pk}/").status_code == 404
        again = f"{LIST}{made.pk}/again/"
        version = by.hidden(again)["version"]
        sent = by.post(again, version=version, text="Jatketaan teillä.", answer_by="23.12.2026")
        assert sent.status_code == 302, words(sent)
    assert "Jatketaan teillä." in words(officer.get(f"{LIST}{made.pk}/"))
    assert world.now(officer.viewer, made).region.code == world.REGION


def test_notes_are_added_by_both_sides_and_never_changed() -> None:
    by, officer = world.municipality(), world.region()
    made = world.asked(by.viewer)
    address = f"{LIST}{made.pk}/note/"
    token = officer.hidden(address)["token"]
    wrong = officer.post(address, token=token, on="1.1.2027", present="Me", text="Sovittiin.")
    assert "The day has not come yet." in words(wrong)
    given = {"token": token, "on": "20.11.2026", "present": "Vantaa ja alue", "text": "Sovittiin **kokous**."}
    for _time in range(2):
        assert officer.send(address, given).status_code == 302
    mine = given | {"token": by.hidden(address)["token"], "text": "Lisätään tämä."}
    assert by.send(address, mine).status_code == 302
    page = words(by.get(f"{LIST}{made.pk}/"))
    assert "Sovittiin" in page
    assert "Lisätään tämä." in page
    with make.working(by.viewer):
        assert GuidanceNote.objects.count() == 2
    assert Worker(world.VANTAA, world.ON).get(address).status_code == 403


def test_a_colleague_takes_over_and_two_answers_clash() -> None:
    by, first, second = world.municipality(), world.region(), world.region()
    made = world.asked(by.viewer)
    for officer in (first, second, second):
        assert officer.post(f"{LIST}{made.pk}/take/").status_code == 302
    assert world.now(first.viewer, made).responsible_id == second.viewer.user_id
    with make.working(first.viewer):
        assert Entry.objects.filter(action="steering.guidance.taken").count() == 2
    address = f"{LIST}{made.pk}/answer/"
    version = first.hidden(address)["version"]
    assert first.post(address, version=version, answer="Yksi.", do="save").status_code == 302
    clash = second.post(address, version=version, answer="Kaksi.", do="send")
    assert clash.status_code == 409
    assert "Kaksi." in clash.content.decode()
    with make.working(second.viewer) as at_work, pytest.raises(EditClash):
        guidance_work.send_answer(made.pk, "Kaksi.", actor=at_work, expected_version=int(version))


def test_nothing_is_worked_at_when_it_has_been_closed() -> None:
    by, officer = world.municipality(), world.region()
    made = world.asked(by.viewer)
    with make.working(by.viewer) as at_work:
        guidance.close(made.pk, "Ei tarvita", actor=at_work, expected_version=made.version)
    assert "steering.guidance-closed" in notices(officer.viewer)
    with make.working(officer.viewer) as at_work:
        now = Guidance.objects.get(pk=made.pk).version
        for act in (
            lambda: guidance_work.take(made.pk, actor=at_work),
            lambda: guidance_work.comment(made.pk, CommentContent("must", "x"), actor=at_work),
            lambda: guidance_work.send_answer(made.pk, "x", actor=at_work, expected_version=now),
            lambda: guidance.close(made.pk, "x", actor=at_work, expected_version=now),
        ):
            with pytest.raises(Refusals):
                act()
    page = f"{LIST}{made.pk}/"
    assert "Ei tarvita" in words(officer.get(page))
    assert "Kuka tekee arvioinnin?" not in words(officer.get(LIST))
    assert "Kuka tekee arvioinnin?" in words(officer.get(LIST, state="closed"))


def test_the_list_is_narrowed_and_its_statements_do_not_grow() -> None:
    officer, by, area = world.region(), world.municipality(), world.municipality(world.AREA)
    world.asked(by.viewer, subject="Yksi")
    world.asked(area.viewer, subject="Kaksi", answer_by=world.ON + timedelta(5))
    assert "Kaksi" in words(officer.get(LIST, due="week"))
    assert "Yksi" not in words(officer.get(LIST, due="week"))
    vantaa = str(world.organisation(world.VANTAA).pk)
    assert "Kaksi" not in words(officer.get(LIST, asker=vantaa))
    assert "Yksi" in words(
        officer.get(LIST, asker=vantaa, responsible="nobody", kind="question", state="asked")
    )
    assert "No request was found." in words(officer.get(LIST, due="late"))
    early = world.municipality(on=date(2026, 10, 1))
    for of, subject in ((early, "Vanha vastattu"), (by, "Uusi vastattu")):
        world.answered(officer.viewer, world.asked(of.viewer, subject=subject))
    listed = words(officer.get(LIST))
    places = [listed.index(one) for one in ("Kaksi", "Yksi", "Uusi vastattu", "Vanha vastattu")]
    assert places == sorted(places), "those that wait by their day, then the newest"
    assert officer.get(LIST, due="x", asker="y", responsible="z", page="w", state="v").status_code == 200
    numbers = []
    for _round in range(2):
        for _one in range(3):
            world.commented(officer.viewer, world.asked(by.viewer))
        officer.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            officer.get(LIST)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_the_page_of_one_request_takes_as_many_statements_with_many_comments() -> None:
    by, officer = world.municipality(), world.region()
    programme = world.draft(by.viewer)
    made = world.sent(by.viewer, programme)
    numbers = []
    for _round in range(2):
        for key in ("", *_keys(by, programme)):
            world.commented(officer.viewer, made, key=key)
        officer.get(f"{LIST}{made.pk}/")
        with CaptureQueriesContext(connection) as asked:
            officer.get(f"{LIST}{made.pk}/")
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_the_region_is_reminded_once_before_the_day_and_once_after_it() -> None:
    by, officer = world.municipality(), world.region()
    made = world.asked(by.viewer, answer_by=date(2026, 12, 23))
    told = []
    for day in (
        date(2026, 12, 10),
        date(2026, 12, 20),
        date(2026, 12, 21),
        date(2026, 12, 24),
        date(2026, 12, 28),
    ):
        with clock.at(day):
            told.append(jobs.remind_of_guidance(0))
    assert told == [0, 1, 0, 1, 0]
    assert notices(officer.viewer) == [
        "steering.guidance-asked",
        "steering.guidance-due",
        "steering.guidance-late",
    ]
    world.answered(officer.viewer, made)
    with clock.at(date(2027, 1, 20)):
        assert jobs.remind_of_guidance(0) == 0


def test_my_work_says_what_waits_for_each_side() -> None:
    by, officer, colleague = world.municipality(), world.region(), world.region()
    made = world.asked(by.viewer)

    def waits(of: Worker) -> list[str]:
        with make.working(of.viewer) as at_work, override("en"):
            return [one.words for one in todo(at_work, 50)]

    assert waits(officer) == waits(colleague) == ["Answer the request for guidance: Kuka tekee arvioinnin?"]
    officer.post(f"{LIST}{made.pk}/take/")
    assert waits(colleague) == []
    comment = world.commented(officer.viewer, made)
    assert waits(by) == []
    world.answered(officer.viewer, made)
    assert waits(by) == ["Tell what you changed: Kuka tekee arvioinnin?"]
    assert waits(officer) == []
    assert by.post(f"{LIST}comments/{comment.pk}/change/", version="1", text="Korjattu.").status_code == 302
    assert waits(by) == []
    assert waits(officer) == ["Look at what was changed: Kuka tekee arvioinnin?"]


def test_a_question_is_suggested_to_the_bank_of_answers_without_the_asker() -> None:
    by, officer = world.municipality(), world.region()
    made = world.asked(by.viewer)
    address = f"{LIST}{made.pk}/suggest/"
    world.answered(officer.viewer, made)
    page = officer.get(address)
    assert "Hyvä luonnos." in page.content.decode()
    token = officer.hidden(address)["token"]
    wrong = officer.post(address, token=token, topic="", title="", text="", language="fi")
    assert wrong.status_code == 422
    given = {
        "token": token,
        "topic": "work",
        "title": "Kuka arvioi?",
        "text": "Kysymys ja vastaus.",
        "language": "fi",
    }
    for _time in range(2):
        assert officer.send(address, given).status_code == 302
    with make.working(officer.viewer):
        assert Question.objects.get().organisation.code == world.REGION
    assert by.get(address).status_code == 403


def test_a_repeat_with_the_same_token_keeps_one_version() -> None:
    by = world.municipality()
    programme = world.draft(by.viewer)
    token = uuid4()
    with make.working(by.viewer) as at_work:
        given = world.content(at_work, kind="draft", programme_id=programme.pk)
        first = guidance.ask(given, actor=at_work, token=token)
        assert guidance.ask(given, actor=at_work, token=token).pk == first.pk
        assert programme.versions.count() == 1


def test_an_asker_does_not_work_at_a_request_nor_a_region_change_for_it() -> None:
    by, officer = world.municipality(), world.region()
    made = world.asked(by.viewer)
    comment = world.commented(officer.viewer, made)
    world.answered(officer.viewer, made)
    for part in ("take/", "checklist/", "comment/", "answer/", "follow/"):
        assert by.post(f"{LIST}{made.pk}/{part}").status_code == 403
    assert officer.post(f"{LIST}comments/{comment.pk}/change/").status_code == 403
    assert officer.post(f"{LIST}{made.pk}/again/").status_code == 403
    with make.working(world.municipality(world.KAJAANI).viewer) as at_work, pytest.raises(NotVisible):
        guidance_work.tell_change(comment.pk, "x", actor=at_work, expected_version=1)
