"""A dynamic purchasing system of Vantaa for courses in working life: one supplier admitted, the other's request waits.

Played after the tenders, bids and awards, so that their order stays.
"""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kotopolku import law
from kotopolku.demo import bidding
from kotopolku.demo.bidding import acting
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.procurement_a_tenders import DEMO_PAPER, DRAFTER, SECOND
from kotopolku.procurement.actions import admissions, papers, publication, tenders
from kotopolku.procurement.admission_rules import sections
from kotopolku.procurement.models import AdmissionRequest, Tender
from kotopolku.procurement.tender_rules import Basics, LotContent, Money, RequirementContent, TermContent

PUBLISHED, FIRST_ASKED, DECIDED, SECOND_ASKED = 60, 50, 44, 9
"""Days before the day of the demo."""
YEARS_OPEN = 3


def play(actor_of: ActorOf, day: date) -> None:
    start = law.next_working_day(day - timedelta(PUBLISHED))
    tender = _published(actor_of, start)
    first = _asked(tender, "koulutus", actor_of, law.next_working_day(day - timedelta(FIRST_ASKED)))
    with acting(SECOND, actor_of, law.next_working_day(day - timedelta(DECIDED))) as actor:
        every = list(first.categories.values_list("lot_id", flat=True))
        admissions.decide(first.pk, every, actor=actor, expected_version=first.version)
    _asked(tender, "koulutus2", actor_of, law.next_working_day(day - timedelta(SECOND_ASKED)), most=1)
    with acting(DRAFTER, actor_of, day) as actor:
        title = _texts()["purchase"]
        basics = Basics("dynamic-purchase", title, title, "80500000-9", day, category_id=every[0])
        tenders.draft_tender(basics, actor=actor)


def _published(actor_of: ActorOf, start: date) -> Tender:
    texts = _texts()
    with acting(DRAFTER, actor_of, start) as actor:
        basics = Basics("dynamic-system", texts["title"], texts["subject"], "80500000-9", start)
        tender = tenders.draft_tender(basics, actor=actor)
        for lot in texts["lots"]:
            content = LotContent(
                title=lot["title"],
                track=lot["track"],
                places=lot["places"],
                municipality="092",
                value_eur=Decimal(450_000),
            )
            tenders.add_part(tender.pk, content, actor=actor)
        for row in texts["requirements"]:
            tenders.add_part(tender.pk, RequirementContent("suitability", **row), actor=actor)
        tenders.add_part(tender.pk, TermContent(**texts["term"]), actor=actor)
        papers.add_paper(tender.pk, papers.Paper("Kuvaus", role="description"), DEMO_PAPER, actor=actor)
        tender.refresh_from_db()
        ends = law.add_months(start, 12 * YEARS_OPEN)
        money = Money(Decimal(900_000), starts_on=start, ends_on=ends)
        tender = tenders.change_tender(tender.pk, money, actor=actor, expected_version=tender.version)
        publication.send_for_review(tender.pk, actor=actor, expected_version=tender.version)
    with acting(SECOND, actor_of, start) as actor:
        tender.refresh_from_db()
        publication.publish(tender.pk, actor=actor, expected_version=tender.version)
    bidding.announced(start)
    with acting(DRAFTER, actor_of, start):
        tender.refresh_from_db()
    return tender


def _asked(
    tender: Tender, who: str, actor_of: ActorOf, day: date, *, most: int | None = None
) -> AdmissionRequest:
    with acting(who, actor_of, day) as actor:
        fields = [one for where in sections(tender.bid_form) for one in where.fields]
        about = bidding.about(who, actor.name)
        answers = {one["id"]: about.get(one["id"]) or bidding.answer(one) for one in fields}
        lots = list(tender.lots.values_list("pk", flat=True))[:most]
        return admissions.ask_to_join(tender.pk, lots, answers, actor=actor)


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parents[1] / "data" / "purchasing_system.toml").read_text("utf-8"))
