"""Words of the answer to an information request: names of tables and columns, values as people read them.

Not for: which rows there are (``graph.py``) and how the answer is put together (``information.py``).
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kotopolku import clock
from kotopolku.actors.models import Organisation, User, last_day
from kotopolku.clients.models import Person
from kotopolku.training.models import Course, CourseSession

NAMED = (Organisation, User, Course, CourseSession)
"""Tables whose rows are named where another row points at them."""

TABLES: dict[str, str | Promise] = {
    "clients.person": gettext_lazy("Person"),
    "clients.protectedcontact": gettext_lazy("Address and contacts"),
    "clients.permit": gettext_lazy("Residence permits"),
    "clients.householdmember": gettext_lazy("Household"),
    "clients.consent": gettext_lazy("Consents"),
    "clients.relationship": gettext_lazy("Client relationships"),
    "clients.jobseekerperiod": gettext_lazy("Job search"),
    "clients.responsibility": gettext_lazy("Authorities that have answered"),
    "clients.assessment": gettext_lazy("Assessments"),
    "clients.plan": gettext_lazy("Integration plans"),
    "clients.goal": gettext_lazy("Goals"),
    "clients.measure": gettext_lazy("Measures"),
    "clients.planversion": gettext_lazy("Saved versions of the plan"),
    "clients.review": gettext_lazy("Reviews"),
    "clients.interruption": gettext_lazy("Interruptions"),
    "clients.extension": gettext_lazy("Extensions"),
    "clients.clock": gettext_lazy("Deadlines"),
    "clients.formdraft": gettext_lazy("Unsaved drafts"),
    "families.relation": gettext_lazy("Family relations"),
    "families.representative": gettext_lazy("Representatives"),
    "families.housing": gettext_lazy("Housing units"),
    "families.familyplan": gettext_lazy("Family plans"),
    "families.familygoal": gettext_lazy("Goals of the family"),
    "families.familyreview": gettext_lazy("Reviews of the family plan"),
    "families.earliermaximum": gettext_lazy("Earlier plans"),
    "progress.attendancemonth": gettext_lazy("Attendance"),
    "progress.absenceprocess": gettext_lazy("Absence from training"),
    "progress.languagelevel": gettext_lazy("Language levels"),
    "progress.result": gettext_lazy("Results at the end"),
    "progress.followup": gettext_lazy("Follow-ups"),
    "training.enrolment": gettext_lazy("Courses and wishes for courses"),
    "training.studyplan": gettext_lazy("Study plans"),
    "training.sessionmark": gettext_lazy("Attendance by meeting"),
    "training.testresult": gettext_lazy("Language tests in courses"),
    "training.certificate": gettext_lazy("Certificates of courses"),
    "training.feedbackgiven": gettext_lazy("Feedback given"),
    "appointments.participant": gettext_lazy("Appointments"),
    "appointments.absencewarning": gettext_lazy("Warnings of absence"),
    "appointments.noshowfee": gettext_lazy("Fees of absence"),
    "desk.task": gettext_lazy("Tasks about the client"),
    "desk.taskcomment": gettext_lazy("Comments on tasks"),
    "desk.note": gettext_lazy("Notes"),
    "desk.document": gettext_lazy("Attached documents"),
    "desk.message": gettext_lazy("Messages"),
    "letters.letter": gettext_lazy("Letters"),
    "handover.offer": gettext_lazy("Hand-overs offered"),
    "handover.handover": gettext_lazy("Hand-overs"),
    "handover.kept": gettext_lazy("Decisions to go on answering"),
    "handover.referralfacts": gettext_lazy("Referrals"),
    "exchange.importrow": gettext_lazy("Imported rows"),
    "exchange.registerfact": gettext_lazy("Data from registers"),
    "exchange.nationalmessage": gettext_lazy("Data sent to the national client system"),
    "mypage.ownaccount": gettext_lazy("Account of the own page"),
    "mypage.correctionrequest": gettext_lazy("Requests to correct"),
    "quality.excuse": gettext_lazy("Excuses from checks of data quality"),
    "retention.legalhold": gettext_lazy("Holds on deletion"),
    "retention.informationrequest": gettext_lazy("Information requests"),
    "retention.restrictionrequest": gettext_lazy("Requests to restrict the use of data"),
}
HIDDEN_TABLES = frozenset(
    {"clients.recentclient", "mypage.signincode", "exchange.knownrow", "clients.change", "clients.household"}
)
"""Keys and bookkeeping without anything about the person."""

FIELDS: dict[str, str | Promise] = {
    "identity_code": gettext_lazy("Identity code"),
    "family_name": gettext_lazy("Family name"),
    "given_names": gettext_lazy("Given names"),
    "birth_date": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "mother_tongue": gettext_lazy("Mother tongue"),
    "languages": gettext_lazy("Languages"),
    "language": gettext_lazy("Language"),
    "service_language": gettext_lazy("Service language"),
    "interpreter_needed": gettext_lazy("Interpreter needed"),
    "interpreter_wish": gettext_lazy("Wish about the interpreter"),
    "citizenships": gettext_lazy("Citizenships"),
    "non_disclosure": gettext_lazy("Non-disclosure order"),
    "non_disclosure_until": gettext_lazy("Non-disclosure order until"),
    "education": gettext_lazy("Education"),
    "occupation": gettext_lazy("Occupation"),
    "unaccompanied": gettext_lazy("Came as a minor without a guardian"),
    "trafficking_victim": gettext_lazy("Victim of trafficking"),
    "confirmed_on": gettext_lazy("Data confirmed on"),
    "municipality": gettext_lazy("Municipality"),
    "street_address": gettext_lazy("Street address"),
    "postal_code": gettext_lazy("Postal code"),
    "post_office": gettext_lazy("Post office"),
    "telephone": gettext_lazy("Telephone"),
    "email": gettext_lazy("E-mail"),
    "kind": gettext_lazy("Kind"),
    "basis": gettext_lazy("Ground"),
    "ground": gettext_lazy("Ground"),
    "starts": gettext_lazy("Valid from"),
    "ends": gettext_lazy("Valid to"),
    "role": gettext_lazy("Role"),
    "days": gettext_lazy("Days"),
    "valid": gettext_lazy("Days"),
    "case_number": gettext_lazy("Client number"),
    "started_on": gettext_lazy("Started on"),
    "ended_on": gettext_lazy("Ended on"),
    "end_reason": gettext_lazy("Reason of the end"),
    "end_note": gettext_lazy("Note on the end"),
    "authority": gettext_lazy("Authority"),
    "organisation": gettext_lazy("Authority"),
    "from_organisation": gettext_lazy("From"),
    "to_organisation": gettext_lazy("To"),
    "worker": gettext_lazy("Own worker"),
    "author": gettext_lazy("Written by"),
    "section": gettext_lazy("Section of the Act"),
    "act": gettext_lazy("Act"),
    "rule": gettext_lazy("Rule"),
    "reason": gettext_lazy("Reason"),
    "reasons": gettext_lazy("Reasons"),
    "why": gettext_lazy("Why"),
    "note": gettext_lazy("Note"),
    "text": gettext_lazy("Text"),
    "title": pgettext_lazy("heading", "Title"),
    "description": gettext_lazy("Description"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("State"),
    "result": gettext_lazy("Result"),
    "results": gettext_lazy("Results"),
    "completed_on": gettext_lazy("Completed on"),
    "conclusion": gettext_lazy("Conclusion"),
    "items": gettext_lazy("What was clarified"),
    "measures": gettext_lazy("Measures"),
    "participants": gettext_lazy("Who took part"),
    "plan_needed": gettext_lazy("Plan needed"),
    "made_on": gettext_lazy("Made on"),
    "made_at": gettext_lazy("Made at"),
    "signed_on": gettext_lazy("Signed on"),
    "ends_on": gettext_lazy("Last day"),
    "starts_on": gettext_lazy("First day"),
    "starts_at": gettext_lazy("Begins at"),
    "latest_end": gettext_lazy("Latest end by law"),
    "makers": gettext_lazy("Made by"),
    "justification": gettext_lazy("Why these services help"),
    "referred_on": gettext_lazy("Referred on"),
    "responsible": gettext_lazy("Who is responsible"),
    "provider": gettext_lazy("Provider"),
    "held_on": gettext_lazy("Held on"),
    "participation": gettext_lazy("How the client has taken part"),
    "obstacles": gettext_lazy("What has been in the way"),
    "changes": gettext_lazy("What changes"),
    "next_review_on": gettext_lazy("Next review"),
    "first_day": gettext_lazy("First day"),
    "last_day": gettext_lazy("Last day"),
    "months": gettext_lazy("Months"),
    "decided_on": gettext_lazy("Decided on"),
    "decided_by": gettext_lazy("Decided by"),
    "due": gettext_lazy("Last day"),
    "due_on": gettext_lazy("Last day"),
    "until": gettext_lazy("Until"),
    "opens_on": gettext_lazy("Began to run on"),
    "closed_on": gettext_lazy("Closed on"),
    "purpose": gettext_lazy("Purpose"),
    "given_on": gettext_lazy("Given on"),
    "withdrawn_on": gettext_lazy("Taken back on"),
    "saved_at": gettext_lazy("Saved at"),
    "content": gettext_lazy("Content"),
    "data": gettext_lazy("Content"),
    "values": gettext_lazy("Content"),
    "source": gettext_lazy("Source"),
    "level": gettext_lazy("Level"),
    "skill": gettext_lazy("Skill"),
    "month": gettext_lazy("Month"),
    "category": gettext_lazy("Category"),
    "day": gettext_lazy("Day"),
    "sent_at": gettext_lazy("Sent at"),
    "sent_on": gettext_lazy("Sent on"),
    "read_at": gettext_lazy("Read at"),
    "answer": gettext_lazy("Answer"),
    "answered_on": gettext_lazy("Answered on"),
    "asked_on": gettext_lazy("Asked on"),
    "course": gettext_lazy("Course"),
    "session": gettext_lazy("Meeting"),
    "organiser": gettext_lazy("Organiser"),
    "wished_on": gettext_lazy("Wished for on"),
    "wish_words": gettext_lazy("Words of the wish"),
    "wish_answer": gettext_lazy("Why the wish was not met"),
    "entry_level": gettext_lazy("Entry level"),
    "queued_on": gettext_lazy("In the queue since"),
    "queued_by": gettext_lazy("Put into the queue by"),
    "queue_reason": gettext_lazy("Why this course"),
    "offered_on": gettext_lazy("Place offered on"),
    "offered_by": gettext_lazy("Place offered by"),
    "offer_reason": gettext_lazy("Why this client"),
    "answer_by": gettext_lazy("Answer by"),
    "answered_by": gettext_lazy("Answer written down by"),
    "answer_reason": gettext_lazy("Words of the answer"),
    "late_minutes": gettext_lazy("Minutes late"),
    "marked_at": gettext_lazy("Marked at"),
    "marked_by": gettext_lazy("Marked by"),
    "goals": gettext_lazy("Goals"),
    "guidance": gettext_lazy("Support and guidance"),
    "parts": gettext_lazy("Parts of the studies"),
    "made_by": gettext_lazy("Made by"),
    "listening": gettext_lazy("Listening"),
    "speaking": gettext_lazy("Speaking"),
    "reading": gettext_lazy("Reading"),
    "writing": gettext_lazy("Writing"),
    "tested_on": gettext_lazy("Tested on"),
    "recorded_on": gettext_lazy("Written down on"),
    "recorded_by": gettext_lazy("Written down by"),
    "issued_on": gettext_lazy("Issued on"),
    "issued_by": gettext_lazy("Issued by"),
    "name": gettext_lazy("Name"),
    "on": gettext_lazy("Day"),
}
SILENT = frozenset(
    {
        "id", "version", "sort_key", "search_text", "name_phonetic", "position", "token", "sha256", "digest",
        "fingerprint", "token_hash", "code_hash", "explanation", "base_version", "key", "number", "removed",
        "nominal", "suspended_days", "lapsed", "relationship", "household", "plan", "goal", "task", "run",
    }
)  # fmt: skip
"""Columns that tell nothing of the person, or the row's place among others."""

