"""Reads the permit authority's list: CSV, XLSX or JSON, one person on each row, rows of one number making a case. Pure.

Nothing in it is believed: a formula is refused, and what is wrong is told row by row. Not for: the file as a table
(``tabular``), whether a case is sound (``case_rules``), what of it is new (``actions.case_lists``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kotopolku import tabular
from kotopolku.clients.rules import Refusal
from kotopolku.placement.case_rules import CaseContent, MemberContent


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000

WORDS = tabular.WORDS | {
    "too-big": _("The file is larger than %(megabytes)s MB. Bring the cases in as several files."),
    "too-many": _("The file has more than %(rows)s rows. Bring the cases in as several files."),
    "bomb": _("The file is broken. Save it again, or as CSV."),
    "json-shape": _("The file is neither CSV in UTF-8, XLSX nor JSON. Save it again in one of these."),
}
"""Why the file cannot be read."""
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
    try:
        table = tabular.read(name, content, FILE)
    except tabular.Unreadable as error:
        raise FileRefused(WORDS[error.code], **error.params) from error
    places = _places(table.headers)
    found: list[ReadCase] = []
    values_of: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for number, cells in table.rows:
        values = {column: cells[place] for column, place in places.items() if place < len(cells)}
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


def _unfold(one: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a case written as an object with its members."""
    case = dict(one)
    members = case.pop("members", None)
    if isinstance(case.get("ties"), list):
        case["ties"] = [_tie(tie) for tie in case["ties"]]
    if members is None:
        return [case]
    if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
        raise tabular.Unreadable("json-shape")
    if "languages" in case:
        case["case_languages"] = case.pop("languages")
    return [case | member for member in members] or [case]


def _tie(tie: Any) -> Any:
    return ":".join(str(part) for part in tie.values()) if isinstance(tie, dict) else tie


FILE = tabular.Shape("cases", MOST_BYTES, MOST_ROWS, _unfold)
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
