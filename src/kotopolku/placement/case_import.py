"""Reads the permit authority's list: CSV, XLSX or JSON, one person on each row, rows of one number making a case. Pure.

Nothing in it is believed: sizes are bounded, a formula is refused, and what is wrong is told row by row. Not for:
whether a case is sound (``case_rules``), what of it is new (``actions.case_lists``).
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kotopolku.clients.rules import Refusal
from kotopolku.placement.case_rules import CaseContent, MemberContent


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
"""What an XLSX may become when unpacked: more is no list of cases."""
MOST_ROWS = 5_000

NOT_READ = _("The file is neither CSV in UTF-8, XLSX nor JSON. Save it again in one of these.")
TOO_LARGE = _("The file is larger than 5 MB. Bring the cases in as several files.")
EMPTY = _("The file is empty.")
TOO_MANY_ROWS = _("The file has more than 5,000 rows. Bring the cases in as several files.")
BROKEN = _("The file is broken. Save it again, or as CSV.")
MISSING_COLUMNS = _("The first row must name the columns. Missing: %(columns)s.")
TWICE = _("The column “%(column)s” is there twice.")
NO_NUMBER = _("The number of the case is missing.")
NOT_A_DAY = _("“%(value)s” is not a day. Write it as 29.4.2024.")
NOT_AN_AGE = _("“%(value)s” is not an age. Write whole years.")
NOT_YES_NO = _("“%(value)s” is neither yes nor no.")
FORMULA = _("Formulas are not read. Write the value itself.")
UNKNOWN_WORD = _("“%(value)s” is not known here. Write one of: %(words)s.")
DIFFERS = _("Row %(row)s says something else of the same case.")
APART = _("The rows of one case must stand one after the other.")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "reference": ("case", "tapaus", "ärende", "reference", "asianumero"),
    "group": ("group", "ryhmä", "grupp"),
    "received_on": ("received", "saapunut", "inkommit"),
    "deadline": ("deadline", "määräpäivä", "tidsfrist"),
    "emergency": ("emergency", "kiireellinen", "brådskande"),
    "wishes": ("wishes", "toiveet", "önskemål"),
    "vetoes": ("ruled out", "ei missään", "uteslutna"),
    "ties": ("ties", "läheiset", "närstående"),
    "needs": ("needs", "tarpeet", "behov"),
    "case_languages": ("case languages", "tapauksen kielet", "ärendets språk"),
    "description": ("description", "kuvaus", "beskrivning"),
    "non_disclosure": ("non-disclosure", "turvakielto", "spärrmarkering"),
    "reception_municipality": ("stays in", "oleskelukunta", "vistelsekommun"),
    "relation": ("relation", "suhde", "relation till sökanden"),
    "age": ("age", "ikä", "ålder"),
    "birth_date": ("birth date", "syntymäaika", "födelsedatum"),
    "schooling": ("schooling", "koulutus", "utbildning"),
    "work": ("work", "työ", "arbete"),
    "languages": ("languages", "kielet", "språk"),
    "family_name": ("family name", "sukunimi", "efternamn"),
    "given_names": ("given names", "etunimet", "förnamn"),
    "identity_code": ("identity code", "henkilötunnus", "personbeteckning"),
}
"""Each column by its header in English, Finnish and Swedish, and others met."""
OF_CASE = (
    "group",
    "received_on",
    "deadline",
    "emergency",
    "wishes",
    "vetoes",
    "ties",
    "needs",
    "case_languages",
    "description",
    "non_disclosure",
    "reception_municipality",
)
NEEDED = ("reference", "group")
GROUPS = {
    "quota": ("quota", "kiintiö", "kvot", "k"),
    "asylum": ("asylum", "turvapaikka", "asyl", "t"),
    "temporary": ("temporary", "tilapäinen suojelu", "tillfälligt skydd", "s"),
    "minor": ("minor", "alone", "yksin", "ensam", "alaikäinen", "y"),
}
RELATIONS = {
    "applicant": ("applicant", "hakija", "sökande", ""),
    "spouse": ("spouse", "puoliso", "make", "maka"),
    "child": ("child", "lapsi", "barn"),
    "parent": ("parent", "vanhempi", "förälder"),
    "sibling": ("sibling", "sisarus", "syskon"),
    "grandparent": ("grandparent", "isovanhempi", "mor- eller farförälder"),
    "other": ("other", "muu", "annan"),
}
CLOSENESS = {
    "close": ("close", "läheinen", "nära", ""),
    "relative": ("relative", "sukulainen", "släkting"),
    "friend": ("friend", "ystävä", "vän"),
}
YES = ("yes", "kyllä", "ja", "1", "x", "true")
NO = ("", "no", "ei", "nej", "0", "false")


class FileRefused(Exception):
    """The whole file cannot be read. ``refusal`` says why."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.refusal = Refusal("file", "file", message, params)


