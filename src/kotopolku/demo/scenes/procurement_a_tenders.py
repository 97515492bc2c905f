"""Tenders of the demo world: three with their deadline behind, one closed yesterday, one open with questions, one in review,
one in draft. Bids, decisions and contracts are played by the scenes after this one.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kotopolku import clock, law
from kotopolku.access.viewer import Viewer
from kotopolku.demo import bidding
from kotopolku.demo.bidding import acting
from kotopolku.demo.scenes import ActorOf
from kotopolku.desk.actions.documents import Upload
from kotopolku.procurement import access
from kotopolku.procurement.actions import papers, publication, questions, tenders
from kotopolku.procurement.models import Tender
from kotopolku.procurement.tender_rules import (
    Award,
    Basics,
    CriterionContent,
    LotContent,
    Money,
    RequirementContent,
    TermContent,
    Times,
)

CONTRACTED, APPEALED, STANDSTILL, CLOSED, OPEN, IN_REVIEW, DRAFT = range(1, 8)
"""The tenders in the order of their numbers, by what becomes of them."""
BIDS_DUE = {CONTRACTED: -120, APPEALED: -45, STANDSTILL: -20, CLOSED: -1, OPEN: 14}
"""Days from the day of the demo to the deadline."""
TIME_FOR_BIDS = 36
DRAFTER, SECOND = "hankinta.vantaa", "hankinta2.vantaa"
DEMO_PAPER = Upload(
    "palvelukuvaus.txt",
    "Palvelukuvaus\n\nKotoutumiskoulutus: ryhmät, opetussuunnitelma, tilat ja ohjaus. Esimerkki.\n".encode(),
)


def play(actor_of: ActorOf, day: date) -> None:
    for number, due in BIDS_DUE.items():
        _published(number, actor_of, _working_day(day, due))
    _asked(actor_of, day)
    with acting(DRAFTER, actor_of, day) as actor:
        waiting = _drafted(IN_REVIEW, actor, _working_day(day, TIME_FOR_BIDS))
        publication.send_for_review(waiting.pk, actor=actor, expected_version=waiting.version)
        tenders.draft_tender(_basics(DRAFT, day), actor=actor)


def tender_of(viewer: Viewer, number: int) -> Tender:
    """One of the demo's tenders, by its place in the order."""
    return access.tenders(viewer).order_by("id")[number - 1]


def _working_day(day: date, days: int) -> date:
    """So many days from the day, or the next working day in the same direction."""
    found = day + timedelta(days=days)
    while not law.is_working_day(found):
        found += timedelta(days=1 if days > 0 else -1)
    return found


def _published(number: int, actor_of: ActorOf, due: date) -> None:
    """Drafted, given its openers, and published by the second person, some weeks before its deadline."""
    start = _working_day(due, -TIME_FOR_BIDS)
    with acting(DRAFTER, actor_of, start) as actor:
        tender = _drafted(number, actor, due)
    bidding.name_openers(tender.pk, actor_of, start)
    with acting(DRAFTER, actor_of, start) as actor:
        tender.refresh_from_db()
        publication.send_for_review(tender.pk, actor=actor, expected_version=tender.version)
    with acting(SECOND, actor_of, start) as actor:
        tender.refresh_from_db()
        publication.publish(tender.pk, actor=actor, expected_version=tender.version)
    bidding.announced(start)


def _drafted(number: int, actor: Viewer, due: date) -> Tender:
    """A draft with every page filled."""
    texts = _texts()
    tender = tenders.draft_tender(_basics(number, actor.day), actor=actor)
    base = Decimal(620_000 + 40_000 * number)
    starts = due + timedelta(days=75)
    for lot in texts["lots"]:
        content = LotContent(
            title=lot["title"],
            track=lot["track"],
            places=lot["places"],
            municipality="092",
            entry_level="A1.1",
            target_level="B1.1",
            days_each=200,
            option_places=lot["places"] // 2,
            starts_on=starts,
            value_eur=base * lot["share"] / 100,
        )
        tenders.add_part(tender.pk, content, actor=actor)
    for row in texts["requirements"]:
        tenders.add_part(tender.pk, RequirementContent(**row), actor=actor)
    for row in texts["criteria"]:
        criterion = CriterionContent(row["title"], row["scoring"], Decimal(row["weight"]))
        tenders.add_part(tender.pk, criterion, actor=actor)
    for row in texts["terms"]:
        tenders.add_part(tender.pk, TermContent(**row), actor=actor)
    papers.add_paper(tender.pk, papers.Paper("Palvelukuvaus", role="description"), DEMO_PAPER, actor=actor)
    tender.refresh_from_db()
    for page in (
        Money(
            base_eur=base,
            options_eur=base / 2,
            extensions_eur=base / 2,
            value_basis="Edellisen sopimuskauden hinta opiskelijapäivältä ja suunnitelmien tarve.",
            starts_on=starts,
            ends_on=starts + timedelta(days=729),
            option_terms=texts["options"],
        ),
        Award("price-quality", price_weight=Decimal(40), tie_rule="lowest_price"),
        _times(due, min(due, _working_day(actor.day, 14))),
    ):
        tender = tenders.change_tender(tender.pk, page, actor=actor, expected_version=tender.version)
    return tender


def _basics(number: int, day: date) -> Basics:
    texts = _texts()
    area: Mapping[str, str] = texts["areas"][number - 1]
    title = {code: text.format(area=area[code], year=day.year + 1) for code, text in texts["title"].items()}
    return Basics("annex-e", title, texts["subject"], "80400000-8", day, curriculum="integration-2022")


def _times(due: date, questions: date) -> Times:
    def noon(day: date, hour: int = 12) -> datetime:
        return datetime.combine(day, time(hour), clock.HELSINKI)

    return Times(
        questions_by=noon(questions),
        answers_by=noon(questions + timedelta(days=7)),
        bids_by=noon(due),
        opening_at=noon(_working_day(due, 2), 9),
        decision_on=_working_day(due, 18),
        bids_valid_until=due + timedelta(days=200),
    )


def _asked(actor_of: ActorOf, day: date) -> None:
    """Questions on the open tender: those with an answer a week ago, one that waits."""
    with acting(DRAFTER, actor_of, day) as actor:
        tender = tender_of(actor, OPEN)
    for row in _texts()["questions"]:
        with acting(row["asker"], actor_of, day - timedelta(days=12)) as asker:
            question = questions.ask(tender.pk, row["text"], lot_code=row["lot"], actor=asker)
        if row["answer"]:
            with acting(DRAFTER, actor_of, day - timedelta(days=6)) as actor:
                questions.answer(question.pk, row["answer"], actor=actor, expected_version=1)


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parents[1] / "data" / "tenders.toml").read_text("utf-8"))
