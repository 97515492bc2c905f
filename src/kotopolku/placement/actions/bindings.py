"""An officer fixes a municipality for a case, rules one out, or writes down that the family has been told of it.

Each with a reason; the next round keeps to it. Not for: the family's own vetoes, which stand in the case (``cases.py``).
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.placement import access
from kotopolku.placement.actions import steps
from kotopolku.placement.models import Binding, BindingKind, Case, CaseState, Why
from kotopolku.reference import queries as reference

TAKE_FIRST = _("A non-disclosure order is in force. Take the case to yourself first, and write why.")
UNKNOWN_KIND = _("Choose what is decided.")
NO_WHY = _("Choose why.")
WRITE_WHY = _("Write in a few words why; it is kept with the case.")
NOT_OURS = _("Choose a municipality of your own area.")
VETOED = _("The family has ruled this municipality out.")
BOTH = _("The same municipality has been fixed for the case or ruled out already. Take that back first.")
ONE_ONLY = _("Another municipality has been chosen for the case in this way already. Take that back first.")


@dataclass(frozen=True)
class NewBinding:
    """What is decided of which municipality (code), and why."""

    kind: str
    municipality: str
    why: str
    text: str


@transaction.atomic
def bind_case(case_id: int, data: NewBinding, *, actor: Viewer) -> Binding:
    """Fixes, rules out or marks as told. Raises ``Refusals``, ``Answered`` for a case that does not wait, ``NotVisible``."""
    case = _case(case_id, actor)
    steps.in_state(case, CaseState.WAITING)
    refuse(_check(case, data, actor))
    found = Binding.objects.create(
        case=case,
        authority_id=case.authority_id,
        kind=data.kind,
        municipality=data.municipality,
        why=data.why,
        text=data.text.strip(),
        made_on=clock.today(),
        made_by_id=actor.user_id,
    )
    record(
        "placement.binding.set",
        actor=actor,
        object=(steps.CASE, case.pk),
        reason="" if case.non_disclosure else found.text,
        details={"kind": found.kind, "why": found.why},
    )
    return found


def _case(case_id: int, actor: Viewer) -> Case:
    case = steps.regions_case(case_id, actor)
    if not access.sees_municipality(actor, case):
        raise Refusals([Refusal("", "take-first", TAKE_FIRST)])
    return case


def _check(case: Case, data: NewBinding, actor: Viewer) -> list[Refusal]:
    found = []
    if data.kind not in BindingKind.values:
        found.append(Refusal("kind", "required", UNKNOWN_KIND))
    if data.why not in Why.values:
        found.append(Refusal("why", "required", NO_WHY))
    if not data.text.strip():
        found.append(Refusal("text", "reason-required", WRITE_WHY))
    return found + _check_place(case, data, actor)


def _check_place(case: Case, data: NewBinding, actor: Viewer) -> list[Refusal]:
    try:
        reference.municipality(data.municipality, clock.today())
    except reference.UnknownMunicipality as unknown:
        return [Refusal("municipality", "unknown-municipality", "%(text)s", {"text": unknown.message})]
    if data.kind != BindingKind.EXCLUDE:
        if data.municipality not in access.area_codes(actor):
            return [Refusal("municipality", "not-ours", NOT_OURS)]
        if data.municipality in case.vetoes:
            return [Refusal("municipality", "vetoed", VETOED)]
    now = list(case.bindings.filter(ended_on=None))
    here = {one.kind for one in now if one.municipality == data.municipality}
    out = BindingKind.EXCLUDE
    if data.kind in here or (here and out in {data.kind, *here}):
        return [Refusal("municipality", "both", BOTH)]
    if data.kind != out and any(one.kind == data.kind for one in now):
        return [Refusal("municipality", "one-only", ONE_ONLY)]
    return []


@transaction.atomic
def unbind_case(binding_id: int, *, actor: Viewer) -> Binding:
    """Takes one back; it stays in the record. Safe to repeat. Raises ``NotVisible``."""
    found = Binding.objects.filter(pk=binding_id).first()
    if found is None:
        raise NotVisible
    case = _case(found.case_id, actor)
    if found.ended_on is None:
        found.ended_on, found.ended_by_id = clock.today(), actor.user_id
        found.save(update_fields=["ended_on", "ended_by"])
        record(
            "placement.binding.removed",
            actor=actor,
            object=(steps.CASE, case.pk),
            details={"kind": found.kind},
        )
    return found
