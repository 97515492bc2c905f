"""Reforms as data: those of the product by id, and mergers from a file (TOML or CSV), checked row by row.

Not for: what a reform would do to the clients at hand (``queries.succession_report``) and doing it (``actions``).
"""

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kotopolku.actors import queries as actors
from kotopolku.actors.models import Membership, Organisation, OrganisationKind
from kotopolku.actors.rules import PREFIXES, DutyNotInForce, Unanswered, span_on
from kotopolku.actors.sources import duties, first_day
from kotopolku.clients.actions.passing import Succession
from kotopolku.reference import queries as reference

DATA = Path(__file__).parent / "data" / "reforms.toml"
AREA_OF = {"employment-area": "employment_area", "evk": "evk", "ely": "ely", "te": "ely"}
"""Division of the municipality that decides, by kind of successor."""


class WrongFile(ValueError):
    """The file cannot be read as a list of successions; the message says where and how to mend it."""


@dataclass(frozen=True)
class Problem:
    """Something in the reform's data that a person should know. ``row`` counts the file's rows from 1; 0 for none."""

    row: int
    text: str
    stops: bool = True
    """The reform cannot be run before it is mended."""


@dataclass(frozen=True)
class Reform:
    """A reform ready to be counted or run: one succession for each predecessor."""

    id: str
    title: str
    successions: tuple[Succession, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def days(self) -> list[date]:
        return sorted({one.on for one in self.successions})

    @property
    def stopped(self) -> bool:
        return any(problem.stops for problem in self.problems)


@dataclass
class _Row:
    number: int
    predecessor: str
    successor: str
    on: date | None
    municipalities: list[str] = field(default_factory=list)
    default: bool = False
    seats: list[str] = field(default_factory=list)


def known() -> list[tuple[str, str]]:
    """(id, title in English) of the reforms that are data of the product."""
    return [(one["id"], one["title"]["en"]) for one in _data()]


def _data() -> list[dict[str, Any]]:
    with DATA.open("rb") as file:
        return list(tomllib.load(file)["reform"])


def by_id(reform_id: str) -> Reform:
    """A reform of the product's own data. Raises ``LookupError``."""
    found = next((one for one in _data() if one["id"] == reform_id), None)
    if found is None:
        raise LookupError(reform_id)
    on: date = found["on"]
    last = on - timedelta(days=1)
    places = _places(found["successors"], on)
    ids = {row.code: row.pk for row in Organisation.objects.all()}
    by_municipality = {code: ids[target] for code, target in places.items() if target in ids}
    successions = [
        Succession(
            predecessor_id=old.pk,
            on=on,
            by_municipality=by_municipality,
            default_id=_usual(old, by_municipality, last),
            sections=_sections(on),
        )
        for old in Organisation.objects.filter(kind=found["predecessors"]).order_by("code")
    ]
    return Reform(reform_id, found["title"]["en"], tuple(successions))


def _places(kind: str, on: date) -> dict[str, str]:
    """Code of the successor by municipality code on the day; Åland has laws of its own."""
    found = {}
    for municipality in reference.municipalities_on(on):
        areas = reference.areas_of(municipality.code, on)
        area = None if areas.is_aland else areas.area(AREA_OF[kind])
        if area:
            found[municipality.code] = f"{PREFIXES[kind]}-{area}"
    # Somebody may still be written down in a municipality that merged on the very day.
    for municipality in reference.municipalities_on(on - timedelta(days=1)):
        now = reference.successor(municipality.code, on)
        if municipality.code not in found and now in found:
            found[municipality.code] = found[now]
    return found


def _usual(old: Organisation, by_municipality: Mapping[str, int], last: date) -> int | None:
    """The successor of most municipalities of the predecessor's area on its last day."""
    counted: Counter[int] = Counter()
    for code, target in by_municipality.items():
        try:
            areas = reference.areas_of(code, last)
        except reference.UnknownMunicipality:
            continue
        if areas.area(old.area_kind) == old.area_code:
            counted[target] += 1
    return min(counted, key=lambda target: (-counted[target], target)) if counted else None


def _sections(on: date) -> dict[str, str]:
    """Section by duty on the day, as a responsibility keeps it."""
    found = {}
    for name, duty in duties().items():
        try:
            span = span_on(duty, on, first_day())
        except (DutyNotInForce, Unanswered):
            continue
        found[name] = f"{span.act} {span.section}"
    return found


# --- Files -----------------------------------------------------------------------------------------------------------


def from_file(path: Path) -> Reform:
    """A merger or another change from a TOML or CSV file. Raises ``WrongFile`` when it cannot be read at all."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongFile(_("The file is not UTF-8 text. Save it as UTF-8 and try again.")) from error
    title, rows = _from_toml(text) if path.suffix.lower() == ".toml" else (path.stem, _from_csv(text))
    if not rows:
        raise WrongFile(_("The file has no rows: give at least a predecessor, a successor and a day."))
    return _checked(path.name[:60], title, rows)


def _from_toml(text: str) -> tuple[str, list[_Row]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongFile(_("The file is not TOML: %(what)s") % {"what": error}) from error
    rows = []
    for number, one in enumerate(data.get("succession", ()), 1):
        on = one.get("on", data.get("on"))
        rows.append(
            _Row(
                number,
                str(one.get("predecessor", "")),
                str(one.get("successor", "")),
                on if isinstance(on, date) else None,
                [str(code) for code in one.get("municipalities", ())],
                bool(one.get("default", False)),
                [str(name) for name in one.get("seats", ())],
            )
        )
    return str(data.get("title", "")), rows


def _from_csv(text: str) -> list[_Row]:
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    lacking = {"predecessor", "successor", "on"} - {
        (name or "").strip().lower() for name in reader.fieldnames or ()
    }
    if lacking:
        names = ", ".join(sorted(lacking))
        raise WrongFile(_("The first row lacks these columns: %(names)s.") % {"names": names})
    return list(_csv_rows(reader))


def _csv_rows(reader: "csv.DictReader[str]") -> Iterator[_Row]:
    for number, raw in enumerate(reader, 1):
        row = {(name or "").strip().lower(): str(value or "").strip() for name, value in raw.items()}
        if not any(row.values()):
            continue
        try:
            on = date.fromisoformat(row["on"])
        except ValueError:
            on = None
        yield _Row(
            number,
            row["predecessor"],
            row["successor"],
            on,
            row.get("municipalities", "").split(),
            row.get("default", "").lower() in ("1", "yes", "true", "x"),
            row.get("seats", "").split(),
        )


def _checked(name: str, title: str, rows: Sequence[_Row]) -> Reform:
    organisations = {row.code: row for row in Organisation.objects.all()}
    problems = [problem for row in rows for problem in _row_problems(row, organisations)]
    wrong = {problem.row for problem in problems if problem.stops}
    sound = [row for row in rows if row.number not in wrong]
    groups: dict[str, list[_Row]] = {}
    for row in sound:
        groups.setdefault(row.predecessor, []).append(row)
    successions = []
    for predecessor, members in groups.items():
        problems += _group_problems(members, organisations[predecessor])
        successions.append(_succession(organisations, members))
    return Reform(name, title or name, tuple(successions), tuple(sorted(problems, key=lambda one: one.row)))


def _row_problems(row: _Row, organisations: Mapping[str, Organisation]) -> Iterator[Problem]:
    if row.on is None:
        yield Problem(row.number, _("The day is missing or is not written as 2027-01-01."))
    for code in (row.predecessor, row.successor):
        if code not in organisations:
            yield Problem(row.number, _("There is no organisation “%(code)s”.") % {"code": code})
    old, new = organisations.get(row.predecessor), organisations.get(row.successor)
    if old is None or new is None or row.on is None:
        return
    if old.pk == new.pk:
        yield Problem(row.number, _("Predecessor and successor are the same."))
    if not actors.exists(new, row.on):
        yield Problem(
            row.number, _("%(code)s does not exist on %(day)s.") % {"code": new.code, "day": row.on}
        )
    if actors.exists(old, row.on):
        text = _("%(code)s still exists on %(day)s: end its seats as well.") % {
            "code": old.code,
            "day": row.on,
        }
        yield Problem(row.number, text, stops=False)
    for code in row.municipalities:
        if reference.municipality_by_code(code) is None:
            yield Problem(row.number, _("There is no municipality %(code)s.") % {"code": code})
    users = set(
        Membership.objects.filter(
            user__username__in=row.seats, organisation=new, valid__contains=row.on
        ).values_list("user__username", flat=True)
    )
    for username in row.seats:
        if username not in users:
            text = _("%(user)s has no seat at %(code)s on %(day)s; the clients come without a worker.")
            yield Problem(row.number, text % {"user": username, "code": new.code, "day": row.on}, stops=False)


def _group_problems(members: Sequence[_Row], old: Organisation) -> Iterator[Problem]:
    """What is wrong between the rows of one predecessor."""
    if len({row.on for row in members}) > 1:
        yield Problem(members[-1].number, _("%(code)s ends on two different days.") % {"code": old.code})
    if sum(row.default for row in members) > 1:
        yield Problem(members[-1].number, _("%(code)s has two defaults.") % {"code": old.code})
    codes = Counter(code for row in members for code in row.municipalities)
    for code, times in codes.items():
        if times > 1:
            yield Problem(members[-1].number, _("Municipality %(code)s is listed twice.") % {"code": code})
    if _default_row(members) is None:
        text = _("%(code)s has no default: clients whose municipality is not listed stay where they are.")
        yield Problem(members[-1].number, text % {"code": old.code}, stops=False)


def _default_row(members: Sequence[_Row]) -> _Row | None:
    """The row marked as default, or the only row, or the only one that lists no municipalities."""
    for chosen in (
        [row for row in members if row.default],
        [row for row in members if not row.municipalities],
    ):
        if len(chosen) == 1:
            return chosen[0]
    return members[0] if len(members) == 1 else None


def _succession(organisations: Mapping[str, Organisation], members: Sequence[_Row]) -> Succession:
    old = organisations[members[0].predecessor]
    on = members[0].on or date.max
    default = _default_row(members)
    kept = []
    for row in members:
        new = organisations[row.successor]
        seats = Membership.objects.filter(
            user__username__in=row.seats, organisation=new, valid__contains=row.on
        )
        kept += [(user_id, new.pk) for user_id in seats.values_list("user_id", flat=True)]
    renamed = {}
    if default is not None and old.kind == OrganisationKind.MUNICIPALITY:
        renamed = {old.area_code: organisations[default.successor].area_code}
    return Succession(
        predecessor_id=old.pk,
        on=on,
        by_municipality={
            code: organisations[row.successor].pk for row in members for code in row.municipalities
        },
        default_id=organisations[default.successor].pk if default else None,
        sections=_sections(on),
        kept_workers=kept,
        renamed=renamed,
    )