@dataclass(frozen=True)
class RowFault:
    """What is wrong on one row: at which column (an id of ``COLUMNS``, or empty) and why."""

    row: int
    column: str
    refusal: Refusal


@dataclass
class ReadCase:
    """A case as read from its rows; ``content`` is None when something in them cannot be read."""

    reference: str
    first_row: int
    rows: list[int] = field(default_factory=list)
    content: CaseContent | None = None
    faults: list[RowFault] = field(default_factory=list)


def read(name: str, content: bytes, today: date) -> list[ReadCase]:
    """Every case in the file, sound or not. Raises ``FileRefused``. ``today``: when a case came that does not say."""
    if len(content) > MOST_BYTES:
        raise FileRefused(TOO_LARGE)
    if not content.strip():
        raise FileRefused(EMPTY)
    rows = _table(name, content)
    found: list[ReadCase] = []
    values_of: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for number, values in rows:
        reference = values.get("reference", "").strip()
        last = found[-1].reference if found else ""
        if not reference:
            broken = ReadCase("", number, [number])
            broken.faults.append(RowFault(number, "reference", Refusal("reference", "required", NO_NUMBER)))
            found.append(broken)
            continue
        if reference not in values_of:
            found.append(ReadCase(reference, number))
        elif reference != last:
            case = next(one for one in found if one.reference == reference)
            case.faults.append(RowFault(number, "reference", Refusal("reference", "apart", APART)))
        values_of.setdefault(reference, []).append((number, values))
    for case in found:
        if case.reference:
            _read_case(case, values_of[case.reference], today)
    return found


# --- The file as a table ---------------------------------------------------------------------------------------------


def _table(name: str, content: bytes) -> list[tuple[int, Mapping[str, str]]]:
    if content.startswith(b"PK\x03\x04"):
        lines: Iterable[Sequence[Any]] = _xlsx(content)
    else:
        text = _decoded(content)
        if name.lower().endswith(".json") or text.lstrip().startswith(("[", "{")):
            return _json(text)
        lines = _csv(text)
    numbered = [(n, [_cell(cell) for cell in cells]) for n, cells in enumerate(lines, start=1)]
    filled = [(n, cells) for n, cells in numbered if any(cell.strip() for cell in cells)]
    if not filled:
        raise FileRefused(EMPTY)
    places = _places(filled[0][1])
    if len(filled) > MOST_ROWS + 1:
        raise FileRefused(TOO_MANY_ROWS)
    return [
        (n, {name: cells[place] for name, place in places.items() if place < len(cells)})
        for n, cells in filled[1:]
    ]


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:2000]:
        raise FileRefused(NOT_READ)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise FileRefused(NOT_READ) from None


