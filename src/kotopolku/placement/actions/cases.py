"""Acts on cases at the region: a new case, its change, another officer, and its ends without a direction.

Not for: proposals (``proposals.py``), names and papers (``sealed.py``), lists of the permit authority (``case_lists.py``).
"""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, User
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions import case as client_cases
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement import access, case_rules, needs
from kotopolku.placement.actions import steps
from kotopolku.placement.actions.steps import CASE
from kotopolku.placement.case_rules import CaseContent, MemberContent
from kotopolku.placement.models import (
    OPEN,
    PREFIXES,
    Arrival,
    Case,
    CaseFile,
    CaseMember,
    CaseState,
    Closeness,
    EventKind,
    Group,
    Relation,
    Sealed,
    SealedPaper,
)
from kotopolku.placement.queries.people import holders
from kotopolku.reference import queries as reference

_NEXT_NUMBER = """
INSERT INTO placement_casenumber (prefix, year, last) VALUES (%s, %s, 1)
ON CONFLICT (prefix, year) DO UPDATE SET last = placement_casenumber.last + 1 RETURNING last
"""
KNOWN_ALREADY = _("A case of this sender with the number %(reference)s is here already.")
NOT_A_REGION = _("Only a regional authority has cases.")
SAME_REGION = _("Choose another region than your own.")
NO_REGION = _("Choose the region to which the case goes.")
HIDDEN_PLACE = _("A non-disclosure order is in force: do not write where the people moved.")


def known() -> case_rules.Known:
    """What the words of a case are checked against."""
    return case_rules.Known(
        groups=Group.values,
        relations=Relation.values,
        closeness=Closeness.values,
        needs=tuple(one.id for one in needs.needs()),
    )


def check_content(content: CaseContent, today: date) -> list[Refusal]:
    """Everything wrong in a case, unknown and merged municipalities and unknown languages among it."""
    found = case_rules.check_case(content, known(), today)
    places = [("wishes", code) for code in content.wishes] + [("vetoes", code) for code in content.vetoes]
    places += [("ties", code) for code, _near in content.ties]
    if content.reception_municipality:
        places.append(("reception_municipality", content.reception_municipality))
    for name, code in places:
        try:
            reference.municipality(code, today)
        except reference.UnknownMunicipality as unknown:
            found.append(Refusal(name, "unknown-municipality", "%(text)s", {"text": unknown.message}))
    languages = {code for one in content.members for code in one.languages} | set(content.languages)
    for code in sorted(languages):
        if reference.language(code) is None:
            message = _("“%(code)s” is not a language of the list.")
            found.append(Refusal("languages", "unknown-language", message, {"code": code}))
    return found


@transaction.atomic
def add_case(content: CaseContent, *, actor: Viewer, token: UUID | None = None, digest: bytes = b"") -> Case:
    """A new case of the actor's region; names go under the seal. Raises ``Refusals``, also for one that is here already."""
    require(actor, Capability.PLACEMENT_AGREE)
    if (before := client_cases.done_before(token, CASE)) is not None:
        return access.case(actor, before)
    if not access.is_region(actor) or actor.organisation_id is None:
        raise Refusals([Refusal("", "not-a-region", NOT_A_REGION)])
    refuse(check_content(content, clock.today()))
    case = Case(
        number=_next_number(content.group, clock.today().year),
        authority_id=actor.organisation_id,
        persons=len(content.members),
        **_values(content),
    )
    try:
        with transaction.atomic():
            case.save()
            CaseFile.objects.create(
                case=case,
                authority_id=actor.organisation_id,
                officer_id=actor.user_id,
                source=content.source,
                reference=content.reference.strip(),
                digest=digest,
                reception_municipality=content.reception_municipality,
            )
    except IntegrityError as error:
        params = {"reference": content.reference}
        raise Refusals([Refusal("reference", "known-already", KNOWN_ALREADY, params)]) from error
    _write_members(case, content)
    steps.event(case, EventKind.RECEIVED, actor)
    record(
        "placement.case.added",
        actor=actor,
        object=(CASE, case.pk),
        details={"group": case.group, "persons": case.persons, "source": content.source},
        token=token,
    )
    return case


def _next_number(group: str, year: int) -> str:
    prefix = PREFIXES[Group(group)]
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [prefix, year])
        return f"{prefix}-{year % 100:02d}-{cursor.fetchone()[0]:03d}"


def _values(content: CaseContent) -> dict[str, Any]:
    return {
        "group": content.group,
        "received_on": content.received_on,
        "deadline": content.deadline,
        "emergency": content.emergency,
        "wishes": list(content.wishes),
        "vetoes": list(content.vetoes),
        "ties": [{"municipality": code, "near": near} for code, near in content.ties],
        "needs": [one.id for one in needs.chosen(content.needs)],
        "languages": list(content.languages),
        "description": content.description.strip(),
        "non_disclosure": content.non_disclosure,
    }


