"""Two at the very same moment, each in a connection and transaction of its own: nothing doubled, nothing lost."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions, queries
from kotopolku.clients.models import PlanVersion, Relationship
from kotopolku.clients.rules import EditClash, GoalContent
from kotopolku.clients.tests import factories as make

ON = date(2026, 11, 23)


def together(viewer: Viewer, act: Callable[[int, Viewer], Any]) -> list[Any]:
    """Runs the act twice at once; each answer is what it returned, or the clash it was told."""
    answers: list[Any] = [None, None]
    start = threading.Barrier(2)

    def run(number: int) -> None:
        try:
            with transaction.atomic(), make.working(viewer) as at_work:
                start.wait(10)
                answers[number] = act(number, at_work)
        except EditClash as clash:
            answers[number] = clash
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_form_registers_once_and_of_two_editors_one_is_told() -> None:
    worker = make.worker("kunta-092", ON)
    token, data = uuid.uuid4(), make.new_client(ON)
    answers = together(
        worker, lambda _number, at_work: actions.register_client(data, actor=at_work, token=token).pk
    )
    assert answers[0] == answers[1] is not None
    with transaction.atomic(), make.working(worker) as at_work:
        relationship = Relationship.objects.get()
        make.assessed(relationship, at_work, started=ON, done=ON)
        plan = make.planned(relationship, at_work, made=ON)
        detail = queries.client_page(at_work, relationship.pk).plan
        versions = PlanVersion.objects.count()
    assert detail is not None
    content = detail.content

    def save(number: int, at_work: Viewer) -> str:
        title = f"Tavoite {number}"
        mine = replace(content, goals=(*content.goals, GoalContent(title=title)))
        actions.save_plan(relationship.pk, mine, actor=at_work, expected_version=plan.version)
        return title

    answers = together(worker, save)
    told = [answer for answer in answers if isinstance(answer, EditClash)]
    [title] = [answer for answer in answers if isinstance(answer, str)]
    [clash] = told
    assert [goal["title"] for goal in clash.theirs["goals"]][-1] == title
    with transaction.atomic(), make.working(worker):
        assert PlanVersion.objects.count() == versions + 1
