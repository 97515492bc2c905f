"""The writers of the retention room: a run's portions of deletion, legal holds, answers to data subjects.

Not for: the order of a run (``run.py``) and the contents of an answer (``information.py``).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients import access
from kotopolku.clients.access import seeing_all
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Relationship, Responsibility
from kotopolku.clients.rules import Milestones, refuse
from kotopolku.desk.actions import delete_document, forget_files
from kotopolku.desk.models import Document
from kotopolku.journal.actions import record
from kotopolku.notices.models import Notice
from kotopolku.retention import graph, queries, rules
from kotopolku.retention.models import (
    InformationRequest,
    KeptFact,
    LegalHold,
    RestrictionRequest,
    RetentionRun,
)
from kotopolku.retention.sweeps import Sweep

RUN, HOLD = "retention.run", "retention.hold"
INFORMATION, RESTRICTION = "retention.information", "retention.restriction"
RELATIONSHIP = "clients.relationship"


# Runs -----------------------------------------------------------------------------------------------------


@transaction.atomic
def start_run(*, actor: Viewer) -> RetentionRun:
    """A new run of today. One that was cut short needs no mending: what it left is due again."""
    require(actor, Capability.RETENTION_MANAGE)
    run = RetentionRun.objects.create(day=clock.today(), started_at=clock.now())
    record("retention.run.started", actor=actor, object=(RUN, run.pk))
    return run


@transaction.atomic
def delete_clients(run: RetentionRun, rule_id: str, most: int, *, actor: Viewer) -> int:
    """Deletes the next clients whose time by the rule is over, with all their rows, files and history.

    A coarse fact of each stays for statistics, and the journal's entries stay with their seal, without their payload.
    Locks each relationship and asks again whether something holds it back. Returns how many; 0 when none is left.
    """
    require(actor, Capability.RETENTION_MANAGE)
    with seeing_all(actor):
        due = queries.due_clients(rule_id, run.day).exclude(queries.holding(run.day))
        ids = list(due.order_by("relationship_id").values_list("relationship_id", flat=True)[:most])
        locked = Relationship.objects.select_for_update(skip_locked=True).filter(pk__in=ids)
        ids = list(locked.order_by("pk").values_list("pk", flat=True))
        rows = list(
            queries.due_clients(rule_id, run.day)
            .filter(relationship_id__in=ids)
            .exclude(queries.holding(run.day))
            .select_related("relationship", "person")
        )
        if not rows:
            return 0
        gone = [row.relationship_id for row in rows]
        persons = _persons_who_go(gone)
        _forget_documents(gone, persons, actor)
        KeptFact.objects.bulk_create([_fact(row) for row in rows])
        found = graph.rows_of(gone, persons)
        for household in graph.empty_households(persons):
            found.ids[graph.Household].add(household)
        for kind, numbers in graph.things(found):
            Notice.objects.filter(object_kind=kind, object_id__in=numbers).delete()
        _forget_payloads(persons)
        _empty_accounts(persons)
        counts = graph.delete(found)
        run.deleted[rule_id] = run.deleted.get(rule_id, 0) + len(gone)
        run.save(update_fields=["deleted"])
    record(
        "retention.clients.deleted",
        actor=actor,
        subjects=[row.person_id for row in rows],
        object=(RUN, run.pk),
        details={"rule": rule_id, "clients": len(gone), "rows": sum(counts.values())},
    )
    return len(gone)


def _persons_who_go(relationships: Sequence[int]) -> list[int]:
    """Persons with no other relationship, and those of their households whom nobody else's path keeps."""
    staying = Relationship.objects.exclude(pk__in=relationships).filter(person_id=OuterRef("person_id"))
    rows = Relationship.objects.filter(pk__in=relationships)
    persons = set(rows.filter(~Exists(staying)).values_list("person_id", flat=True))
    return sorted(persons | graph.companions(persons))


def _forget_documents(relationships: Sequence[int], persons: Sequence[int], actor: Viewer) -> None:
    """Attached files: all of those who go; of those who stay, only the files of the relationship."""
    forget_files(persons, actor=actor)
    left = Document.objects.filter(relationship_id__in=relationships).values_list("relationship_id", "pk")
    for relationship_id, document_id in list(left):
        delete_document(relationship_id, document_id, "retention", actor=actor)