def _write_members(case: Case, content: CaseContent) -> None:
    """The members anew; what was typed of their names replaces what was sealed."""
    CaseMember.objects.filter(case=case).delete()
    for number, member in enumerate(content.members, start=1):
        row = CaseMember.objects.create(
            case=case,
            authority_id=case.authority_id,
            number=number,
            age=case_rules.age_of(member, content.received_on) or 0,
            age_on=content.received_on,
            relation=member.relation,
            schooling=member.schooling.strip(),
            work=member.work.strip(),
            languages=list(member.languages or content.languages),
        )
        if member.has_names:
            Sealed.objects.create(
                member=row,
                case=case,
                authority_id=case.authority_id,
                family_name=member.family_name.strip(),
                given_names=member.given_names.strip(),
                birth_date=case_rules.born_on(member),
                identity_code=case_rules.compact(member.identity_code),
            )


def _member(row: CaseMember, sealed: Sealed | None) -> MemberContent:
    return MemberContent(
        age=row.age,
        relation=row.relation,
        schooling=row.schooling,
        work=row.work,
        languages=tuple(row.languages),
        family_name=sealed.family_name if sealed else "",
        given_names=sealed.given_names if sealed else "",
        birth_date=sealed.birth_date if sealed else None,
        identity_code=sealed.identity_code if sealed else "",
    )


def content_of(case: Case) -> CaseContent:
    """A case as it was typed, sealed data included; the caller has been let to them and writes the look down."""
    sealed = {one.member_id: one for one in Sealed.objects.filter(case_id=case.pk)}
    members = tuple(_member(row, sealed.get(row.pk)) for row in case.members.order_by("number"))
    return CaseContent(
        group=case.group,
        received_on=case.received_on,
        members=members,
        source=case.file.source,
        reference=case.file.reference,
        deadline=case.deadline,
        emergency=case.emergency,
        wishes=tuple(case.wishes),
        vetoes=tuple(case.vetoes),
        ties=tuple((one["municipality"], one["near"]) for one in case.ties),
        needs=tuple(case.needs),
        languages=tuple(case.languages),
        description=case.description,
        non_disclosure=case.non_disclosure,
        reception_municipality=case.file.reception_municipality,
    )


@transaction.atomic
def change_case(
    case_id: int, content: CaseContent, *, actor: Viewer, expected_version: int, digest: bytes | None = None
) -> Case:
    """Changes a case that waits; one that has been proposed keeps what the municipality has read.

    A non-disclosure order can be set at any time (``set_order``). Raises ``EditClash``, ``Answered``, ``Refusals``.
    """
    case = steps.regions_case(case_id, actor)
    if case.version != expected_version:
        raise _clash(case)
    steps.in_state(case, CaseState.WAITING)
    content = replace(content, group=case.group, source=case.file.source, reference=case.file.reference)
    refuse(check_content(content, clock.today()))
    values = _values(content)
    changed = [name for name, value in values.items() if getattr(case, name) != value]
    for name, value in values.items():
        setattr(case, name, value)
    case.persons, case.version = len(content.members), case.version + 1
    case.save()
    file = case.file
    file.reception_municipality = content.reception_municipality
    if digest is not None:
        file.digest = digest
    file.save(update_fields=["reception_municipality", "digest"])
    _write_members(case, content)
    steps.event(case, EventKind.CHANGED, actor)
    record("placement.case.changed", actor=actor, object=(CASE, case.pk), details={"fields": changed})
    return case


def _clash(case: Case) -> EditClash:
    last = case.events.filter(kind=EventKind.CHANGED).order_by("-id").first()
    who = (
        User.objects.filter(pk=last.user_id or 0).values_list("full_name", flat=True).first() if last else ""
    )
    when = last.at if last else clock.now()
    return EditClash(theirs={}, version=case.version, who=who or "", when=when)


@transaction.atomic
def take_case(case_id: int, reason: str, *, actor: Viewer) -> Case:
    """Makes the actor the case's officer. Under a non-disclosure order this opens the municipality, so it takes a reason."""
    case = steps.regions_case(case_id, actor)
    if case.file.officer_id == actor.user_id:
        return case
    reason = steps.reason_given(reason) if case.non_disclosure else reason.strip()
    case.file.officer_id = actor.user_id
    case.file.save(update_fields=["officer"])
    steps.event(case, EventKind.TAKEN, actor, note=reason)
    record("placement.case.taken", actor=actor, object=(CASE, case.pk), reason=reason)
    return case


@transaction.atomic
def set_order(case_id: int, in_force: bool, *, actor: Viewer) -> Case:
    """Records a non-disclosure order of the people, or its end, at any stage: what shows follows at once."""
    case = steps.regions_case(case_id, actor)
    with seeing_all(actor):
        case.non_disclosure = in_force
        case.version += 1
        case.save(update_fields=["non_disclosure", "version"])
        case.proposals.update(protected=in_force)
        case.events.update(protected=in_force)
        Arrival.objects.filter(case=case).update(protected=in_force)
        if in_force:
            CaseFile.objects.filter(pk=case.pk).update(moved_to="")
    record("placement.order.set", actor=actor, object=(CASE, case.pk), details={"in_force": in_force})
    return case


