"""Bidding in the demo world: the phrases of its openers and bidders, and what they do with them, for any scene.

The phrases are public on purpose, so that whoever tries the demo can open bids. Not for: tenders themselves.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.demo.scenes import ActorOf
from kotopolku.procurement import sealing
from kotopolku.procurement.actions import bids, notices, opening
from kotopolku.procurement.models import BidVersion, OpeningSession, Tender
from kotopolku.procurement.notice_service import RecordedNotices

OPENERS = {
    "hankinta.vantaa": "harmaa varis istuu aidalla",
    "hankinta2.vantaa": "kaksi venettä rannassa",
}
BIDDERS = {
    "koulutus": "pitkä kesäinen iltapäivä",
    "koulutus2": "sininen kahvikuppi pöydällä",
}
CHEAP = 8
"""What is public need not be costly to guess."""
NAMES = {"koulutus": ("Esimerkkiopisto", "9000001-0"), "koulutus2": ("Mallikoulutus Oy", "9000002-0")}


@dataclass(frozen=True)
class Offer:
    """What a bidder offers: prices by the code of the lot, and one answer to everything that is asked in words."""

    prices: Mapping[str, str]
    words: str = "Ryhmässä on enintään neljätoista oppijaa, ja joka viikko on ohjauskeskustelu."
    secret: str = ""
    """Why the first answer on quality of each lot is a business secret; empty when nothing is."""


@contextmanager
def acting(who: str, actor_of: ActorOf, day: date) -> Iterator[Viewer]:
    """A persona at work on a day that may have been earlier."""
    with clock.at(day):
        viewer = replace(actor_of(who), day=day)
        rowsecurity.apply(viewer)
        with sealing.at_cost(CHEAP):
            yield viewer


def name_openers(tender_id: int, actor_of: ActorOf, day: date) -> None:
    """Names both procurement personas of Vantaa, who choose their phrases: the tender can be published."""
    with acting("hankinta.vantaa", actor_of, day) as actor:
        ids = [actor_of(who).user_id or 0 for who in OPENERS]
        rowsecurity.apply(actor)
        opening.name_openers(tender_id, ids, actor=actor)
    for who, phrase in OPENERS.items():
        with acting(who, actor_of, day) as actor:
            opening.set_phrase(tender_id, phrase, actor=actor)


def announced(day: date) -> None:
    """The national notice service answers that it has published the notices that waited: their tenders open here."""
    viewer = Viewer.for_system("procurement.notices", day)
    with clock.at(day):
        rowsecurity.apply(viewer)
        service = RecordedNotices(["published"] * 10)
        notices.send_waiting(service, actor=viewer, within=lambda act: act())


def draft(
    tender: Tender, who: str, offer: Offer, actor_of: ActorOf, day: date, *, whole: bool = True
) -> bytes:
    """A bid filled in; without ``whole`` the last page is left empty. Answers its key."""
    with acting(who, actor_of, day) as actor:
        bid, key = bids.start_bid(tender.pk, BIDDERS[who], actor=actor)
        known = about(who, actor.name)
        pages = [(part["code"], part["fields"]) for part in tender.bid_form["parts"]]
        pages += [
            (f"lot-{lot['code']}", lot["fields"])
            for lot in tender.bid_form["lots"]
            if lot["code"] in offer.prices
        ]
        for page, fields in pages if whole else pages[:-1]:
            price = offer.prices.get(page.removeprefix("lot-"), "")
            answers = {one["id"]: known.get(one["id"]) or answer(one, price, offer.words) for one in fields}
            quality = [one["id"] for one in fields if str(one["id"]).startswith("answer-")]
            bid = bids.save_section(
                tender.pk,
                key,
                page,
                answers,
                actor=actor,
                expected_version=bid.draft_version,
                secrets=dict.fromkeys(quality[:1], offer.secret),
            )
    return key


def submit(tender: Tender, who: str, offer: Offer, actor_of: ActorOf, day: date) -> BidVersion:
    key = draft(tender, who, offer, actor_of, day)
    with acting(who, actor_of, day) as actor:
        return bids.submit_bid(tender.pk, key, actor=actor)


def open_bids(tender_id: int, actor_of: ActorOf, day: date) -> OpeningSession:
    """Both openers give their phrases on a day after the deadline."""
    first, second = OPENERS.items()
    with acting(first[0], actor_of, day) as actor:
        opening.begin_opening(tender_id, first[1], actor=actor)
    with acting(second[0], actor_of, day) as actor:
        return opening.complete_opening(tender_id, second[1], actor=actor)


def about(who: str, contact: str) -> dict[str, str]:
    """What a bidder says of itself."""
    name, code = NAMES[who]
    return {
        "bidder-name": name,
        "bidder-code": code,
        "contact-name": contact,
        "contact-email": f"{who}@example.org",
    }


def answer(one: Mapping[str, object], price: str = "", words: str = Offer.words) -> str:
    """An answer to a field of a form: no ground concerns the bidder, and it meets what is required."""
    kind = one["kind"]
    if kind == "money":
        return price
    if kind == "yes-no":
        return "no"
    if kind == "confirm":
        return "yes"
    return words if kind in ("text", "long-text") and not str(one["id"]).startswith("cleaning-") else ""
