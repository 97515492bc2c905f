"""Work-permit guidelines as pure functions: which line answers for an occupation, what differs, what was pasted.

Aliens Act 301/2004 § 72b; the Act's numbers come in as arguments. Not for: who may do what, words of the pages.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Literal


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


CODE = re.compile(r"\d{1,5}\Z")
MOST_PASTED = 500
MOST_COLUMNS = 20
LONGEST_CELL = 500
LONGEST_CONDITION = 1_000
MOST_INCOME = Decimal(100_000)
YES = {"x", "1", "yes", "true", "kyllä", "on", "ja"}
NO = {"", "0", "-", "–", "no", "false", "ei", "nej"}


@dataclass(frozen=True)
class GuidelineContent:
    """A version as it is prepared."""

    number: str
    regions: tuple[str, ...]
    first: date
    last: date
    market: Mapping[str, str] = made(default_factory=dict)
    note: Mapping[str, str] = made(default_factory=dict)
    position: str = ""
    hearing_id: int | None = None
    body_position_id: int | None = None
    """An adopted position of the regional body."""


@dataclass(frozen=True)
class Adoption:
    """How a version is adopted. ``takes_place``: a version in force in a region ends when this one begins."""

    signed_on: date
    signer: str
    first: date
    last: date
    takes_place: bool = False


@dataclass(frozen=True)
class Line:
    """One occupation of a version. ``municipalities`` narrows it; empty means all of the version's regions."""

    code: str
    lifted: bool = True
    full_time: bool = False
    income_eur: Decimal | None = None
    condition: Mapping[str, str] = made(default_factory=dict)
    municipalities: tuple[str, ...] = ()


class Outcome(StrEnum):
    """What a guideline says of an occupation in a municipality on a day."""

    LIFTED = "lifted"
    EXCEPTED = "excepted"
    """A group above it is lifted, but not this."""
    NARROWED = "narrowed"
    """Lifted in other municipalities only."""
    NOT_LISTED = "not-listed"
    NO_GUIDELINE = "no-guideline"
    ALAND = "aland"


@dataclass(frozen=True)
class Match:
    outcome: Outcome
    line: Line | None = None


def codes_above(code: str) -> list[str]:
    """The code and every group above it."""
    return [code[:digits] for digits in range(1, len(code) + 1)]


def match(lines: Iterable[Line], code: str, municipality: str, merged: Collection[str] = ()) -> Match:
    """The line that answers: of those that hold in the municipality the one with the most digits, exception or not.

    ``merged``: municipalities that have become a part of it. What a version says of them holds in the whole of it.
    """
    named = {municipality, *merged}
    above = [line for line in lines if code.startswith(line.code)]
    here = [line for line in above if not line.municipalities or named & set(line.municipalities)]
    if here:
        found = max(here, key=lambda line: len(line.code))
        return Match(Outcome.LIFTED if found.lifted else Outcome.EXCEPTED, found)
    elsewhere = [line for line in above if line.lifted]
    if elsewhere:
        return Match(Outcome.NARROWED, max(elsewhere, key=lambda line: len(line.code)))
    return Match(Outcome.NOT_LISTED)


# Difference between two versions -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Changed:
    """An occupation that both versions have, with other terms."""

    old: Line
    new: Line
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Differences:
    """From an older version to a newer one."""

    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    changed: tuple[Changed, ...] = ()
    same: int = 0
    regions_added: tuple[str, ...] = ()
    regions_removed: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.regions_added or self.regions_removed)


COMPARED = ("lifted", "full_time", "income_eur", "condition", "municipalities")


def differences(
    old: Iterable[Line], new: Iterable[Line], old_regions: Iterable[str] = (), new_regions: Iterable[str] = ()
) -> Differences:
    """What was added, removed and changed, in the order of the codes."""
    before, after = {line.code: line for line in old}, {line.code: line for line in new}
    changed = []
    for code in sorted(before.keys() & after.keys()):
        names = tuple(
            name for name in COMPARED if _compared(before[code], name) != _compared(after[code], name)
        )
        if names:
            changed.append(Changed(before[code], after[code], names))
    return Differences(
        added=tuple(after[code] for code in sorted(after.keys() - before.keys())),
        removed=tuple(before[code] for code in sorted(before.keys() - after.keys())),
        changed=tuple(changed),
        same=len(before.keys() & after.keys()) - len(changed),
        regions_added=tuple(sorted(set(new_regions) - set(old_regions))),
        regions_removed=tuple(sorted(set(old_regions) - set(new_regions))),
    )


