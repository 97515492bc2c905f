"""Stands up a published tender with its openers and bidders, and sets the server's clock to the second."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.clients.tests import factories as make
from kotopolku.procurement import bid_form
from kotopolku.procurement.actions import bids, opening
from kotopolku.procurement.models import BidVersion, Lot, Tender, TenderState

ON = date(2026, 11, 23)
BUYER = "tyo-43"
DEADLINE = datetime(2026, 11, 23, 12, 0, 0, tzinfo=clock.HELSINKI)
SECOND = timedelta(seconds=1)
PHRASES = ("seitsemän harmaata varista", "kaksi venettä rannassa", "tuuli kääntyi pohjoiseen")
BID_PHRASE = "pitkä kesäinen iltapäivä"
SECRET_ANSWER = "Ryhmässä on enintään neljätoista oppijaa."
SECRET_PRICE = "245 123,45"


@contextmanager
def moment(at: datetime) -> Iterator[None]:
    """The server's clock stands at a second; pages and actions see that day too."""
    with mock.patch.object(clock, "real_now", return_value=at), clock.at(at.date()):
        yield


@contextmanager
def acting(viewer: Viewer, at: datetime) -> Iterator[Viewer]:
    with moment(at), make.working(viewer, at.date()) as there:
        yield there


def officer() -> Viewer:
    return make.worker(BUYER, ON, role=Role.PROCUREMENT_OFFICER)


def provider(code: str) -> Organisation:
    """A training provider of the test's own."""
    found, _made = Organisation.objects.get_or_create(
        code=code,
        defaults={
            "kind": OrganisationKind.PROVIDER,
            "name_fi": f"Tarjoaja {code}",
            "valid": DateRange(date(2015, 1, 1), None),
        },
    )
    return found


def bidder(code: str = "koul-testi") -> Viewer:
    provider(code)
    return make.worker(code, ON, role=Role.PROVIDER)


def asked(code: str) -> bid_form.Asked:
    words = {"fi": code, "sv": code, "en": code}
    return bid_form.Asked(code, words, {})


def tender(deadline: datetime = DEADLINE, state: str = TenderState.DRAFT) -> Tender:
    """A tender of two lots with price and one criterion, not yet published."""
    with rowsecurity.as_system():
        buyer = Organisation.objects.get(code=BUYER)
        number = Tender.objects.count() + 1
        made = Tender.objects.create(
            buyer=buyer,
            number=f"2026-{number:03}",
            procedure="annex-e",
            started_on=ON - timedelta(40),
            made_on=ON - timedelta(40),
            state=state,
            title={"fi": "Kotoutumiskoulutus 2027"},
            base_eur=Decimal(900_000),
            bids_by=deadline,
        )
        lots = [Lot.objects.create(tender=made, code=f"L{n}", title={"fi": f"Osa {n}"}) for n in (1, 2)]
        made.bid_form = bid_form.bid_form(
            documents_version=1,
            basis="price-quality",
            grounds=[],
            suitability=[asked("experience")],
            service=[],
            criteria=[asked("teaching")],
            lots=[bid_form.AskedLot(lot.pk, lot.code, lot.title) for lot in lots],
        )
        made.save()
    return made


def publish(found: Tender) -> Tender:
    with rowsecurity.as_system():
        found.refresh_from_db()
        found.state = TenderState.PUBLISHED
        found.published_on = ON - timedelta(30)
        found.save()
    return found


def sealed_tender(openers: list[Viewer], **changes: Any) -> Tender:
    """Published, its key made by the openers' phrases in the order of ``PHRASES``."""
    found = tender(**changes)
    before = DEADLINE - timedelta(31)
    with acting(openers[0], before) as actor:
        opening.name_openers(found.pk, [one.user_id or 0 for one in openers], actor=actor)
    for one, phrase in zip(openers, PHRASES, strict=False):
        with acting(one, before) as actor:
            opening.set_phrase(found.pk, phrase, actor=actor)
    return publish(found)


ABOUT = {
    "bidder-name": "Tarjoaja Oy",
    "bidder-code": "1234567-1",
    "contact-name": "Tuuli Testi",
    "contact-email": "tarjous@example.org",
}


def filled(found: Tender, viewer: Viewer, at: datetime, lots: tuple[str, ...] = ("L1",)) -> bytes:
    """A whole draft for the lots; answers its key."""
    with acting(viewer, at) as actor:
        bid, key = bids.start_bid(found.pk, BID_PHRASE, actor=actor)
        pages = [
            ("bidder", ABOUT),
            ("suitability", {"req-experience": "yes"}),
            *(("lot-" + code, {"price": SECRET_PRICE, "answer-teaching": SECRET_ANSWER}) for code in lots),
        ]
        version = bid.draft_version
        for code, answers in pages:
            bid = bids.save_section(found.pk, key, code, answers, actor=actor, expected_version=version)
            version = bid.draft_version
    return key


def submitted(found: Tender, viewer: Viewer, at: datetime, **changes: Any) -> tuple[BidVersion, bytes]:
    key = filled(found, viewer, at, **changes)
    with acting(viewer, at) as actor:
        return bids.submit_bid(found.pk, key, actor=actor), key


def opened(found: Tender, first: Viewer, second: Viewer, at: datetime = DEADLINE + 5 * SECOND) -> Any:
    with acting(first, at) as actor:
        opening.begin_opening(found.pk, PHRASES[0], actor=actor)
    with acting(second, at + SECOND) as actor:
        return opening.complete_opening(found.pk, PHRASES[1], actor=actor)
