"""A tender from its draft to publication, questions and corrections: what is refused, who sees what, and from which day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import clock
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.notices.models import Notice as Message
from kotopolku.procurement import access, tender_rules
from kotopolku.procurement.actions import notices, papers, publication, questions, tenders
from kotopolku.procurement.actions.publication import CorrectionContent
from kotopolku.procurement.models import Document, Notice, Question, QuestionAsker, Tender, TenderState
from kotopolku.procurement.queries import public
from kotopolku.procurement.queries import tenders as queries
from kotopolku.procurement.tender_rules import Award, LotContent, Money
from kotopolku.procurement.tests import tender_world as world
from kotopolku.procurement.tests.tender_world import ON

pytestmark = pytest.mark.django_db


def codes(act: Callable[[], object]) -> set[tuple[str, str]]:
    with pytest.raises(Refusals) as found:
        act()
    return {(one.field, one.code) for one in found.value.refusals}


@pytest.fixture
def first() -> Viewer:
    return world.officer()


@pytest.fixture
def second() -> Viewer:
    return world.officer()


@pytest.fixture
def open_tender(first: Viewer, second: Viewer) -> Tender:
    return world.published(first, second)


def correction(**changes: Any) -> CorrectionContent:
    values: dict[str, Any] = {"what": world.three("Määräaika siirtyy."), "voids_bids": False}
    return CorrectionContent(**(values | changes))


# --- Rules ------------------------------------------------------------------------------------------------------------


def test_a_deadline_in_the_hour_that_comes_twice_is_refused() -> None:
    assert codes(lambda: tender_rules.moment(date(2026, 10, 25), "3.30")) == {("", "twice")}


def test_a_deadline_in_the_hour_that_the_clocks_skip_is_refused() -> None:
    assert codes(lambda: tender_rules.moment(date(2027, 3, 28), "3.30")) == {("", "never")}


def test_a_deadline_after_the_clock_change_keeps_its_own_offset() -> None:
    before, after = (
        tender_rules.moment(date(2026, 10, 25), "2.59"),
        tender_rules.moment(date(2026, 10, 25), "4.00"),
    )
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=2, minutes=1)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(4, 23), st.integers(0, 59))
def test_any_other_moment_is_read_as_it_was_typed(day: date, hour: int, minute: int) -> None:
    found = tender_rules.moment(day, f"{hour}.{minute:02d}").astimezone(UTC).astimezone(clock.HELSINKI)
    assert (found.date(), found.hour, found.minute) == (day, hour, minute)


def test_a_lot_without_volume_is_refused() -> None:
    found = tender_rules.check(LotContent(world.three("Osa"), "basic", None))
    assert [(one.field, one.code) for one in found] == [("places", "volume")]


def test_cheapest_price_alone_needs_its_reason() -> None:
    assert [one.field for one in tender_rules.check(Award("cheapest"))] == ["basis_reason"]


def test_a_timetable_in_the_past_is_refused_at_each_time() -> None:
    now = datetime.combine(ON + timedelta(days=400), datetime.min.time(), clock.HELSINKI)
    found = {one.field for one in tender_rules.check(world.times(), now) if one.code == "past"}
    assert found == {"questions_by", "bids_by", "opening_at"}


# --- Drafting ---------------------------------------------------------------------------------------------------------


def test_numbers_run_by_buyer_and_year_and_a_form_sent_twice_makes_one(first: Viewer) -> None:
    token = uuid4()
    with make.working(first):
        one = tenders.draft_tender(world.basics(), actor=first, token=token)
        assert tenders.draft_tender(world.basics(), actor=first, token=token).pk == one.pk
        two = tenders.draft_tender(world.basics(), actor=first)
    other = world.officer(world.OTHER_AREA)
    with make.working(other):
        theirs = tenders.draft_tender(world.basics(), actor=other)
    assert [one.number, two.number, theirs.number] == ["2026-001", "2026-002", "2026-001"]


def test_a_draft_tells_what_it_lacks_and_a_full_one_lacks_nothing(first: Viewer) -> None:
    with make.working(first):
        empty = tenders.draft_tender(world.basics(subject={}), actor=first)
        steps = {one.step for one in queries.remarks(queries.parts_of(empty)) if one.blocks}
        assert steps == {"basics", "money", "lots", "criteria", "terms", "times"}
        assert ("", "unfinished") in codes(
            lambda: publication.send_for_review(empty.pk, actor=first, expected_version=empty.version)
        )
    tender = world.drafted(first)
    with make.working(first):
        assert [one for one in queries.remarks(queries.parts_of(tender)) if one.blocks] == []


def test_weights_that_do_not_sum_keep_the_tender_from_review(first: Viewer) -> None:
    tender = world.drafted(first)
    with make.working(first):
        tenders.add_part(tender.pk, world.criterion("Työelämä", 5), actor=first)
        tender.refresh_from_db()
        [found] = [one for one in queries.remarks(queries.parts_of(tender)) if one.blocks]
        assert (found.step, "105" in found.text) == ("criteria", True)
        assert queries.worked_example(tender) is None
        with pytest.raises(Refusals):
            publication.send_for_review(tender.pk, actor=first, expected_version=tender.version)


def test_splitting_is_warned_of_when_purchases_together_reach_the_threshold(first: Viewer) -> None:
    with make.working(first):
        for _number in range(2):
            tender = tenders.draft_tender(world.basics(procedure="below-threshold"), actor=first)
            small = Money(base_eur=Decimal(250_000))
            tender = tenders.change_tender(tender.pk, small, actor=first, expected_version=tender.version)
        found = [
            one for one in queries.remarks(queries.parts_of(tender)) if "HA" in one.text or "2" in one.text
        ]
        assert any(one.step == "money" and not one.blocks for one in found)


def test_a_page_saved_over_somebody_elses_change_clashes(first: Viewer, second: Viewer) -> None:
    with make.working(first):
        tender = tenders.draft_tender(world.basics(), actor=first)
        tenders.add_part(tender.pk, world.lot(), actor=first)
    with make.working(second), pytest.raises(EditClash):
        tenders.change_tender(tender.pk, world.basics(), actor=second, expected_version=tender.version)


def test_the_form_of_bids_asks_price_criteria_and_every_exclusion_ground(open_tender: Tender) -> None:
    form = open_tender.bid_form
    [lot] = form["lots"]
    assert [field["kind"] for field in lot["fields"]] == ["money", "long-text", "file"]
    declaration = next(part for part in form["parts"] if part["code"] == "declaration")
    asked = {field["ground"] for field in declaration["fields"] if field["kind"] == "yes-no"}
    assert asked == {one.code for one in tender_rules.grounds() if one.mandatory}


# --- Review and publication -------------------------------------------------------------------------------------------


def test_the_drafter_cannot_publish_and_a_sent_back_draft_can_be_changed(
    first: Viewer, second: Viewer
) -> None:
    tender = world.drafted(first)
    with make.working(first):
        tender = publication.send_for_review(tender.pk, actor=first, expected_version=tender.version)
        version = tender.version
        assert codes(lambda: publication.publish(tender.pk, actor=first, expected_version=version)) == {
            ("", "same-person")
        }
        assert codes(lambda: tenders.add_part(tender.pk, world.lot(), actor=first)) == {("", "state")}
    with make.working(second):
        assert codes(lambda: publication.publish(tender.pk, actor=second, expected_version=version)) == {
            ("", "openers")
        }
        back = publication.send_back(tender.pk, "Osat puuttuvat.", actor=second, expected_version=version)
    assert back.state == TenderState.DRAFT
    with make.working(first):
        tenders.add_part(tender.pk, world.lot(), actor=first)


def test_publication_opens_papers_queues_the_notice_and_fixes_the_form(
    open_tender: Tender, first: Viewer
) -> None:
    with make.working(first):
        notice = Notice.objects.get(tender=open_tender)
        assert (notice.occasion, notice.subtype, notice.state) == ("tender", 20, "published")
        assert Document.objects.get(tender=open_tender).published_on == ON
    assert open_tender.bid_form["lots"][0]["code"] == "L1"
    assert open_tender.phase(open_tender.bids_by) == "open"  # type: ignore[arg-type]
    assert open_tender.phase(open_tender.bids_by + timedelta(microseconds=1)) == "closed"  # type: ignore[operator]


def test_a_tender_opens_here_only_after_the_national_service_or_48_hours_after_it_has_the_notice(
    first: Viewer, second: Viewer
) -> None:
    waiting, opened, refused = (world.drafted(first) for _number in range(3))
    for one in (waiting, opened, refused):
        world.publish(one, first, second, announced=False)
    got = datetime(2026, 11, 23, 12, tzinfo=clock.HELSINKI)
    with mock.patch.object(clock, "real_now", return_value=got):
        assert world.hand_in("accepted", "published", "refused") == {"sent": 1, "published": 1, "refused": 1}
    nobody = Viewer(user_id=None, name="", day=ON + timedelta(days=2), seat=None)

    def shown() -> set[int]:
        with make.working(nobody):
            seen = {one.tender.pk for one in public.lines(nobody)}
            assert seen == set(Tender.objects.values_list("pk", flat=True))
            return seen

    def job(at: datetime) -> int:
        viewer = Viewer.for_system("procurement.notices", at.date())
        with mock.patch.object(clock, "real_now", return_value=at), make.working(viewer):
            return publication.open_after_waiting(actor=viewer)

    assert shown() == {opened.pk}
    with make.working(world.bidder()):
        assert Tender.objects.filter(pk=waiting.pk).count() == 0
    assert job(got + timedelta(hours=47, minutes=59)) == 0
    assert shown() == {opened.pk}
    assert job(got + timedelta(hours=48)) == 1
    assert shown() == {opened.pk, waiting.pk}
    with make.working(first):
        waiting.refresh_from_db()
        assert codes(lambda: publication.take_back(waiting.pk, actor=first)) == {("", "announced")}
        assert Message.objects.filter(kind="procurement.notice-not-taken").exists()
        assert publication.take_back(refused.pk, actor=first).state == TenderState.DRAFT
        assert Notice.objects.get(tender=refused).state == "cancelled"


def test_a_person_who_has_seen_the_notice_published_opens_the_tender(first: Viewer, second: Viewer) -> None:
    tender = world.publish(world.drafted(first), first, second, announced=False)
    with make.working(second):
        assert tender.phase(clock.now()) == "announced"
        assert codes(
            lambda: publication.correct(
                tender.pk, correction(), actor=second, expected_version=tender.version
            )
        ) == {("", "announced")}
        notice = Notice.objects.get(tender=tender)
        assert codes(lambda: notices.confirm(notice.pk, " ", actor=second)) == {("service_id", "required")}
        notices.confirm(notice.pk, "2026-1234", actor=second)
        tender.refresh_from_db()
        assert tender.published_on == clock.today()
        assert codes(lambda: notices.confirm(notice.pk, "2026-1234", actor=second)) == {("", "state")}


def test_a_tender_below_the_threshold_has_no_notice_and_opens_at_once(first: Viewer, second: Viewer) -> None:
    tender = world.drafted(first, procedure="below-threshold")
    with make.working(first):
        small = Money(base_eur=Decimal(90_000), starts_on=tender.starts_on, ends_on=tender.ends_on)
        tenders.change_tender(tender.pk, small, actor=first, expected_version=tender.version)
    tender = world.publish(tender, first, second, announced=False)
    assert tender.published_on == ON


def test_a_short_time_for_bids_is_refused_where_the_act_has_a_minimum(first: Viewer) -> None:
    tender = world.drafted(first, procedure="eu-open")
    with make.working(first):
        soon = world.times().questions_by + timedelta(days=8)
        content = replace(world.times(), bids_by=soon, opening_at=soon, answers_by=None)
        tender = tenders.change_tender(tender.pk, content, actor=first, expected_version=tender.version)
        assert "times" in {one.step for one in queries.remarks(queries.parts_of(tender)) if one.blocks}


# --- Who sees what ----------------------------------------------------------------------------------------------------


def test_a_draft_is_seen_by_its_buyer_only_and_a_published_one_by_all_from_its_day(
    first: Viewer, second: Viewer
) -> None:
    draft = world.drafted(first)
    shown = world.published(first, second)
    nobody = Viewer(user_id=None, name="", day=ON, seat=None)
    for viewer in (world.officer(world.OTHER_AREA), world.bidder(), nobody):
        with make.working(viewer):
            assert list(Tender.objects.all()) == [shown]
            assert [one.tender for one in public.lines(viewer)] == [shown]
            assert shown.lots.count() == 1
            assert Document.objects.count() == 1
            assert Notice.objects.count() == 0
            with pytest.raises(NotVisible):
                access.public_tender(draft.pk, ON)
            with pytest.raises(NotVisible):
                access.tender(viewer, shown.pk)
    with make.working(replace(nobody, day=ON - timedelta(days=1))) as early:
        assert public.lines(early) == []
        assert Tender.objects.count() == 0


def test_nobody_outside_can_write_to_a_published_tender_even_past_the_actions(open_tender: Tender) -> None:
    with make.working(world.bidder()):
        assert Tender.objects.filter(pk=open_tender.pk).update(title={"fi": "Muu"}) == 0
        assert open_tender.lots.update(places=1) == 0


# --- Questions --------------------------------------------------------------------------------------------------------


def test_who_asked_is_hidden_from_the_buyer_and_the_other_bidders(open_tender: Tender, first: Viewer) -> None:
    asker, other = world.bidder(), world.bidder(world.SECOND_BIDDER)
    with make.working(asker):
        question = questions.ask(open_tender.pk, "Saako opettaa etänä?", lot_code="L1", actor=asker)
        assert [one.pk for one in access.read_questions(asker, open_tender.pk)] == [question.pk]
    with make.working(other):
        assert list(Question.objects.all()) == []
        assert queries.unanswered(open_tender.pk) == 0
    with make.working(first):
        assert QuestionAsker.objects.count() == 0
        assert queries.unanswered(open_tender.pk) == 1
        questions.answer(question.pk, "Enintään 20 %.", actor=first, expected_version=1)
    with make.working(other):
        [read] = access.read_questions(other, open_tender.pk)
        assert (read.answer, QuestionAsker.objects.count()) == ("Enintään 20 %.", 0)


def test_a_question_after_its_deadline_and_a_second_answer_are_refused(
    open_tender: Tender, first: Viewer
) -> None:
    asker = world.bidder()
    with make.working(asker):
        question = questions.ask(open_tender.pk, "Milloin alkaa?", actor=asker)
        assert codes(lambda: questions.ask(open_tender.pk, " ", actor=asker)) == {("text", "required")}
    with world.at(asker, ON + timedelta(days=15)) as late:
        assert codes(lambda: questions.ask(open_tender.pk, "Vielä yksi?", actor=late)) == {
            ("", "questions-closed")
        }
    with make.working(first):
        questions.answer(question.pk, "Helmikuussa.", actor=first, expected_version=1)
        assert codes(lambda: questions.answer(question.pk, "Muu.", actor=first, expected_version=2)) == {
            ("", "answered")
        }
        with pytest.raises(MissingCapability):
            questions.ask(open_tender.pk, "Kysyn itse", actor=first)


# --- Corrections ------------------------------------------------------------------------------------------------------


def test_a_correction_moves_the_deadline_opens_the_new_paper_and_voids_the_bids(
    open_tender: Tender, first: Viewer
) -> None:
    later = open_tender.bids_by + timedelta(days=7)  # type: ignore[operator]
    with make.working(first):
        [old] = Document.objects.all()
        papers.add_paper(
            open_tender.pk, papers.Paper("Palvelukuvaus 2", replaces=old.pk), world.PAPER, actor=first
        )
        with make.working(world.bidder()):
            assert Document.objects.count() == 1
    with make.working(first):
        open_tender.refresh_from_db()
        publication.correct(
            open_tender.pk,
            correction(bids_by=later, voids_bids=True),
            actor=first,
            expected_version=open_tender.version,
        )
        open_tender.refresh_from_db()
        assert (open_tender.bids_by, open_tender.documents_version) == (later, 2)
        assert open_tender.bid_form["documents_version"] == 2
        change = Notice.objects.get(occasion="change")
        assert change.corrects is not None
    with make.working(world.bidder()) as viewer:
        assert [one.number for one in access.public_documents(open_tender.pk, viewer.day)] == [2]


def test_a_deadline_is_never_moved_earlier_and_nothing_is_corrected_after_it(
    open_tender: Tender, first: Viewer
) -> None:
    earlier = open_tender.bids_by - timedelta(days=1)  # type: ignore[operator]
    version = open_tender.version
    with make.working(first):
        assert codes(
            lambda: publication.correct(
                open_tender.pk, correction(bids_by=earlier), actor=first, expected_version=version
            )
        ) == {("bids_by", "earlier")}
    with world.at(first, ON + timedelta(days=60)) as late:
        assert codes(
            lambda: publication.correct(open_tender.pk, correction(), actor=late, expected_version=version)
        ) == {("", "closed")}


def test_a_draft_given_up_is_not_public_and_keeps_its_reason_in_the_journal(first: Viewer) -> None:
    tender = world.drafted(first)
    with make.working(first):
        assert codes(
            lambda: publication.give_up(tender.pk, " ", actor=first, expected_version=tender.version)
        ) == {("reason", "reason-short")}
        publication.give_up(tender.pk, "Tarve poistui.", actor=first, expected_version=tender.version)
    with connection.cursor() as cursor, make.working(world.bidder()):
        cursor.execute("SELECT count(*) FROM procurement_tender")
        assert cursor.fetchone()[0] == 0
