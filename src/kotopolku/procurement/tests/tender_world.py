"""Stands up tenders for tests: procurement officers and bidders in their seats, a draft, a published tender."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.desk.actions.documents import Upload
from kotopolku.procurement import tender_rules
from kotopolku.procurement.actions import notices, opening, papers, publication, tenders
from kotopolku.procurement.models import Tender
from kotopolku.procurement.notice_service import RecordedNotices
from kotopolku.procurement.tender_rules import (
    Award,
    Basics,
    CriterionContent,
    Division,
    LotContent,
    Money,
    RequirementContent,
    TermContent,
    Times,
)
from kotopolku.procurement.tests.bids_world import provider

ON = date(2026, 11, 23)
AREA, OTHER_AREA = "tyo-43", "tyo-28"
FIRST_BIDDER, SECOND_BIDDER = "koul-testi", "koul-toinen"
PHRASES = ("ensimmäinen lause avaa", "toinen lause avaa myös")
PAPER = Upload("kuvaus.txt", "Palvelukuvaus: koulutus kolmessa ryhmässä.\n".encode())


def officer(code: str = AREA, on: date = ON) -> Viewer:
    """A procurement officer."""
    return make.worker(code, on, role=Role.PROCUREMENT_OFFICER)


def bidder(code: str = FIRST_BIDDER, on: date = ON) -> Viewer:
    """A provider's person."""
    provider(code)
    return make.worker(code, on, role=Role.PROVIDER)


def three(fi: str) -> dict[str, str]:
    return {"fi": fi, "sv": f"{fi} (sv)", "en": f"{fi} (en)"}


def basics(**changes: Any) -> Basics:
    values: dict[str, Any] = {
        "procedure": "annex-e",
        "title": three("Kotoutumiskoulutus, Vantaa"),
        "subject": three("Kotoutumiskoulutusta kolmella polulla."),
        "cpv": "80400000-8",
        "started_on": ON,
    }
    return Basics(**(values | changes))


def lot(**changes: Any) -> LotContent:
    values: dict[str, Any] = {
        "title": three("Peruspolku"),
        "track": "basic",
        "places": 120,
        "municipality": "092",
        "value_eur": Decimal(600_000),
    }
    return LotContent(**(values | changes))


def criterion(name: str = "Opettajien osaaminen", weight: int = 60) -> CriterionContent:
    return CriterionContent(three(name), three("Pisteet 0–100."), Decimal(weight))


def times(on: date = ON, **changes: Any) -> Times:
    """Questions two weeks, bids five weeks from the day at noon, opening an hour later."""

    def noon(days: int, hour: int = 12) -> datetime:
        return datetime.combine(on + timedelta(days=days), datetime.min.time(), clock.HELSINKI).replace(
            hour=hour
        )

    values: dict[str, Any] = {
        "questions_by": noon(14),
        "answers_by": noon(21),
        "bids_by": noon(37),
        "opening_at": noon(37, 13),
        "decision_on": on + timedelta(days=56),
        "bids_valid_until": on + timedelta(days=240),
    }
    return Times(**(values | changes))


def drafted(actor: Viewer, *, lots: int = 1, **changes: Any) -> Tender:
    """A draft that lacks nothing but its openers."""
    with make.working(actor):
        tender = tenders.draft_tender(basics(**changes), actor=actor)
        fill(tender, actor, lots=lots)
        tender.refresh_from_db()
        return tender


def fill(tender: Tender, actor: Viewer, *, lots: int = 1) -> None:
    """Every page of a draft. The actor is at work."""

    def change(content: tender_rules.Content) -> None:
        tender.refresh_from_db()
        tenders.change_tender(tender.pk, content, actor=actor, expected_version=tender.version)

    change(
        Money(
            base_eur=Decimal(600_000) * lots,
            options_eur=Decimal(100_000),
            starts_on=actor.day + timedelta(days=90),
            ends_on=actor.day + timedelta(days=820),
        )
    )
    for number in range(lots):
        tenders.add_part(tender.pk, lot(title=three(f"Osa {number + 1}")), actor=actor)
    if lots == 1:
        change(Division("Yksi ryhmäkoko ja paikka; jako ei toisi kilpailua."))
    tenders.add_part(
        tender.pk,
        RequirementContent("suitability", three("Opetusluvat ovat kunnossa."), three("Ote.")),
        actor=actor,
    )
    tenders.add_part(tender.pk, criterion(), actor=actor)
    change(Award("price-quality", price_weight=Decimal(40)))
    tenders.add_part(tender.pk, TermContent(three("Maksuehto"), three("30 päivää.")), actor=actor)
    papers.add_paper(tender.pk, papers.Paper("Palvelukuvaus", role="description"), PAPER, actor=actor)
    change(times(actor.day))


def published(
    first: Viewer, second: Viewer, *, lots: int = 1, openers: bool = True, **changes: Any
) -> Tender:
    """A tender drafted by the first, with both as openers, published by the second."""
    tender = drafted(first, lots=lots, **changes)
    return publish(tender, first, second, openers=openers)


def publish(
    tender: Tender, first: Viewer, second: Viewer, *, openers: bool = True, announced: bool = True
) -> Tender:
    """Review and publication, and with ``announced`` the national service's answer that opens it here.

    Without ``openers`` somebody else has named them and they have their phrases.
    """
    if openers:
        with make.working(first):
            assert first.user_id is not None
            assert second.user_id is not None
            opening.name_openers(tender.pk, [first.user_id, second.user_id], actor=first)
        for person, phrase in zip((first, second), PHRASES, strict=True):
            with make.working(person):
                opening.set_phrase(tender.pk, phrase, actor=person)
    with make.working(first):
        tender.refresh_from_db()
        publication.send_for_review(tender.pk, actor=first, expected_version=tender.version)
    with make.working(second):
        tender.refresh_from_db()
        publication.publish(tender.pk, actor=second, expected_version=tender.version)
    if announced:
        hand_in("published", on=second.day)
    with make.working(second):
        tender.refresh_from_db()
        return tender


def hand_in(*script: str, on: date = ON) -> dict[str, int]:
    """The job hands in the notices that wait; the national service answers as scripted."""
    viewer = Viewer.for_system("procurement.notices", on)
    with clock.at(on), make.working(viewer):
        return notices.send_waiting(RecordedNotices([*script]), actor=viewer, within=lambda act: act())


@contextmanager
def at(viewer: Viewer, on: date) -> Iterator[Viewer]:
    """The viewer at work on another day."""
    with make.working(replace(viewer, day=on)) as there:
        yield there
