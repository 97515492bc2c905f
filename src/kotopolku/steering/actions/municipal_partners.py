"""Acts on the partners of a municipal programme: a right given, changed, ended. Each is told.

Not for: the municipalities that draw it up together (``municipal.py``).
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, date_range
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.steering import access_municipal as access
from kotopolku.steering.actions import municipal_rights as rights
from kotopolku.steering.actions.municipal import check_draft
from kotopolku.steering.actions.municipal_rights import PROGRAMME
from kotopolku.steering.models import (
    CouncilState,
    MunicipalProgramme,
    PartnerRight,
    ProgrammePartner,
    ProgrammeSection,
)


@transaction.atomic
def give(
    programme_id: int, organisation_id: int, right: str, sections: Collection[int] = (), *, actor: Viewer
) -> ProgrammePartner:
    """Invites an organisation to take part, or changes the right that it has. ``sections``: those that it may write.

    The right is the organisation's from the day on; that it had one before stands in the journal. Raises ``Refusals``.
    """
    of = access.own_programme(actor, programme_id, lock=True)
    refuse(check_draft(of) + _check(of, organisation_id, right, sections, actor))
    found = ProgrammePartner.objects.filter(programme=of, organisation_id=organisation_id).first()
    before = None
    if found is not None and found.days.lower is not None and found.days.upper is None:
        before = [found.right, sorted(found.sections.values_list("key", flat=True))]
    made = found or ProgrammePartner(programme=of, organisation_id=organisation_id)
    if before is None:
        made.days = date_range(actor.day, None)
        made.invited_by_id = actor.user_id
    made.right = right
    made.save()
    named = sections if right == PartnerRight.WRITE else ()
    made.sections.set(ProgrammeSection.objects.filter(pk__in=named))
    _no_writer_without_right(of, made)
    rights.keep(of, actor.day)
    after = [right, sorted(made.sections.values_list("key", flat=True))]
    if after != before:
        record(
            "steering.municipal.partner-given",
            actor=actor,
            object=(PROGRAMME, of.pk),
            details={"organisation": organisation_id, "right": [before, after]},
        )
        rights.tell("steering.municipal-partner", of, [organisation_id], actor)
    return made


@transaction.atomic
def invite(
    programme_id: int,
    organisations: Iterable[int],
    right: str,
    sections: Collection[int] = (),
    *,
    actor: Viewer,
) -> list[ProgrammePartner]:
    """Gives several organisations the same right, all or none of them. Raises ``Refusals``."""
    return [give(programme_id, one, right, sections, actor=actor) for one in organisations]


@transaction.atomic
def end(partner_id: int, *, actor: Viewer) -> ProgrammePartner:
    """Ends an organisation's part at once. What it wrote, commented and proposed stays. Ended twice is ended once."""
    found = access.own_partner(actor, partner_id)
    of = found.programme
    refuse(check_draft(of))
    if found.days.lower is None or found.days.upper is not None:
        return found
    # The day itself is left out, so a right that was given and ended on one day has no days at all.
    first = found.days.lower
    found.days = date_range(first, max(first, actor.day) - timedelta(days=1))
    found.save()
    ProgrammeSection.objects.filter(programme=of, answers_id=found.organisation_id).update(answers=None)
    rights.keep(of, actor.day)
    record(
        "steering.municipal.partner-ended",
        actor=actor,
        object=(PROGRAMME, of.pk),
        details={"organisation": found.organisation_id},
    )
    rights.tell("steering.municipal-partner-ended", of, [found.organisation_id], actor)
    return found


def _check(
    of: MunicipalProgramme, organisation_id: int, right: str, sections: Collection[int], actor: Viewer
) -> list[Refusal]:
    refused = []
    known = Organisation.objects.filter(pk=organisation_id, valid__contains=actor.day)
    if not known.exists():
        refused.append(Refusal("organisations", "unknown", _("Choose organisations from the list.")))
    joined = of.municipalities.exclude(state=CouncilState.LEFT).filter(organisation_id=organisation_id)
    if organisation_id == of.organisation_id or joined.exists():
        words = _("It is one of the municipalities of the programme already, and writes every section.")
        refused.append(Refusal("organisations", "municipality", words))
    if right not in PartnerRight.values:
        refused.append(Refusal("right", "unknown", _("Choose what it may do.")))
    live = of.sections.filter(pk__in=sections, removed_at=None)
    if right == PartnerRight.WRITE and live.count() != len(set(sections)):
        refused.append(Refusal("sections", "unknown", _("Choose sections of this programme.")))
    return refused


def _no_writer_without_right(of: MunicipalProgramme, partner: ProgrammePartner) -> None:
    """A section is nobody's to write who may not write it."""
    rows = ProgrammeSection.objects.filter(programme=of, answers_id=partner.organisation_id)
    if partner.right == PartnerRight.WRITE:
        named = list(partner.sections.values_list("pk", flat=True))
        if not named:
            return
        rows = rows.exclude(pk__in=named)
    rows.update(answers=None)
