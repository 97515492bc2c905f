"""What waits for a buyer before the bids are opened: the phrase, the review, the questions, the opening."""

from datetime import timedelta

import pytest

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.procurement.actions import opening, publication, questions
from kotopolku.procurement.queries.preparing import my_work
from kotopolku.procurement.tests import tender_world as world
from kotopolku.procurement.tests.tender_world import ON, PHRASES

pytestmark = pytest.mark.django_db


def kinds(viewer: Viewer) -> list[str]:
    return [one.kind for one in my_work(viewer)]


def test_each_step_waits_for_the_one_who_may_take_it() -> None:
    first, second, elsewhere = world.officer(), world.officer(), world.officer(world.OTHER_AREA)
    tender = world.drafted(first)
    with make.working(first):
        opening.name_openers(tender.pk, [first.user_id or 0, second.user_id or 0], actor=first)
        assert kinds(first) == ["phrase"]
        opening.set_phrase(tender.pk, PHRASES[0], actor=first)
        tender.refresh_from_db()
        publication.send_for_review(tender.pk, actor=first, expected_version=tender.version)
        assert kinds(first) == [], "nobody reviews an own tender"
    with make.working(second):
        assert kinds(second) == ["review", "phrase"]
        opening.set_phrase(tender.pk, PHRASES[1], actor=second)
        tender.refresh_from_db()
        publication.publish(tender.pk, actor=second, expected_version=tender.version)
        assert kinds(second) == []
    world.hand_in("published")
    bidder = world.bidder()
    with make.working(bidder):
        for words in ("Voiko opettaa etänä?", "Montako ryhmää?"):
            questions.ask(tender.pk, words, actor=bidder)
        assert kinds(bidder) == []
    with make.working(first):
        [waits] = my_work(first)
        assert (waits.kind, waits.due) == ("question", ON + timedelta(days=21))
    closed = ON + timedelta(days=38)
    with clock.at(closed), world.at(second, closed) as later:
        assert kinds(later) == ["question", "opening"]
    with make.working(elsewhere):
        assert kinds(elsewhere) == []
