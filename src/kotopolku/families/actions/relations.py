"""Acts on relations between persons of a family, and on custody, which gives the right to act for a child.

Not for: who lives together (``clients.actions``), representatives appointed by a court (``representatives.py``).
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Person
from kotopolku.clients.rules import Refusal, Refusals, check_not_before, check_not_future, refuse
from kotopolku.families import access, rules
from kotopolku.families.models import Relation
from kotopolku.journal.actions import record

RELATION = "families.relation"
BEFORE_RELATION = _("The relation is recorded from %(earliest)s; choose a later day.")


@transaction.atomic
def add_relation(
    relationship_id: int,
    *,
    actor: Viewer,
    person_id: int,
    kind: str,
    other_id: int,
    from_day: date,
    custody: bool = False,
    source: str = "",
    token: UUID | None = None,
) -> Relation:
    """Records that ``person_id`` is the ``kind`` (``rules.CHOICES``) of ``other_id``; it shows from both ends.

    Both are of the client's family, or clients of the own authority. Raises ``Refusals``, ``NotVisible``.
    """
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    if (before := cases.done_before(token, RELATION)) is not None:
        return Relation.objects.get(pk=before)
    persons = _persons(actor, access.family_ids(actor, case), person_id, other_id)
    found = check_not_future("from_day", from_day, clock.today())
    if kind not in rules.CHOICES:
        found.append(Refusal("kind", "unknown", _("Choose what the one is to the other.")))
        raise Refusals(found)
    found += _check_pair(persons, person_id, kind, other_id)
    kept = rules.stored_relation(person_id, other_id, kind)
    if custody and not rules.may_have_custody(kept.kind):
        message = _("Only a parent or a guardian can have custody.")
        found.append(Refusal("custody", "no-custody", message))
    days = DateRange(from_day, None)
    with seeing_all(actor):
        same = Relation.objects.filter(
            person_id=kept.person, other_id=kept.other, kind=kept.kind, days__overlap=days
        )
        if same.exists():
            found.append(Refusal("kind", "recorded", _("This relation has been recorded already.")))
        refuse(found)
        added = Relation.objects.create(
            person_id=kept.person,
            other_id=kept.other,
            kind=kept.kind,
            custody=custody or kept.kind == "guardian",
            days=days,
            source=source,
        )
    record(
        "families.relation.added",
        actor=actor,
        subjects=sorted({case.relationship.person_id, kept.person, kept.other}),
        object=(RELATION, added.pk),
        details={"kind": kept.kind, "custody": added.custody},
        token=token,
    )
    return added


def _persons(actor: Viewer, family: set[int], *person_ids: int) -> dict[int, Person]:
    """The persons, each of the family or one whom the actor may see. Raises ``NotVisible``."""
    outside = set(person_ids) - family
    if outside - set(Person.objects.filter(pk__in=outside).values_list("pk", flat=True)):
        raise NotVisible
    with seeing_all(actor):
        return {person.pk: person for person in Person.objects.filter(pk__in=person_ids)}


def _check_pair(persons: dict[int, Person], person_id: int, kind: str, other_id: int) -> list[Refusal]:
    if person_id == other_id:
        return [Refusal("other", "same-person", _("Choose two different persons."))]
    mistake = rules.relation_mistake(kind, persons[person_id].birth_date, persons[other_id].birth_date)
    if mistake:
        message = _("By the dates of birth it cannot be this way round: a child is younger than its parent.")
        return [Refusal("kind", mistake, message)]
    return []


@transaction.atomic
def end_relation(relationship_id: int, relation_id: int, on: date, *, actor: Viewer) -> Relation:
    """Records that a relation is not in force from the day ``on``, for example after a divorce."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    relation = access.relation(actor, case, relation_id)
    refuse(_check_end(relation, on))
    relation.days = DateRange(relation.days.lower, on)
    with seeing_all(actor):
        relation.save(update_fields=["days"])
    _record("families.relation.ended", case.relationship.person_id, relation, actor, on)
    return relation


@transaction.atomic
def remove_relation(relationship_id: int, relation_id: int, *, actor: Viewer) -> None:
    """Removes a relation that was recorded by mistake; the journal keeps that it was."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    relation = access.relation(actor, case, relation_id)
    _record("families.relation.removed", case.relationship.person_id, relation, actor)
    with seeing_all(actor):
        Relation.objects.filter(pk=relation.pk).delete()


@transaction.atomic
def change_custody(
    relationship_id: int, relation_id: int, custody: bool, on: date, *, actor: Viewer, source: str = ""
) -> Relation:
    """Records that a parent has, or has not, custody from the day ``on``; what was before stays in the history."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    relation = access.relation(actor, case, relation_id)
    if relation.kind != "parent" or relation.custody == custody:
        message = _("Custody is changed only for a parent, and only when it is another than now.")
        raise Refusals([Refusal("custody", "no-change", message)])
    refuse(check_not_future("on", on, clock.today()) + _check_end(relation, on))
    until = relation.days.upper
    with seeing_all(actor):
        relation.days = DateRange(relation.days.lower, on)
        relation.save(update_fields=["days"])
        changed = Relation.objects.create(
            person_id=relation.person_id,
            other_id=relation.other_id,
            kind=relation.kind,
            custody=custody,
            days=DateRange(on, until),
            source=source,
        )
    _record("families.custody.changed", case.relationship.person_id, changed, actor, on)
    return changed


def _check_end(relation: Relation, on: date) -> list[Refusal]:
    if relation.days.upper is not None:
        return [Refusal("on", "ended", _("The relation has ended already."))]
    first: date = relation.days.lower
    return check_not_future("on", on, clock.today()) + check_not_before(
        "on", on, first + rules.ONE_DAY, BEFORE_RELATION, "before-relation"
    )


def _record(name: str, client: int, relation: Relation, actor: Viewer, on: date | None = None) -> None:
    record(
        name,
        actor=actor,
        subjects=sorted({client, relation.person_id, relation.other_id}),
        object=(RELATION, relation.pk),
        details={"kind": relation.kind, "custody": relation.custody}
        | ({"on": on.isoformat()} if on is not None else {}),
    )
