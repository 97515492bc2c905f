"""What clients say of a step: by link in every language without script or cookie, on the own page, and what is told of it."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import segno
from django.conf import settings
from django.test import Client

from kotopolku import clock
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information import feedback_rules
from kotopolku.journal.models import Entry, Payload
from kotopolku.mypage.tests import visiting
from kotopolku.steering import access_paths as access
from kotopolku.steering import forms_say, say_languages
from kotopolku.steering.actions import path_feedback, paths
from kotopolku.steering.models import PathStep
from kotopolku.steering.path_rules import FeedbackContent
from kotopolku.steering.tests import paths_world as world

pytestmark = pytest.mark.django_db

LIST = "/steering/paths/"
TOLD = {"period": "2026-2"}


def link(step: PathStep) -> str:
    return f"/steering/public/say/{step.code}/"


class Anybody:
    """Somebody with a telephone and an address from a wall: no session, no script."""

    def __init__(self) -> None:
        self.client = Client()

    def get(self, address: str, **data: str) -> Any:
        with clock.at(world.ON):
            return self.client.get(address, data)

    def send(self, address: str, **data: str) -> Any:
        with clock.at(world.ON):
            return self.client.post(address, data)


def mark(step: PathStep) -> str:
    return forms_say.seal(step.code)


# By link ----------------------------------------------------------------------------------------------------------------


def test_the_form_stands_in_arabic_from_right_to_left_without_script_or_cookie() -> None:
    step = world.step_of(world.path(world.keeper()))
    who = Anybody()
    page = who.get(link(step), language="ar")
    text = page.content.decode()
    assert '<html lang="ar" dir="rtl"' in text
    assert "التقييم الأولي" in text
    assert "<script" not in text
    assert not page.cookies
    assert 'maxlength="1000"' in text
    sent = who.send(link(step) + "?language=ar", score="2", understood="no", text="لم أفهم", mark=mark(step))
    assert sent.status_code == 302
    thanks = who.get(sent["Location"])
    assert '<html lang="ar" dir="rtl"' in thanks.content.decode()
    (kept,) = world.answers()
    assert (kept.score, kept.understood, kept.text, kept.language) == (2, False, "لم أفهم", "ar")
    assert (kept.month, kept.by_link) == (date(2026, 11, 1), True)


@pytest.mark.parametrize("code", [code for code, _name in settings.CLIENT_LANGUAGES])
def test_every_language_has_its_page(code: str) -> None:
    step = world.step_of(world.path(world.keeper()))
    page = Anybody().get(link(step), language=code).content.decode()
    assert f'<html lang="{code}"' in page
    assert all(f'hreflang="{other}"' in page for other in say_languages.NAMES)


def test_the_browser_s_language_is_taken_when_none_is_chosen() -> None:
    step = world.step_of(world.path(world.keeper()))
    for asked, given in (("so,en;q=0.5", "so"), ("zh-CN", "zh-hans"), ("xx", "fi"), ("", "fi")):
        with clock.at(world.ON):
            page = Client().get(link(step), headers={"Accept-Language": asked})
        assert f'<html lang="{given}"' in page.content.decode()


def test_nothing_says_who_answered_or_when() -> None:
    step = world.step_of(world.path(world.keeper()))
    by = Worker(world.VANTAA, world.ON)
    for number in range(3):
        sent = by.post(link(step), score="5", text=f"Sana {number}", mark=mark(step))
        assert sent.status_code == 302
    kept = world.answers()
    assert len(kept) == 3
    assert {one.month for one in kept} == {date(2026, 11, 1)}
    with make.working(world.system()):
        entries = Entry.objects.filter(action="steering.feedback.given")
        for entry in entries:
            assert (entry.actor_id, entry.organisation_id, entry.subjects) == (None, None, [])
            assert (entry.object_kind, entry.object_id) == ("steering.path", step.path_id)
        assert not Payload.objects.filter(entry__in=entries).exists()
    assert all(one.pk > 1_000 for one in kept), "ids are drawn by lot"


def test_the_same_form_sent_twice_is_one_answer() -> None:
    step, who = world.step_of(world.path(world.keeper())), Anybody()
    given = mark(step)
    for _time in range(2):
        assert who.send(link(step), score="5", mark=given).status_code == 302
    assert len(world.answers()) == 1


def test_wrong_answers_are_told_and_nothing_typed_is_lost() -> None:
    step, who = world.step_of(world.path(world.keeper())), Anybody()
    missing = who.send(link(step) + "?language=en", text="Sanani", mark=mark(step))
    assert missing.status_code == 422
    assert "Choose a number from 1 to 5." in words(missing)
    assert "Sanani" in missing.content.decode()
    for score in ("0", "6", "x", "5; DROP"):
        assert who.send(link(step), score=score, mark=mark(step)).status_code == 422
    long = who.send(link(step) + "?language=en", score="3", text="x" * 1_001, mark=mark(step))
    assert long.status_code == 422
    assert "The text is too long: 1000 signs at most." in words(long)
    assert world.answers() == []


def test_a_form_that_is_not_ours_or_too_old_is_asked_again_with_the_words() -> None:
    step, other = (world.step_of(world.path(world.keeper())) for _one in range(2))
    who = Anybody()
    for given in ("", "x:y:z", mark(other)):
        answer = who.send(link(step) + "?language=en", score="3", text="Sanani", mark=given)
        assert answer.status_code == 422
        assert "The form was open for a long time." in words(answer)
        assert "Sanani" in answer.content.decode()
    assert world.answers() == []


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten() -> None:
    step = world.step_of(world.path(world.keeper()))
    sent = Anybody().send(link(step), score="5", homepage="http://x.example", mark=mark(step))
    assert sent.status_code == 302
    assert world.answers() == []


def test_too_many_from_one_network_are_stopped_and_the_words_stay() -> None:
    step, who = world.step_of(world.path(world.keeper())), Anybody()
    for _time in range(feedback_rules.MOST_IN_WINDOW):
        assert who.send(link(step), score="5", mark=mark(step)).status_code == 302
    stopped = who.send(link(step) + "?language=en", score="5", text="Sanani", mark=mark(step))
    assert stopped.status_code == 422
    assert "Many messages have come from your network" in words(stopped)
    assert "Sanani" in stopped.content.decode()
    assert len(world.answers()) == feedback_rules.MOST_IN_WINDOW


def test_only_steps_that_ask_of_paths_in_use_are_answered() -> None:
    by = world.keeper()
    draft = world.step_of(world.path(by, in_use=False))
    silent = world.step_of(world.path(by, world.step_content(asks=False)))
    ended_path = world.path(by)
    ended = world.step_of(ended_path)
    with make.working(by) as at_work:
        paths.end(ended_path.pk, "Ei enää.", actor=at_work, expected_version=2)
    until = world.path(by, feedback_until=world.ON)
    who = Anybody()
    for step in (draft, silent, ended):
        assert who.get(link(step)).status_code == 404
        assert who.send(link(step), score="5", mark=mark(step)).status_code == 404
    closed = who.get("/steering/public/say/arvattu/", language="ar")
    assert closed.status_code == 404
    assert '<html lang="ar" dir="rtl"' in closed.content.decode(), (
        "whoever comes late is told in the own language"
    )
    last = world.step_of(until)
    assert who.get(link(last)).status_code == 200
    with clock.at(world.ON + timedelta(days=1)):
        assert Client().get(link(last)).status_code == 404
    assert world.answers() == []


# What is told -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "told"), [(4, False), (5, True)])
def test_under_five_answers_nothing_is_told(number: int, told: bool) -> None:
    by = world.keeping()
    made = world.path(by.viewer)
    for score in range(1, number + 1):
        world.say(world.step_of(made), score, text="Kiitos avusta")
    page = words(by.get(f"{LIST}{made.pk}/answers/", **TOLD))
    assert ("Too few answers to show." in page) is not told
    assert ("Kiitos avusta" in page) is told
    assert ("100 % knew what happens next (5 of 5)." in page) is told


def test_answers_of_another_step_period_or_running_month_do_not_help() -> None:
    by = world.keeping()
    made = world.path(by.viewer, world.step_content(), world.step_content())
    first, second = (world.step_of(made, one) for one in range(2))
    for _one in range(4):
        world.say(first, text="Neljäs sana")
    world.say(second, text="Neljäs sana")
    world.say(first, on=date(2026, 6, 30), text="Neljäs sana")
    world.say(first, on=world.ON, text="Neljäs sana")
    page = words(by.get(f"{LIST}{made.pk}/answers/", **TOLD))
    assert page.count("Too few answers to show.") == 2
    assert "Neljäs sana" not in page
    assert "Neljäs sana" not in words(by.get(f"{LIST}{made.pk}/answers/", period="2026-1"))
    world.say(first, text="Viides sana")
    assert "Viides sana" in words(by.get(f"{LIST}{made.pk}/answers/", **TOLD))


def test_words_are_harmless_and_stand_in_their_own_language() -> None:
    by = world.keeping()
    made = world.path(by.viewer)
    for text in ("<script>alert(1)</script>", "شكرا", "", "", ""):
        world.say(world.step_of(made), text=text, language="ar")
    page = by.get(f"{LIST}{made.pk}/answers/", **TOLD).content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<p lang="ar" dir="auto">شكرا</p>' in page
    assert "العربية" in page


def test_a_keeper_takes_away_words_that_name_somebody() -> None:
    by = world.keeping()
    made = world.path(by.viewer)
    for number in range(6):
        world.say(world.step_of(made), 1, text="Virkailija Näyte Malli ei kuunnellut" if number == 0 else "")
    (named,) = [one for one in world.answers() if one.text]
    address = f"{LIST}answers/{named.pk}/remove/"
    assert "Näyte Malli" not in words(by.get(address)), "not repeated on a page that knows no smallest number"
    assert by.post(address, reason="").status_code == 422
    assert by.post(address, reason="Nimeää työntekijän.").status_code == 302
    page = words(by.get(f"{LIST}{made.pk}/answers/", **TOLD))
    assert "Näyte Malli" not in page
    assert "Nobody has written anything." in page
    assert len(world.answers()) == 6, "the numbers stay"
    with make.working(by.viewer):
        entry = Entry.objects.get(action="steering.feedback.text-removed")
        assert Payload.objects.get(entry=entry).reason == "Nimeää työntekijän."


def test_another_organisation_sees_no_feedback() -> None:
    made = world.path(world.keeper())
    for _one in range(6):
        world.say(world.step_of(made), text="Salainen sana")
    kept = world.answers()[0]
    for other in (world.keeping(world.REGION), world.keeping(world.AREA)):
        assert other.get(f"{LIST}{made.pk}/answers/").status_code == 404
        assert other.post(f"{LIST}answers/{kept.pk}/remove/", reason="x").status_code == 404
        with make.working(other.viewer) as at_work:
            assert not access.feedback(at_work).exists()
    assert Worker(world.VANTAA, world.ON).get(f"{LIST}{made.pk}/answers/").status_code == 403
    with make.working(make.worker(world.VANTAA, world.ON)) as at_work, pytest.raises(MissingCapability):
        access.feedback(at_work)
    assert len([one for one in world.answers() if one.text]) == 6


def test_the_sheet_has_the_address_and_every_language() -> None:
    by = world.keeping()
    step = world.step_of(world.path(by.viewer))
    page = by.get(f"{LIST}steps/{step.pk}/sheet/").content.decode()
    assert f"http://testserver{link(step)}" in page
    assert (
        segno.make_qr(f"http://testserver{link(step)}", error="m").svg_inline(scale=5, light="#fff") in page
    )
    assert all(f'lang="{code}"' in page for code in say_languages.NAMES)
    silent = world.step_of(world.path(by.viewer, world.step_content(asks=False)))
    assert by.get(f"{LIST}steps/{silent.pk}/sheet/").status_code == 404


# On the own page --------------------------------------------------------------------------------------------------------


def test_a_client_is_asked_on_the_own_page_when_the_step_has_ended() -> None:
    worker, relationship = visiting.a_client(world.VANTAA, world.ON)
    made = world.path(world.keeper())
    step = world.step_of(made)
    visitor = visiting.signed_in(worker, relationship, language="en")
    assert "We have nothing to ask you now." in visitor.say("/my/steps/")
    assert visitor.get(f"/my/steps/{step.code}/").status_code == 404
    assert "Tell us how it went" not in visitor.say("/my/")
    world.act(relationship.person_id, world.ASSESSED, world.ON, worker)
    assert "Tell us how it went" in visitor.say("/my/")
    assert "Alkuvaiheen arviointi" in visitor.say("/my/steps/")
    address = f"/my/steps/{step.code}/"
    assert visitor.post(address, mark=mark(step), text="Sanani").status_code == 422
    sent = visitor.post(address, score="4", understood="yes", text="Hyvin meni", mark=mark(step))
    assert sent.status_code == 302
    (kept,) = world.answers()
    assert (kept.score, kept.by_link, kept.text) == (4, False, "Hyvin meni")
    with make.working(world.system()):
        entry = Entry.objects.get(action="steering.feedback.given")
        assert (entry.actor_id, entry.subjects) == (None, [])
        assert not Entry.objects.filter(actor_id=visitor_id(visitor), action__startswith="steering.").exists()


def visitor_id(visitor: visiting.Visitor) -> int:
    return int(visitor.client.session["_auth_user_id"])


def test_the_own_page_asks_for_thirty_days_and_only_of_the_own_organisation() -> None:
    worker, relationship = visiting.a_client(world.VANTAA, world.ON)
    mine, theirs = world.path(world.keeper()), world.path(world.keeper(world.KAJAANI))
    elsewhere = world.path(world.keeper(world.REGION), municipalities=("091",))
    world.act(relationship.person_id, world.ASSESSED, world.ON, worker)
    visitor = visiting.signed_in(worker, relationship)
    for other in (theirs, elsewhere):
        assert visitor.get(f"/my/steps/{world.step_of(other).code}/").status_code == 404
    address = f"/my/steps/{world.step_of(mine).code}/"
    assert visitor.get(address).status_code == 200
    for days, status in ((30, 200), (31, 404)):
        with visitor.on(world.ON + timedelta(days=days)):
            again = visitor.get(address)
        assert again.status_code == status


def test_the_own_page_speaks_arabic_from_right_to_left() -> None:
    worker, relationship = visiting.a_client(world.VANTAA, world.ON)
    step = world.step_of(world.path(world.keeper()))
    world.act(relationship.person_id, world.ASSESSED, world.ON, worker)
    visitor = visiting.signed_in(worker, relationship, language="ar")
    page = visitor.get(f"/my/steps/{step.code}/").content.decode()
    assert 'dir="rtl"' in page
    assert "التقييم الأولي" in page
    visitor.post(f"/my/steps/{step.code}/", score="3", mark=mark(step))
    assert world.answers()[0].language == "ar"


def test_staff_and_strangers_have_no_own_page() -> None:
    step = world.step_of(world.path(world.keeper()))
    assert world.keeping().get(f"/my/steps/{step.code}/").status_code == 403
    assert Anybody().get("/my/steps/").status_code == 302


def test_the_act_itself_refuses_what_the_form_would() -> None:
    step = world.step_of(world.path(world.keeper()))
    with make.working(world.system()) as nobody:
        for content in (FeedbackContent(None, None, "", "fi"), FeedbackContent(9, None, "", "fi")):
            with pytest.raises(Refusals):
                path_feedback.give(step.code, content, actor=nobody, token=uuid4(), by_link=False)
        good = FeedbackContent(3, None, "", "fi")
        with pytest.raises(NotVisible):
            path_feedback.give("arvattu", good, actor=nobody, token=uuid4(), by_link=False)
