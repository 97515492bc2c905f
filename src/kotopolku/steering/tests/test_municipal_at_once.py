"""Many people at one draft at the same moment, each in a connection of its own: nothing lost, nothing doubled."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash
from kotopolku.clients.tests import factories as make
from kotopolku.steering.actions import municipal_sections, municipal_talk
from kotopolku.steering.actions.municipal_talk import Spot
from kotopolku.steering.models import SectionComment, SectionVersion
from kotopolku.steering.tests import municipal_world as world

PEOPLE = 20


def at_once(viewers: list[Viewer], act: Callable[[int, Viewer], Any]) -> list[Any]:
    """Runs the act of everybody at the same moment; each answer is what it returned, or what it raised."""
    answers: list[Any] = [None] * len(viewers)
    start = threading.Barrier(len(viewers))

    def run(number: int) -> None:
        try:
            start.wait(30)
            with transaction.atomic(), make.working(viewers[number]) as at_work:
                answers[number] = act(number, at_work)
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(viewers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


@pytest.mark.django_db(transaction=True)
def test_twenty_comment_at_once_while_two_write_and_nothing_is_lost() -> None:
    with transaction.atomic():
        actor = world.lead()
        made = world.programme(actor)
        plan = world.written(actor, world.section(actor, made))
        world.partner(actor, made, world.ASSOCIATION, "comment")
        people = [world.member() for _number in range(PEOPLE)] + [actor, actor]
    tokens = [uuid4() for _viewer in people]

    def act(number: int, at_work: Viewer) -> str:
        if number >= PEOPLE:
            text = f"{world.TEXT}\n\nLisäys {number}"
            municipal_sections.write(plan.pk, "fi", text, actor=at_work, expected_number=plan.number)
            return text
        spot = Spot(plan.number, "fi", number % 3)
        municipal_talk.comment(plan.pk, spot, f"Kommentti {number}", actor=at_work, token=tokens[number])
        return f"Kommentti {number}"

    answers = at_once(people, act)
    clashes = [one for one in answers if isinstance(one, EditClash)]
    others = [one for one in answers if not isinstance(one, str | EditClash)]
    assert others == []
    assert len(clashes) == 1, "of two who write at once one is told"
    with transaction.atomic(), make.working(actor):
        texts = sorted(SectionComment.objects.values_list("text", flat=True))
        assert texts == sorted(f"Kommentti {number}" for number in range(PEOPLE))
        versions = SectionVersion.objects.filter(section=plan).order_by("-number")
        assert versions[0].number == plan.number + 1
        assert [clash.theirs["text"] for clash in clashes] == [versions[0].text["fi"]]
