"""Acts on goals, lines and measures of the State's programme: every change leaves a version, after adoption a reason.

The programme is locked by each, so that its tree is never changed by two at once. Not for: adoption (``programme.py``).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, date_range
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.steering import access
from kotopolku.steering import rules_programme as rules
from kotopolku.steering.models import (
    Indicator,
    Line,
    LineKind,
    LineVersion,
    NationalProgramme,
    ProgrammeState,
)
from kotopolku.steering.queries.programme import nodes_of
from kotopolku.steering.queries.tied import hanging_on
from kotopolku.steering.rules_programme import LANGUAGES, REQUIRED, LineContent

LINE = "steering.line"


@transaction.atomic
def add_line(
    programme_id: int,
    kind: str,
    parent_id: int | None,
    content: LineContent,
    reason: str = "",
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> Line:
    """A new goal, line or measure as the last one under what it stands under. Raises ``Refusals``."""
    of = access.own_programme(actor, programme_id, lock=True)
    if (before := done_before(token, LINE)) is not None:
        return access.own_line(actor, before)
    nodes = nodes_of(of.pk)
    refused = _check(of, kind, content, None) + _check_reason(of, reason)
    refuse(refused + _check_place(nodes, kind, parent_id, None))
    orders = [node.order for node in nodes if node.parent == parent_id]
    made = Line(programme=of, parent_id=parent_id, kind=kind, order=max(orders, default=0) + 1, number=0)
    _write(made, content)
    made.save()
    made.indicators.set(content.indicators)
    _version(made, reason, actor)
    record("steering.line.added", actor=actor, object=(LINE, made.pk), reason=reason.strip(), token=token)
    return made


@transaction.atomic
def change_line(
    line_id: int, content: LineContent, reason: str = "", *, actor: Viewer, expected_version: int
) -> Line:
    """Changes what a line says. Nothing is written when nothing differs. Raises ``EditClash``, ``Refusals``."""
    found = access.own_line(actor, line_id)
    same_version(found.version, expected_version)
    refuse(_check(found.programme, found.kind, content, found) + _check_reason(found.programme, reason))
    before = (found.title, found.text, facts_of(found))
    _write(found, content)
    found.indicators.set(content.indicators)
    if before == (found.title, found.text, facts_of(found)):
        return found
    found.version += 1
    _version(found, reason, actor)
    record("steering.line.changed", actor=actor, object=(LINE, found.pk), reason=reason.strip())
    return found


@transaction.atomic
def move_line(
    line_id: int, parent_id: int | None, place: int, reason: str = "", *, actor: Viewer, expected_version: int
) -> Line:
    """Puts a line under another, or at another place among its own. Raises ``EditClash``, ``Refusals``."""
    found = access.own_line(actor, line_id)
    same_version(found.version, expected_version)
    nodes = nodes_of(found.programme_id)
    refuse(_check_place(nodes, found.kind, parent_id, found.pk) + _check_reason(found.programme, reason))
    siblings = [
        one.id for one in sorted(nodes, key=lambda one: (one.order, one.id)) if one.parent == parent_id
    ]
    wanted = rules.placed_among(siblings, found.pk, place)
    if parent_id == found.parent_id and wanted == siblings:
        return found
    found.parent_id = parent_id
    _order(wanted)
    found.order = wanted.index(found.pk) + 1
    found.version += 1
    _version(found, reason, actor)
    record("steering.line.moved", actor=actor, object=(LINE, found.pk), reason=reason.strip())
    return found


def step_line(line_id: int, step: int, *, actor: Viewer) -> Line:
    """Moves a line of a draft one place up (-1) or down (1) among its own. Raises ``Refusals`` after adoption."""
    with transaction.atomic():
        found = access.own_line(actor, line_id)
        nodes = sorted(nodes_of(found.programme_id), key=lambda one: (one.order, one.id))
        siblings = [one.id for one in nodes if one.parent == found.parent_id]
        place = siblings.index(found.pk) + 1 + step
        return move_line(line_id, found.parent_id, max(place, 1), actor=actor, expected_version=found.version)


@transaction.atomic
def remove_line(line_id: int, *, actor: Viewer, expected_version: int) -> NationalProgramme:
    """Takes a line out of a draft, with its versions. Refused when something stands under it or hangs on it."""
    found = access.own_line(actor, line_id)
    same_version(found.version, expected_version)
    refused = []
    if found.programme.state == ProgrammeState.ADOPTED:
        words = _("The programme has been adopted. End the line instead: what it said is kept.")
        refused.append(Refusal("", "adopted", words))
    if Line.objects.filter(parent=found).exists():
        words = _("Lines stand under it. Move or remove them first.")
        refused.append(Refusal("", "has-parts", words))
    if hanging_on(actor, [found.pk]) or Line.objects.filter(replaced_by=found).exists():
        words = _("Something hangs on the line. It is shown below; take the ties away first.")
        refused.append(Refusal("", "hangs", words))
    refuse(refused)
    of, number = found.programme, found.pk
    removed = {"title": found.title, "text": found.text, "facts": facts_of(found)}
    found.delete()
    record("steering.line.removed", actor=actor, object=(LINE, number), details=removed)
    return of


@transaction.atomic
def end_line(
    line_id: int,
    last_day: date,
    reason: str,
    replaced_by: int | None = None,
    *,
    actor: Viewer,
    expected_version: int,
) -> Line:
    """Ends a line of an adopted programme before its time, perhaps replaced by another. What hangs on it stays tied.

    Whose things hang on it are told. Raises ``EditClash``, ``Refusals``.
    """
    found = access.own_line(actor, line_id)
    same_version(found.version, expected_version)
    follower = access.line(actor, replaced_by) if replaced_by is not None else None
    refuse(_check_end(found, last_day, reason, follower))
    found.days = date_range(found.days.lower, last_day)
    found.ended_reason = reason.strip()
    found.replaced_by = follower
    found.version += 1
    _version(found, reason, actor)
    record("steering.line.ended", actor=actor, object=(LINE, found.pk), reason=reason.strip())
    _tell_those_who_hang(found, actor)
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def _check(of: NationalProgramme, kind: str, content: LineContent, line: Line | None) -> list[Refusal]:
    return [
        *_check_words(of, content),
        *_check_code(of, content.code, line),
        *_check_days(of, content),
        *_check_facts(of, kind, content),
    ]


def _check_words(of: NationalProgramme, content: LineContent) -> list[Refusal]:
    refused = []
    adopted = of.state == ProgrammeState.ADOPTED
    if not content.title.get("fi", "").strip():
        refused.append(Refusal("title_fi", "required", _("Give it a title in Finnish.")))
    for name, texts in (("title", content.title), ("text", content.text)):
        for language in REQUIRED if adopted else ():
            if not texts.get(language, "").strip() and (name, language) != ("title", "fi"):
                words = _("The programme has been adopted: Finnish and Swedish must both be there.")
                refused.append(Refusal(f"{name}_{language}", "lacking", words))
        for language in LANGUAGES:
            if len(texts.get(language, "")) > rules.LONGEST_TEXT:
                words = _("The text is too long: at most %(most)s characters fit.")
                refused.append(Refusal(f"{name}_{language}", "long", words, {"most": rules.LONGEST_TEXT}))
    return refused


def _check_code(of: NationalProgramme, code: str, line: Line | None) -> list[Refusal]:
    if not rules.is_code(code.strip()):
        words = _("Write the number as in the programme, for example 2 or 2.3.")
        return [Refusal("code", "code", words)]
    same = Line.objects.filter(programme=of, code=code.strip())
    if line is not None:
        same = same.exclude(pk=line.pk)
    if same.exists():
        words = _("Another line has the number %(code)s already.")
        return [Refusal("code", "taken", words, {"code": code.strip()})]
    return []


def _check_days(of: NationalProgramme, content: LineContent) -> list[Refusal]:
    if content.last_day < content.first_day:
        return [Refusal("last_day", "reversed", _("The last day is before the first one."))]
    last = of.last_day
    if not rules.outside(content.first_day, content.last_day, of.days.lower, last):
        return []
    words = _("The days reach outside the programme's period, %(first)s–%(last)s.")
    at = "first_day" if content.first_day < of.days.lower else "last_day"
    return [Refusal(at, "outside", words, {"first": of.days.lower, "last": last})]


def _check_facts(of: NationalProgramme, kind: str, content: LineContent) -> list[Refusal]:
    refused = []
    if content.section.strip() and not rules.is_section(content.section.strip()):
        words = _("Write the section with its Act, for example 681/2023 § 26.")
        refused.append(Refusal("section", "section", words))
    if content.money_eur is not None and content.money_eur < Decimal(0):
        refused.append(Refusal("money_eur", "negative", _("Money cannot be less than nothing.")))
    if content.answers is not None and not Organisation.objects.filter(pk=content.answers).exists():
        refused.append(Refusal("answers", "unknown", _("Choose the organisation from the list.")))
    if Indicator.objects.filter(pk__in=content.indicators).count() != len(set(content.indicators)):
        refused.append(Refusal("indicators", "unknown", _("Choose the indicators from the list.")))
    if of.state == ProgrammeState.ADOPTED:
        if kind != LineKind.GOAL and content.answers is None and not content.answers_also.strip():
            refused.append(Refusal("answers", "lacking", _("Say who answers for it.")))
        if kind == LineKind.GOAL and not content.indicators:
            refused.append(Refusal("indicators", "lacking", _("A goal is measured with an indicator.")))
    return refused


def _check_place(
    nodes: list[rules.Node], kind: str, parent_id: int | None, line_id: int | None
) -> list[Refusal]:
    """``line_id`` None: the line is new."""
    known = {node.id: node for node in nodes}
    if kind not in LineKind.values:
        return [Refusal("kind", "unknown", _("Choose what it is."))]
    if parent_id is not None and parent_id not in known:
        return [Refusal("parent", "unknown", _("Choose what it stands under."))]
    if line_id is not None and rules.under_itself(nodes, line_id, parent_id):
        return [
            Refusal("parent", "itself", _("A line cannot stand under itself or under what stands under it."))
        ]
    parent_kind = known[parent_id].kind if parent_id is not None else ""
    if not rules.may_stand_under(kind, parent_kind):
        words = {
            "goal": _("A goal stands under the programme itself."),
            "line": _("A line stands under a goal or another line."),
            "measure": _("A measure stands under a goal or a line."),
        }
        return [Refusal("parent", "kind", words[kind])]
    height = rules.height_of(nodes, line_id) if line_id is not None else 1
    if rules.depth_of(nodes, parent_id) + height > rules.DEEPEST:
        words_deep = _("The tree would be too deep: at most %(most)s levels.")
        return [Refusal("parent", "deep", words_deep, {"most": rules.DEEPEST})]
    return []


def _check_reason(of: NationalProgramme, reason: str) -> list[Refusal]:
    if of.state == ProgrammeState.ADOPTED and not reason.strip():
        words = _("The programme has been adopted: write why it is changed.")
        return [Refusal("reason", "required", words)]
    return []


def _check_end(found: Line, last_day: date, reason: str, follower: Line | None) -> list[Refusal]:
    refused = []
    if found.programme.state != ProgrammeState.ADOPTED:
        refused.append(Refusal("", "draft", _("The programme is a draft: remove the line instead.")))
    if found.ended_reason:
        refused.append(Refusal("", "ended", _("The line has been ended already.")))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why it ends.")))
    if rules.outside(last_day, last_day, found.days.lower, found.last_day):
        words = _("The day must be within the line's own days, %(first)s–%(last)s.")
        limits = {"first": found.days.lower, "last": found.last_day}
        refused.append(Refusal("last_day", "outside", words, limits))
    later = Line.objects.filter(parent=found, days__endswith__gt=date_range(last_day, last_day).upper)
    codes = list(later.order_by("order").values_list("code", flat=True))
    if codes:
        words = _("End or move first what stands under it: %(codes)s.")
        refused.append(Refusal("", "has-parts", words, {"codes": ", ".join(codes)}))
    if follower is not None:
        refused += _check_follower(found, follower)
    return refused


def _check_follower(found: Line, follower: Line) -> list[Refusal]:
    here: Line | None = follower
    for _step in range(20):
        if here is None:
            break
        if here.pk == found.pk:
            return [Refusal("replaced_by", "itself", _("A line cannot come in its own place."))]
        here = here.replaced_by
    if follower.programme.state != ProgrammeState.ADOPTED:
        words = _("Only a line of an adopted programme can come in its place.")
        return [Refusal("replaced_by", "draft", words)]
    if follower.kind != found.kind:
        return [Refusal("replaced_by", "kind", _("Only a line of the same kind can come in its place."))]
    if follower.ended_reason:
        return [Refusal("replaced_by", "ended", _("The line that comes in its place has been ended itself."))]
    return []


def _write(made: Line, content: LineContent) -> None:
    made.code = content.code.strip()
    made.title = _kept(content.title)
    made.text = _kept(content.text)
    made.section = content.section.strip()
    made.answers_id = content.answers
    made.answers_also = content.answers_also.strip()
    made.days = date_range(content.first_day, content.last_day)
    made.money_eur = content.money_eur


def _kept(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: texts[language].strip() for language in LANGUAGES if texts.get(language, "").strip()}


def facts_of(line: Line) -> dict[str, Any]:
    """What a version keeps beside the words. Codes and keys, so that names may change."""
    near = dict(
        Line.objects.filter(pk__in=(line.parent_id or 0, line.replaced_by_id or 0)).values_list("pk", "code")
    )
    answering = Organisation.objects.filter(pk=line.answers_id or 0)
    return {
        "kind": line.kind,
        "code": line.code,
        "under": near.get(line.parent_id or 0, ""),
        "place": line.order,
        "section": line.section,
        "answers": answering.values_list("code", flat=True).first() or "",
        "answers_also": line.answers_also,
        "first_day": line.days.lower.isoformat(),
        "last_day": line.last_day.isoformat() if line.last_day else "",
        "money_eur": None if line.money_eur is None else f"{line.money_eur:.2f}",
        "indicators": sorted(line.indicators.values_list("key", flat=True)),
        "replaced_by": near.get(line.replaced_by_id or 0, ""),
        "ended_reason": line.ended_reason,
    }


def _version(line: Line, reason: str, actor: Viewer) -> None:
    """Saves the line with the version that says what it says from now on."""
    line.number += 1
    line.save()
    LineVersion.objects.create(
        line=line,
        number=line.number,
        title=line.title,
        text=line.text,
        facts=facts_of(line),
        reason=reason.strip(),
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )


def _order(wanted: list[int]) -> None:
    rows = {one.pk: one for one in Line.objects.filter(pk__in=wanted)}
    for place, number in enumerate(wanted, start=1):
        rows[number].order = place
    Line.objects.bulk_update(rows.values(), ["order"])


def _tell_those_who_hang(line: Line, actor: Viewer) -> None:
    """Those whose things hang on the line hear of it, whether the actor sees these (drafts of municipalities) or not."""
    with rowsecurity.as_system():
        hangs = hanging_on(Viewer.for_system("line-ended", actor.day), [line.pk])
    for kind, rows in hangs:
        mine = {one.organisation for one in rows} | {other for one in rows for other in one.others}
        for organisation_id in sorted(one for one in mine if one):
            notify(
                kind.notice,
                kind.told(organisation_id, actor.day),
                actor=actor,
                address=reverse("steering:line", args=[line.pk]),
                organisation_id=organisation_id,
                about=(LINE, line.pk),
                on=line.last_day,
            )
