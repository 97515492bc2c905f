"""A case from the list to arrival: what each side sees when, and every way in which it can go otherwise."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import HouseholdMember, ProtectedContact, Relationship
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.desk.models import Task
from kotopolku.families.models import Relation
from kotopolku.families.queries import minors_without_representative
from kotopolku.journal.models import Entry, Payload
from kotopolku.notices.models import Notice
from kotopolku.placement import access, case_rules
from kotopolku.placement.actions import arrivals, cases, proposals, sealed, steps
from kotopolku.placement.case_rules import Answered, CaseContent, MemberContent
from kotopolku.placement.models import (
    Arrival,
    Capacity,
    Case,
    CaseEvent,
    CaseMember,
    Hold,
    NamedWorker,
    Proposal,
    Sealed,
    SealedPaper,
)
from kotopolku.placement.queries import board
from kotopolku.placement.queries import cases as queries
from kotopolku.placement.rules import NoRoom
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests.casework import LOHJA, ON, VANTAA

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Viewer:
    return work.officer()


@pytest.fixture
def lohja() -> Viewer:
    return work.leader()


@pytest.fixture
def worker() -> Viewer:
    return make.worker(f"kunta-{LOHJA}", ON)


def answered(viewer: Viewer, proposal: Proposal, *workers: Viewer) -> Proposal:
    with make.working(viewer) as at_work:
        return proposals.accept_proposal(
            proposal.pk, date(2026, 12, 7), actor=at_work, workers=[one.user_id or 0 for one in workers]
        )


def directed(officer: Viewer, case: Case) -> None:
    with make.working(officer) as at_work:
        proposals.direct_case(case.pk, actor=at_work)
        proposals.open_names(case.pk, actor=at_work)


def held(municipality: Any) -> tuple[int, int]:
    with rowsecurity.as_system():
        row = Capacity.objects.get(municipality=municipality, resource="persons-quota")
    return row.reserved, row.used


def sees(viewer: Viewer, model: Any) -> int:
    """How many rows of a table show to the viewer through row security alone."""
    with make.working(viewer):
        return int(model.objects.count())


def test_a_family_gets_a_municipality(officer: Viewer, lohja: Viewer, worker: Viewer) -> None:
    municipality = work.places(home_6=2, school=5)
    case = work.family(officer)
    assert case.number == "K-26-001"
    proposal = work.proposed(officer, case, municipality)
    assert held(municipality) == (5, 0)
    assert (sees(lohja, Case), sees(lohja, CaseMember), sees(lohja, Sealed)) == (1, 5, 0)
    with make.working(lohja) as at_work:
        proposals.ask_more(proposal.pk, "Tarvitaanko hissi?", actor=at_work)
    with make.working(officer) as at_work:
        proposals.reply(proposal.pk, "Ei tarvita.", actor=at_work)
    answered(lohja, proposal, worker)
    assert sees(worker, Sealed) == 0
    directed(officer, case)
    assert (sees(worker, Sealed), sees(lohja, Sealed)) == (5, 0)
    with make.working(worker) as at_work:
        assert sealed.record_names_look(case.pk, actor=at_work)[0].given_names == "Baraka"
        arrivals.plan_arrival(proposal.pk, date(2026, 12, 7), "Tulkki varattu.", actor=at_work)
    with make.working(worker, date(2026, 12, 7)) as at_work:
        arrival = arrivals.record_arrival(proposal.pk, date(2026, 12, 7), actor=at_work)
    assert held(municipality) == (0, 5)
    assert len(arrival.relationships) == 5
    with make.working(worker, date(2026, 12, 7)):
        assert Relationship.objects.filter(pk__in=arrival.relationships.values()).count() == 5
        assert HouseholdMember.objects.values("household_id").distinct().count() == 1
        assert set(ProtectedContact.objects.values_list("municipality", flat=True)) == {LOHJA}
    with make.working(officer):
        assert Case.objects.get().state == "arrived"
        kinds = [line.event.kind for line in queries.events(officer, case.pk, shown=True)]
    assert kinds[-1] == "received"
    assert {"proposed", "asked", "answered", "accepted", "directed", "opened", "planned", "arrived"} <= set(
        kinds
    )


def test_notices_of_a_proposal_carry_no_name_and_no_number(officer: Viewer, lohja: Viewer) -> None:
    work.proposed(officer, work.family(officer), work.places())
    with rowsecurity.as_system():
        notice = Notice.objects.get(kind="placement.proposal-received", user_id=lohja.user_id)
    assert notice.on == date(2026, 11, 25)
    assert "K-26" not in notice.address


def test_each_look_at_names_is_in_the_journal(officer: Viewer, lohja: Viewer, worker: Viewer) -> None:
    case = work.family(officer)
    answered(lohja, work.proposed(officer, case, work.places()), worker)
    directed(officer, case)
    with make.working(worker) as at_work:
        sealed.record_names_look(case.pk, actor=at_work)
    with rowsecurity.as_system():
        look = Entry.objects.get(action="placement.names.opened")
    assert (look.actor_id, look.object_id) == (worker.user_id, case.pk)


def test_names_are_closed_to_all_but_the_named(officer: Viewer, lohja: Viewer, worker: Viewer) -> None:
    case = work.family(officer)
    proposal = work.proposed(officer, case, work.places())
    answered(lohja, proposal, worker)
    other = make.worker(f"kunta-{LOHJA}", ON)
    directed(officer, case)
    for stranger in (lohja, other, work.leader(VANTAA)):
        with make.working(stranger) as at_work, pytest.raises(NotVisible):
            sealed.record_names_look(case.pk, actor=at_work)
    with make.working(lohja) as at_work:
        proposals.name_workers(proposal.pk, [other.user_id or 0], actor=at_work)
    assert (sees(worker, Sealed), sees(other, Sealed)) == (0, 5)


def test_at_most_two_workers_who_can_register(officer: Viewer, lohja: Viewer, worker: Viewer) -> None:
    proposal = work.proposed(officer, work.family(officer), work.places())
    three = [make.worker(f"kunta-{LOHJA}", ON) for _n in range(3)]
    stranger = make.worker(f"kunta-{VANTAA}", ON)
    for group, code in ((three, "too-many"), ([stranger], "unknown-worker")):
        with pytest.raises(Refusals) as caught, transaction.atomic():
            answered(lohja, proposal, *group)
        assert caught.value.codes == (code,)


def test_another_region_and_another_municipality_see_nothing(officer: Viewer, lohja: Viewer) -> None:
    work.proposed(officer, work.family(officer), work.places())
    far = make.worker("kunta-205", ON, role=Role.TEAM_LEADER)
    other_region = make.worker(work.region_code("205"), ON, role=Role.REGIONAL_OFFICER)
    for viewer in (far, other_region, make.worker("tem", ON, role=Role.MINISTRY_OFFICER)):
        for model in (Case, CaseMember, Sealed, Proposal, CaseEvent, NamedWorker, Arrival, SealedPaper):
            assert sees(viewer, model) == 0, (viewer.name, model)


# --- Answers ---------------------------------------------------------------------------------------------------------


def test_a_no_frees_the_places_and_closes_the_case(officer: Viewer, lohja: Viewer) -> None:
    municipality = work.places()
    case = work.family(officer)
    proposal = work.proposed(officer, case, municipality)
    with make.working(lohja) as at_work:
        proposals.decline_proposal(proposal.pk, "no-home", "", actor=at_work)
    assert held(municipality) == (0, 0)
    assert (sees(lohja, Case), sees(lohja, Proposal)) == (0, 1)
    with make.working(officer):
        assert Case.objects.get().state == "waiting"


def test_the_second_of_two_answers_hears_who_was_first(officer: Viewer, lohja: Viewer) -> None:
    proposal = work.proposed(officer, work.family(officer), work.places())
    answered(lohja, proposal)
    with make.working(work.leader()) as at_work, pytest.raises(Answered) as caught:
        proposals.decline_proposal(proposal.pk, "no-home", "", actor=at_work)
    assert (caught.value.state, caught.value.on, caught.value.who) == ("accepted", ON, lohja.name)


def test_an_answer_after_its_day_is_good_and_marked_late_while_the_region_waits(
    officer: Viewer, lohja: Viewer
) -> None:
    proposal = work.proposed(officer, work.family(officer), work.places())
    with make.working(lohja, date(2026, 12, 1)) as at_work:
        accepted = proposals.accept_proposal(proposal.pk, None, actor=at_work)
    assert accepted.late


def test_an_answer_to_a_proposal_taken_back_is_told_so(officer: Viewer, lohja: Viewer) -> None:
    municipality = work.places()
    proposal = work.proposed(officer, work.family(officer), municipality)
    with make.working(officer) as at_work:
        proposals.take_back_proposal(proposal.pk, "Ei vastausta.", actor=at_work)
    assert held(municipality) == (0, 0)
    with make.working(lohja) as at_work, pytest.raises(Answered) as caught:
        proposals.accept_proposal(proposal.pk, None, actor=at_work)
    assert caught.value.state == "withdrawn"


def test_reminders_come_on_the_last_day_and_to_the_region_three_days_later(
    officer: Viewer, lohja: Viewer
) -> None:
    work.proposed(officer, work.family(officer), work.places())
    for day, found in (
        (date(2026, 11, 24), {"reminded": 0, "late": 0, "opened": 0}),
        (date(2026, 11, 25), {"reminded": 1, "late": 0, "opened": 0}),
        (date(2026, 11, 30), {"reminded": 0, "late": 0, "opened": 0}),
        (date(2026, 12, 1), {"reminded": 0, "late": 1, "opened": 0}),
        (date(2026, 12, 2), {"reminded": 0, "late": 0, "opened": 0}),
    ):
        with make.working(Viewer.for_system("placement.proposals", day)) as at_work:
            assert proposals.remind_of_proposals(actor=at_work) == found, day


def test_a_caseworker_reads_no_proposal_and_an_officer_of_the_region_answers_none(
    officer: Viewer, worker: Viewer
) -> None:
    proposal = work.proposed(officer, work.family(officer), work.places())
    with make.working(worker) as at_work:
        with pytest.raises(NotVisible):
            access.proposal(at_work, proposal.pk)
        with pytest.raises(MissingCapability):
            proposals.accept_proposal(proposal.pk, None, actor=at_work)
    with make.working(officer) as at_work, pytest.raises(MissingCapability):
        proposals.accept_proposal(proposal.pk, None, actor=at_work)


# --- Places ----------------------------------------------------------------------------------------------------------


def test_no_room_is_a_clear_no_and_nothing_is_held(officer: Viewer) -> None:
    municipality = work.places(persons=4)
    case = work.family(officer)
    with pytest.raises(NoRoom) as caught, transaction.atomic():
        work.proposed(officer, case, municipality)
    assert caught.value.lacking == {"persons-quota": 1}
    with make.working(officer):
        assert (Case.objects.get().state, Proposal.objects.count(), Hold.objects.count()) == ("waiting", 0, 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_take_the_last_places_one_gets_them() -> None:
    with transaction.atomic():
        officers = [work.officer(), work.officer()]
        with rowsecurity.as_system():
            municipality = work.places(persons=5)
        both = [work.family(one, reference=f"M-{n}") for n, one in enumerate(officers)]
    got: list[str] = []

    def propose(viewer: Viewer, case: Case) -> None:
        try:
            with transaction.atomic():
                work.proposed(viewer, case, municipality)
            got.append("places")
        except NoRoom:
            got.append("no")
        finally:
            connection.close()

    threads = [threading.Thread(target=propose, args=pair) for pair in zip(officers, both, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["no", "places"]
    with transaction.atomic():
        assert held(municipality) == (5, 0)


def test_what_a_case_takes_of_the_places() -> None:
    assert case_rules.uses("quota", [34, 31, 9, 6, 2], ["special"]) == {
        "persons-quota": 5,
        "home-6": 1,
        "school": 1,
        "daycare": 2,
        "special": 1,
    }
    assert case_rules.uses("minor", [16]) == {"persons-minor": 1, "school": 1}
    assert case_rules.home_for(7) == "home-7"


# --- Direction -------------------------------------------------------------------------------------------------------


def test_evident_needs_wait_for_the_county(officer: Viewer, lohja: Viewer) -> None:
    case = work.family(officer, needs=("hospital-hour", "health-centre"))
    proposal = work.proposed(officer, case, work.places())
    answered(lohja, proposal)
    with make.working(officer) as at_work, pytest.raises(Refusals) as caught:
        proposals.direct_case(case.pk, actor=at_work)
    assert caught.value.codes == ("county-first",)
    with make.working(lohja) as at_work:
        proposals.record_hearing(proposal.pk, ON, ON, "Hoito järjestyy.", actor=at_work)
    directed(officer, case)
    with make.working(officer):
        assert Case.objects.get().state == "directed"


def test_nothing_is_directed_before_an_acceptance(officer: Viewer) -> None:
    case = work.family(officer)
    work.proposed(officer, case, work.places())
    with make.working(officer) as at_work, pytest.raises(Answered):
        proposals.direct_case(case.pk, actor=at_work)


def test_killed_between_the_direction_and_the_opening_the_morning_job_opens(
    officer: Viewer, lohja: Viewer, worker: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = work.family(officer)
    answered(lohja, work.proposed(officer, case, work.places()), worker)

    def killed(*_given: Any, **_more: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(steps, "tell_municipality", killed)
        with pytest.raises(SystemExit), transaction.atomic():
            directed(officer, case)
    with make.working(officer) as at_work:
        assert Case.objects.get().state == "accepted"
        assert sees(worker, Sealed) == 0
    with make.working(officer) as at_work:
        proposals.direct_case(case.pk, actor=at_work)
    assert sees(worker, Sealed) == 0
    with make.working(Viewer.for_system("placement.proposals", ON)) as job:
        assert proposals.remind_of_proposals(actor=job)["opened"] == 1
    assert sees(worker, Sealed) == 5
    with make.working(officer) as at_work:
        assert proposals.open_names(case.pk, actor=at_work) == 0


def test_an_arrival_sent_twice_registers_once(officer: Viewer, lohja: Viewer, worker: Viewer) -> None:
    from uuid import uuid4

    case = work.family(officer)
    proposal = work.proposed(officer, case, work.places())
    answered(lohja, proposal, worker)
    directed(officer, case)
    token = uuid4()
    with make.working(worker) as at_work:
        first = arrivals.record_arrival(proposal.pk, ON, actor=at_work, token=token)
        second = arrivals.record_arrival(proposal.pk, ON, actor=at_work, token=token)
        assert first.pk == second.pk
        with pytest.raises(Answered):
            arrivals.record_arrival(proposal.pk, ON, actor=at_work)


def test_an_arrival_without_names_asks_for_them(officer: Viewer, lohja: Viewer, worker: Viewer) -> None:
    case = work.family(officer, members=(MemberContent(age=29),), description="")
    proposal = work.proposed(officer, case, work.places())
    answered(lohja, proposal, worker)
    directed(officer, case)
    with make.working(worker) as at_work, pytest.raises(Refusals) as caught:
        arrivals.record_arrival(proposal.pk, ON, actor=at_work)
    assert caught.value.codes == ("names-missing",)
    with make.working(officer) as at_work:
        names = {1: MemberContent(family_name="Malli", birth_date=date(1997, 1, 1))}
        assert sealed.seal_names(case.pk, names, actor=at_work) == 1
    with make.working(worker) as at_work:
        assert len(arrivals.record_arrival(proposal.pk, ON, actor=at_work).relationships) == 1


def arrived(case: Case, officer: Viewer, lohja: Viewer, worker: Viewer) -> dict[str, Relationship]:
    """The case through to arrival on the same day: number of the member → client relationship."""
    proposal = work.proposed(officer, case, work.places())
    answered(lohja, proposal, worker)
    directed(officer, case)
    with make.working(worker) as at_work:
        begun = arrivals.record_arrival(proposal.pk, ON, actor=at_work).relationships
        return {number: Relationship.objects.get(pk=key) for number, key in begun.items()}


def test_those_who_arrive_are_related_as_the_case_tells(
    officer: Viewer, lohja: Viewer, worker: Viewer
) -> None:
    begun = arrived(work.family(officer), officer, lohja, worker)
    father = begun["1"].person_id
    with make.working(worker):
        found = set(Relation.objects.values_list("person_id", "kind", "other_id", "custody"))
    spouse = tuple(sorted((father, begun["2"].person_id)))
    children = {(father, "parent", begun[number].person_id, False) for number in "345"}
    assert found == children | {(spouse[0], "spouse", spouse[1], False)}


def test_a_minor_alone_comes_with_a_task_to_find_who_acts_for_the_child(
    officer: Viewer, lohja: Viewer, worker: Viewer
) -> None:
    alone = MemberContent(age=16, family_name="Malli", given_names="Omar", birth_date=date(2010, 2, 3))
    case = work.family(officer, group="minor", members=(alone,), description="")
    begun = arrived(case, officer, lohja, worker)
    with make.working(worker) as at_work:
        task = Task.objects.get(relationship=begun["1"])
        assert (task.assignee_id, begun["1"].person.unaccompanied) == (worker.user_id, True)
        assert minors_without_representative(at_work) == 1


# --- Ends ------------------------------------------------------------------------------------------------------------


def end_withdrawn(case: Case, actor: Viewer) -> Case:
    return cases.withdraw_case(case.pk, "Lupaa ei tullut.", actor=actor)


def end_moved(case: Case, actor: Viewer) -> Case:
    return cases.record_independent_move(case.pk, VANTAA, "", actor=actor)


@pytest.mark.parametrize(("end", "state"), [(end_withdrawn, "withdrawn"), (end_moved, "independent")])
def test_a_case_can_end_while_it_is_proposed(
    officer: Viewer, lohja: Viewer, end: Callable[[Case, Viewer], Case], state: str
) -> None:
    municipality = work.places()
    case = work.family(officer)
    work.proposed(officer, case, municipality)
    with make.working(officer) as at_work:
        assert end(case, at_work).state == state
    assert held(municipality) == (0, 0)
    assert sees(lohja, Case) == 0


def test_a_case_goes_to_another_region_with_its_names(officer: Viewer) -> None:
    case = work.family(officer)
    other = make.worker(work.region_code("205"), ON, role=Role.REGIONAL_OFFICER)
    with make.working(officer) as at_work:
        cases.transfer_case(case.pk, other.organisation_id, "Sukulaiset asuvat siellä.", actor=at_work)
    assert (sees(officer, Sealed), sees(officer, Case)) == (0, 1)
    with make.working(other):
        assert Case.objects.get().number == "K-26-002"
        assert Sealed.objects.count() == 5


def test_two_who_change_a_case_get_a_clash(officer: Viewer) -> None:
    case = work.family(officer)
    with make.working(officer) as at_work:
        cases.change_case(case.pk, replace(work.FIVE, emergency=True), actor=at_work, expected_version=1)
        with pytest.raises(EditClash):
            cases.change_case(case.pk, work.FIVE, actor=at_work, expected_version=1)


# --- Non-disclosure --------------------------------------------------------------------------------------------------


def test_under_an_order_only_the_officer_sees_the_municipality(officer: Viewer, lohja: Viewer) -> None:
    case = work.family(officer, non_disclosure=True)
    proposal = work.proposed(officer, case, work.places())
    colleague = work.officer()
    assert (sees(officer, Proposal), sees(colleague, Proposal), sees(lohja, Proposal)) == (1, 0, 1)
    with make.working(colleague) as at_work:
        detail = queries.case_detail(at_work, access.case(at_work, case.pk))
        assert (detail.shown, detail.proposals, detail.described.wishes) == (False, [], [])
        assert board.open_proposals(at_work) == []
        assert {line.event.kind for line in detail.events} == {"received"}
        with pytest.raises(NotVisible):
            access.proposal(at_work, proposal.pk)
    with rowsecurity.as_system():
        told = [f"{entry.reason} {entry.details}" for entry in Payload.objects.all()]
    assert not [text for text in told if LOHJA in text or "Lohja" in text]


def test_taking_a_protected_case_needs_a_reason_and_is_journalled(officer: Viewer) -> None:
    case = work.family(officer, non_disclosure=True)
    colleague = work.officer()
    with make.working(colleague) as at_work:
        with pytest.raises(Refusals):
            cases.take_case(case.pk, " ", actor=at_work)
        cases.take_case(case.pk, "Käsittelijä on lomalla.", actor=at_work)
        assert access.sees_municipality(at_work, access.case(at_work, case.pk))
    with rowsecurity.as_system():
        assert Entry.objects.filter(action="placement.case.taken", actor_id=colleague.user_id).exists()


def test_an_order_that_comes_later_hides_what_was_seen(officer: Viewer) -> None:
    case = work.family(officer)
    work.proposed(officer, case, work.places())
    colleague = work.officer()
    assert sees(colleague, Proposal) == 1
    with make.working(officer) as at_work:
        cases.set_order(case.pk, True, actor=at_work)
    assert (sees(colleague, Proposal), sees(officer, Proposal)) == (0, 1)


# --- What is typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"members": ()}, "required"),
        ({"wishes": ("999",)}, "unknown-municipality"),
        ({"wishes": ("091", "091")}, "twice"),
        ({"wishes": ("091", "049", "092", "444", "638", "205")}, "too-many"),
        ({"vetoes": (LOHJA,)}, "wished"),
        ({"group": "minor"}, "minor-alone"),
        ({"needs": ("gold",)}, "unknown-need"),
        ({"languages": ("zz9",)}, "unknown-language"),
        ({"description": "Baraka on hitsaaja."}, "personal"),
        ({"description": "Soita 040 123 4567."}, "personal"),
        ({"received_on": date(2027, 1, 1)}, "future"),
        ({"reference": " "}, "required"),
    ],
)
def test_what_is_wrong_in_a_case_is_told(officer: Viewer, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusals) as caught:
        work.family(officer, **changes)
    assert code in caught.value.codes


def test_the_municipality_before_a_merger_is_told_with_its_successor(officer: Viewer) -> None:
    with pytest.raises(Refusals) as caught:
        work.family(officer, wishes=("911",))
    assert caught.value.codes == ("unknown-municipality",)


def test_a_vetoed_municipality_gets_no_proposal_and_no_place_on_the_board(officer: Viewer) -> None:
    municipality = work.places()
    case = work.family(officer, wishes=(), vetoes=(LOHJA,))
    with pytest.raises(Refusals) as caught, transaction.atomic():
        work.proposed(officer, case, municipality)
    assert caught.value.codes == ("vetoed",)
    with make.working(officer) as at_work:
        assert board.suggestions(at_work, access.case(at_work, case.pk)) == []


def test_suggestions_follow_the_wish_and_say_what_has_not_been_agreed(officer: Viewer) -> None:
    work.places(LOHJA)
    work.places(VANTAA, home_6=1, school=1, daycare=2)
    case = work.family(officer)
    with make.working(officer) as at_work, translation.override("en"):
        found = board.suggestions(at_work, access.case(at_work, case.pk))
    assert [one.municipality.area_code for one in found] == [LOHJA, VANTAA]
    assert any(reason.good and "wish" in reason.text for reason in found[0].reasons)
    assert any(not reason.good and "none agreed" in reason.text for reason in found[0].reasons)
    assert all(reason.good for reason in found[1].reasons[:3])


def test_a_municipality_without_a_home_for_all_is_not_suggested(officer: Viewer) -> None:
    work.places(LOHJA, home_4=5)
    case = work.family(officer)
    with make.working(officer) as at_work:
        assert board.suggestions(at_work, access.case(at_work, case.pk)) == []


def test_a_larger_home_is_held_when_none_of_the_familys_size_is_free(officer: Viewer) -> None:
    municipality = work.places(home_6=0, home_7=1)
    proposal = work.proposed(officer, work.family(officer), municipality)
    with rowsecurity.as_system():
        held_now = Hold.objects.filter(for_id=proposal.pk, capacity__resource="home-7")
        assert held_now.count() == 1


def test_a_case_of_the_same_sender_and_number_is_refused(officer: Viewer) -> None:
    work.family(officer)
    with pytest.raises(Refusals) as caught, transaction.atomic():
        work.family(officer)
    assert caught.value.codes == ("known-already",)


def test_a_case_is_for_regions_only(lohja: Viewer) -> None:
    with make.working(lohja) as at_work, pytest.raises(MissingCapability):
        cases.add_case(CaseContent(group="quota", received_on=ON), actor=at_work)


def test_a_case_follows_the_act_of_the_day_it_came(officer: Viewer) -> None:
    assert work.family(officer).act == "681/2023"
    assert Case(received_on=date(2020, 1, 1)).act == "1386/2010"