def _csv(text: str) -> list[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise FileRefused(BROKEN) from None


def _xlsx(content: bytes) -> list[Sequence[Any]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise FileRefused(BROKEN)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        return [list(cells) for cells in book.worksheets[0].iter_rows(values_only=True)]
    except FileRefused:
        raise
    except Exception as error:
        # The reader of such files fails in many ways on a broken one; whatever it says, the file is not sound.
        raise FileRefused(BROKEN) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _json(text: str) -> list[tuple[int, Mapping[str, str]]]:
    """A list of cases, each with its members, or a list of rows as in a table."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise FileRefused(BROKEN) from None
    if isinstance(given, dict):
        given = given.get("cases")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise FileRefused(NOT_READ)
    flat = []
    for one in given:
        members = one.get("members", [{}])
        if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
            raise FileRefused(NOT_READ)
        own = {name: value for name, value in one.items() if name != "members"}
        if "members" in one and "languages" in own:
            own["case_languages"] = own.pop("languages")
        flat += [own | member for member in members]
    if not flat:
        raise FileRefused(EMPTY)
    if len(flat) > MOST_ROWS:
        raise FileRefused(TOO_MANY_ROWS)
    places = {name: _column(name) for name in {name for one in flat for name in one}}
    missing = [COLUMNS[name][0] for name in NEEDED if name not in places.values()]
    if missing:
        raise FileRefused(MISSING_COLUMNS, columns=", ".join(missing))
    return [
        (n, {column: _flat(value) for name, value in one.items() if (column := places[name])})
        for n, one in enumerate(flat, start=1)
    ]


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_flat(part) for part in value)
    if isinstance(value, dict):
        return ":".join(_flat(part) for part in value.values())
    return _cell(value)


_KNOWN = {word: column for column, words in COLUMNS.items() for word in (column, *words)}


def _column(header: str) -> str:
    """The column of a header; empty for one that is not ours."""
    return _KNOWN.get(" ".join(header.split()).casefold(), "")


def _places(headers: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        column = _column(header)
        if column in places:
            raise FileRefused(TWICE, column=header.strip())
        if column:
            places[column] = place
    missing = [COLUMNS[column][0] for column in NEEDED if column not in places]
    if missing:
        raise FileRefused(MISSING_COLUMNS, columns=", ".join(missing))
    return places


# --- Rows to cases ---------------------------------------------------------------------------------------------------


def _read_case(case: ReadCase, rows: Sequence[tuple[int, Mapping[str, str]]], today: date) -> None:
    case.rows = [number for number, _values in rows]
    first, of_case = rows[0]
    for number, values in rows[1:]:
        for column in OF_CASE:
            told = values.get(column, "").strip()
            if told and told != of_case.get(column, "").strip():
                params = {"row": first}
                case.faults.append(RowFault(number, column, Refusal(column, "differs", DIFFERS, params)))
    shared = _Reader(first, of_case, case.faults)
    members = []
    for number, values in rows:
        one = _Reader(number, values, case.faults)
        members.append(
            MemberContent(
                age=one.age("age"),
                relation=one.word("relation", RELATIONS),
                schooling=one.text("schooling"),
                work=one.text("work"),
                languages=one.listed("languages"),
                family_name=one.text("family_name"),
                given_names=one.text("given_names"),
                birth_date=one.day("birth_date"),
                identity_code=one.text("identity_code"),
            )
        )
    content = CaseContent(
        group=shared.word("group", GROUPS),
        received_on=shared.day("received_on") or today,
        members=tuple(members),
        source="migri",
        reference=case.reference,
        deadline=shared.day("deadline"),
        emergency=shared.yes("emergency"),
        wishes=shared.places("wishes"),
        vetoes=shared.places("vetoes"),
        ties=shared.ties("ties"),
        needs=shared.listed("needs"),
        languages=shared.listed("case_languages") or members[0].languages,
        description=shared.text("description"),
        non_disclosure=shared.yes("non_disclosure"),
        reception_municipality=next(iter(shared.places("reception_municipality")), ""),
    )
    if not case.faults:
        case.content = content


@dataclass
class _Reader:
    """Takes values of one row; what cannot be read is added to the faults."""

    row: int
    values: Mapping[str, str]
    faults: list[RowFault]

    def text(self, column: str) -> str:
        value = " ".join(self.values.get(column, "").split())
        if value.startswith(("=", "@")) or (value[:1] == "+" and column != "identity_code"):
            self.fault(column, "formula", FORMULA)
            return ""
        return value

    def fault(self, column: str, code: str, message: str, **params: Any) -> None:
        self.faults.append(RowFault(self.row, column, Refusal(column, code, message, params)))

    def listed(self, column: str) -> tuple[str, ...]:
        parts = self.text(column).replace(",", ";").replace("|", ";").split(";")
        return tuple(part.strip() for part in parts if part.strip())

    def places(self, column: str) -> tuple[str, ...]:
        """Municipality codes; a spreadsheet drops the noughts before them."""
        return tuple(part.zfill(3) if part.isdigit() else part[:3] for part in self.listed(column))

    def ties(self, column: str) -> tuple[tuple[str, str], ...]:
        """ "092:close; 049:friend" """
        found = []
        for part in self.listed(column):
            code, _colon, near = part.partition(":")
            word = _word(near, CLOSENESS)
            if word is None:
                self.fault(
                    column, "unknown-word", UNKNOWN_WORD, value=near.strip()[:30], words=_words(CLOSENESS)
                )
            code = code.strip()
            found.append((code.zfill(3) if code.isdigit() else code[:3], word or "close"))
        return tuple(found)

    def word(self, column: str, words: Mapping[str, Sequence[str]]) -> str:
        value = self.text(column)
        found = _word(value, words)
        if found is None:
            self.fault(column, "unknown-word", UNKNOWN_WORD, value=value[:30], words=_words(words))
        return found or ""

    def yes(self, column: str) -> bool:
        value = self.text(column).casefold()
        if value not in YES and value not in NO:
            self.fault(column, "yes-no", NOT_YES_NO, value=value[:30])
        return value in YES

    def age(self, column: str) -> int | None:
        value = self.text(column)
        if not value:
            return None
        try:
            return int(value)
        except ValueError:
            self.fault(column, "age", NOT_AN_AGE, value=value[:30])
            return None

    def day(self, column: str) -> date | None:
        value = self.text(column)
        if not value:
            return None
        for form in ("%d.%m.%Y", "%Y-%m-%d"):
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        self.fault(column, "day", NOT_A_DAY, value=value[:30])
        return None


def _word(value: str, words: Mapping[str, Sequence[str]]) -> str | None:
    told = " ".join(value.split()).casefold()
    return next((name for name, known in words.items() if told == name or told in known), None)


def _words(words: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(words)
