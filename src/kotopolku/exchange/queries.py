"""What the exchange's pages, commands and files read: codes, runs and their rows, duplicates, facts of registers.

Not for writing (``actions``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils import translation

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access
from kotopolku.clients.models import (
    MeasureKind,
    Permit,
    PermitBasis,
    PermitKind,
    Person,
    ProtectedContact,
    Responsibility,
    Sex,
)
from kotopolku.clients.rules import fold, non_disclosure_in_force
from kotopolku.exchange import rules
from kotopolku.exchange.models import (
    ColumnMapping,
    ImportRow,
    ImportRun,
    MessageState,
    NationalMessage,
    Reconciliation,
    RegisterFact,
    RowState,
)
from kotopolku.reference import queries as reference

LANGUAGES = ("fi", "sv", "en")
ROWS_SHOWN = 100
NATIONAL_RULE = "N1"


@lru_cache(maxsize=4)
def codes(day: date) -> rules.Codes:
    """Codes and names by which a cell may name a language, country, municipality or choice."""
    return rules.Codes(
        languages=_by_name(reference.languages(), ("code", "iso639")),
        countries=_by_name(reference.countries(), ("code", "iso3", "iso2")),
        municipalities=_by_name(reference.municipalities_on(day), ("code",)),
        choices={
            "sex": _choices(Sex),
            "permit_kind": _choices(PermitKind),
            "permit_basis": _choices(PermitBasis),
            "measure_kind": _choices(MeasureKind),
        },
    )


def _by_name(rows: Iterable[Any], code_fields: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        for language in LANGUAGES:
            found.setdefault(fold(row.name(language)), row.code)
        for name in code_fields:
            if getattr(row, name, ""):
                found[fold(str(getattr(row, name)))] = row.code
    return found


def _choices(choices: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            found |= {fold(str(words)): value for value, words in choices.choices}
    return found | {fold(value): value for value in choices.values}


# --- Runs --------------------------------------------------------------------------------------------------------------


def runs(viewer: Viewer) -> "QuerySet[ImportRun]":
    """The authority's imports, newest first, without the files."""
    require(viewer, Capability.CLIENT_IMPORT)
    rows = ImportRun.objects.filter(organisation_id=viewer.organisation_id or 0)
    return rows.defer("content").order_by("-id")


def run(viewer: Viewer, run_id: int) -> ImportRun:
    """One import. Raises ``NotVisible``."""
    found = runs(viewer).filter(pk=run_id).first()
    if found is None:
        raise NotVisible
    return found


def saved_columns(organisation_id: int, headers: Sequence[str]) -> dict[str, str] | None:
    """The mapping saved last for these headers."""
    digest = rules.headers_digest(headers)
    found = ColumnMapping.objects.filter(organisation_id=organisation_id, headers=digest).first()
    return dict(found.columns) if found else None


def counts(run_id: int) -> dict[str, int]:
    """Rows by state; every state is there."""
    found = dict(
        ImportRow.objects.filter(run_id=run_id).values_list("state").annotate(n=Count("id")).order_by()
    )
    return {state.value: found.get(state.value, 0) for state in RowState}


def rows(run_id: int, state: str, *, first: int = 0, limit: int = ROWS_SHOWN) -> list[ImportRow]:
    """Rows of one state in the order of the file."""
    return list(
        ImportRow.objects.filter(run_id=run_id, state=state).order_by("number")[first : first + limit]
    )


# --- Duplicates --------------------------------------------------------------------------------------------------------

_BY_CODE = "SELECT id, identity_code FROM clients_person WHERE identity_code = ANY(%s)"
_BY_NAME = """
SELECT asked.place, p.id, p.identity_code FROM unnest(%s::int[], %s::date[], %s::text[]) AS asked (place, born, name)
JOIN clients_person p ON p.birth_date = asked.born AND p.name_phonetic = asked.name
"""


@dataclass(frozen=True)
class Match:
    """Who a row may be: why, which authority answers, and the relationship if it is the viewer's own."""

    why: str
    person_id: int
    authority: str
    relationship_id: int | None


def matches(viewer: Viewer, asked: Sequence[tuple[str, date | None, str]]) -> list[list[Match]]:
    """For each (identity code, birth date, phonetic name) who may be the same person, the surest first. Three statements.

    Looks through the whole register; what it tells of another authority's client is the authority's name only.
    """
    by_place: list[dict[int, str]] = [{} for _one in asked]
    wanted = {code for code, _born, _name in asked if code}
    named = [(n, born, name) for n, (_code, born, name) in enumerate(asked) if born is not None and name]
    with access.seeing_all(viewer), connection.cursor() as cursor:
        cursor.execute(_BY_CODE, [list(wanted)])
        with_code = {code: person for person, code in cursor.fetchall()}
        cursor.execute(
            _BY_NAME, [[n for n, _b, _m in named], [b for _n, b, _m in named], [m for _n, _b, m in named]]
        )
        alike = cursor.fetchall()
        for place, (code, _born, _name) in enumerate(asked):
            if code in with_code:
                by_place[place][with_code[code]] = "identity-code"
        for place, person, code in alike:
            if not _codes_tell_apart(asked[place][0], code or ""):
                by_place[place].setdefault(person, "name-birth")
        answering = _answering({person for one in by_place for person in one}, viewer.day)
    return [
        [_match(viewer, why, person, answering.get(person)) for person, why in one.items()]
        for one in by_place
    ]


