"""The objects of placement that the permission guard asks for: one of each, of the City of Vantaa and its region.

Not for: what they say (``rows.py``).
"""

from typing import Any

from kotopolku.actors.models import Organisation
from kotopolku.placement.models import (
    Agreement,
    Case,
    CaseFile,
    CaseList,
    CaseMember,
    Claim,
    Compensated,
    PlaceAnswer,
    PlaceRequest,
    Proposal,
    Sealed,
    SealedPaper,
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
    made(Compensated, municipality=vantaa)
    return {
        "placement/": {
            "agreement_id": agreement.pk,
            "municipality_id": vantaa.pk,
            "authority_id": region.pk,
            "request_id": asked.pk,
            "case_id": case.pk,
            "paper_id": made(SealedPaper, authority=region, sha256="0" * 64).pk,
            "list_id": made(CaseList, authority=region).pk,
            "proposal_id": made(Proposal, **both).pk,
            "relationship_id": make.owners[Compensated].relationship_id,
            "claim_id": made(Claim, **both).pk,
            "language": "fi",
            "kind": "csv",
        }
    }
