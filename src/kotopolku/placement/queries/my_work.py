"""What of municipal places waits for the viewer today, with the day and the reason: for the page My work.

Numbers of cases and names of municipalities only; under a non-disclosure order nothing shows but to the case's officer.
Not for: the lists themselves (``cases``, ``agreements``, ``money``, ``rounds``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.placement import access
from kotopolku.placement.compensation import Kind, claim_by
from kotopolku.placement.models import (
    DONE,
    Agreement,
    AgreementState,
    Arrival,
    CaseState,
    ClaimState,
    NamedWorker,
    Proposal,
    ProposalState,
    ProposalWord,
    RoundRow,
)
from kotopolku.placement.queries.agreements import NOT_YET, waits_for

WEEK = timedelta(7)
AHEAD = timedelta(60)
"""How far ahead reviews, last days of cases and of claims are today's work. Our own choice."""
MOST = 50


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why, by which day (None: no day has been set), and where."""

    words: str
    reason: str
    due: date | None
    address: str


def todo(viewer: Viewer, limit: int) -> list[Todo]:
    """What waits for the viewer, the nearest day first. The number of statements does not grow with the rows."""
    if not viewer.may(Capability.PLACEMENT_VIEW) or viewer.organisation_id is None:
        return []
    if access.is_region(viewer) and viewer.may(Capability.PLACEMENT_AGREE):
        found = [*_of_region(viewer)]
    elif access.is_municipality(viewer):
        found = [*_of_municipality(viewer)]
    else:
        return []
    return sorted(found, key=lambda one: (one.due is None, one.due or viewer.day))[:limit]


# --- The municipality ------------------------------------------------------------------------------------------------


def _of_municipality(viewer: Viewer) -> Iterator[Todo]:
    answers = viewer.may(Capability.PLACEMENT_ANSWER)
    named = NamedWorker.objects.filter(proposal=OuterRef("pk"), ended_on=None)
    live = _live(viewer).annotate(named=Exists(named))
    for row in live.order_by("answer_by", "id")[:MOST]:
        if row.state == ProposalState.OPEN and answers:
            yield _proposal(row, _("Answer the proposal of case %(number)s"), _proposed(row), row.answer_by)
        elif row.state == ProposalState.ACCEPTED and answers and not row.named:
            yield _proposal(
                row,
                _("Name who sees the names of case %(number)s"),
                _("The names open to those named when the region directs the case."),
            )
        elif row.state == ProposalState.ACCEPTED and row.case.state == CaseState.DIRECTED:
            yield _proposal(
                row, _("Plan the arrival of case %(number)s"), _("The case has been directed to you.")
            )
    yield from _arrivals(viewer)
    if answers:
        yield from _requests(viewer)
        yield from _agreements(viewer)
        yield from _unclaimed(viewer)


def _live(viewer: Viewer) -> "QuerySet[Proposal]":
    states = (ProposalState.OPEN, ProposalState.ACCEPTED)
    return access.proposals(viewer).filter(state__in=states).select_related("case")


def _requests(viewer: Viewer) -> Iterator[Todo]:
    for row in access.answers(viewer).filter(version=0).order_by("request__answer_by")[:MOST]:
        yield Todo(
            _("Answer the request for places of %(year)s") % {"year": row.request.year},
            _("The region has asked every municipality of its area."),
            row.request.answer_by,
            reverse("placement:request", args=[row.request_id]),
        )


def _unclaimed(viewer: Viewer) -> Iterator[Todo]:
    """Years of which nothing has been claimed although people have arrived, when the last day is near."""
    years = range(viewer.day.year - 4, viewer.day.year)
    due = {year: claim_by(Kind.CALCULATED, year, viewer.day).due for year in years}
    near = {year: day for year, day in due.items() if day and viewer.day <= day <= viewer.day + AHEAD}
    if not near:
        return
    claimed = access.claims(viewer).exclude(state=ClaimState.WITHDRAWN).filter(year__in=near)
    done = set(claimed.values_list("year", flat=True))
    arrived = Arrival.objects.filter(municipality_id=viewer.organisation_id).exclude(arrived_on=None)
    for year, day in near.items():
        if year not in done and arrived.filter(arrived_on__lte=date(year, 12, 31)).exists():
            yield Todo(
                _("Claim the compensation of %(year)s") % {"year": year},
                _("Nothing of the year has been claimed; after the last day the right is lost."),
                day,
                f"{reverse('placement:money')}?year={year}",
            )


# --- The region ------------------------------------------------------------------------------------------------------


def _of_region(viewer: Viewer) -> Iterator[Todo]:
    last = ProposalWord.objects.filter(proposal=OuterRef("pk")).order_by("-id").values("by_region")[:1]
    late = Q(state=ProposalState.OPEN, answer_by__lt=viewer.day)
    asked = Q(last_by_region=False)
    rows = _live(viewer).annotate(last_by_region=Subquery(last)).filter(late | asked)
    for row in rows.order_by("answer_by", "id")[:MOST]:
        if row.last_by_region is False:
            words, why = _("%(place)s asks about case %(number)s"), _("It waits for your words to answer.")
            yield _proposal(row, words, why, row.answer_by)
        else:
            words = _("%(place)s has not answered about case %(number)s")
            yield _proposal(row, words, _("Wait, or take the proposal back."), row.answer_by)
    yield from _cases(viewer)
    yield from _arrivals(viewer)
    yield from _agreements(viewer)
    yield from _decisions(viewer)
    yield from _rounds(viewer)


def _cases(viewer: Viewer) -> Iterator[Todo]:
    pressing = Q(state=CaseState.WAITING, deadline__lte=viewer.day + AHEAD)
    rows = access.cases(viewer).filter(pressing | Q(state=CaseState.ACCEPTED))
    for case in rows.order_by("deadline", "id")[:MOST]:
        address = reverse("placement:case", args=[case.pk])
        number = {"number": case.number}
        if case.state == CaseState.WAITING:
            why = _("The day by which a municipality is needed.")
            yield Todo(_("Find a municipality for case %(number)s") % number, why, case.deadline, address)
        elif access.sees_municipality(viewer, case):
            why = _("The municipality has accepted it.")
            yield Todo(_("Direct case %(number)s") % number, why, case.deadline, address)


def _decisions(viewer: Viewer) -> Iterator[Todo]:
    rows = access.claims(viewer).filter(state=ClaimState.SENT).order_by("made_on", "id")
    for row in rows.select_related("claimant")[:MOST]:
        words = {"name": row.claimant.name, "year": row.year}
        yield Todo(
            _("Decide on the claim of %(name)s for %(year)s") % words,
            _("Claimed on %(day)s.") % {"day": law.day_text(row.made_on, language())},
            None,
            reverse("placement:claim", args=[row.pk]),
        )


def _rounds(viewer: Viewer) -> Iterator[Todo]:
    """The latest round, while cases of it wait and nobody has proposed them."""
    left = RoundRow.objects.filter(
        round=OuterRef("pk"), proposal=None, case__state=CaseState.WAITING, case__non_disclosure=False
    ).exclude(municipality="")
    rows = access.rounds(viewer).filter(state__in=DONE, expires_on__gte=viewer.day).filter(Exists(left))
    for row in rows.defer("source", "proof").order_by("-id")[:1]:
        yield Todo(
            _("Look at the round of %(day)s and propose from it")
            % {"day": law.day_text(row.day, language())},
            _("After this day it is too old to propose from."),
            row.expires_on,
            reverse("placement:round", args=[row.pk]),
        )


# --- Both ------------------------------------------------------------------------------------------------------------


def _arrivals(viewer: Viewer) -> Iterator[Todo]:
    """Arrivals planned for the week, and those whose day has passed without a word."""
    rows = access.arrivals(viewer).filter(arrived_on=None, planned_on__lte=viewer.day + WEEK)
    for row in rows.order_by("planned_on", "id")[:MOST]:
        passed = row.planned_on < viewer.day
        yield Todo(
            _("Arrival of case %(number)s in %(place)s")
            % {"number": row.case.number, "place": row.municipality.name},
            _("The planned day has passed: record the arrival, or plan another day.")
            if passed
            else _("Planned for this day."),
            row.planned_on,
            reverse("placement:proposal", args=[row.proposal_id]),
        )


def _agreements(viewer: Viewer) -> Iterator[Todo]:
    review = Q(state=AgreementState.IN_FORCE, review_by__lte=viewer.day + AHEAD)
    rows = access.agreements(viewer).filter(Q(state__in=NOT_YET) | review).order_by("review_by", "id")
    for row in rows[:MOST]:
        address = reverse("placement:agreement", args=[row.pk])
        other = row.authority if access.is_municipality(viewer) else row.municipality
        name = {"name": other.name}
        if row.state == AgreementState.IN_FORCE:
            why = law.rule("P2", row.made_on).citation(language())
            yield Todo(_("Review the agreement with %(name)s") % name, why, row.review_by, address)
        elif waits_for(viewer, row):
            yield Todo(_("The agreement with %(name)s") % name, _waiting_for(row), None, address)


def _waiting_for(row: Agreement) -> str:
    if row.state == AgreementState.DECIDED:
        return _("It waits for your signature.")
    return _("It waits for your decision.")


def _proposal(row: Proposal, words: str, reason: str, due: date | None = None) -> Todo:
    told = words % {"number": row.number, "place": row.municipality.name}
    return Todo(told, reason, due, reverse("placement:proposal", args=[row.pk]))


def _proposed(row: Proposal) -> str:
    day = law.day_text(row.proposed_on, language())
    return _("Proposed on %(day)s. The places are held until the answer.") % {"day": day}
