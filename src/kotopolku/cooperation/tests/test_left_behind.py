"""What an organisation or a municipality that ended left to others: lines of guidelines, positions sent to it, its hearings."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.actors.models import Organisation, Succession
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation import access_positions
from kotopolku.cooperation.actions import guidelines, position_sending, successions
from kotopolku.cooperation.models import GuidelineOccupation, Hearing, PositionReceiver, Statement
from kotopolku.cooperation.queries import guidelines as queries
from kotopolku.cooperation.queries import hearing_work, positions_work
from kotopolku.cooperation.rules_guidelines import Line, Outcome
from kotopolku.cooperation.tests import commons_world as commons
from kotopolku.cooperation.tests import guideline_world as world
from kotopolku.cooperation.tests import hearings_world, positions_world
from kotopolku.journal.models import Entry

pytestmark = pytest.mark.django_db
GUIDELINES = "/commons/guidelines/"


def answered(occupation: str, municipality: str, on: date) -> queries.Answer:
    with make.working(world.officer()):
        return queries.answer(occupation, municipality, on)


def test_a_line_of_a_municipality_that_was_merged_holds_in_the_new_one() -> None:
    """Pertunmaa (588) was merged into Mäntyharju (507) on 1 January 2025."""
    before, after = date(2024, 9, 2), date(2025, 1, 1)
    by = Worker("ely-07", before, Role.REGIONAL_OFFICER)
    old = world.adopted(
        by.viewer,
        (Line("9112", municipalities=("588",)),),
        regions=("10",),
        first=before,
        last=date(2025, 8, 31),
    )
    assert answered("9112", "507", before).outcome == Outcome.NARROWED, "not before the day"
    assert answered("9112", "588", before).lifted
    assert answered("9112", "507", after).lifted
    assert answered("9112", "491", after).outcome == Outcome.NARROWED
    visitor = Client()
    visitor.cookies["kotopolku_language"] = "en"
    address = "/api/guidelines/answer"
    question = {"occupation": "9112", "municipality": "507", "on": "2025-01-01"}
    with CaptureQueriesContext(connection) as statements:
        answered("9112", "507", after)
    assert len([one for one in statements if "cooperation_" in one["sql"]]) == 2
    found = visitor.get(address, question).json()
    assert (found["lifted"], found["line"]["municipalities"]) == (True, ["588"])
    assert [(one["code"], one["into"]["code"], one["since"]) for one in found["merged"]] == [
        ("588", "507", "2025-01-01")
    ]
    told = "Pertunmaa was merged into Mäntyharju on 1 January 2025: what the guideline says of Pertunmaa holds in Mäntyharju."
    assert told in found["explanation"]
    page = {"occupation": "9112", "on": "1.1.2025"}
    assert told in words(visitor.get(GUIDELINES, page | {"municipality": "507"}))
    gone = "Municipality 588 does not exist in 2025; merged into 507 Mäntyharju on 1.1.2025."
    refused_there = visitor.get(GUIDELINES, page | {"municipality": "588"})
    assert (refused_there.status_code, gone in words(refused_there)) == (422, True)
    refused_here = visitor.get(address, question | {"municipality": "588"})
    assert (refused_here.status_code, refused_here.json()["detail"]) == (422, gone)
    with make.working(by.viewer) as at_work:
        renewed = guidelines.draft(
            world.content(number="2025/1", regions=("10",), first=after, last=date(2025, 8, 31)),
            actor=at_work,
            from_id=old.pk,
        )
        assert GuidelineOccupation.objects.get(guideline=renewed).municipalities == ["507"], (
            "names of its day"
        )


# Positions sent to who is no more -------------------------------------------------------------------------------------


def follow(before: str, after: str, on: date) -> None:
    """The tasks of one organisation pass to another on a day."""
    with rowsecurity.as_system():
        old = Organisation.objects.get(code=before)
        old.valid = DateRange(old.valid.lower, on)
        old.save()
        Succession.objects.create(predecessor=old, successor=Organisation.objects.get(code=after), on=on)


def test_a_successor_reads_and_answers_what_was_sent_to_its_predecessor_from_the_day_on() -> None:
    day = commons.ON + timedelta(days=8)
    by = commons.officer()
    made = positions_world.adopted(by, public=False)
    [row] = positions_world.sent(by, made, commons.VANTAA)
    follow(commons.VANTAA, commons.KAJAANI, day)
    page = f"/commons/positions/{made.pk}/"
    form = f"{page}receivers/{row.pk}/"
    heir = Worker(commons.KAJAANI, day, Role.TEAM_LEADER)
    with make.working(heir.viewer, day - timedelta(days=1)) as early:
        assert not access_positions.positions(early).exists(), "not before the day"
        assert not PositionReceiver.objects.exists(), "row security too"
    assert Worker("kunta-398", day, Role.TEAM_LEADER).get(form).status_code == 404
    with make.working(heir.viewer) as at_work, override("en"):
        [one] = positions_work.todo(at_work)
    assert "wanted an answer from Vantaa, which your organisation follows" in one.reason
    assert made.title in words(heir.get("/commons/positions/?box=to-us"))
    assert form in heir.get(page).content.decode()
    assert positions_world.reminded(positions_world.UNTIL - timedelta(days=5)) == 1, "its people are reminded"
    assert positions_world.reminded(positions_world.UNTIL - timedelta(days=4)) == 0
    typed = {"version": str(row.version), "answer": "Uusi kunta vastaa.", "on": "1.12.2026"}
    assert heir.post(form, **typed).status_code == 302
    assert "Uusi kunta vastaa." in words(heir.get(page))
    with make.working(by, day) as at_work, pytest.raises(Refusals) as refused:
        position_sending.answer(made.pk, row.pk, "Toisin.", day, actor=at_work, expected_version=2)
    assert refused.value.codes == ("theirs",), "the successor's answer is the receiver's own"


# Hearings ------------------------------------------------------------------------------------------------------------


def test_a_successor_takes_over_a_hearing_with_its_statements_and_closes_it() -> None:
    """Vantaa asks Kajaani, and becomes a part of Lahti while the hearing is open."""
    day, page = commons.ON + timedelta(days=8), "/commons/hearings/left/"
    old, other = hearings_world.leader(), hearings_world.leader(commons.KAJAANI)
    made = hearings_world.opened(old, (commons.KAJAANI,))
    drafted = hearings_world.drafted(old, (), title="Luonnos")
    hearings_world.given(other, made)
    follow(commons.VANTAA, "kunta-398", day)
    heir, stranger = (Worker(code, day, Role.TEAM_LEADER) for code in ("kunta-398", commons.KAJAANI))
    assert stranger.get(page).status_code == 302, "nothing waits for it"
    own = f"/commons/hearings/{made.pk}/"
    assert heir.get(own).status_code == 404, "not before it is taken over"
    with make.working(heir.viewer) as at_work, override("en"):
        assert [one.words for one in hearing_work.todo(at_work)] == ["Take over hearings"]
    assert "2 hearings of organisations that yours follows" in words(heir.get("/commons/hearings/"))
    shown = words(heir.get(page))
    assert made.title in shown
    assert drafted.title in shown
    refused = heir.post(page, chosen=str(made.pk), reason="")
    assert (refused.status_code, "Write why." in words(refused)) == (422, True)
    assert heir.post(page, chosen=str(made.pk), reason="Kuntaliitos").status_code == 302
    assert heir.get(own).status_code == 200
    with make.working(heir.viewer) as at_work:
        assert Hearing.objects.get(pk=made.pk).organisation_id == at_work.organisation_id
        assert Statement.objects.get(hearing=made).given_at is not None, "what was said is its to read"
        assert Entry.objects.filter(action="cooperation.hearing.taken-over").count() == 1
        with pytest.raises(Refusals) as gone:
            successions.take_over_hearings([made.pk], "Uudestaan", actor=at_work)
        assert gone.value.codes == ("gone",)
    hearings_world.closed(heir.viewer, made)
    hearings_world.responded(heir.viewer, made)
    assert "1 hearing of an organisation" in words(heir.get("/commons/hearings/"))
