"""The only way from a viewer to agreements, requests, places and targets, and from an id to one of them.

A municipality sees its own, a region those of its municipalities, the ministry all; who follows another in a reform sees
what that one had. Not for: what may be done with them (capabilities, ``access.gate``).
"""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation, OrganisationKind, Succession
from kotopolku.placement.models import (
    Agreement,
    Arrival,
    Capacity,
    Case,
    CaseFile,
    CaseList,
    Claim,
    CostAgreement,
    CountyHearing,
    MunicipalFacts,
    NamedWorker,
    PlaceAnswer,
    PlaceRequest,
    Proposal,
    Round,
    RoundRow,
    Sealed,
    SealedPaper,
    Target,
)
from kotopolku.reference import queries as reference

REGIONS = (OrganisationKind.ELY.value, OrganisationKind.EVK.value)
M = TypeVar("M", bound=Model)


def is_region(viewer: Viewer) -> bool:
    """Whether the viewer sits in a regional authority: an ELY Centre or an economic development centre."""
    return viewer.seat is not None and viewer.seat.organisation_kind in REGIONS


def is_municipality(viewer: Viewer) -> bool:
    return viewer.seat is not None and viewer.seat.organisation_kind == OrganisationKind.MUNICIPALITY


def is_county(viewer: Viewer) -> bool:
    """Whether the viewer sits in a wellbeing services county."""
    return viewer.seat is not None and viewer.seat.organisation_kind == OrganisationKind.WELLBEING


def is_ministry(viewer: Viewer) -> bool:
    return viewer.seat is not None and viewer.seat.organisation_kind == OrganisationKind.MINISTRY


def own(viewer: Viewer) -> int:
    """The viewer's organisation. Raises ``NotVisible`` for a job, which has none."""
    if viewer.organisation_id is None:
        raise NotVisible
    return viewer.organisation_id


def area_codes(viewer: Viewer) -> set[str]:
    """Codes of the municipalities in the area of the viewer's authority on the day."""
    mine = actors.organisation(viewer.seat.organisation_code) if viewer.seat else None
    if mine is None or not mine.area_code:
        return set()
    if mine.area_kind == "municipality":
        return {mine.area_code}
    return {row.code for row in reference.municipalities_in(mine.area_kind, mine.area_code, viewer.day)}


def side_of(viewer: Viewer) -> str:
    """Which side the viewer may act for: "municipality" or "authority". Raises ``MissingCapability``."""
    if is_municipality(viewer):
        require(viewer, Capability.PLACEMENT_ANSWER)
        return "municipality"
    require(viewer, Capability.PLACEMENT_AGREE)
    if not is_region(viewer):
        raise MissingCapability(Capability.PLACEMENT_AGREE)
    return "authority"


def municipalities(viewer: Viewer) -> "QuerySet[Organisation]":
    """The municipalities, as organisations, that exist on the day and are in the viewer's area; by name."""
    rows = Organisation.objects.filter(kind=OrganisationKind.MUNICIPALITY, valid__contains=viewer.day)
    if is_region(viewer) or is_municipality(viewer):
        rows = rows.filter(area_code__in=area_codes(viewer))
    elif not viewer.system and not is_ministry(viewer):
        rows = rows.none()
    return rows.order_by("sort_key_fi", "code")


def municipality(viewer: Viewer, municipality_id: int) -> Organisation:
    """One of them. Raises ``NotVisible``."""
    return _one(municipalities(viewer), municipality_id)


def regions(viewer: Viewer) -> "QuerySet[Organisation]":
    """The regional authorities that exist on the day: all to the ministry, else the viewer's own."""
    rows = Organisation.objects.filter(kind__in=REGIONS, valid__contains=viewer.day)
    if not viewer.system and not is_ministry(viewer):
        rows = rows.filter(pk=viewer.organisation_id or 0)
    return rows.order_by("sort_key_fi", "code")


def agreements(viewer: Viewer) -> "QuerySet[Agreement]":
    """Agreements that the viewer's authority is a party to, or about which it was heard as a county."""
    rows = Agreement.objects.select_related("municipality", "authority", "county")
    if viewer.system or is_ministry(viewer):
        return rows
    return rows.filter(_party(viewer) | Q(county_id=viewer.organisation_id))


def agreement(viewer: Viewer, agreement_id: int, *, lock: bool = False) -> Agreement:
    """One agreement. ``lock`` makes acts on it queue. Raises ``NotVisible``."""
    rows = agreements(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, agreement_id)


