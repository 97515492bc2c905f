"""Acts on drafts of work-permit guidelines: drafted, changed, removed; occupations one by one and many; tables.

Not for: adoption (``guideline_adoption.py``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation import access_guidelines as access
from kotopolku.cooperation import rules_guidelines as rules
from kotopolku.cooperation.actions.checks import check_text, same_version
from kotopolku.cooperation.models import Guideline, GuidelineOccupation, GuidelineState, GuidelineTable
from kotopolku.cooperation.queries.guideline_texts import known_of, line_of
from kotopolku.cooperation.rules_guidelines import GuidelineContent, Line, PastedTable
from kotopolku.journal.actions import record
from kotopolku.reference import queries as reference

GUIDELINE = "cooperation.guideline"
OCCUPATION = "cooperation.guidelineoccupation"
TABLE = "cooperation.guidelinetable"
ADOPTED = _("The guideline has been adopted. Make a new version to change it.")
MOST_LINES = 1_000


@transaction.atomic
def draft(
    content: GuidelineContent, *, actor: Viewer, token: UUID | None = None, from_id: int | None = None
) -> Guideline:
    """A new version of the actor's organisation. ``from_id``: its occupations are taken over. Raises ``Refusals``."""
    require(actor, Capability.GUIDELINE_KEEP)
    if (before := done_before(token, GUIDELINE)) is not None:
        return access.own_guideline(actor, before)
    if actor.organisation_id is None:
        raise NotVisible
    refuse(_check(content, actor))
    made = Guideline(
        organisation_id=actor.organisation_id, made_by_id=actor.user_id, made_at=clock.now(), version=1
    )
    _write(made, content)
    made.save()
    if from_id is not None:
        earlier = access.guideline(actor, from_id)
        rows = GuidelineOccupation.objects.filter(guideline=earlier).order_by("order", "code")
        _write_lines(made, [_as_of(line_of(row), content.first) for row in rows])
    record("cooperation.guideline.drafted", actor=actor, object=(GUIDELINE, made.pk), token=token)
    return made


@transaction.atomic
def change(
    guideline_id: int, content: GuidelineContent, *, actor: Viewer, expected_version: int
) -> Guideline:
    """Changes a draft's own content. Raises ``EditClash``, ``Refusals``."""
    found = _to_write(guideline_id, actor, expected_version)
    refuse(_check(content, actor, found))
    _write(found, content)
    _saved(found)
    record("cooperation.guideline.changed", actor=actor, object=(GUIDELINE, found.pk))
    return found


@transaction.atomic
def remove(guideline_id: int, *, actor: Viewer) -> None:
    """Removes a draft with what stands in it. Safe to repeat: raises ``NotVisible`` when it is gone."""
    found = access.own_guideline(actor, guideline_id, lock=True)
    refuse(_closed(found))
    record("cooperation.guideline.removed", actor=actor, object=(GUIDELINE, found.pk))
    found.delete()


# Occupations ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_line(
    guideline_id: int, line: Line, *, actor: Viewer, token: UUID | None = None
) -> GuidelineOccupation:
    """Adds one occupation or group to a draft."""
    found = access.own_guideline(actor, guideline_id, lock=True)
    if (before := done_before(token, OCCUPATION)) is not None:
        return access.line(found, before)
    refuse(_closed(found) + _check_line(found, line))
    [made] = _write_lines(found, [line])
    _saved(found)
    record("cooperation.guideline.occupation-added", actor=actor, object=(OCCUPATION, made.pk), token=token)
    return made


@transaction.atomic
def change_line(
    guideline_id: int, line_id: int, line: Line, *, actor: Viewer, expected_version: int
) -> GuidelineOccupation:
    """Changes an occupation of a draft. ``expected_version`` is the guideline's."""
    found = _to_write(guideline_id, actor, expected_version)
    row = access.line(found, line_id)
    refuse(_check_line(found, line, row))
    _fill(row, line)
    row.save()
    _saved(found)
    record("cooperation.guideline.occupation-changed", actor=actor, object=(OCCUPATION, row.pk))
    return row


@transaction.atomic
def remove_line(guideline_id: int, line_id: int, *, actor: Viewer) -> None:
    """Takes an occupation off a draft."""
    found = access.own_guideline(actor, guideline_id, lock=True)
    refuse(_closed(found))
    row = access.line(found, line_id)
    record("cooperation.guideline.occupation-removed", actor=actor, object=(OCCUPATION, row.pk))
    row.delete()
    _saved(found)


