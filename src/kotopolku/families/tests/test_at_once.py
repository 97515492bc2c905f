"""Two at the very same moment: one who comes back gets one new relationship, and the last place goes to one."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients.models import Relationship
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.test_at_once import together
from kotopolku.families import actions
from kotopolku.families.models import Housing
from kotopolku.families.tests import family as given
from kotopolku.families.tests.family import SINCE, TODAY
from kotopolku.families.tests.test_returning import back, gone

BACK = date(2026, 11, 23)


def codes(act: Callable[[int, Viewer], Any]) -> Callable[[int, Viewer], Any]:
    """The act, answering with the codes of a refusal instead of raising it."""

    def tried(number: int, viewer: Viewer) -> Any:
        try:
            return act(number, viewer)
        except Refusals as refusals:
            return refusals.codes

    return tried


@pytest.mark.django_db(transaction=True)
def test_two_who_open_a_relationship_for_the_same_person_at_once_open_one() -> None:
    worker = make.worker("kunta-092", BACK)
    with transaction.atomic():
        first = gone(worker)
        with make.working(worker):
            data = back(first)
    answers = together(worker, codes(lambda _number, actor: clients.register_client(data, actor=actor).pk))
    assert ("not-returning",) in answers
    with transaction.atomic(), make.working(worker):
        assert Relationship.objects.filter(person_id=first.person_id, ended_on=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_last_place_of_a_unit_at_once_get_it_once() -> None:
    worker = make.worker("kunta-092", TODAY)
    with transaction.atomic(), make.working(worker) as at_work:
        minors = [given.alone(at_work), given.alone(at_work)]
        unit = actions.add_unit("Koivukoti", "family-group-home", actor=at_work, places=1)
    answers = together(
        worker,
        codes(lambda number, actor: actions.begin_housing(minors[number].pk, unit.pk, SINCE, actor=actor).pk),
    )
    assert ("full",) in answers
    with transaction.atomic(), make.working(worker):
        assert Housing.objects.count() == 1