PROTECTED_TABLES = frozenset(
    {"clients.protectedcontact", "exchange.registerfact", "exchange.importrow", "handover.referralfacts"}
)
PROTECTED_FIELDS = frozenset(
    {"municipality", "street_address", "postal_code", "post_office", "telephone", "email", "place"}
)
"""What a non-disclosure order hides, in whichever table it stands; ``place`` is where an appointment is."""
PROTECTED_PARTS = frozenset({"receiver"})
"""Parts of stored texts that it hides: the postal address of a letter."""


def table_name(label: str, model: type[models.Model]) -> str:
    """What the table is called; one without words of its own gets the model's name."""
    return str(TABLES.get(label) or model._meta.verbose_name_plural or label).capitalize()


def told(row: models.Model, own: int, *, protected: bool) -> list[tuple[str, str]]:
    """(label, value) of each column with something in it. ``own`` is the person asked about; others are not named.

    ``protected``: a non-disclosure order is in force, and what it hides is passed over.
    """
    found = []
    for field in row._meta.concrete_fields:
        if field.name in SILENT or field.primary_key or (protected and field.name in PROTECTED_FIELDS):
            continue
        value = _value(row, field, own, PROTECTED_PARTS if protected else frozenset())
        if value:
            found.append((str(FIELDS.get(field.name) or str(field.verbose_name).capitalize()), value))
    return found