@transaction.atomic
def paste_lines(guideline_id: int, text: str, *, actor: Viewer, expected_version: int) -> int:
    """Writes the rows of a pasted table: new codes are added, known ones changed. All rows or none; returns how many."""
    found = _to_write(guideline_id, actor, expected_version)
    rows = rules.pasted_lines(text, known_of(found))
    lines = [row.line for row in rows if row.line is not None]
    if not rows:
        refuse([Refusal("rows", "no-rows", _("Paste at least one row."))])
    if len(rows) > rules.MOST_PASTED:
        words = _("At most %(most)s rows can be pasted at once.")
        refuse([Refusal("rows", "many", words, {"most": rules.MOST_PASTED})])
    if len(lines) < len(rows):
        refuse([Refusal("rows", "faults", _("Some rows have faults. Mend them and look again."))])
    there = {row.code: row for row in GuidelineOccupation.objects.filter(guideline=found)}
    new = [line for line in lines if line.code not in there]
    if len(there) + len(new) > MOST_LINES:
        refuse([Refusal("rows", "many", _("The guideline would have too many occupations."))])
    for line in lines:
        if line.code in there:
            _fill(there[line.code], line)
            there[line.code].save()
    _write_lines(found, new)
    _saved(found)
    record(
        "cooperation.guideline.occupations-pasted",
        actor=actor,
        object=(GUIDELINE, found.pk),
        details={"rows": len(lines), "new": len(new)},
    )
    return len(lines)


def _as_of(line: Line, day: date) -> Line:
    """The line with the day's municipalities in the places of those that were merged into them."""
    places = {
        reference.successor(code, day) if reference.merger(code, day) else code
        for code in line.municipalities
    }
    return replace(line, municipalities=tuple(sorted(places)))


def _check_line(of: Guideline, line: Line, row: GuidelineOccupation | None = None) -> list[Refusal]:
    known = known_of(of)
    refused = from_faults(rules.code_faults(line.code, known))
    same = GuidelineOccupation.objects.filter(guideline=of, code=line.code)
    if (same.exclude(pk=row.pk) if row else same).exists():
        refused.append(Refusal("code", "twice", _("The code is in the guideline already.")))
    strangers = sorted(set(line.municipalities) - set(known.municipalities.values()))
    if strangers:
        refused += from_faults([rules.unknown_places(strangers)])
    if line.income_eur is not None and not 0 < line.income_eur < rules.MOST_INCOME:
        words = _("“%(typed)s” is not a sum of euros a month.")
        refused.append(Refusal("income_eur", "not-a-sum", words, {"typed": str(line.income_eur)}))
    return refused


def _fill(row: GuidelineOccupation, line: Line) -> None:
    row.code = line.code
    row.lifted = line.lifted
    row.full_time = line.full_time
    row.income_eur = line.income_eur
    row.condition = {language: text.strip() for language, text in line.condition.items() if text.strip()}
    row.municipalities = sorted(line.municipalities)


def _write_lines(of: Guideline, lines: Iterable[Line]) -> list[GuidelineOccupation]:
    made = []
    for line in lines:
        row = GuidelineOccupation(guideline=of)
        _fill(row, line)
        made.append(row)
    return GuidelineOccupation.objects.bulk_create(made)


# Grounds -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_table(
    guideline_id: int,
    title: Mapping[str, str],
    source: str,
    figures_of: str,
    pasted: str,
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> GuidelineTable:
    """Puts a table of figures beside a draft, with its source and the time of the figures."""
    found = access.own_guideline(actor, guideline_id, lock=True)
    if (before := done_before(token, TABLE)) is not None:
        return access.table(found, before)
    taken = _checked_table(found, title, source, figures_of, pasted)
    made = GuidelineTable(guideline=found, order=GuidelineTable.objects.filter(guideline=found).count())
    _fill_table(made, title, source, figures_of, taken)
    made.save()
    _saved(found)
    record("cooperation.guideline.table-added", actor=actor, object=(TABLE, made.pk), token=token)
    return made


@transaction.atomic
def change_table(
    guideline_id: int,
    table_id: int,
    title: Mapping[str, str],
    source: str,
    figures_of: str,
    pasted: str,
    *,
    actor: Viewer,
    expected_version: int,
) -> GuidelineTable:
    """Changes a table of a draft."""
    found = _to_write(guideline_id, actor, expected_version)
    row = access.table(found, table_id)
    _fill_table(row, title, source, figures_of, _checked_table(found, title, source, figures_of, pasted))
    row.save()
    _saved(found)
    record("cooperation.guideline.table-changed", actor=actor, object=(TABLE, row.pk))
    return row