def _fact(row: Responsibility) -> KeptFact:
    relationship, person = row.relationship, row.person
    ended_on = relationship.ended_on or relationship.started_on
    days = Milestones(**{name: getattr(row, name) for name in Milestones.__dataclass_fields__})
    return KeptFact(
        authority_id=row.authority_id,
        year_started=relationship.started_on.year,
        year_ended=ended_on.year,
        months=rules.whole_months(relationship.started_on, ended_on),
        stage=rules.stage_reached(days),
        end_reason=relationship.end_reason,
        sex=person.sex,
        age_group=rules.age_group(person.birth_date, relationship.started_on),
    )


def _empty_accounts(persons: Sequence[int]) -> None:
    """The users by whom the persons signed in to the own page: the row stays for the journal's ids, with no name."""
    users = User.objects.filter(own_account__person_id__in=persons, memberships=None)
    for user in users:
        user.username, user.full_name, user.email = f"deleted-{user.pk}", "", ""
        user.is_active = False
        user.set_unusable_password()
        user.save()


def _forget_payloads(persons: Sequence[int]) -> None:
    """Reasons and details of the journal that are about nobody else. Entries, hashes and seals stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM journal_payload WHERE subjects <@ %(gone)s::bigint[] AND entry_id IN"
            " (SELECT entry_id FROM journal_mention WHERE person_id = ANY (%(gone)s::bigint[]))",
            {"gone": list(persons)},
        )


@transaction.atomic
def delete_rows(run: RetentionRun, sweep: Sweep, most: int, *, actor: Viewer) -> int:
    """Deletes, or empties, the next rows of a sweep whose time is over. Returns how many; 0 when none is left."""
    require(actor, Capability.RETENTION_MANAGE)
    with seeing_all(actor):
        due = queries.due_rows(sweep, run.day)
        if sweep.hold:
            due = due.exclude(queries.holding(run.day, f"{sweep.hold}_id"))
        ids = list(due.order_by("pk").values_list("pk", flat=True)[:most])
        number = len(ids)
        if not number:
            return 0
        if sweep.forget is not None:
            sweep.forget(ids, run.day)
        else:
            graph.delete(graph.Rows(ids=defaultdict(set, {sweep.model: set(ids)})))
        run.deleted[sweep.rule] = run.deleted.get(sweep.rule, 0) + number
        run.save(update_fields=["deleted"])
    record(
        "retention.rows.deleted",
        actor=actor,
        object=(RUN, run.pk),
        details={"rule": sweep.rule, "table": sweep.model._meta.label_lower, "rows": number},
    )
    return number


@transaction.atomic
def finish_run(run: RetentionRun, held: Mapping[str, int], *, actor: Viewer) -> RetentionRun:
    """Closes the run with what was held back."""
    require(actor, Capability.RETENTION_MANAGE)
    run.held, run.ended_at = dict(held), clock.now()
    run.save(update_fields=["held", "ended_at"])
    record("retention.run.finished", actor=actor, object=(RUN, run.pk), details={"deleted": run.deleted})
    return run


# Holds ----------------------------------------------------------------------------------------------------


@transaction.atomic
def set_hold(
    relationship_id: int,
    ground: str,
    reason: str,
    until: date | None,
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> LegalHold:
    """Keeps a client's data past their time, with a ground and a reason. Raises ``Refusals``, ``NotVisible``."""
    require(actor, Capability.RETENTION_MANAGE)
    case = access.case(actor, relationship_id, lock=True)
    if (before := cases.done_before(token, HOLD)) is not None:
        return LegalHold.objects.get(pk=before, relationship_id=relationship_id)
    refuse(rules.check_hold(reason, until, clock.today()))
    hold = LegalHold.objects.create(
        relationship_id=relationship_id,
        person_id=case.relationship.person_id,
        organisation_id=case.responsibility.authority_id,
        ground=ground,
        reason=reason.strip(),
        set_on=clock.today(),
        set_by_id=actor.user_id,
        until=until,
    )
    record(
        "retention.hold.set",
        actor=actor,
        subjects=[hold.person_id],
        object=(HOLD, hold.pk),
        reason=reason,
        details={"ground": ground, "until": until.isoformat() if until else None},
        token=token,
    )
    return hold