def _compared(line: Line, name: str) -> Any:
    value = getattr(line, name)
    if name == "condition":
        return {language: text.strip() for language, text in value.items() if text.strip()}
    return frozenset(value) if name == "municipalities" else value


# Days ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """What is wrong, at which field; ``message`` has places for ``params``."""

    field: str
    code: str
    message: str
    params: Mapping[str, Any] = made(default_factory=dict)


def adoption_faults(given: Adoption, today: date, longest: date, months: int) -> list[Fault]:
    """Whether the days fit each other; ``longest``: the last day that the Act's longest validity from signing allows."""
    faults = []
    if given.signed_on > today:
        faults.append(Fault("signed_on", "future", _("A day of signing cannot be in the future.")))
    if not given.signer.strip():
        faults.append(Fault("signer", "required", _("Write who signed it, with title.")))
    if given.first < given.signed_on:
        faults.append(Fault("first", "before-signing", _("It cannot be in force before it was signed.")))
    if given.last < given.first:
        faults.append(Fault("last", "reversed", _("The last day is before the first day.")))
    if given.last > longest:
        words = _("It is in force at most %(months)s months from signing: until %(day)s.")
        faults.append(Fault("last", "too-long", words, {"months": months, "day": longest}))
    return faults


# Pasted tables -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PastedRow:
    """One row as it was read; ``faults`` say why it cannot be taken."""

    number: int
    cells: tuple[str, ...]
    line: Line | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Known:
    """What a row may name: codes of occupations, and municipalities by code and by name in small letters."""

    occupations: frozenset[str]
    municipalities: Mapping[str, str]


def cells_of(text: str) -> list[list[str]]:
    """The rows of a pasted table: columns by tabs, else by semicolons. Empty rows are left out."""
    delimiter = "\t" if "\t" in text else ";"
    # A lone quotation mark inside a cell is a letter here: tables come from spreadsheets and from typing.
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if text.count('"') % 2 == 0 else csv.QUOTE_NONE
    plain = "\n".join(text.replace("\0", "").splitlines())
    try:
        rows = list(csv.reader(io.StringIO(plain), delimiter=delimiter, quoting=quoting))
    except csv.Error:
        rows = [line.split(delimiter) for line in plain.split("\n")]
    return [row for row in ([cell.strip() for cell in cells] for cells in rows) if any(row)]


def pasted_lines(text: str, known: Known) -> list[PastedRow]:
    """Columns: code, full time, income, condition in Finnish, in Swedish, municipalities, exception. A heading is left out."""
    found: list[PastedRow] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(cells_of(text), start=1):
        if number == 1 and not any(letter.isdigit() for letter in cells[0]):
            continue
        row = _pasted(number, cells, known)
        if row.line is not None and row.line.code in seen:
            words = _("The code is already on row %(row)s.")
            fault = Fault("code", "twice", words, {"row": seen[row.line.code]})
            row = PastedRow(row.number, row.cells, None, (fault,))
        elif row.line is not None:
            seen[row.line.code] = number
        found.append(row)
    return found


