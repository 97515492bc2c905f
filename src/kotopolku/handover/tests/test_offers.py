"""One client from one authority to another: what each side sees before, at and after, and everything that must not pass."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients import actions as clients_actions
from kotopolku.clients import queries as clients
from kotopolku.clients.models import Clock, Person, Plan, ProtectedContact, Relationship, Responsibility
from kotopolku.clients.rules import ContactContent, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.handover import actions, queries, rules, travels
from kotopolku.handover.actions.offers import OFFERED_ALREADY
from kotopolku.handover.models import Handover, Kept, Offer, OfferState
from kotopolku.handover.rules import Answered, NewOffer
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
CHOSEN = NewOffer(reason="Sovittu viranomaisten kesken.")


def organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def to(code: str, **more: Any) -> NewOffer:
    return replace(CHOSEN, to_organisation_id=organisation(code).pk, **more)


def notices(kind: str) -> list[Notice]:
    with rowsecurity.as_system():
        return list(Notice.objects.filter(kind=kind).order_by("user_id"))


@pytest.fixture
def vantaa() -> Viewer:
    return make.worker("kunta-092", ON)


@pytest.fixture
def kajaani() -> Viewer:
    return make.worker("kunta-205", ON)


@pytest.fixture
def moved(vantaa: Viewer) -> Relationship:
    """A client of Vantaa with a plan, who lives in Kajaani now."""
    with make.working(vantaa) as at_work:
        relationship = make.client(at_work)
        make.assessed(relationship, at_work, started=ON, done=ON)
        make.planned(relationship, at_work, made=ON)
        ProtectedContact.objects.update(municipality=make.KAJAANI)
    return relationship


def offered(viewer: Viewer, relationship: Relationship, data: NewOffer | None = None) -> Offer:
    with make.working(viewer) as at_work:
        return actions.offer_client(relationship.pk, data or NewOffer(message="Kiitos."), actor=at_work)


def refused(viewer: Viewer, relationship: Relationship, data: NewOffer) -> set[tuple[str, str]]:
    with pytest.raises(Refusals) as error:
        offered(viewer, relationship, data)
    return make.refused(error.value)


def test_a_client_who_has_moved_is_offered_to_the_authority_that_the_law_names(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    with make.working(vantaa) as at_work:
        proposal = queries.proposal(at_work, moved.pk)
    assert proposal is not None
    assert ("Kajaani" in proposal.name, proposal.section, proposal.occasion) == (
        True,
        "681/2023 § 3, § 14",
        "moved",
    )
    offer = offered(vantaa, moved)
    assert (offer.to_organisation.code, offer.by_law, offer.state) == ("kunta-205", True, "offered")
    assert (offer.remind_on, offer.escalate_on) == (date(2026, 11, 26), date(2026, 12, 2))
    assert [notice.user_id for notice in notices("handover.offer-received")] == [kajaani.user_id]


def test_before_accepting_the_receiver_sees_stage_language_age_and_what_is_due_and_no_row_of_the_person(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offered(vantaa, moved)
    with make.working(kajaani) as at_work:
        [shown] = queries.incoming(at_work)
        assert (shown.stage, shown.language) == ("suunnitelma laadittu", "suomi")
        assert shown.offer.message == "Kiitos."
        assert shown.age is not None
        assert [line.due for line in shown.due] == sorted(line.due for line in shown.due if line.due)
        for model in (Person, Relationship, Responsibility, Plan, Clock, ProtectedContact):
            assert not model.objects.exists(), model
        with pytest.raises(NotVisible):
            clients.client_page(at_work, moved.pk)
    person = moved.person
    assert person.family_name not in str(shown)
    assert moved.case_number not in str(shown)


def test_acceptance_by_a_named_worker_passes_the_client_that_day_and_the_clocks_run_on(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(vantaa):
        before = set(Clock.objects.values_list("rule", "opens_on", "due", "closed_on"))
    day = date(2026, 11, 25)
    with make.working(kajaani, day) as at_work:
        receipt = actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
        detail = clients.client_page(at_work, moved.pk)
        assert detail.plan is not None
        assert detail.worker_name == kajaani.name
        assert set(Clock.objects.values_list("rule", "opens_on", "due", "closed_on")) == before
        assert {row.authority_id for row in Clock.objects.all()} == {kajaani.organisation_id}
        assert {row.worker_id for row in Clock.objects.all()} == {kajaani.user_id}
        assert (receipt.on, receipt.answered_from, receipt.case_number) == (day, ON, moved.case_number)
        assert receipt.travelled["clients.Plan"]["count"] == 1
        assert receipt.travelled["clients.Clock"]["count"] == len(before)
        assert len(receipt.fingerprint) == 64
    [notice] = notices("handover.offer-accepted")
    assert (notice.user_id, notice.address) == (vantaa.user_id, f"/handover/receipts/{receipt.pk}/")


def test_the_sender_keeps_the_receipt_and_loses_the_rest_at_once_also_in_another_session(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work:
        actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
    colleague = make.worker("kunta-092", ON, role=Role.TEAM_LEADER)
    for viewer in (vantaa, colleague):
        with make.working(viewer) as at_work:
            for model in (Person, Relationship, Responsibility, Plan, Clock, ProtectedContact, Kept):
                assert not model.objects.exists(), model
            with pytest.raises(NotVisible):
                clients.client_page(at_work, moved.pk)
            [receipt] = queries.receipts(at_work)
            assert receipt.handover.case_number == moved.case_number
            assert "Kajaani" in receipt.other
            assert not queries.sent(at_work)


def test_whatever_hangs_on_a_client_in_any_room_is_seen_by_who_answers_and_so_goes_with_the_client() -> None:
    labels = set()
    for label, table, _key, _condition in travels._tables():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT qual FROM pg_policies WHERE tablename = %s AND policyname = %s",
                [table, f"{table}_scope"],
            )
            condition = cursor.fetchone()[0]
        assert "clients_responsibility" in condition or "clients_plan" in condition, label
        labels.add(label)
    assert set(travels.NAMES) <= labels


def test_a_third_authority_sees_neither_offer_nor_receipt(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work:
        actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
    with make.working(make.worker("kunta-049", ON)) as other:
        assert not Offer.objects.exists()
        assert not Handover.objects.exists()
        with pytest.raises(NotVisible):
            actions.withdraw_offer(offer.pk, actor=other)


def test_another_than_the_law_names_takes_a_reason(vantaa: Viewer, moved: Relationship) -> None:
    make.worker("tyo-43", ON)
    wanted = NewOffer(to_organisation_id=organisation("tyo-43").pk)
    assert refused(vantaa, moved, wanted) == {("reason", "reason-required")}
    offer = offered(vantaa, moved, to("tyo-43"))
    assert not offer.by_law


def test_an_organisation_without_the_duty_cannot_be_offered_a_client(
    vantaa: Viewer, moved: Relationship
) -> None:
    for code in ("evk-01", "tem"):
        assert refused(vantaa, moved, to(code)) == {("to_organisation", "no-duty")}


def test_an_organisation_that_ended_yesterday_cannot_be_offered_a_client(
    vantaa: Viewer, moved: Relationship
) -> None:
    make.worker("kunta-049", ON)
    Organisation.objects.filter(code="kunta-049").update(valid=DateRange(None, ON))
    with pytest.raises(Refusals) as error:
        offered(vantaa, moved, to("kunta-049"))
    assert make.refused(error.value) == {("to_organisation", "ended")}
    assert error.value.refusals[0].params["ended"] == date(2026, 11, 22)


def test_an_organisation_where_nobody_could_accept_cannot_be_offered_a_client(
    vantaa: Viewer, moved: Relationship
) -> None:
    assert refused(vantaa, moved, to("kunta-018")) == {("to_organisation", "nobody-there")}


def test_a_client_is_not_offered_twice_nor_to_the_own_authority(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    assert refused(vantaa, moved, to("kunta-092")) == {("to_organisation", "own")}
    offered(vantaa, moved)
    assert refused(vantaa, moved, to("kunta-205")) == {("", OFFERED_ALREADY.code)}


def test_a_client_whose_relationship_has_ended_is_not_offered(vantaa: Viewer, moved: Relationship) -> None:
    with make.working(vantaa) as at_work:
        clients_actions.end_relationship(moved.pk, ON, "moved", actor=at_work)
    assert ("", "ended") in refused(vantaa, moved, to("kunta-205"))


def test_refusing_takes_a_reason_and_leaves_the_client_with_the_sender(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work:
        with pytest.raises(Refusals):
            actions.refuse_offer(offer.pk, " ", actor=at_work)
        actions.refuse_offer(offer.pk, "Asuu yhä Vantaalla.", actor=at_work)
        with pytest.raises(Answered) as error:
            actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
        assert error.value.state == "refused"
    with make.working(vantaa) as at_work:
        assert clients.client_page(at_work, moved.pk)
        [row] = queries.sent(at_work)
        assert (row.offer.state, row.offer.answer_reason) == ("refused", "Asuu yhä Vantaalla.")


def test_what_was_accepted_cannot_be_refused_or_withdrawn(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work:
        actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
        with pytest.raises(Answered):
            actions.refuse_offer(offer.pk, "Liian myöhään.", actor=at_work)
    with make.working(vantaa) as at_work, pytest.raises(Answered):
        actions.withdraw_offer(offer.pk, actor=at_work)


def test_an_offer_is_withdrawn_before_it_is_accepted_and_only_by_the_sender(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work, pytest.raises(NotVisible):
        actions.withdraw_offer(offer.pk, actor=at_work)
    with make.working(vantaa) as at_work:
        actions.withdraw_offer(offer.pk, actor=at_work)
    with make.working(kajaani) as at_work:
        assert queries.incoming(at_work) == []
        with pytest.raises(Answered):
            actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
    assert offered(vantaa, moved).pk != offer.pk


def test_only_a_worker_of_the_receiver_takes_the_client(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work, pytest.raises(Refusals):
        actions.accept_offer(offer.pk, vantaa.user_id, actor=at_work)
    officer = make.worker("evk-01", ON, role=Role.REGIONAL_OFFICER)
    with make.working(officer) as at_work, pytest.raises(MissingCapability):
        actions.accept_offer(offer.pk, officer.user_id, actor=at_work)


def test_a_client_who_passed_in_another_way_cannot_be_accepted(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(Viewer.for_system("test", ON)) as job:
        clients_actions.pass_to_successor(moved, ON, organisation("tyo-43"), actor=job)
    with make.working(kajaani) as at_work:
        assert queries.incoming(at_work) == []
        with pytest.raises(Answered) as error:
            actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
    assert error.value.state == "passed"


def test_a_return_is_an_offer_back_and_needs_a_reason(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work:
        actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
    back = offered(kajaani, moved, to("kunta-092", occasion="return"))
    with make.working(vantaa) as at_work:
        receipt = actions.accept_offer(back.pk, vantaa.user_id, actor=at_work)
        assert clients.client_page(at_work, moved.pk)
        assert len(queries.receipts(at_work)) == 2
        assert receipt.answered_from == ON


def test_accepting_with_the_same_form_twice_gives_one_receipt(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    import uuid

    token = uuid.uuid4()
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work:
        first = actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work, token=token)
        assert actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work, token=token) == first


def test_going_on_answering_is_a_decision_with_a_reason_and_ends_the_proposal(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    with make.working(vantaa) as at_work:
        with pytest.raises(Refusals):
            actions.keep_client(moved.pk, "", actor=at_work)
        actions.keep_client(moved.pk, "Muutto on tilapäinen.", actor=at_work)
        assert queries.proposal(at_work, moved.pk) is None
        ProtectedContact.objects.update(municipality="049")
        assert queries.proposal(at_work, moved.pk) is not None


def test_nothing_is_proposed_when_the_own_authority_answers(vantaa: Viewer) -> None:
    with make.working(vantaa) as at_work:
        relationship = make.client(at_work)
        assert queries.proposal(at_work, relationship.pk) is None
        with pytest.raises(Refusals):
            actions.keep_client(relationship.pk, "Turha.", actor=at_work)


def test_job_search_can_be_saved_and_the_client_left_to_an_offer(vantaa: Viewer) -> None:
    make.worker("tyo-43", ON)
    with make.working(vantaa) as at_work:
        relationship = make.client(at_work)
        passing = clients_actions.set_jobseeker(
            relationship.pk, True, ON, actor=at_work, confirm=True, offered=True
        )
        assert (passing.changes, passing.passed) == (True, False)
        assert clients.client_page(at_work, relationship.pk).responsibility.duty == "assessment-other"
        proposal = queries.proposal(at_work, relationship.pk)
        assert proposal is not None
        assert (proposal.occasion, proposal.since) == ("jobseeker", ON)
        offer = actions.offer_client(relationship.pk, NewOffer(occasion="jobseeker"), actor=at_work)
    assert offer.to_organisation.code == "tyo-43"


def test_all_that_is_done_is_in_the_journal_and_names_no_authority(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work:
        actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
    with make.working(Viewer.for_system("test", ON)):
        entries = Entry.objects.filter(action__startswith="handover.").order_by("id")
        assert [entry.action for entry in entries] == ["handover.offer.sent", "handover.offer.accepted"]
        assert {tuple(entry.subjects) for entry in entries} == {(moved.person_id,)}


# --- Non-disclosure ----------------------------------------------------------------------------------------------------


@pytest.fixture
def hidden(vantaa: Viewer) -> Relationship:
    with make.working(vantaa) as at_work:
        contact = ContactContent(municipality=make.KAJAANI, street_address="Salakatu 13")
        return make.client(at_work, contact=contact, non_disclosure=True)


def test_under_a_non_disclosure_order_only_the_right_with_a_reason_hands_over_and_the_sender_keeps_no_name(
    vantaa: Viewer, kajaani: Viewer, hidden: Relationship
) -> None:
    leader = make.worker("kunta-092", ON, role=Role.TEAM_LEADER)
    with make.working(vantaa) as at_work:
        proposal = queries.proposal(at_work, hidden.pk)
        assert proposal is not None
        assert (proposal.name, proposal.protected) == ("", True)
        with pytest.raises(MissingCapability):
            actions.offer_client(hidden.pk, NewOffer(), actor=at_work)
    assert refused(leader, hidden, NewOffer()) == {("protected_reason", "protected")}
    offer = offered(leader, hidden, NewOffer(protected_reason="Muuttanut, siirretään vastuu."))
    with make.working(vantaa) as at_work:
        assert [row.receiver for row in queries.sent(at_work)] == [""]
    with make.working(kajaani) as at_work:
        actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
    with make.working(leader) as at_work:
        [receipt] = queries.receipts(at_work)
        assert (receipt.other, receipt.worker, receipt.hidden) == ("", "", True)
    with make.working(kajaani) as at_work:
        [receipt] = queries.receipts(at_work)
        assert "Vantaa" in receipt.other


def test_an_order_that_comes_after_the_hand_over_hides_the_receiver_too(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work:
        actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
        clients_actions.set_non_disclosure(moved.pk, True, None, actor=at_work)
    with make.working(vantaa) as at_work:
        assert [receipt.other for receipt in queries.receipts(at_work)] == [""]


# --- Reminding ---------------------------------------------------------------------------------------------------------


def remind(day: date) -> dict[str, int]:
    with make.working(Viewer.for_system("handover.remind", day)) as job:
        return actions.remind(actor=job)


def test_an_unanswered_offer_is_reminded_of_once_and_then_brought_to_the_leaders_of_both_once(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    leaders = {make.worker(code, ON, role=Role.TEAM_LEADER).user_id for code in ("kunta-092", "kunta-205")}
    offered(vantaa, moved)
    assert remind(date(2026, 11, 26))["reminded"] == 0
    assert remind(date(2026, 11, 27))["reminded"] == 1
    assert remind(date(2026, 11, 28)) == {"withdrawn": 0, "reminded": 0, "escalated": 0, "referrals": 0}
    assert remind(date(2026, 12, 3))["escalated"] == 1
    assert remind(date(2026, 12, 4))["escalated"] == 0
    assert {notice.user_id for notice in notices("handover.offer-late")} == leaders


def test_the_job_withdraws_offers_of_clients_who_have_passed_in_another_way(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(Viewer.for_system("test", ON)) as job:
        clients_actions.pass_to_successor(moved, ON, organisation("tyo-43"), actor=job)
    assert remind(ON)["withdrawn"] == 1
    with make.working(vantaa):
        assert Offer.objects.get(pk=offer.pk).state == OfferState.WITHDRAWN


# --- Two at once -------------------------------------------------------------------------------------------------------


def together(viewers: tuple[Viewer, Viewer], act: Callable[[Viewer], Any]) -> list[Any]:
    answers: list[Any] = [None, None]
    start = threading.Barrier(2)

    def run(number: int) -> None:
        try:
            with transaction.atomic(), make.working(viewers[number]) as at_work:
                start.wait(10)
                answers[number] = act(at_work)
        except (Answered, Refusals) as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_gets_the_client_and_the_other_is_told_who() -> None:
    vantaa = make.worker("kunta-092", ON)
    takers = (make.worker("kunta-205", ON, name="Aino Eka"), make.worker("kunta-205", ON, name="Otso Toka"))
    with transaction.atomic(), make.working(vantaa) as at_work:
        relationship = make.client(at_work, contact=ContactContent(municipality=make.KAJAANI))
    with transaction.atomic(), make.working(vantaa) as at_work:
        offer = actions.offer_client(relationship.pk, NewOffer(), actor=at_work)
    answers = together(takers, lambda me: actions.accept_offer(offer.pk, me.user_id, actor=me).number)
    [told] = [answer for answer in answers if isinstance(answer, Answered)]
    [number] = [answer for answer in answers if isinstance(answer, str)]
    assert told.state == "accepted"
    assert told.who in ("Aino Eka", "Otso Toka")
    with transaction.atomic(), make.working(takers[0]):
        assert Handover.objects.get().number == number
        winner = Responsibility.objects.get().worker
    assert winner is not None
    assert winner.full_name == told.who


@pytest.mark.django_db(transaction=True)
def test_of_two_who_offer_at_once_one_offers() -> None:
    senders = (make.worker("kunta-092", ON), make.worker("kunta-092", ON))
    make.worker("kunta-205", ON)
    with transaction.atomic(), make.working(senders[0]) as at_work:
        relationship = make.client(at_work, contact=ContactContent(municipality=make.KAJAANI))
    answers = together(senders, lambda me: actions.offer_client(relationship.pk, NewOffer(), actor=me).state)
    assert sorted(type(answer).__name__ for answer in answers) == ["OfferState", "Refusals"]


def test_the_rows_of_one_authority_cannot_be_written_by_another(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    rowsecurity.apply(make.worker("kunta-049", ON))
    assert Offer.objects.filter(pk=offer.pk).update(state="withdrawn") == 0


def test_a_receipt_s_fingerprint_is_that_of_its_facts(
    vantaa: Viewer, kajaani: Viewer, moved: Relationship
) -> None:
    offer = offered(vantaa, moved)
    with make.working(kajaani) as at_work:
        row = actions.accept_offer(offer.pk, kajaani.user_id, actor=at_work)
        stored = Handover.objects.get(pk=row.pk)
    names = (
        "number",
        "case_number",
        "on",
        "answered_from",
        "from_organisation_id",
        "to_organisation_id",
        "handed_by_id",
        "received_by_id",
        "worker_id",
        "duty",
        "section",
        "travelled",
    )
    facts = {name: getattr(stored, name) for name in names}
    assert rules.fingerprint(facts) == stored.fingerprint
    assert rules.fingerprint(facts | {"on": ON.replace(day=24)}) != stored.fingerprint
