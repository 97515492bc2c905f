"""Families of the demo world who have come, or are about to come, to municipalities of Uusimaa this autumn.

Played after the waiting cases (``cases``): the places that they take show in use or held. Every person is invented.
"""

from dataclasses import replace
from datetime import date, timedelta

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at, leader_of
from kotopolku.demo.scenes.cases import added, case_of
from kotopolku.placement.actions import arrivals, proposals
from kotopolku.placement.actions.proposals import NewProposal
from kotopolku.placement.case_rules import CaseContent
from kotopolku.placement.models import Proposal
from kotopolku.placement.rules import quarter_of

WHY = "Sopiva asunto on vapaana, ja omankielistä palvelua on lähellä."

ARRIVED: tuple[tuple[str, str, tuple[int, ...], str, tuple[str, ...], int], ...] = (
    # reference, group, ages, language, names, days since they came
    ("M-298", "quota", (38, 36, 10), "sw", ("Mwakera", "Baraka", "Neema", "Furaha"), 12),
    ("M-305", "asylum", (27,), "ar", ("Hadiwani", "Karim"), 5),
)
"""To Vantaa, whose persona the names are open to."""
COMING: tuple[tuple[str, str, tuple[int, ...], str, str, int | None], ...] = (
    # reference, group, ages, language, municipality, days until they come (None: not planned yet)
    ("M-310", "quota", (33, 30, 7, 4, 1), "prs", "091", 4),
    ("M-311", "quota", (45, 17), "so", "091", 11),
    ("M-312", "asylum", (29, 28), "ti", "091", None),
    ("M-314", "asylum", (52, 47, 15, 12), "ku", "049", 8),
    ("M-317", "quota", (26, 3), "sw", "049", 18),
    ("M-320", "quota", (31,), "ar", "106", 23),
    ("M-322", "asylum", (22,), "so", "444", None),
    ("M-325", "temporary", (40, 13), "uk", "091", 2),
)


def play(actor_of: ActorOf, day: date) -> None:
    region, vantaa = actor_of("evk.uusimaa"), actor_of("kunta.vantaa")
    for reference, group, ages, language, names, ago in ARRIVED:
        then, asked = day - timedelta(ago), day - timedelta(ago + 20)
        content = case_of(reference, group, asked, 30, ages, language, names)
        proposal = _directed(region, vantaa, content, day, asked)
        with clock.at(then):
            arrivals.record_arrival(proposal.pk, then, actor=at(replace(vantaa, day=then)))
    for reference, group, ages, language, code, ahead in COMING:
        then = day - timedelta(14)
        content = case_of(reference, group, then, 30, ages, language)
        proposal = _directed(region, leader_of(region, code), content, day, then)
        if ahead is not None:
            arrivals.plan_arrival(proposal.pk, day + timedelta(ahead), "", actor=at(region))


def _directed(region: Viewer, municipality: Viewer, content: CaseContent, day: date, then: date) -> Proposal:
    """Proposed, accepted and directed on ``then``, with places of the quarter of ``day``."""
    with clock.at(then):
        ours, theirs = replace(region, day=then), replace(municipality, day=then)
        case = added(ours, content)
        data = NewProposal(municipality.organisation_id or 0, WHY, day.year, quarter_of(day))
        proposal = proposals.propose(case.pk, data, actor=ours)
        workers = [theirs.user_id] if theirs.user_id else []
        proposals.accept_proposal(proposal.pk, then + timedelta(7), actor=at(theirs), workers=workers)
        proposals.direct_case(case.pk, actor=at(ours))
        proposals.open_names(case.pk, actor=ours)
    return proposal
