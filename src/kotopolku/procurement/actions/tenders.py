"""Acts on a tender in preparation: beginning it, filling its pages, its lots, criteria, requirements, terms and grounds.

Not for: review, publication and what follows (``publication.py``), papers (``papers.py``), questions (``questions.py``).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.procurement import access, rules, tender_rules
from kotopolku.procurement.models import (
    ContractTerm,
    Criterion,
    ExclusionGround,
    Lot,
    Requirement,
    Tender,
    TenderState,
)
from kotopolku.procurement.queries import systems
from kotopolku.procurement.queries import tenders as queries
from kotopolku.procurement.tender_rules import (
    Basics,
    Content,
    CriterionContent,
    LotContent,
    Part,
    RequirementContent,
    TermContent,
)
from kotopolku.training.actions import needs
from kotopolku.training.models import NeedLot
from kotopolku.training.queries import need

TENDER = "procurement.tender"

_MODELS: dict[type, type[models.Model]] = {
    LotContent: Lot,
    CriterionContent: Criterion,
    RequirementContent: Requirement,
    TermContent: ContractTerm,
}
PARTS: dict[str, type[models.Model]] = {
    "lot": Lot,
    "criterion": Criterion,
    "requirement": Requirement,
    "term": ContractTerm,
}


@transaction.atomic
def draft_tender(content: Basics, *, actor: Viewer, token: UUID | None = None) -> Tender:
    """Begins a tender of the actor's organisation, with the mandatory exclusion grounds in it. Raises ``Refusals``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    buyer_id = access.buyer(actor)
    if (before := done_before(token, TENDER)) is not None:
        return access.tender(actor, before)
    refuse([*tender_rules.check(content), *_check_within(content, actor)])
    tender = Tender.objects.create(
        buyer_id=buyer_id,
        number=_next_number(buyer_id, content.started_on.year),
        drafted_by_id=actor.user_id,
        made_on=clock.today(),
        **_values(content),
    )
    _set_grounds(tender, [ground.code for ground in tender_rules.grounds() if ground.mandatory])
    record("procurement.tender.drafted", actor=actor, object=(TENDER, tender.pk), token=token)
    return tender


@transaction.atomic
def change_tender(tender_id: int, content: Content, *, actor: Viewer, expected_version: int) -> Tender:
    """One page of a draft. Raises ``EditClash``, ``Refusals``."""
    tender = draft(tender_id, actor, expected_version)
    refuse([*tender_rules.check(content, clock.now()), *_check_within(content, actor)])
    values = _values(content)
    for name, value in values.items():
        setattr(tender, name, value)
    save(tender, *values)
    page = type(content).__name__.lower()
    record("procurement.tender.changed", actor=actor, object=(TENDER, tender.pk), details={"page": page})
    return tender


@transaction.atomic
def choose_grounds(tender_id: int, codes: Iterable[str], *, actor: Viewer, expected_version: int) -> Tender:
    """The optional exclusion grounds that apply; the mandatory ones always do (§80, §81). ``EditClash``, ``Refusals``."""
    tender = draft(tender_id, actor, expected_version)
    chosen = set(codes)
    if not chosen <= {ground.code for ground in tender_rules.grounds()}:
        raise Refusals([Refusal("grounds", "unknown", tender_rules.UNKNOWN)])
    ExclusionGround.objects.filter(tender=tender).delete()
    _set_grounds(tender, [one.code for one in tender_rules.grounds() if one.mandatory or one.code in chosen])
    save(tender)
    record("procurement.grounds.chosen", actor=actor, object=(TENDER, tender.pk))
    return tender


@transaction.atomic
def add_part(tender_id: int, content: Part, *, actor: Viewer, token: UUID | None = None) -> int:
    """A new lot, criterion, requirement or term; returns its id. Raises ``Refusals``."""
    tender = draft(tender_id, actor)
    model = _MODELS[type(content)]
    kind = f"procurement.{model._meta.model_name}"
    if (before := done_before(token, kind)) is not None:
        return before
    refuse(tender_rules.check(content))
    part = model(tender=tender, **_values(content))
    _identify(part, tender, content)
    part.save()
    save(tender)
    _record_part("procurement.part.added", kind, part, actor, token)
    return int(part.pk)


@transaction.atomic
def change_part(tender_id: int, part_id: int, content: Part, *, actor: Viewer, expected_version: int) -> None:
    """Changes one of them. ``expected_version`` is the tender's. Raises ``EditClash``, ``Refusals``, ``NotVisible``."""
    tender = draft(tender_id, actor, expected_version)
    model = _MODELS[type(content)]
    refuse(tender_rules.check(content))
    part = _part(model, tender, part_id)
    for name, value in _values(content).items():
        setattr(part, name, value)
    part.save()
    save(tender)
    _record_part("procurement.part.changed", f"procurement.{model._meta.model_name}", part, actor)


@transaction.atomic
def remove_part(tender_id: int, kind: str, part_id: int, *, actor: Viewer) -> None:
    """Takes away a "lot", "criterion", "requirement" or "term" of a draft; a need it came from is free again."""
    tender = draft(tender_id, actor)
    if kind not in PARTS:
        raise NotVisible
    part = _part(PARTS[kind], tender, part_id)
    _record_part("procurement.part.removed", f"procurement.{part._meta.model_name}", part, actor)
    if isinstance(part, Lot) and part.need_lot is not None:
        needs.give_back_lot(part.need_lot, actor=actor)
    part.delete()
    save(tender)