def capacities(viewer: Viewer) -> "QuerySet[Capacity]":
    """Places by municipality, year, quarter and resource."""
    rows = Capacity.objects.all()
    return rows if viewer.system or is_ministry(viewer) else rows.filter(_party(viewer))


def facts(viewer: Viewer) -> "QuerySet[MunicipalFacts]":
    """What municipalities have told of themselves, each telling."""
    rows = MunicipalFacts.objects.select_related("municipality", "told_by", "told_for")
    return rows if viewer.system or is_ministry(viewer) else rows.filter(_party(viewer))


def region_of(municipality: Organisation, viewer: Viewer) -> Organisation | None:
    """The regional authority of a municipality on the day; None where there is none, as in Åland."""
    areas = reference.areas_of(municipality.area_code, viewer.day)
    rows = Organisation.objects.filter(kind__in=REGIONS, valid__contains=viewer.day)
    return next((one for one in rows.order_by("id") if one.area_code == areas.area(one.area_kind)), None)


def answers(viewer: Viewer) -> "QuerySet[PlaceAnswer]":
    """The municipalities' answers to requests, those that have not come yet among them."""
    rows = PlaceAnswer.objects.select_related("request", "municipality", "answered_by")
    return rows if viewer.system or is_ministry(viewer) else rows.filter(_party(viewer))


def answer(viewer: Viewer, request_id: int, *, lock: bool = False) -> PlaceAnswer:
    """The own municipality's answer to a request. Raises ``NotVisible``."""
    rows = answers(viewer).filter(request_id=request_id)
    if not is_municipality(viewer):
        raise NotVisible
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotVisible
    return found


def requests(viewer: Viewer) -> "QuerySet[PlaceRequest]":
    """Requests that the viewer's authority has sent or got."""
    rows = PlaceRequest.objects.select_related("authority")
    if viewer.system or is_ministry(viewer):
        return rows
    asked = PlaceAnswer.objects.filter(_followed(viewer, "municipality")).values("request_id")
    return rows.filter(_followed(viewer, "authority") | Q(pk__in=asked))


def request(viewer: Viewer, request_id: int) -> PlaceRequest:
    """One request. Raises ``NotVisible``."""
    return _one(requests(viewer), request_id)


def targets(viewer: Viewer) -> "QuerySet[Target]":
    """Targets of the viewer's area; of all areas to the ministry."""
    rows = Target.objects.select_related("authority", "set_by")
    return rows if viewer.system or is_ministry(viewer) else rows.filter(_followed(viewer, "authority"))


def _party(viewer: Viewer) -> Q:
    """Condition on a row with a municipality and a region.

    Of what a region before a reform had, only that of the municipalities which are in the own area now.
    """
    found = Q(authority_id=viewer.organisation_id) | _followed(viewer, "municipality")
    if is_region(viewer):
        before = Q(authority_id__in=_predecessors(viewer))
        found |= before & Q(municipality__area_code__in=area_codes(viewer))
    return found


def _followed(viewer: Viewer, party: str) -> Q:
    """Condition: the organisation in ``party`` is the viewer's, or the viewer's has followed it."""
    return Q(**{f"{party}_id": viewer.organisation_id}) | Q(**{f"{party}_id__in": _predecessors(viewer)})


def _predecessors(viewer: Viewer) -> "QuerySet[Succession, int]":
    return Succession.objects.filter(successor_id=viewer.organisation_id, on__lte=viewer.day).values_list(
        "predecessor_id", flat=True
    )


def _one(rows: "QuerySet[M]", key: int) -> M:
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotVisible
    return found


# --- Cases -----------------------------------------------------------------------------------------------------------


def followed_ids(viewer: Viewer) -> tuple[int, ...]:
    """The viewer's organisation and those that it follows: whose cases and proposals are its own."""
    return (viewer.organisation_id or 0, *_predecessors(viewer))


def cases(viewer: Viewer) -> "QuerySet[Case]":
    """Cases of the viewer's region; nobody else lists cases."""
    rows = Case.objects.select_related("file")
    if viewer.system:
        return rows
    if not is_region(viewer) or not viewer.may(Capability.PLACEMENT_AGREE):
        return rows.none()
    return rows.filter(authority_id__in=followed_ids(viewer))