def _pasted(number: int, cells: list[str], known: Known) -> PastedRow:
    code, full_time, income, fi, sv, places, exception = [*cells, *[""] * 7][:7]
    # Spreadsheets drop a leading zero only from numbers; the words after a code are its name.
    code = code.split(" ")[0]
    faults = code_faults(code, known)
    if len(cells) > 7:
        faults.append(Fault("", "columns", _("There are more than seven columns.")))
    flags: dict[str, bool] = {}
    for name, typed in (("full_time", full_time), ("exception", exception)):
        word = typed.lower()
        flags[name] = word in YES
        if word not in YES | NO:
            words = _("“%(typed)s” is neither yes nor no.")
            faults.append(Fault(name, "unclear", words, {"typed": typed[:40]}))
    euros, fault = income_of(income)
    if fault:
        faults.append(fault)
    municipalities, strangers = places_of(places, known)
    if strangers:
        faults.append(unknown_places(strangers))
    condition = {language: text for language, text in (("fi", fi), ("sv", sv)) if text}
    if any(len(text) > LONGEST_CONDITION for text in condition.values()):
        words = _("The condition is too long: at most %(most)s characters fit.")
        faults.append(Fault("condition", "long", words, {"most": LONGEST_CONDITION}))
    line = Line(code, not flags["exception"], flags["full_time"], euros, condition, municipalities)
    return PastedRow(number, tuple(cells[:7]), None if faults else line, tuple(faults))


def code_faults(code: str, known: Known) -> list[Fault]:
    """A code is one to five digits, and of the classification; five digits are a national code under a known group."""
    if not CODE.match(code):
        words = _("“%(typed)s” is not a code: write one to five digits.")
        return [Fault("code", "not-a-code", words, {"typed": code[:40]})]
    if code in known.occupations or (len(code) == 5 and code[:4] in known.occupations):
        return []
    words = _("There is no occupation %(code)s in the classification (ISCO-08).")
    return [Fault("code", "unknown", words, {"code": code})]


def income_of(typed: str) -> tuple[Decimal | None, Fault | None]:
    """Euros a month as people write them: 1600, 1 600,50, 1600 €."""
    plain = re.sub(r"[\s€]|eur", "", typed.lower()).replace(",", ".")
    if not plain:
        return None, None
    try:
        euros = Decimal(plain)
    except InvalidOperation:
        euros = Decimal(-1)
    if not euros.is_finite() or not 0 < euros < MOST_INCOME or euros != euros.quantize(Decimal("0.01")):
        words = _("“%(typed)s” is not a sum of euros a month.")
        return None, Fault("income_eur", "not-a-sum", words, {"typed": typed[:40]})
    return euros, None


def places_of(typed: str, known: Known) -> tuple[tuple[str, ...], list[str]]:
    """Codes of the municipalities that were named by code or by name, and the words that name none."""
    codes, strangers = set(), []
    for word in (part.strip() for part in re.split(r"[,;\n]", typed)):
        if not word:
            continue
        code = known.municipalities.get(word.lower())
        if code:
            codes.add(code)
        else:
            strangers.append(word[:40])
    return tuple(sorted(codes)), strangers


def unknown_places(strangers: Sequence[str]) -> Fault:
    words = _("Not a municipality of the guideline's regions: %(names)s.")
    return Fault("municipalities", "unknown", words, {"names": ", ".join(strangers[:10])})


@dataclass(frozen=True)
class PastedTable:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def pasted_table(text: str) -> tuple[PastedTable | None, list[Fault]]:
    """A table of grounds: the first row is the heading; every other row has as many cells, empty ones at its end left out."""
    rows = cells_of(text)
    if len(rows) < 2:
        return None, [Fault("table", "no-rows", _("Paste a table with a heading and at least one row."))]
    width = len(rows[0])
    faults = []
    if width > MOST_COLUMNS:
        words = _("The table has more than %(most)s columns.")
        faults.append(Fault("table", "columns", words, {"most": MOST_COLUMNS}))
    if len(rows) > MOST_PASTED:
        words = _("The table has more than %(most)s rows.")
        faults.append(Fault("table", "rows", words, {"most": MOST_PASTED}))
    for number, row in enumerate(rows, start=1):
        if len(row) > width:
            words = _("Row %(row)s has more cells than the heading.")
            faults.append(Fault("table", "wide", words, {"row": number}))
        if any(len(cell) > LONGEST_CELL for cell in row):
            words = _("A cell of row %(row)s is too long.")
            faults.append(Fault("table", "long", words, {"row": number}))
    if faults:
        return None, faults[:10]
    filled = tuple((*row, *[""] * (width - len(row))) for row in rows[1:])
    return PastedTable(tuple(rows[0]), filled), []
