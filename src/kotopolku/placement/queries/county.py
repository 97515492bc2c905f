"""What a wellbeing services county reads: agreements about which it is heard, and what it is asked about cases.

Of a case it reads ages, the needs for which it is heard and the question: no name, no number, no other need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kotopolku import law
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.placement import access, needs
from kotopolku.placement.models import (
    Agreement,
    AgreementState,
    CaseMember,
    CountyHearing,
    Proposal,
    ProposalState,
)
from kotopolku.placement.needs import Need
from kotopolku.placement.queries.cases import people_text

MOST_SHOWN = 200


@dataclass(frozen=True)
class Heard:
    """What the county is asked about a case, as far as it may see it."""

    hearing: CountyHearing
    municipality: str
    live: bool
    people: str
    needs: list[Need]
    home_ready_on: date | None

    @property
    def waits(self) -> bool:
        return self.live and self.hearing.answered_on is None

    def overdue(self, day: date) -> bool:
        return self.waits and self.hearing.answer_by is not None and self.hearing.answer_by < day


@dataclass(frozen=True)
class AgreementHeard:
    """An agreement about which the county is or was heard."""

    agreement: Agreement
    waits: bool
    answer_by: date | None


def hearings(viewer: Viewer) -> list[Heard]:
    """Questions about cases, those that wait first. Three statements."""
    rows = access.hearings(viewer).order_by("-id")[:MOST_SHOWN]
    return sorted(_heard(viewer, list(rows)), key=lambda one: not one.waits)


def heard(viewer: Viewer, hearing: CountyHearing) -> Heard:
    """One of them."""
    return _heard(viewer, [hearing])[0]


def _heard(viewer: Viewer, rows: Sequence[CountyHearing]) -> list[Heard]:
    """The case is read past row security: only what stands in ``Heard`` leaves here."""
    with seeing_all(viewer):
        found = Proposal.objects.select_related("case", "municipality")
        proposals = {one.pk: one for one in found.filter(pk__in=[row.proposal_id for row in rows])}
        members: dict[int, list[CaseMember]] = {}
        cases = [one.case_id for one in proposals.values()]
        for member in CaseMember.objects.filter(case_id__in=cases).order_by("number"):
            members.setdefault(member.case_id, []).append(member)
    told = []
    for row in rows:
        proposal = proposals[row.proposal_id]
        told.append(
            Heard(
                row,
                proposal.municipality.name,
                proposal.state in (ProposalState.OPEN, ProposalState.ACCEPTED),
                people_text(members.get(proposal.case_id, [])),
                needs.for_county(proposal.case.needs),
                proposal.home_ready_on,
            )
        )
    return told


def agreements(viewer: Viewer) -> list[AgreementHeard]:
    """Agreements about which the county has been asked, those that wait first. One statement."""
    rows = access.agreements(viewer).exclude(county_asked_on=None).order_by("-id")[:MOST_SHOWN]
    return sorted((_asked(row) for row in rows), key=lambda one: not one.waits)


def agreement(viewer: Viewer, agreement_id: int) -> AgreementHeard:
    """One of them. Raises ``NotVisible``."""
    return _asked(access.agreement(viewer, agreement_id))


def _asked(row: Agreement) -> AgreementHeard:
    waits = row.state == AgreementState.HEARING and row.county_answered_on is None
    return AgreementHeard(row, waits, statement_by(row))


def statement_by(agreement: Agreement) -> date | None:
    """By which day the county's statement is hoped for: our own target (O-C2)."""
    if agreement.county_asked_on is None:
        return None
    return law.due("O-C2", agreement.county_asked_on).due