def case(viewer: Viewer, case_id: int, *, lock: bool = False) -> Case:
    """One case of the viewer's region. ``lock`` makes acts on it queue. Raises ``NotVisible``."""
    rows = cases(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, case_id)


def sees_municipality(viewer: Viewer, case: Case) -> bool:
    """Whether the region's viewer may learn the municipality: under a non-disclosure order only the case's officer."""
    if not case.non_disclosure or viewer.system:
        return True
    return case.file.officer_id is not None and case.file.officer_id == viewer.user_id


def proposals(viewer: Viewer) -> "QuerySet[Proposal]":
    """Proposals of the viewer's region or municipality, without the case: a municipality sees it while it is proposed.

    At the region those of a case under a non-disclosure order show to its officer only; in a municipality those who do
    not answer proposals see the ones for which they have been named.
    """
    rows = Proposal.objects.select_related("municipality", "authority")
    if viewer.system:
        return rows
    own = followed_ids(viewer)
    if is_region(viewer) and viewer.may(Capability.PLACEMENT_AGREE):
        handled = CaseFile.objects.filter(officer_id=viewer.user_id or 0).values("case_id")
        return rows.filter(authority_id__in=own).filter(Q(protected=False) | Q(case_id__in=handled))
    if is_municipality(viewer) and viewer.may(Capability.PLACEMENT_ANSWER):
        return rows.filter(municipality_id__in=own)
    if is_municipality(viewer) and viewer.may(Capability.PLACEMENT_VIEW):
        named = NamedWorker.objects.filter(user_id=viewer.user_id or 0, ended_on=None)
        return rows.filter(municipality_id__in=own, pk__in=named.values("proposal_id"))
    return rows.none()


def proposal(viewer: Viewer, proposal_id: int, *, lock: bool = False) -> Proposal:
    """One proposal. ``lock`` makes answers queue. Raises ``NotVisible``."""
    rows = proposals(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, proposal_id)


def proposed_case(proposal: Proposal) -> Case | None:
    """The case of a proposal that the viewer has been let to; None when it is not the viewer's to see any more."""
    return Case.objects.filter(pk=proposal.case_id).first()


def arrivals(viewer: Viewer) -> "QuerySet[Arrival]":
    """Arrivals, planned and past, of the proposals that the viewer sees."""
    rows = Arrival.objects.select_related("case", "municipality")
    return rows if viewer.system else rows.filter(proposal_id__in=proposals(viewer).values("pk"))


def sealed(viewer: Viewer, case_id: int) -> "QuerySet[Sealed]":
    """Names of a case: to the region's officers, and to a worker of the municipality to whom they have been opened.

    The caller writes the look to the journal. Raises ``NotVisible``.
    """
    _let_to_names(viewer, case_id)
    return Sealed.objects.filter(case_id=case_id).select_related("member").order_by("member__number")


def papers(viewer: Viewer, case_id: int) -> "QuerySet[SealedPaper]":
    """Sealed papers of a case, to the same. Raises ``NotVisible``."""
    _let_to_names(viewer, case_id)
    return SealedPaper.objects.filter(case_id=case_id).order_by("id")


def sees_names(viewer: Viewer, case_id: int) -> bool:
    """Whether names of a case are open to the viewer."""
    if viewer.system or cases(viewer).filter(pk=case_id).exists():
        return True
    mine = NamedWorker.objects.filter(case_id=case_id, user_id=viewer.user_id or 0, ended_on=None)
    return mine.exclude(opened_on=None).filter(organisation_id__in=followed_ids(viewer)).exists()


def _let_to_names(viewer: Viewer, case_id: int) -> None:
    if not sees_names(viewer, case_id):
        raise NotVisible


def lists(viewer: Viewer) -> "QuerySet[CaseList]":
    """Lists of the permit authority that the region has been given."""
    rows = CaseList.objects.defer("content")
    if viewer.system:
        return rows
    if not is_region(viewer) or not viewer.may(Capability.PLACEMENT_AGREE):
        return rows.none()
    return rows.filter(authority_id__in=followed_ids(viewer))


def list_(viewer: Viewer, list_id: int, *, lock: bool = False) -> CaseList:
    """One list. Raises ``NotVisible``."""
    rows = lists(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, list_id)


# --- Money -----------------------------------------------------------------------------------------------------------


