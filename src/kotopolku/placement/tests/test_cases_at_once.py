"""Two at the very same moment: one gets through, the other is told, and nothing is done twice or lost."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from kotopolku.access import rowsecurity
from kotopolku.clients.tests import factories as make
from kotopolku.placement.actions import case_lists, proposals
from kotopolku.placement.case_rules import Answered
from kotopolku.placement.models import Capacity, Case, CaseEvent, Sealed
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests.test_case_lists import ROWS, csv_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned, or the refusal it raised, all begun together in transactions of their own."""
    found: list[Any] = []
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        try:
            ready.wait()
            with transaction.atomic():
                found.append(act())
        except Answered as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(acts)
    return found


def test_of_a_yes_and_a_no_to_one_proposal_one_holds_and_the_places_follow_it() -> None:
    with transaction.atomic():
        officer, first, second = work.officer(), work.leader(), work.leader()
        with rowsecurity.as_system():
            municipality = work.places()
        proposal = work.proposed(officer, work.family(officer), municipality)

    def accept() -> str:
        with make.working(first) as at_work:
            return proposals.accept_proposal(proposal.pk, None, actor=at_work).state

    def decline() -> str:
        with make.working(second) as at_work:
            return proposals.decline_proposal(proposal.pk, "no-home", "", actor=at_work).state

    found = at_once(accept, decline)
    [told] = [one for one in found if isinstance(one, Answered)]
    [done] = [one for one in found if isinstance(one, str)]
    assert told.state == done
    with transaction.atomic(), rowsecurity.as_system():
        held = Capacity.objects.get(municipality=municipality, resource="persons-quota").reserved
        assert (Case.objects.get().state, held) in (("accepted", 5), ("waiting", 0))
        assert CaseEvent.objects.filter(kind__in=["accepted", "declined"]).count() == 1


def test_the_same_cases_in_two_lists_brought_in_at_once_are_added_once() -> None:
    with transaction.atomic():
        officers = [work.officer(), work.officer()]
        lists = []
        for one in officers:
            with make.working(one) as at_work:
                lists.append(case_lists.receive_list("l.csv", csv_of(*ROWS), actor=at_work).pk)

    def bring_in(number: int) -> int:
        with make.working(officers[number]) as at_work:
            return case_lists.bring_in_list(lists[number], actor=at_work).added

    assert sorted(at_once(lambda: bring_in(0), lambda: bring_in(1))) == [0, 2]
    with transaction.atomic(), rowsecurity.as_system():
        assert (Case.objects.count(), Sealed.objects.count()) == (2, 3)
