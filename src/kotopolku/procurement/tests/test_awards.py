"""Evaluation and award: scores apart, the record computed again, two persons, standstill, appeals, second awards."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from kotopolku import law
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice as UserNotice
from kotopolku.procurement import evaluation as engine
from kotopolku.procurement.actions import awards, challenges, checks, evaluation
from kotopolku.procurement.actions.awards import AwardContent, Sending
from kotopolku.procurement.actions.challenges import ChallengeContent
from kotopolku.procurement.actions.checks import CheckContent
from kotopolku.procurement.evaluation_input import read_input
from kotopolku.procurement.models import (
    AwardDecision,
    AwardWinner,
    Clarification,
    DecisionNotice,
    Evaluator,
    Lot,
    Ranking,
    Score,
    ScoreSheet,
    Tender,
)
from kotopolku.procurement.queries import awards as queries
from kotopolku.procurement.queries import evaluation as reading
from kotopolku.procurement.tests import awards_world as world
from kotopolku.procurement.tests.awards_world import ON, A, B, C

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> Viewer:
    return world.officer()


@pytest.fixture
def second() -> Viewer:
    return world.officer()


def organisation_id(code: str) -> int:
    return Organisation.objects.get(code=code).pk


def codes(act: object) -> tuple[str, ...]:
    with pytest.raises(Refusals) as refused, transaction.atomic():
        act()  # type: ignore[operator]
    return refused.value.codes


# --- Evaluation ------------------------------------------------------------------------------------------------------


def test_nobody_sees_anothers_scores_before_all_have_handed_in(first: Viewer, second: Viewer) -> None:
    tender = world.opened(actor=first)
    with make.working(first):
        [lot] = world.lots_of(tender)
    world.named(tender, first, second)
    world.handed_in(lot, [first])
    with make.working(second):
        assert not Score.objects.exists()
        assert not ScoreSheet.objects.exists()
        assert reading.evaluation_page(second, tender.pk).stages[0].handed_in == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procurement_score")
            assert cursor.fetchone()[0] == 0
        page = reading.lot_page(second, lot.pk)
        assert not page.open
        assert all(not cell.given for line in page.lines for cell in line.cells)
        assert codes(lambda: evaluation.moderate(lot.pk, {}, actor=second)) == ("not-open",)
    world.handed_in(lot, [second])
    with make.working(first):
        page = reading.lot_page(first, lot.pk)
        assert page.open
        assert [len(cell.given) for line in page.lines for cell in line.cells] == [2, 2, 2]
        scores = world.scores(lot, world.TEACHERS)
        assert codes(lambda: evaluation.save_scores(lot.pk, scores, actor=first)) == ("opened",)


def test_an_evaluator_with_a_conflict_of_interest_takes_no_part(first: Viewer, second: Viewer) -> None:
    tender = world.opened(actor=first)
    with make.working(first):
        [lot] = world.lots_of(tender)
    world.named(tender, first, second)
    with make.working(second):
        scores = world.scores(lot, world.TEACHERS)
        evaluation.save_scores(lot.pk, scores, actor=second)
        assert codes(lambda: evaluation.declare_interest(tender.pk, True, "", actor=second)) == ("required",)
        evaluation.declare_interest(tender.pk, True, "Sisareni on tarjoajan palveluksessa.", actor=second)
        assert not Score.objects.exists()
        assert codes(lambda: evaluation.hand_in_scores(lot.pk, scores, actor=second)) == ("conflict",)
        assert codes(lambda: evaluation.declare_interest(tender.pk, False, "", actor=second)) == ("declared",)
        assert codes(lambda: evaluation.rank_lot(lot.pk, actor=second)) == ("conflict",)
    world.checked(tender, first)
    world.handed_in(lot, [first])
    with make.working(first):
        evaluation.moderate(lot.pk, world.scores(lot, world.TEACHERS, ""), actor=first)
        evaluation.rank_lot(lot.pk, actor=first)
    row = world.drafted(lot, first)
    with make.working(second):
        found = codes(
            lambda: awards.make_decision(
                row.pk, tender.number, Sending(), actor=second, expected_version=row.version
            )
        )
        assert found == ("conflict",)


def test_scores_are_within_bounds_and_carry_their_reasons(first: Viewer, second: Viewer) -> None:
    tender = world.opened(actor=first)
    with make.working(first):
        [lot] = world.lots_of(tender)
        evaluation.name_evaluators(tender.pk, [first.user_id or 0], actor=first)
        scores = world.scores(lot, world.TEACHERS)
        assert codes(lambda: evaluation.save_scores(lot.pk, scores, actor=first)) == ("not-declared",)
        evaluation.declare_interest(tender.pk, False, "", actor=first)
        high = world.scores(lot, {A: 101})
        assert codes(lambda: evaluation.save_scores(lot.pk, high, actor=first)) == ("range",)
        part = world.scores(lot, {A: 90}, "")
        assert set(codes(lambda: evaluation.hand_in_scores(lot.pk, part, actor=first))) == {
            "missing",
            "words",
        }
        sheet = evaluation.save_scores(lot.pk, part, actor=first)
        with pytest.raises(EditClash):
            evaluation.save_scores(lot.pk, part, actor=first, expected_version=sheet.version - 1)
    with make.working(second), pytest.raises(NotVisible):
        evaluation.save_scores(lot.pk, scores, actor=second)


def test_evaluators_far_apart_write_what_they_agreed(first: Viewer, second: Viewer) -> None:
    tender = world.opened(actor=first)
    with make.working(first):
        [lot] = world.lots_of(tender)
    world.named(tender, first, second)
    world.handed_in(lot, [first], {A: 60, B: 80, C: 85})
    world.handed_in(lot, [second], {A: 84, B: 80, C: 85})
    with make.working(first):
        silent = world.scores(lot, {A: 76, B: 80, C: 85}, "")
        assert codes(lambda: evaluation.moderate(lot.pk, silent, actor=first)) == ("words",)
        evaluation.moderate(lot.pk, world.scores(lot, {A: 76, B: 80, C: 85}, "Sovittu."), actor=first)
        cell = next(
            line for line in reading.lot_page(first, lot.pk).lines if line.bid.bidder.code == A
        ).cells[0]
        assert (cell.spread, cell.middle, cell.talk) == (Decimal(24), Decimal("72.00"), True)


def test_the_ranking_is_computed_again_from_the_record(first: Viewer, second: Viewer) -> None:
    tender, lot, ranking = world.ranked(first, second)
    with make.working(first):
        kept = Ranking.objects.get(pk=ranking.pk)
        again = engine.evaluate(read_input(kept.given))
        assert again.digest == kept.digest
        assert again.to_json() == kept.outcome
        assert reading.computed_again(kept)
        # By hand: A 60 × 0.9 + 40 × 450/480 = 91.5; B 48 + 40 = 88; C 51 + 40 × 450/520 = 85.62.
        points = {one["bidder"]: one["points"] for one in kept.outcome["lots"][0]["ranking"]}
        assert points == {A: "91.50", B: "88.00", C: "85.62"}
        assert reading.winner_codes(kept, 1) == [A]
        assert Tender.objects.get(pk=tender.pk).state == "evaluated"
        kept.given["lots"][0]["bids"][0]["scores"]["teachers"] = "1"
        assert not reading.computed_again(kept)
        evaluation.moderate(lot.pk, world.scores(lot, {A: 85}, "Korjattu yhdessä."), actor=first)
        assert codes(lambda: awards.draft_award(lot.pk, world.WORDS, actor=first)) == ("stale",)
        assert evaluation.rank_lot(lot.pk, actor=first).number == 2


def test_an_excluded_or_non_conforming_bid_is_not_compared(first: Viewer, second: Viewer) -> None:
    tender = world.opened(actor=first)
    with make.working(first):
        [lot] = world.lots_of(tender)
    world.named(tender, first)
    world.checked(tender, first)
    with make.working(first):
        a, b = organisation_id(A), organisation_id(B)
        bare = [CheckContent("exclusion", "bribery", "failed")]
        assert codes(lambda: checks.check_suitability(tender.pk, a, bare, actor=first)) == ("required",)
        assert codes(lambda: checks.judge_conformity(lot.pk, [(b, False, "")], actor=first)) == ("required",)
        failed = [CheckContent("exclusion", "bribery", "failed", "Lainvoimainen tuomio.")]
        checks.check_suitability(tender.pk, a, failed, actor=first)
        checks.judge_conformity(lot.pk, [(b, False, "Hinta puuttuu yhdestä rivistä.")], actor=first)
    world.handed_in(lot, [first], {C: 85})
    with make.working(first):
        evaluation.moderate(lot.pk, world.scores(lot, {C: 85}, ""), actor=first)
        ranking = evaluation.rank_lot(lot.pk, actor=first)
        assert [one["bidder"] for one in ranking.outcome["lots"][0]["ranking"]] == [C]


def test_a_low_price_is_asked_about_and_decided_by_a_person(first: Viewer, second: Viewer) -> None:
    prices = {A: 480_000, B: 300_000, C: 520_000}
    bidder, other = world.bidder(B), world.bidder(C)
    tender, lot, ranking = world.ranked(first, second, prices=prices)
    with make.working(first):
        b = organisation_id(B)
        assert list(reading.low_prices(ranking)) == [B]
        assert reading.winner_codes(ranking, 1) == [B]
        assert codes(lambda: awards.draft_award(lot.pk, world.WORDS, actor=first)) == ("low-price",)
        reject = lambda: checks.review_price(lot.pk, b, False, "Ei selitetty.", actor=first)  # noqa: E731
        assert codes(reject) == ("not-asked",)
        asked = checks.ask_clarification(
            tender.pk, b, "price", "Mistä hinta koostuu?", date(2026, 12, 4), lot_id=lot.pk, actor=first
        )
        assert codes(reject) == ("not-asked",)
    with make.working(bidder):
        assert UserNotice.objects.filter(
            user_id=bidder.user_id, kind="procurement.clarification-asked"
        ).exists()
        checks.answer_clarification(asked.pk, "Omat tilat.", actor=bidder)
        twice = lambda: checks.answer_clarification(asked.pk, "Lisää.", actor=bidder)  # noqa: E731
        assert codes(twice) == ("answered",)
    with make.working(other):
        assert not Clarification.objects.exists()
        with pytest.raises(NotVisible):
            checks.answer_clarification(asked.pk, "Minä.", actor=other)
    with make.working(first):
        reject()
        again = evaluation.rank_lot(lot.pk, actor=first)
        assert reading.winner_codes(again, 1) == [A]
        assert awards.draft_award(lot.pk, world.WORDS, actor=first).winners.get().bidder.code == A


def test_equal_bids_are_parted_by_the_rule_or_by_drawing_lots(first: Viewer, second: Viewer) -> None:
    same = {A: 500_000, B: 500_000}
    _tender, lot, ranking = world.ranked(first, second, prices=same, points={A: 80, B: 80})
    with make.working(second):
        assert ranking.outcome["lots"][0]["tie"]
        assert codes(lambda: awards.draft_award(lot.pk, world.WORDS, actor=second)) == ("tie",)
        b, c = organisation_id(B), world.provider(C).pk
        assert codes(lambda: evaluation.draw_lot(lot.pk, c, "Läsnä kaksi.", actor=second)) == ("unknown",)
        evaluation.draw_lot(lot.pk, b, "Läsnä Otto Avaaja ja Helmi Kilpailu, lipukkeet.", actor=second)
        again = lambda: evaluation.draw_lot(lot.pk, b, "Uudestaan.", actor=second)  # noqa: E731
        assert codes(again) == ("drawn",)
        assert awards.draft_award(lot.pk, world.WORDS, actor=second).winners.get().bidder.code == B


# --- Decision ----------------------------------------------------------------------------------------------------------


def test_one_drafts_and_another_makes_the_decision_and_all_are_told_that_day(
    first: Viewer, second: Viewer
) -> None:
    tender, lot, _ranking = world.ranked(first, second)
    bidders = [world.bidder(code) for code in (A, B, C)]
    with make.working(first):
        assert codes(lambda: awards.draft_award(lot.pk, AwardContent("Syy.", " "), actor=first)) == (
            "required",
        )
    row = world.drafted(lot, first)
    with make.working(first):
        make_it = {"actor": first, "expected_version": row.version}
        assert codes(lambda: awards.make_decision(row.pk, tender.number, Sending(), **make_it)) == (
            "same-person",
        )
    with make.working(second):
        make_it = {"actor": second, "expected_version": row.version}
        assert codes(lambda: awards.make_decision(row.pk, "2026-999", Sending(), **make_it)) == ("number",)
        made = awards.make_decision(row.pk, tender.number, Sending(), **make_it)
        assert made.earliest_contract_on == date(2026, 12, 12)
        told = DecisionNotice.objects.filter(decision=made)
        assert {(one.sent_on, one.received_on) for one in told} == {(ON, ON)}
        assert told.count() == 3
        assert Tender.objects.get(pk=tender.pk).state == "decided"
        assert Entry.objects.filter(action="procurement.decision.made").count() == 1
    for bidder in bidders:
        with make.working(bidder):
            [found] = queries.told_decisions(bidder)
            assert awards.open_decision(found.decision_id, actor=bidder).pk == made.pk
            news = UserNotice.objects.get(user_id=bidder.user_id, kind="procurement.decision-made")
            assert str(made.pk) in news.address


def test_a_second_award_on_the_same_lot_is_refused(first: Viewer, second: Viewer) -> None:
    _tender, lot, _ranking = world.ranked(first, second)
    world.decided(lot, first, second)
    with make.working(first):
        with pytest.raises(Refusals) as refused:
            awards.draft_award(lot.pk, world.WORDS, actor=first)
        [told] = refused.value.refusals
        assert (told.code, told.message) == ("second-award", awards.SECOND), "not the database's word for it"
        assert codes(lambda: evaluation.rank_lot(lot.pk, actor=first)) == ("decided",)
        assert AwardDecision.objects.filter(lot=lot).count() == 1


def test_no_contract_before_the_standstill_ends(first: Viewer, second: Viewer) -> None:
    tender, lot, _ranking = world.ranked(first, second)
    with make.working(first):
        assert [one.code for one in awards.may_contract(lot.pk, ON)] == ["no-decision"]
    row = world.decided(lot, first, second)
    with make.working(first):
        before = awards.may_contract(lot.pk, date(2026, 12, 11))
        assert [one.code for one in before] == ["standstill", "extracts"]
        assert before[0].params["earliest"] == date(2026, 12, 12)
    world.extracts_seen(tender, AwardWinner.objects.get(decision=row).bidder_id, first)
    with make.working(first):
        assert [one.code for one in awards.may_contract(lot.pk, date(2026, 12, 11))] == ["standstill"]
        assert awards.may_contract(lot.pk, date(2026, 12, 12)) == []


def test_a_letter_counts_from_its_posting_and_bars_the_contract_until_then(
    first: Viewer, second: Viewer
) -> None:
    _tender, lot, _ranking = world.ranked(first, second)
    with make.working(first):
        c = organisation_id(C)
    row = world.decided(lot, first, second, letters=[c])
    bidder = world.bidder(C)
    with make.working(bidder):
        assert queries.told_decisions(bidder) == []
    with make.working(first):
        assert row.earliest_contract_on is None
        assert "not-told" in [one.code for one in awards.may_contract(lot.pk, date(2027, 3, 1))]
        notice = DecisionNotice.objects.get(decision=row, recipient_id=c)
        awards.post_letter(notice.pk, actor=first)
        row.refresh_from_db()
        # Posted Fri 27 Nov, received Fri 4 Dec, fourteen days end on Fri 18 Dec.
        assert row.earliest_contract_on == date(2026, 12, 19)


def test_an_appeal_bars_the_contract_by_itself_until_the_court_has_decided(
    first: Viewer, second: Viewer
) -> None:
    tender, lot, _ranking = world.ranked(first, second)
    row = world.decided(lot, first, second)
    world.extracts_seen(tender, AwardWinner.objects.get(decision=row).bidder_id, first)
    loser, stranger = world.bidder(B), world.bidder("koul-muu")
    with make.working(stranger), pytest.raises(NotVisible):
        challenges.file_challenge(row.pk, "appeal", "Valitamme.", actor=stranger)
    with make.working(loser):
        appeal = challenges.file_challenge(row.pk, "appeal", "Valitimme vertailusta.", actor=loser)
    day = date(2027, 2, 1)
    after = world.later(second, day)
    with make.working(after):
        assert not appeal.late
        assert [one.code for one in awards.may_contract(lot.pk, day)] == ["appeal"]
        challenges.resolve_challenge(appeal.pk, "leave", "Täytäntöönpano sallittu.", day, actor=after)
        assert awards.may_contract(lot.pk, day) == []
        challenges.resolve_challenge(appeal.pk, "rejected", "Valitus hylättiin.", day, actor=after)
        assert awards.may_contract(lot.pk, day) == []
        late = challenges.record_challenge(
            row.pk, ChallengeContent("appeal", "Myöhässä.", day, appeal.party_id), actor=after
        )
        assert late.late
        assert [one.code for one in awards.may_contract(lot.pk, day)] == ["appeal"]


def test_an_upheld_correction_sets_the_decision_aside_and_the_lot_is_decided_anew(
    first: Viewer, second: Viewer
) -> None:
    tender, lot, _ranking = world.ranked(first, second)
    row = world.decided(lot, first, second)
    loser = world.bidder(B)
    with make.working(loser):
        asked = challenges.file_challenge(row.pk, "correction", "Pisteet ovat väärin.", actor=loser)
        again = lambda: challenges.file_challenge(row.pk, "other", "", actor=loser)  # noqa: E731
        assert set(codes(again)) == {"unknown", "required"}
    with make.working(second):
        leave = lambda: challenges.resolve_challenge(asked.pk, "leave", "Ei.", ON, actor=second)  # noqa: E731
        assert codes(leave) == ("unknown",)
        challenges.resolve_challenge(asked.pk, "upheld", "Pisteet korjataan.", ON, actor=second)
        row.refresh_from_db()
        assert (row.state, row.set_aside_on) == ("corrected", ON)
        assert [one.code for one in awards.may_contract(lot.pk, date(2027, 3, 1))] == ["no-decision"]
        assert Tender.objects.get(pk=tender.pk).state == "evaluated"
    with make.working(first):
        evaluation.moderate(lot.pk, world.scores(lot, {A: 80, B: 95, C: 85}, "Korjattu."), actor=first)
        evaluation.rank_lot(lot.pk, actor=first)
    anew = world.decided(lot, first, second)
    with make.working(first):
        assert anew.number == 2
        assert anew.winners.get().bidder.code == B


def test_a_procurement_is_discontinued_with_a_reason_and_without_a_contract(
    first: Viewer, second: Viewer
) -> None:
    tender = world.opened({}, actor=first)
    with make.working(first):
        [lot] = world.lots_of(tender)
        assert codes(lambda: evaluation.rank_lot(lot.pk, actor=first)) == ("nobody",)
        nothing = AwardContent("", "", discontinue=True)
        assert codes(lambda: awards.draft_award(lot.pk, nothing, actor=first)) == ("required", "required")
        why = AwardContent("Tarjouksia ei tullut.", "Inga anbud kom in.", discontinue=True)
        row = awards.draft_award(lot.pk, why, actor=first)
        row = awards.send_award_for_review(row.pk, actor=first, expected_version=row.version)
    with make.working(second):
        awards.make_decision(row.pk, tender.number, Sending(), actor=second, expected_version=row.version)
        assert Tender.objects.get(pk=tender.pk).state == "discontinued"
        assert [one.code for one in awards.may_contract(lot.pk, ON)] == ["discontinued"]


def test_the_report_of_section_124_is_frozen_and_set_on_paper(first: Viewer, second: Viewer) -> None:
    from kotopolku.procurement import award_report

    tender, lot, _ranking = world.ranked(first, second)
    with make.working(first):
        assert codes(lambda: awards.make_report(tender.pk, actor=first)) == ("no-decision",)
    row = world.decided(lot, first, second)
    with make.working(first):
        report = awards.make_report(tender.pk, actor=first)
        assert awards.make_report(tender.pk, actor=first).pk == report.pk
        [kept] = report.content["lots"]
        assert [one["bidder"] for one in kept["decision"]["winners"]] == ["Tarjoaja koul-a"]
        assert kept["ranking"][0]["points"] == "91.50"
        assert award_report.report_pdf(report, ON).startswith(b"%PDF-")
        page = queries.decision_page(first, row.pk)
        assert award_report.decision_pdf(page, ON).startswith(b"%PDF-")
        assert "12.12.2026" in award_report.contract_words(page)


# --- Who sees what -------------------------------------------------------------------------------------------------------


def test_another_authority_sees_nothing_and_the_public_only_made_decisions(
    first: Viewer, second: Viewer
) -> None:
    tender, lot, _ranking = world.ranked(first, second)
    draft = world.drafted(lot, first)
    other = world.officer(world.OTHER_BUYER)
    tables = (Evaluator, ScoreSheet, Score, Ranking, DecisionNotice, AwardDecision)
    with make.working(other):
        for table in tables:
            assert not table.objects.exists(), table
        assert queries.public_decisions(tender.pk) == []
        for act in (
            lambda: evaluation.rank_lot(lot.pk, actor=other),
            lambda: awards.draft_award(lot.pk, world.WORDS, actor=other),
            lambda: awards.send_award_back(draft.pk, "Ei.", actor=other, expected_version=draft.version),
        ):
            with pytest.raises(NotVisible):
                act()
    with make.working(second):
        awards.make_decision(draft.pk, tender.number, Sending(), actor=second, expected_version=draft.version)
    with make.working(other):
        [public] = queries.public_decisions(tender.pk)
        assert [one.bidder.code for one in public.winners] == [A]
        for table in (Evaluator, Score, Ranking, DecisionNotice):
            assert not table.objects.exists(), table
    leader = make.worker(world.BUYER, ON, role=Role.TEAM_LEADER)
    with make.working(leader), pytest.raises(MissingCapability):
        awards.draft_award(lot.pk, world.WORDS, actor=leader)


def test_two_decisions_living_on_one_lot_are_refused_by_the_database_too(
    first: Viewer, second: Viewer
) -> None:
    from django.db import IntegrityError

    _tender, lot, _ranking = world.ranked(first, second)
    row = world.decided(lot, first, second)
    with rowsecurity.as_system(), pytest.raises(IntegrityError), transaction.atomic():
        AwardDecision.objects.create(
            tender=row.tender,
            lot=lot,
            buyer_id=row.buyer_id,
            number=9,
            drafted_by_id=first.user_id,
            drafted_on=ON,
        )
    with rowsecurity.as_system(), pytest.raises(IntegrityError), transaction.atomic():
        AwardDecision.objects.filter(pk=row.pk).update(decided_by_id=row.drafted_by_id)


def test_the_numbers_of_the_act_come_from_the_law_data() -> None:
    assert law.rule("H1", ON).length == 14
    assert law.rule("HR", ON).length == 7
    assert law.rule("HX", ON).length == 12


def test_lists_take_the_same_queries_however_many_bids(first: Viewer, second: Viewer) -> None:
    from django.test.utils import CaptureQueriesContext

    few = world.opened({A: 1}, actor=first)
    many = world.opened({f"koul-{n}": 1_000 + n for n in range(12)}, lots=6, actor=first)
    counts = []
    for tender in (few, many):
        with make.working(first), CaptureQueriesContext(connection) as seen:
            reading.evaluation_page(first, tender.pk)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert Lot.objects.filter(tender=many).count() == 6
