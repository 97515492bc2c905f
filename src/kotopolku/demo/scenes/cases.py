"""Cases of the demo world: six that wait, one proposed to Vantaa, one accepted by it with the names still closed.

Played after the municipal places (``agreements``). Every person is invented.
"""

from datetime import date, timedelta

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.demo.scenes import ActorOf
from kotopolku.placement.actions import cases, proposals
from kotopolku.placement.actions.proposals import NewProposal
from kotopolku.placement.case_rules import CaseContent, MemberContent
from kotopolku.placement.models import Case, Proposal
from kotopolku.placement.rules import quarter_of

FAMILY_NAME = "Esimerkki"


def play(actor_of: ActorOf, day: date) -> None:
    region, vantaa = actor_of("evk.uusimaa"), actor_of("kunta.vantaa")
    for content in _waiting(day):
        added(region, content)
    open_case = added(
        region,
        case_of(
            "M-340", "asylum", day, 74, (29, 3), "ti", needs=("public-transport",), wishes=("186", "092")
        ),
    )
    _proposed(region, vantaa, open_case, day, "Päivähoidossa on paikka ja rata on lähellä.")
    taken = added(region, case_of("M-331", "quota", day, 40, (41, 39, 14), "ar", wishes=("092",)))
    proposal = _proposed(region, vantaa, taken, day, "Perheen toive, ja valmistavassa opetuksessa on tilaa.")
    _at(vantaa)
    proposals.accept_proposal(
        proposal.pk,
        day + timedelta(14),
        actor=vantaa,
        workers=[vantaa.user_id] if vantaa.user_id else [],
        note="Kolmio Myyrmäestä.",
    )


def _waiting(day: date) -> list[CaseContent]:
    return [
        case_of(
            "M-118", "quota", day, 16, (34, 31, 9, 6, 2), "sw",
            needs=("hospital-hour",), wishes=("444", "638"), deadline=day + timedelta(21),
            description="Isä on tehnyt hitsaajan työtä.",
        ),
        case_of("M-121", "quota", day, 12, (58, 55), "prs", needs=("accessible-home",), deadline=day + timedelta(50)),
        case_of("M-352", "asylum", day, 31, (24,), "ar", description="Kokki, haluaa jatkaa ammatissaan."),
        case_of("M-355", "asylum", day, 26, (44, 40, 19, 15), "so", ties=(("049", "relative"),)),
        case_of("M-360", "asylum", day, 8, (37, 35), "ti", non_disclosure=True),
        case_of("M-017", "minor", day, 5, (16,), "ku", needs=("guardianless",)),
    ]  # fmt: skip


def case_of(
    reference: str,
    group: str,
    day: date,
    ago: int,
    ages: tuple[int, ...],
    language: str,
    names: tuple[str, ...] = (),
    **more: object,
) -> CaseContent:
    """A case of people of those ages; the grown-ups first. ``names``: the family's, then each one's; else numbered."""
    received = day - timedelta(ago)
    members = tuple(
        MemberContent(
            age=age,
            relation="applicant" if n == 0 else "spouse" if n == 1 and age >= 18 else "child",
            family_name=names[0] if names else FAMILY_NAME,
            given_names=names[n + 1] if names else f"Henkilö {n + 1}",
            birth_date=date(received.year - age, 1, 1 + n),
        )
        for n, age in enumerate(ages)
    )
    return CaseContent(
        group=group,
        received_on=received,
        members=members,
        source="migri" if group == "quota" else "reception",
        reference=reference,
        languages=(language,),
        **more,  # type: ignore[arg-type]
    )


def added(region: Viewer, content: CaseContent) -> Case:
    _at(region)
    return cases.add_case(content, actor=region)


def _proposed(region: Viewer, municipality: Viewer, case: Case, day: date, why: str) -> Proposal:
    _at(region)
    data = NewProposal(municipality.organisation_id or 0, why, day.year, quarter_of(day))
    return proposals.propose(case.pk, data, actor=region)


def _at(viewer: Viewer) -> None:
    rowsecurity.apply(viewer)
