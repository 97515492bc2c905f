"""The objects of placement that the permission guard asks for: one of each, of the City of Vantaa and its region.

Not for: what they say (``rows.py``).
"""

from typing import Any

from kotopolku.actors.models import Organisation
from kotopolku.placement.models import (
    Agreement,
    Binding,
    Case,
    CaseFile,
    CaseList,
    CaseMember,
    Claim,
    ClaimLine,
    Compensated,
    Cost,
    CostAgreement,
    CountyHearing,
    PlaceAnswer,
    PlaceRequest,
    Proposal,
    Round,
    RoundRow,
    Sealed,
    SealedPaper,
    WeightSet,
)
from tests.guards.rows import DAY, Filler


def objects(make: Filler, vantaa: Organisation, region: Organisation) -> dict[str, dict[str, object]]:
    """Parameters of addresses, by the beginning of the address. Runs as the system."""
    both = {"municipality": vantaa, "authority": region}

    def made(model: type[Any], **given: Any) -> Any:
        row = make.owners[model] = make.row(model, **given)
        return row

    agreement = made(Agreement, act="681/2023", **both)
    asked = made(PlaceRequest, authority=region, year=DAY.year + 1)
    made(PlaceAnswer, **both)
    case = made(Case, authority=region, persons=1)
    made(CaseFile, case=case, authority=region)
    made(Sealed, member=made(CaseMember, authority=region), authority=region)
    known = Compensated.objects.filter(municipality=vantaa).first()
    compensated: Compensated = known or made(Compensated, municipality=vantaa)
    ready = Round.objects.filter(authority=region, state="ready").first() or made(
        Round, authority=region, state="ready", proof={}, source={}
    )
    row = ready.rows.order_by("id").first() or made(RoundRow, round=ready, case=case)
    bound = Binding.objects.filter(authority=region).first() or made(Binding, case=case, authority=region)
    found = {
        "placement/": {
            "round_id": ready.pk,
            "row_id": row.pk,
            "binding_id": bound.pk,
            "weights_id": made(WeightSet, state="proposed").pk,
            "agreement_id": agreement.pk,
            "municipality_id": vantaa.pk,
            "authority_id": region.pk,
            "request_id": asked.pk,
            "case_id": case.pk,
            "paper_id": made(SealedPaper, authority=region, sha256="0" * 64).pk,
            "list_id": made(CaseList, authority=region).pk,
            "proposal_id": made(Proposal, **both).pk,
            "relationship_id": compensated.relationship_id,
            "claim_id": made(Claim, claimant=vantaa, authority=region).pk,
            "line_id": made(ClaimLine, kind="calculated", receiver="county", explanation={"steps": []}).pk,
            "language": "fi",
            "kind": "csv",
        }
    }
    costs = made(CostAgreement, applicant=vantaa, **both)
    found["placement/money/costs/"] = {"agreement_id": costs.pk, "cost_id": made(Cost, agreement=costs).pk}
    found["placement/county/"] = {"hearing_id": made(CountyHearing).pk}
    found["api/placement/"] = found["placement/"] | {"code": vantaa.area_code, "year": DAY.year}
    return found
