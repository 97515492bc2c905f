"""Acts on the representative of a minor: appointed, contact changed, ended, account linked. The reminder follows.

Not for: guardians, who are relations (``relations.py``), and signing in (``mypage``).
"""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions import case as cases
from kotopolku.clients.rules import Refusal, check_not_before, check_not_future, refuse
from kotopolku.families import access
from kotopolku.families.models import Representative
from kotopolku.families.rules import ONE_DAY
from kotopolku.journal.actions import record

REPRESENTATIVE = "families.representative"
BEFORE_TASK = _("The representative's task began on %(earliest)s; choose that day or a later one.")


@dataclass(frozen=True)
class RepresentativeContent:
    """A representative as typed. ``first`` and ``last`` are days of the task; ``last`` None: until further notice."""

    name: str
    ground: str
    first: date
    last: date | None = None
    telephone: str = ""
    email: str = ""
    organisation: str = ""
    court: str = ""
    decision_reference: str = ""
    decided_on: date | None = None


@transaction.atomic
def add_representative(
    relationship_id: int, content: RepresentativeContent, *, actor: Viewer, token: UUID | None = None
) -> Representative:
    """Records who represents the client, a minor, on which days; one representative a day. Our own reminder starts."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person = case.relationship.person
    if (before := cases.done_before(token, REPRESENTATIVE)) is not None:
        return Representative.objects.get(pk=before, person=person)
    refuse(cases.ended(case.relationship) + _check(content, person.birth_date, person.pk))
    values = asdict(content)
    first, last = values.pop("first"), values.pop("last")
    added = Representative.objects.create(
        person=person, days=DateRange(first, last + ONE_DAY if last else None), **values
    )
    cases.renew(case)
    record(
        "families.representative.added",
        actor=actor,
        subjects=[person.pk],
        object=(REPRESENTATIVE, added.pk),
        details={"ground": content.ground, "first": first.isoformat()},
        token=token,
    )
    return added


def _check(content: RepresentativeContent, born: date | None, person_id: int) -> list[Refusal]:
    found = []
    if not content.name.strip():
        found.append(Refusal("name", "required", _("Write the representative's name.")))
    if content.ground not in {item.id for item in law.representation_grounds(content.first)}:
        found.append(Refusal("ground", "required", _("Choose the ground.")))
    if content.decided_on is not None:
        found += check_not_future("decided_on", content.decided_on, clock.today())
    if content.last is not None and content.last < content.first:
        found.append(Refusal("last", "reversed", _("The last day is before the first.")))
    if born is None:
        message = _("Record the client's date of birth first: only a minor has a representative.")
        found.append(Refusal("", "no-birth-date", message))
    elif not law.is_minor(born, content.first):
        message = _("The client came of age on %(day)s; a representative acts only for a minor.")
        found.append(Refusal("first", "of-age", message, {"day": law.comes_of_age(born).due}))
    elif content.last is not None and not law.is_minor(born, content.last):
        message = _("The client comes of age on %(day)s; the last day is before that.")
        found.append(Refusal("last", "of-age", message, {"day": law.comes_of_age(born).due}))
    if found:
        return found
    days = DateRange(content.first, content.last + ONE_DAY if content.last else None)
    if Representative.objects.filter(person_id=person_id, days__overlap=days).exists():
        message = _("The client has a representative on these days already. End that task first.")
        found.append(Refusal("first", "one-a-day", message))
    return found


@transaction.atomic
def change_representative(
    relationship_id: int,
    representative_id: int,
    *,
    actor: Viewer,
    telephone: str,
    email: str,
    organisation: str,
) -> Representative:
    """Changes how a representative is reached."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    changed = access.representative(case, representative_id)
    changed.telephone, changed.email, changed.organisation = telephone, email, organisation
    changed.save(update_fields=["telephone", "email", "organisation"])
    record(
        "families.representative.changed",
        actor=actor,
        subjects=[changed.person_id],
        object=(REPRESENTATIVE, changed.pk),
    )
    return changed


@transaction.atomic
def end_representative(
    relationship_id: int, representative_id: int, last: date, *, actor: Viewer, note: str = ""
) -> Representative:
    """Records the last day of the task; the end is settled and our own reminder stops."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    ended = access.representative(case, representative_id)
    first: date = ended.days.lower
    found = check_not_before("last", last, first, BEFORE_TASK, "before-task")
    after = last + ONE_DAY
    others = Representative.objects.filter(person_id=ended.person_id).exclude(pk=ended.pk)
    if not found and others.filter(days__overlap=DateRange(first, after)).exists():
        message = _("Another representative acts on some of these days; choose an earlier last day.")
        found.append(Refusal("last", "one-a-day", message))
    refuse(found)
    ended.days, ended.settled_on, ended.end_note = DateRange(first, after), clock.today(), note
    ended.save(update_fields=["days", "settled_on", "end_note"])
    cases.renew(case)
    record(
        "families.representative.ended",
        actor=actor,
        subjects=[ended.person_id],
        object=(REPRESENTATIVE, ended.pk),
        reason=note,
        details={"last": last.isoformat()},
    )
    return ended


@transaction.atomic
def link_representative(
    relationship_id: int, representative_id: int, user_id: int | None, *, actor: Viewer
) -> Representative:
    """Ties the account with which the representative signs in, or unties it (``user_id`` None)."""
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    linked = access.representative(case, representative_id)
    if user_id is not None and linked.user_id is not None and linked.user_id != user_id:
        raise NotVisible
    linked.user_id = user_id
    linked.save(update_fields=["user"])
    record(
        "families.representative.linked",
        actor=actor,
        subjects=[linked.person_id],
        object=(REPRESENTATIVE, linked.pk),
    )
    return linked