def claims(viewer: Viewer) -> "QuerySet[Claim]":
    """Claims of the viewer's municipality or county, or those made to the viewer's region."""
    rows = Claim.objects.select_related("claimant", "authority", "decision")
    if viewer.system:
        return rows
    own = followed_ids(viewer)
    if (is_municipality(viewer) or is_county(viewer)) and viewer.may(Capability.PLACEMENT_VIEW):
        return rows.filter(claimant_id__in=own)
    if is_region(viewer) and viewer.may(Capability.PLACEMENT_AGREE):
        return rows.filter(authority_id__in=own)
    return rows.none()


def claim(viewer: Viewer, claim_id: int, *, lock: bool = False) -> Claim:
    """One claim. ``lock`` makes acts on it queue. Raises ``NotVisible``."""
    rows = claims(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, claim_id)


def own_municipality(viewer: Viewer) -> Organisation:
    """The viewer's own municipality: nobody else reads for whom it is compensated. Raises ``NotVisible``."""
    if not is_municipality(viewer) or viewer.organisation_id is None:
        raise NotVisible
    return municipality(viewer, viewer.organisation_id)


def own_payee(viewer: Viewer) -> Organisation:
    """The viewer's own municipality or county, to which compensation is paid. Raises ``NotVisible``."""
    if not is_county(viewer):
        return own_municipality(viewer)
    return _one(Organisation.objects.all(), own(viewer))


def cost_agreements(viewer: Viewer) -> "QuerySet[CostAgreement]":
    """Costs that the viewer's municipality or county has asked about, or those asked of the viewer's region.

    At the region those of a case under a non-disclosure order show to its officer only, as its proposal does.
    """
    rows = CostAgreement.objects.select_related("applicant", "authority", "municipality", "proposal")
    if viewer.system:
        return rows
    mine = followed_ids(viewer)
    if (is_municipality(viewer) or is_county(viewer)) and viewer.may(Capability.PLACEMENT_VIEW):
        return rows.filter(applicant_id__in=mine)
    if is_region(viewer) and viewer.may(Capability.PLACEMENT_AGREE):
        seen = Q(proposal=None) | Q(proposal_id__in=proposals(viewer).values("pk"))
        return rows.filter(seen, authority_id__in=mine)
    return rows.none()


def cost_agreement(viewer: Viewer, agreement_id: int, *, lock: bool = False) -> CostAgreement:
    """One of them. ``lock`` makes acts on it queue. Raises ``NotVisible``."""
    rows = cost_agreements(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, agreement_id)


# --- The county ------------------------------------------------------------------------------------------------------


def hearings(viewer: Viewer) -> "QuerySet[CountyHearing]":
    """What the viewer's county has been asked about cases. The case itself is not the county's to see."""
    rows = CountyHearing.objects.all()
    if viewer.system:
        return rows
    if not is_county(viewer) or not viewer.may(Capability.PLACEMENT_VIEW):
        return rows.none()
    return rows.filter(county_id__in=followed_ids(viewer))


def hearing(viewer: Viewer, hearing_id: int) -> CountyHearing:
    """One of them. Raises ``NotVisible``."""
    return _one(hearings(viewer), hearing_id)


# --- Rounds ----------------------------------------------------------------------------------------------------------


def rounds(viewer: Viewer) -> "QuerySet[Round]":
    """Rounds of the viewer's region; no municipality ever sees one."""
    rows = Round.objects.select_related("asked_by", "authority")
    if viewer.system:
        return rows
    if not is_region(viewer) or not viewer.may(Capability.PLACEMENT_AGREE):
        return rows.none()
    return rows.filter(authority_id__in=followed_ids(viewer))


def round_(viewer: Viewer, round_id: int, *, lock: bool = False) -> Round:
    """One round. ``lock`` makes acts on it queue. Raises ``NotVisible``."""
    rows = rounds(viewer)
    return _one(rows.select_for_update(of=("self",)) if lock else rows, round_id)


def round_rows(viewer: Viewer) -> "QuerySet[RoundRow]":
    """Rows of the region's rounds; of a case under a non-disclosure order to its officer only."""
    rows = RoundRow.objects.select_related("round", "case__file", "proposal__municipality")
    if viewer.system:
        return rows
    shown = Q(case__non_disclosure=False) | Q(case__file__officer_id=viewer.user_id or 0)
    return rows.filter(shown, round__in=rounds(viewer).values("pk"))


def round_row(viewer: Viewer, row_id: int) -> RoundRow:
    """One row. Raises ``NotVisible``."""
    return _one(round_rows(viewer), row_id)