@transaction.atomic
def remove_table(guideline_id: int, table_id: int, *, actor: Viewer) -> None:
    """Takes a table off a draft."""
    found = access.own_guideline(actor, guideline_id, lock=True)
    refuse(_closed(found))
    row = access.table(found, table_id)
    record("cooperation.guideline.table-removed", actor=actor, object=(TABLE, row.pk))
    row.delete()
    _saved(found)


def _checked_table(
    of: Guideline, title: Mapping[str, str], source: str, figures_of: str, pasted: str
) -> PastedTable:
    refused = _closed(of)
    if not any(text.strip() for text in title.values()):
        refused.append(Refusal("title_fi", "required", _("Give the table a title.")))
    if not source.strip():
        refused.append(Refusal("source", "required", _("Say where the figures come from.")))
    if not figures_of.strip():
        refused.append(Refusal("figures_of", "required", _("Say of which time the figures are.")))
    taken, faults = rules.pasted_table(pasted)
    refuse(refused + from_faults(faults))
    if taken is None:
        raise NotVisible
    return taken


def _fill_table(
    row: GuidelineTable, title: Mapping[str, str], source: str, figures_of: str, taken: PastedTable
) -> None:
    row.title = {language: text.strip() for language, text in title.items() if text.strip()}
    row.source, row.figures_of = source.strip(), figures_of.strip()
    row.columns, row.rows = list(taken.columns), [list(cells) for cells in taken.rows]


# What the acts share -------------------------------------------------------------------------------------------------


def from_faults(faults: Sequence[rules.Fault]) -> list[Refusal]:
    """Faults of the rules as refusals of an act."""
    return [Refusal(one.field, one.code, one.message, one.params) for one in faults]


def days_of(first: date, last: date) -> DateRange:
    return DateRange(first, last + timedelta(days=1))


def _to_write(guideline_id: int, actor: Viewer, expected_version: int) -> Guideline:
    found = access.own_guideline(actor, guideline_id, lock=True)
    same_version(found.version, expected_version)
    refuse(_closed(found))
    return found


def _closed(found: Guideline) -> list[Refusal]:
    return [] if found.state == GuidelineState.DRAFT else [Refusal("", "adopted", ADOPTED)]


def _saved(found: Guideline) -> None:
    found.version += 1
    found.save()


def _check(content: GuidelineContent, actor: Viewer, found: Guideline | None = None) -> list[Refusal]:
    refused = []
    if not content.number.strip():
        refused.append(Refusal("number", "required", _("Give the version a number, such as 2026/2.")))
    same = Guideline.objects.filter(
        organisation_id=found.organisation_id if found else actor.organisation_id or 0,
        number=content.number.strip(),
    )
    if (same.exclude(pk=found.pk) if found else same).exists():
        refused.append(Refusal("number", "taken", _("Another version of your organisation has this number.")))
    if not content.regions:
        refused.append(Refusal("regions", "required", _("Choose at least one region.")))
    if set(content.regions) - set(access.own_regions(actor)):
        refused.append(Refusal("regions", "foreign", _("A region belongs to another authority.")))
    if content.last < content.first:
        refused.append(Refusal("last", "reversed", _("The last day is before the first day.")))
    for name, texts in (("market", content.market), ("note", content.note)):
        for language, text in texts.items():
            refused += check_text(f"{name}_{language}", text)
    refused += check_text("position", content.position)
    if (
        content.hearing_id is not None
        and not access.own_hearings(actor).filter(pk=content.hearing_id).exists()
    ):
        refused.append(Refusal("hearing", "unknown", _("Choose a hearing of your own organisation.")))
    if (
        content.body_position_id is not None
        and not access.own_body_positions(actor).filter(pk=content.body_position_id).exists()
    ):
        words = _("Choose an adopted position of a body of yours that everybody reads.")
        refused.append(Refusal("body_position", "unknown", words))
    return refused


def _write(row: Guideline, content: GuidelineContent) -> None:
    row.number = content.number.strip()
    row.regions = sorted(set(content.regions))
    row.valid = days_of(content.first, content.last)
    row.market = {language: text.strip() for language, text in content.market.items() if text.strip()}
    row.note = {language: text.strip() for language, text in content.note.items() if text.strip()}
    row.position = content.position.strip()
    row.hearing_id = content.hearing_id
    row.body_position_id = content.body_position_id