def _value(row: models.Model, field: Any, own: int, hidden: frozenset[str]) -> str:
    if isinstance(field, models.ForeignKey):
        return _other(row, field, own)
    value = getattr(row, field.attname)
    if value in (None, "", [], {}) or isinstance(value, bytes | memoryview):
        return ""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return words(_without(value, hidden))


def _without(value: Any, hidden: frozenset[str]) -> Any:
    """A stored value without the parts of those names, however deep they lie."""
    if isinstance(value, dict):
        return {key: _without(part, hidden) for key, part in value.items() if key not in hidden}
    if isinstance(value, list):
        return [_without(part, hidden) for part in value]
    return value


def _other(row: models.Model, field: Any, own: int) -> str:
    key = getattr(row, field.attname)
    if key is None:
        return ""
    if issubclass(field.related_model, Person):
        return "" if key == own else _("another person")
    if issubclass(field.related_model, Organisation | User):
        other = getattr(row, field.name)
        return other.get_full_name() if isinstance(other, User) else other.name
    if issubclass(field.related_model, Course):
        return str(getattr(row, field.name).name)
    if issubclass(field.related_model, CourseSession):
        session = getattr(row, field.name)
        return f"{words(session.date)} {session.starts:%H.%M}–{session.ends:%H.%M}"
    return ""


def words(value: Any) -> str:
    """A stored value as people read it in Finland."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        local = value.astimezone(clock.HELSINKI)
        return f"{local.day}.{local.month}.{local.year} {local:%H.%M}"
    if isinstance(value, date):
        return f"{value.day}.{value.month}.{value.year}"
    if isinstance(value, DateRange):
        last = last_day(value)
        return f"{words(value.lower) if value.lower else ''} – {words(last) if last else ''}".strip()
    if isinstance(value, list | tuple) and not any(isinstance(part, dict | list) for part in value):
        return ", ".join(words(part) for part in value)
    if isinstance(value, dict | list):
        return "; ".join(f"{path}: {text}" for path, text in _flat(value, ""))
    return " ".join(str(value).split())


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _flat(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, part in enumerate(value, start=1):
            yield from _flat(part, f"{path}.{number}" if path else str(number))
    elif value not in (None, "", False):
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