@transaction.atomic
def take_need(tender_id: int, need_lot_id: int, *, actor: Viewer) -> Lot:
    """A lot of the forecast, with what an officer has changed in it, as a lot of the draft. Raises ``Refusals``."""
    tender = draft(tender_id, actor)
    wanted = needs.take_lot(need_lot_id, tender.number, actor=actor)
    lot = Lot(
        tender=tender,
        title=_title_of(wanted),
        municipality=wanted.municipality,
        track=wanted.track,
        places=wanted.volume,
        option_places=wanted.option_volume,
        starts_on=wanted.starts_on,
        need_lot=wanted.pk,
        need_people=wanted.proposed.get("volume") or wanted.volume,
    )
    _identify(lot, tender, None)
    lot.save()
    save(tender)
    record(
        "procurement.need.taken",
        actor=actor,
        object=("procurement.lot", lot.pk),
        details={"tender": tender.pk, "need_lot": wanted.pk},
    )
    return lot


def draft(
    tender_id: int,
    actor: Viewer,
    expected_version: int | None = None,
    *states: str,
    capability: Capability = Capability.PROCUREMENT_PREPARE,
) -> Tender:
    """The tender, locked, in one of the states (a draft by default). ``MissingCapability``, ``NotVisible``, ``EditClash``."""
    require(actor, capability)
    tender = access.tender(actor, tender_id, lock=True)
    if tender.state not in (states or (TenderState.DRAFT,)):
        raise Refusals([Refusal("", "state", WRONG_STATE)])
    if expected_version is not None and tender.version != expected_version:
        raise EditClash(theirs={}, version=tender.version, who="", when=clock.now())
    return tender


def save(tender: Tender, *names: str) -> None:
    """Keeps the named fields and a new version."""
    tender.version += 1
    tender.save(update_fields=[*names, "version"])


def move(tender_id: int, state: str, *, actor: Viewer) -> Tender:
    """Sets how far a published tender is; the act that brings it there writes to the journal."""
    tender = access.tender(actor, tender_id, lock=True)
    tender.state = state
    if state in (TenderState.DECIDED, TenderState.DISCONTINUED):
        tender.ended_on = clock.today()
    save(tender, "state", "ended_on")
    return tender


def _check_within(content: Content, actor: Viewer) -> list[Refusal]:
    """A framework is one in force of the buyer's own, a category one of its systems; only a purchase in it has one."""
    if not isinstance(content, Basics):
        return []
    found = []
    framework, category = content.framework_id, content.category_id
    if framework is not None and framework not in {one.pk for one in queries.frameworks(actor)}:
        found.append(Refusal("framework", "unknown", tender_rules.UNKNOWN))
    if category is not None:
        if category not in {one.pk for one in systems.categories(actor)}:
            found.append(Refusal("category", "unknown", tender_rules.UNKNOWN))
        elif not rules.procedure(content.procedure).inside_system:
            found.append(Refusal("category", "not-inside", NOT_INSIDE))
    return found


def _values(content: Any) -> dict[str, Any]:
    """The content's fields as the model has them: texts without empty languages, words without spaces around."""
    return {one.name: _tidy(getattr(content, one.name)) for one in fields(content)}


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {code: text.strip() for code, text in value.items() if text.strip()}
    return value


def _next_number(buyer_id: int, year: int) -> str:
    """2026-014: the buyer's next one of the year; those who begin at the same time queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"tender {buyer_id} {year}"])
    last = (
        Tender.objects.filter(buyer_id=buyer_id, number__startswith=f"{year}-")
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{year}-{int(last[5:]) + 1 if last else 1:03d}"


def _set_grounds(tender: Tender, codes: Sequence[str]) -> None:
    known = {ground.code: ground for ground in tender_rules.grounds()}
    ExclusionGround.objects.bulk_create(
        ExclusionGround(
            tender=tender,
            code=code,
            order=order,
            mandatory=known[code].mandatory,
            self_cleaning=known[code].self_cleaning,
        )
        for order, code in enumerate(codes, 1)
    )


def _identify(part: models.Model, tender: Tender, content: Part | None) -> None:
    """Gives a new part its code and its place in the order."""
    rows = type(part)._default_manager.filter(tender=tender)
    if isinstance(part, Lot):
        taken = [int(code[1:]) for code in rows.values_list("code", flat=True) if code[1:].isdigit()]
        part.code = f"L{max(taken, default=0) + 1}"
        return
    last = rows.order_by("-order").values_list("order", flat=True).first() or 0
    part.order = last + 1  # type: ignore[attr-defined]
    if isinstance(content, CriterionContent | RequirementContent):
        words = content.title if isinstance(content, CriterionContent) else content.text
        part.code = _code(words.get("en") or words["fi"], set(rows.values_list("code", flat=True)))  # type: ignore[attr-defined]


def _code(words: str, taken: set[str]) -> str:
    """A short name in plain letters, unique among ``taken``."""
    plain = words.lower().translate(str.maketrans("äåöé", "aaoe"))
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:30].strip("-") or "part"
    number, code = 1, base
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    return code


def _part(model: type[models.Model], tender: Tender, part_id: int) -> Any:
    found = model._default_manager.filter(tender=tender, pk=part_id).first()
    if found is None:
        raise NotVisible
    return found


def _record_part(
    action: str, kind: str, part: models.Model, actor: Viewer, token: UUID | None = None
) -> None:
    record(
        action,
        actor=actor,
        object=(kind, part.pk),
        details={"tender": part.tender_id},  # type: ignore[attr-defined]
        token=token,
    )


def _title_of(wanted: NeedLot) -> dict[str, str]:
    """The place's name; the officer writes the rest."""
    name = need.place_names([wanted.municipality]).get(wanted.municipality, "")
    return {code: name for code in tender_rules.LANGUAGES if name}


WRONG_STATE = _("The tender has moved on meanwhile. Open it again to see how far it is.")
NOT_INSIDE = _(
    "Only a purchase within a dynamic purchasing system has a category. Choose that procedure, or none."
)