@transaction.atomic
def lift_hold(hold_id: int, reason: str, *, actor: Viewer) -> LegalHold:
    """Ends a hold today: the client's time counts again. A second time changes nothing."""
    require(actor, Capability.RETENTION_MANAGE)
    hold = LegalHold.objects.select_for_update().filter(pk=hold_id).first()
    if hold is None:
        raise NotVisible
    if hold.lifted_on is not None:
        return hold
    refuse(rules.check_lift(reason))
    hold.lifted_on, hold.lifted_by_id, hold.lift_reason = clock.today(), actor.user_id, reason.strip()
    hold.save(update_fields=["lifted_on", "lifted_by", "lift_reason"])
    record(
        "retention.hold.lifted", actor=actor, subjects=[hold.person_id], object=(HOLD, hold.pk), reason=reason
    )
    return hold


# Data subjects --------------------------------------------------------------------------------------------


@transaction.atomic
def open_times(relationship_id: int, *, actor: Viewer) -> access.Case:
    """The officer looks up the times of one client: a look, and looks are journalled."""
    case = queries.case(actor, relationship_id)
    record(
        "retention.case.opened",
        actor=actor,
        subjects=[case.relationship.person_id],
        object=(RELATIONSHIP, relationship_id),
    )
    return case


@transaction.atomic
def answer_information(
    relationship_id: int,
    asked_on: date,
    language: str,
    left_out: Mapping[str, str],
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> InformationRequest:
    """Answers an information request: what is left out is kept with its ground. Raises ``Refusals``, ``NotVisible``."""
    case = queries.case(actor, relationship_id)
    if (before := cases.done_before(token, INFORMATION)) is not None:
        return InformationRequest.objects.get(pk=before, relationship_id=relationship_id)
    refuse(rules.check_asked(asked_on, clock.today()))
    answered = InformationRequest.objects.create(
        relationship_id=relationship_id,
        person_id=case.relationship.person_id,
        organisation_id=case.responsibility.authority_id,
        asked_on=asked_on,
        answered_on=clock.today(),
        answered_by_id=actor.user_id,
        language=language,
        left_out=dict(left_out),
    )
    record(
        "retention.information.given",
        actor=actor,
        subjects=[answered.person_id],
        object=(INFORMATION, answered.pk),
        details={"left_out": dict(left_out), "language": language},
        token=token,
    )
    return answered


@transaction.atomic
def record_printing(answered: InformationRequest, *, actor: Viewer) -> None:
    """The answer was opened as PDF."""
    queries.case(actor, answered.relationship_id)
    record(
        "retention.information.printed",
        actor=actor,
        subjects=[answered.person_id],
        object=(INFORMATION, answered.pk),
    )


@transaction.atomic
def answer_restriction(
    relationship_id: int, asked_on: date, what: str, *, actor: Viewer, token: UUID | None = None
) -> RestrictionRequest:
    """Keeps a request to restrict the use of data, which the Act's own words answer (681/2023 § 73)."""
    case = queries.case(actor, relationship_id)
    if (before := cases.done_before(token, RESTRICTION)) is not None:
        return RestrictionRequest.objects.get(pk=before, relationship_id=relationship_id)
    refuse(rules.check_asked(asked_on, clock.today()))
    asked = RestrictionRequest.objects.create(
        relationship_id=relationship_id,
        person_id=case.relationship.person_id,
        organisation_id=case.responsibility.authority_id,
        asked_on=asked_on,
        what=what.strip(),
        answered_on=clock.today(),
        answered_by_id=actor.user_id,
    )
    record(
        "retention.restriction.answered",
        actor=actor,
        subjects=[asked.person_id],
        object=(RESTRICTION, asked.pk),
        token=token,
    )
    return asked