@transaction.atomic
def withdraw_case(case_id: int, reason: str, *, actor: Viewer) -> Case:
    """Ends a case that needs no municipality any more, at any time before arrival; an open proposal is taken back."""
    case = steps.regions_case(case_id, actor)
    _end(case, CaseState.WITHDRAWN, EventKind.WITHDRAWN, steps.reason_given(reason), actor)
    record("placement.case.withdrawn", actor=actor, object=(CASE, case.pk), reason=reason.strip())
    return case


@transaction.atomic
def record_independent_move(case_id: int, moved_to: str, note: str, *, actor: Viewer) -> Case:
    """Ends a case whose people found a home themselves (681/2023 §43). Where to is left out under an order."""
    case = steps.regions_case(case_id, actor)
    if moved_to and case.non_disclosure:
        raise Refusals([Refusal("moved_to", "protected", HIDDEN_PLACE)])
    if moved_to:
        try:
            reference.municipality(moved_to, clock.today())
        except reference.UnknownMunicipality as unknown:
            params = {"text": unknown.message}
            raise Refusals([Refusal("moved_to", "unknown-municipality", "%(text)s", params)]) from unknown
    _end(case, CaseState.INDEPENDENT, EventKind.INDEPENDENT, note.strip(), actor)
    case.file.moved_to = moved_to
    case.file.save(update_fields=["moved_to"])
    record("placement.case.moved", actor=actor, object=(CASE, case.pk))
    return case


@transaction.atomic
def transfer_case(case_id: int, to_id: int | None, reason: str, *, actor: Viewer) -> Case:
    """Passes a case with names and papers to another region, where it waits under a new number. Returns the old one.

    The own region keeps that it was here, and no name. Raises ``Refusals``, ``Answered``.
    """
    case = steps.regions_case(case_id, actor)
    to = Organisation.objects.filter(
        pk=to_id or 0, kind__in=access.REGIONS, valid__contains=actor.day
    ).first()
    if to is None:
        raise Refusals([Refusal("to", "required", NO_REGION)])
    if to.pk == case.authority_id:
        raise Refusals([Refusal("to", "own", SAME_REGION)])
    reason = steps.reason_given(reason)
    content = content_of(case)
    _end(case, CaseState.TRANSFERRED, EventKind.TRANSFERRED, reason, actor)
    case.file.transferred_to = to
    case.file.save(update_fields=["transferred_to"])
    _pass_on(case, content, to, actor)
    record("placement.case.transferred", actor=actor, object=(CASE, case.pk), reason=reason)
    return case


def _pass_on(case: Case, content: CaseContent, to: Organisation, actor: Viewer) -> None:
    with seeing_all(actor):
        new = Case.objects.create(
            number=_next_number(case.group, clock.today().year),
            authority=to,
            persons=case.persons,
            **_values(content),
        )
        reference_now = content.reference
        taken = CaseFile.objects.filter(authority=to, source=content.source, reference=reference_now).exists()
        CaseFile.objects.create(
            case=new,
            authority=to,
            source=content.source,
            reference=f"{reference_now} / {case.number}"[:60] if taken else reference_now,
            reception_municipality=content.reception_municipality,
        )
        _write_members(new, content)
        Sealed.objects.filter(case=case).delete()
        SealedPaper.objects.filter(case=case).update(case=new, authority=to)
        steps.event(new, EventKind.RECEIVED, actor)
    notify(
        "placement.case-received",
        holders(to.pk, Capability.PLACEMENT_AGREE, actor.day),
        actor=actor,
        address=reverse("placement:case", args=[new.pk]),
        organisation_id=to.pk,
        about=(CASE, new.pk),
        on=actor.day,
    )


def _end(case: Case, state: CaseState, kind: EventKind, why: str, actor: Viewer) -> None:
    steps.in_state(case, *OPEN)
    proposal = steps.live_proposal(case, actor)
    if proposal is not None:
        steps.end_proposal(case, proposal, why, actor)
    with seeing_all(actor):
        Arrival.objects.filter(case=case).filter(arrived_on=None).delete()
        case.state, case.closed_on, case.close_reason = state, actor.day, why
        case.save(update_fields=["state", "closed_on", "close_reason"])
    steps.event(case, kind, actor, note=why)


@transaction.atomic
def record_case_look(case_id: int, *, actor: Viewer) -> Case:
    """A look at a case, without names. Raises ``NotVisible``."""
    require(actor, Capability.PLACEMENT_AGREE)
    case = access.case(actor, case_id)
    record("placement.case.viewed", actor=actor, object=(CASE, case.pk))
    return case