def _codes_tell_apart(ours: str, theirs: str) -> bool:
    """Two permanent identity codes that differ are two persons; temporary ones (900–999) say nothing."""
    return bool(ours and theirs and ours[7] != "9" and theirs[7] != "9" and ours != theirs)


def _answering(person_ids: Iterable[int], day: date) -> dict[int, Responsibility]:
    found = Responsibility.objects.filter(person_id__in=list(person_ids), days__contains=day)
    return {row.person_id: row for row in found.select_related("authority")}


def _match(viewer: Viewer, why: str, person_id: int, by: Responsibility | None) -> Match:
    own = by is not None and by.authority_id == viewer.organisation_id
    return Match(why, person_id, by.authority.name if by else "", by.relationship_id if by and own else None)


# --- Registers and sources ---------------------------------------------------------------------------------------------


def sources(person: Person, day: date) -> list[RegisterFact]:
    """Where data not from the person came from, and when (681/2023 §73). One statement; the caller has been let in.

    Contacts hidden by a non-disclosure order are left out.
    """
    facts = RegisterFact.objects.filter(person=person).order_by("source", "field")
    if non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, day):
        facts = facts.exclude(field__in=[one.id for one in rules.fields() if one.group == "contact"])
    return list(facts)


# --- National client system --------------------------------------------------------------------------------------------


def compulsory_from() -> date | None:
    """The day from which storing in the national repository is a duty (681/2023 §102)."""
    return law.rule(NATIONAL_RULE).day


def message_counts(viewer: Viewer) -> Mapping[str, int]:
    require(viewer, Capability.CLIENT_IMPORT)
    own = NationalMessage.objects.filter(organisation_id=viewer.organisation_id or 0)
    found = Counter(dict(own.values_list("state").annotate(n=Count("id")).order_by()))
    return {state.value: found[state.value] for state in MessageState}


def stuck(viewer: Viewer, limit: int = ROWS_SHOWN) -> list[NationalMessage]:
    """Messages that a person must look at: rejected, or failed for good."""
    require(viewer, Capability.CLIENT_IMPORT)
    states = (MessageState.REJECTED, MessageState.FAILED)
    own = NationalMessage.objects.filter(organisation_id=viewer.organisation_id or 0, state__in=states)
    return list(own.select_related("relationship").order_by("id")[:limit])


def last_reconciliation(viewer: Viewer) -> Reconciliation | None:
    require(viewer, Capability.CLIENT_IMPORT)
    return Reconciliation.objects.filter(organisation_id=viewer.organisation_id or 0).order_by("-id").first()


def codes_of_choice(name: str) -> list[str]:
    """The values that a choice takes, such as the grounds of a permit."""
    chosen: dict[str, Any] = {"sex": Sex, "permit_kind": PermitKind, "permit_basis": PermitBasis}
    return [value for value, _words in chosen[name].choices]


@dataclass(frozen=True)
class Comparison:
    """One field of a register beside ours."""

    fact: RegisterFact
    name: str
    ours: str
    differs: bool
    can_take: bool


def comparisons(viewer: Viewer, case: access.Case, language: str) -> list[Comparison]:
    """What registers told of a client beside what we have; hidden contacts are not shown. Three statements."""
    person = case.relationship.person
    hidden = non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, viewer.day)
    contact = None if hidden else ProtectedContact.objects.filter(pk=person.pk).first()
    permits = list(Permit.objects.filter(person=person).order_by("starts"))
    found = []
    for fact in sources(person, viewer.day):
        known = rules.field_by_id(fact.field)
        if known is None or fact.source == "import":
            continue
        ours = _ours(fact.field, person, contact, permits[-1] if permits else None)
        differs = ours != fact.value
        found.append(Comparison(fact, known.name(language), ours, differs, differs))
    return found


def _ours(field: str, person: Any, contact: Any, permit: Any) -> str:
    if field.startswith("permit_"):
        value = getattr(permit, field.removeprefix("permit_"), None) if permit else None
    else:
        value = (
            getattr(contact, field, None)
            if hasattr(ProtectedContact, field)
            else getattr(person, field, None)
        )
    if isinstance(value, date):
        return value.isoformat()
    return "; ".join(value) if isinstance(value, list) else str(value or "")
