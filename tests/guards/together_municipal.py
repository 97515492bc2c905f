"""Objects that the permission guard asks for: municipal programmes: drawing up, sections, comments, proposals."""

from typing import Any

from kotopolku.actors.models import Organisation
from kotopolku.steering.models import (
    MunicipalProgramme,
    ProgrammeFigure,
    ProgrammeMunicipality,
    ProgrammePartner,
    ProgrammeSection,
    SectionComment,
    SectionProposal,
    SectionVersion,
)
from tests.guards.rows import Filler


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    """A draft of Vantaa with a section, on which something has been said, and a partner that reads."""

    def made(model: type[Any], **given: Any) -> Any:
        return make.row(model, **given)

    programme = made(
        MunicipalProgramme,
        organisation=vantaa,
        act="681/2023",
        state="draft",
        languages=["fi"],
        participants=[vantaa.pk],
        writers=[vantaa.pk],
        replaces=None,
    )
    made(ProgrammeMunicipality, programme=programme, organisation=vantaa, code="092")
    section = made(ProgrammeSection, programme=programme, key="plan", text={"fi": "x"}, answers=None)
    made(SectionVersion, section=section, number=1, text={"fi": "x"}, made_by=None)
    said = {"section": section, "number": 1, "paragraph": 0, "organisation": vantaa, "made_by": None}
    comment = made(SectionComment, **said, quote="x", parent=None, settled_by=None)
    proposal = made(SectionProposal, **said, old="x", new="y", decided_by=None)
    partner = made(ProgrammePartner, programme=programme, organisation=Organisation.objects.get(code="kela"))
    figure = made(ProgrammeFigure, section=section, place="municipality-092", year=2025)
    return {
        "steering/municipal/": {
            "programme_id": programme.pk,
            "section_id": section.pk,
            "partner_id": partner.pk,
            "comment_id": comment.pk,
            "proposal_id": proposal.pk,
            "figure_id": figure.pk,
            "lang": "fi",
        },
    }
