"""What each row of a file would do: a new client, a change, nothing, a possible duplicate, or what is wrong with it.

Reads and decides, writes nothing: a dry run is this and no more. A portion of rows costs a handful of statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients import actions as clients
from kotopolku.clients.models import ProtectedContact, Relationship, Responsibility
from kotopolku.clients.rules import Refusal, birth_date_of, non_disclosure_in_force, phonetic_key
from kotopolku.exchange import queries, rules, wording
from kotopolku.exchange.models import ImportRow, ImportRun, KnownRow, RowState
from kotopolku.exchange.rules import Fault, Read

PERSON_FIELDS = tuple(one.id for one in rules.fields() if one.group == "person" and one.id not in (
    "row_key", "non_disclosure", "non_disclosure_until",
))  # fmt: skip
CONTACT_FIELDS = tuple(one.id for one in rules.fields() if one.group == "contact")


@dataclass
class Checker:
    """Goes through a file in portions; remembers which clients it has seen on which row."""

    run: ImportRun
    actor: Viewer
    codes: rules.Codes
    seen: dict[UUID, int] = field(default_factory=dict)

    def portion(self, rows: Sequence[tuple[int, list[str]]]) -> list[ImportRow]:
        """The rows as they will be kept, not stored yet."""
        read = [self._read(number, cells) for number, cells in rows]
        known = {
            row.key: row
            for row in KnownRow.objects.filter(
                organisation=self.run.organisation_id, key__in=[one.key for _row, one, _faults in read]
            )
        }
        asked = [
            (one.case.new.person.identity_code, _born(one), _phonetic(one))
            if one.case and not faults
            else ("", None, "")
            for _row, one, faults in read
        ]
        matches = queries.matches(self.actor, asked)
        own = {row.relationship_id for row in known.values()}
        own |= {match.relationship_id for one in matches for match in one if match.relationship_id}
        stored = _stored(self.run.organisation_id, own)
        return [
            self._decide(row, one, faults, known.get(one.key), found, stored)
            for (row, one, faults), found in zip(read, matches, strict=True)
        ]

    def _read(self, number: int, cells: list[str]) -> tuple[ImportRow, Read, list[Fault]]:
        values = {}
        for header, cell in zip(self.run.headers, cells, strict=False):
            if name := self.run.columns.get(header):
                values[name] = cell
        read = rules.read_row(values, self.codes, override_reason=self.run.reason)
        faults = list(read.faults)
        spare = [cell for cell in cells[len(self.run.headers) :] if cell.strip()]
        if spare:
            faults.append(Fault("", rules.short(spare[0]), Refusal("", "columns")))
        if read.case is not None:
            faults += [_fault(one, values) for one in clients.check_case(read.case, actor=self.actor)]
        first = self.seen.setdefault(read.key, number)
        if first != number:
            faults.append(Fault("", "", Refusal("", "twice", "", {"row": first})))
        kept = {name: value for name, value in values.items() if value.strip()}
        row = ImportRow(
            run=self.run,
            organisation_id=self.run.organisation_id,
            number=number,
            values=kept,
            key=read.key,
            digest=read.digest,
        )
        return row, read, faults

    def _decide(
        self,
        row: ImportRow,
        read: Read,
        faults: list[Fault],
        known: KnownRow | None,
        found: list[queries.Match],
        stored: Mapping[int, "Stored"],
    ) -> ImportRow:
        same_code = next((match for match in found if match.why == "identity-code"), None)
        ours = known.relationship_id if known else same_code.relationship_id if same_code else None
        if known is not None and bytes(known.digest) == read.digest:
            row.state, row.relationship_id, row.values = RowState.SAME, known.relationship_id, {}
            return row
        if same_code is not None and same_code.relationship_id is None and known is None:
            faults = [
                *faults,
                Fault("identity_code", "", Refusal("", "taken", "", {"authority": same_code.authority})),
            ]
        if faults or read.case is None:
            hidden = _is_protected(row.values)
            row.state, row.values = RowState.BAD, {}
            row.faults = [self._worded(fault, hidden=hidden) for fault in faults]
        elif ours is not None and ours in stored:
            row.relationship_id = ours
            changed = differences(read, stored[ours])
            row.matches = [{"field": name} for name in changed]
            row.state = RowState.CHANGED if changed else RowState.SAME
            row.values = row.values if changed else {}
        elif found:
            row.state = RowState.DUPLICATE
            row.matches = [
                {"why": one.why, "authority": one.authority, "relationship": one.relationship_id}
                for one in found
            ]
        else:
            row.state = RowState.NEW
        return row

    def _worded(self, fault: Fault, *, hidden: bool) -> dict[str, str]:
        """What is wrong in words; contacts of a person under a non-disclosure order are not repeated."""
        if hidden and fault.why.code == "other-authority":
            fault = replace(fault, why=replace(fault.why, message=wording.HIDDEN_AUTHORITY))
        what, mend = wording.fault_texts(fault)
        column = next((header for header, name in self.run.columns.items() if name == fault.field), "")
        value = "" if hidden and fault.field in CONTACT_FIELDS else fault.value
        return {"field": fault.field, "column": column, "value": value, "what": what, "mend": mend}


def _is_protected(values: Mapping[str, str]) -> bool:
    """Whether the row itself tells of a non-disclosure order, right or wrong as the rest of it may be."""
    told = rules.fold(values.get("non_disclosure", ""))
    return told in rules.YES or bool(values.get("non_disclosure_until"))


@dataclass(frozen=True)
class Stored:
    """What we know of a client already, by field; contacts are missing under a non-disclosure order."""

    values: Mapping[str, Any]
    version: int
    protected: bool


def _stored(organisation_id: int, relationship_ids: set[int]) -> dict[int, Stored]:
    """Clients for whom the authority answers, by relationship; others are not ours to change."""
    own = set(
        Responsibility.objects.filter(
            relationship_id__in=relationship_ids, authority_id=organisation_id, days__upper_inf=True
        ).values_list("relationship_id", flat=True)
    )
    found = {}
    people = Relationship.objects.filter(pk__in=own).select_related("person")
    contacts = ProtectedContact.objects.in_bulk([one.person_id for one in people])
    for one in people:
        person = one.person
        protected = non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, clock.today())
        values = {name: getattr(person, name) for name in PERSON_FIELDS}
        if not protected and one.person_id in contacts:
            values |= {name: getattr(contacts[one.person_id], name) for name in CONTACT_FIELDS}
        found[one.pk] = Stored(values, person.version, protected)
    return found


def stored(organisation_id: int, relationship_id: int) -> Stored | None:
    """One client's stored data; None when the authority does not answer any more."""
    return _stored(organisation_id, {relationship_id}).get(relationship_id)


def differences(read: Read, known: Stored) -> list[str]:
    """Fields that the row gives and that we have otherwise. A cell left empty changes nothing."""
    if read.case is None:
        return []
    told = asdict(read.case.new.person) | asdict(read.case.new.contact)
    return [
        name
        for name in (*PERSON_FIELDS, *CONTACT_FIELDS)
        if name in read.given and name in known.values and _plain(told[name]) != _plain(known.values[name])
    ]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple | list) else (value or "")


def _born(read: Read) -> Any:
    person = read.case.new.person if read.case else None
    if person is None:
        return None
    return birth_date_of(person.identity_code) if person.identity_code else person.birth_date


def _phonetic(read: Read) -> str:
    person = read.case.new.person if read.case else None
    return phonetic_key(person.family_name, person.given_names) if person else ""


FIELDS_OF = {"goals": "plan_goals", "duplicate_reason": "", "override_reason": "municipality"}


def _fault(refusal: Refusal, values: Mapping[str, str]) -> Fault:
    name = FIELDS_OF.get(refusal.field.split("-")[0], refusal.field)
    return Fault(name if rules.field_by_id(name) else "", rules.short(values.get(name, "")), refusal)
