"""What is asked of work-permit guidelines: the answer for an occupation, versions in force, clocks for My work.

The answer costs two statements. Not for: rights (``access_guidelines.py``), which line answers (``rules_guidelines.py``).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.cooperation import access_guidelines as access
from kotopolku.cooperation import rules_guidelines as rules
from kotopolku.cooperation.models import (
    Guideline,
    GuidelineOccupation,
    GuidelineRegion,
    GuidelineState,
    GuidelineTable,
)
from kotopolku.cooperation.queries.guideline_texts import RULE, Merged, line_of, merged_of, named_regions
from kotopolku.cooperation.rules_guidelines import Differences, Line, Outcome
from kotopolku.law.contents import contents
from kotopolku.placement.queries.my_work import Todo
from kotopolku.reference import queries as reference
from kotopolku.reference.models import Municipality, Occupation

PAGE_SIZE = 25
SHORTAGE = "shortage-occupation"
ACT = "301/2004"
AHEAD_DAYS = 60
"""How far ahead a clock is today's work, and how long a version that ended without a follower is. Our own choice."""


class CannotAnswer(LookupError):
    """The question cannot be answered; ``field`` says which part of it is wrong, ``message`` why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Version:
    """The version that answers: ``first`` and ``last`` are its days in force in the region asked about."""

    id: int
    number: str
    organisation: str
    first: date
    last: date
    signed_on: date | None
    signer: str
    regions: tuple[str, ...]


@dataclass(frozen=True)
class Shortage:
    """What the national list of shortage occupations says: it is another thing than a guideline (301/2004 § 72c)."""

    listed: bool
    first: date | None
    last: date | None
    citation: dict[str, str]
    known: bool
    """Whether a list is known to be in force on the day; without one, ``first`` and ``last`` are the latest list's."""


@dataclass(frozen=True)
class Answer:
    """What holds for an occupation in a municipality on a day."""

    code: str
    occupation: Occupation
    municipality: Municipality
    region: str
    on: date
    outcome: Outcome
    shortage: Shortage
    version: Version | None = None
    line: Line | None = None
    ended: Version | None = None
    """Without a version on the day: the last one before it."""
    coming: Version | None = field(default=None)
    """Without a version on the day: the next one after it."""
    merged: tuple[Merged, ...] = ()
    """Municipalities that the line names and that are parts of others on the day."""

    @property
    def lifted(self) -> bool:
        return self.outcome == Outcome.LIFTED


def answer(occupation: str, municipality: str, on: date) -> Answer:
    """Whether the availability test is lifted. At most two statements. Raises ``CannotAnswer``.

    ``occupation``: digits of ISCO-08, one to five; ``municipality``: a code of the day's division. What a version
    says of a municipality that was merged into it by the day holds in it.
    """
    code, place = occupation.strip(), municipality.strip()
    group = reference.occupation(code) if rules.CODE.match(code) else None
    if group is None:
        words = _("There is no occupation %(code)s in the classification (ISCO-08).")
        raise CannotAnswer("occupation", words % {"code": code[:40]})
    try:
        law.rule(RULE, on)
    except law.LawError as outside:
        raise CannotAnswer("on", outside.message(language())) from None
    try:
        found, areas = reference.municipality(place, on), reference.areas_of(place, on)
    except reference.UnknownMunicipality as unknown:
        raise CannotAnswer("municipality", unknown.message) from None
    said: dict[str, Any] = {
        "code": code,
        "occupation": group,
        "municipality": found,
        "region": areas.region,
        "on": on,
        "shortage": shortage(code, on),
    }
    if areas.is_aland:
        return Answer(**said, outcome=Outcome.ALAND)
    ended = today = coming = None
    for version in _versions_of(areas.region):
        if version.last < on:
            ended = version
        elif version.first <= on:
            today = version
        else:
            coming = coming or version
    if today is None:
        return Answer(**said, outcome=Outcome.NO_GUIDELINE, ended=ended, coming=coming)
    rows = GuidelineOccupation.objects.filter(guideline_id=today.id, code__in=rules.codes_above(code))
    match = rules.match(map(line_of, rows), code, place, reference.with_merged({place}, on))
    gone = merged_of(match.line, on)
    return Answer(**said, outcome=match.outcome, version=today, line=match.line, merged=gone)


def _versions_of(region: str) -> list[Version]:
    """Every version that was or will be in force in the region, the earliest first. One statement, few rows."""
    rows = GuidelineRegion.objects.filter(region=region).values_list(
        "guideline_id",
        "guideline__number",
        "guideline__organisation__name_fi",
        "guideline__organisation__name_sv",
        "guideline__organisation__name_en",
        "valid",
        "guideline__signed_on",
        "guideline__signer",
        "guideline__regions",
    )
    names = {"fi": 0, "sv": 1, "en": 2}
    found = []
    for pk, number, *named, valid, signed_on, signer, regions in rows:
        name = named[names.get(language(), 0)] or named[0]
        last = valid.upper - timedelta(days=1)
        found.append(Version(pk, number, name, valid.lower, last, signed_on, signer, tuple(regions)))
    return sorted(found, key=lambda one: one.first)


def shortage(code: str, on: date) -> Shortage:
    """Whether the decree's list on the day has the occupation. No statement."""
    listed = contents(SHORTAGE, ACT, on)
    known = bool(listed)
    listed = listed or contents(SHORTAGE, ACT)
    hit = next((one for one in listed if code.startswith(one.id)), None)
    one = hit or next(iter(listed), None)
    return Shortage(
        listed=known and hit is not None,
        first=one.valid_from if one else None,
        last=one.valid_to if one else None,
        citation={lang: one.citation(lang) for lang in law.LANGUAGES} if one else {},
        known=known,
    )


# Versions ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InForce:
    """A version with the regions in which it is in force on the day."""

    guideline: Guideline
    regions: tuple[str, ...]
    occupations: int


def in_force(viewer: Viewer, on: date) -> list[InForce]:
    """Versions in force on a day, by the names of their regions. Three statements."""
    places: dict[int, list[str]] = defaultdict(list)
    for pk, region in GuidelineRegion.objects.filter(valid__contains=on).values_list(
        "guideline_id", "region"
    ):
        places[pk].append(region)
    rows = access.guidelines(viewer).filter(pk__in=places).select_related("organisation")
    lifted = GuidelineOccupation.objects.filter(guideline_id__in=places, lifted=True)
    counts = dict(lifted.values_list("guideline_id").annotate(number=Count("id")).order_by())
    found = [InForce(row, tuple(sorted(places[row.pk])), counts.get(row.pk, 0)) for row in rows]
    return sorted(found, key=lambda one: named_regions(one.regions))


def versions(viewer: Viewer) -> "QuerySet[Guideline]":
    """Every version that was adopted, the newest first; withdrawn ones too."""
    rows = access.guidelines(viewer).exclude(state=GuidelineState.DRAFT)
    return rows.select_related("organisation").order_by("-valid", "-id")


def drafts(viewer: Viewer) -> list[Guideline]:
    """Drafts of the viewer's organisation, for those who prepare them."""
    if not viewer.may(Capability.GUIDELINE_KEEP):
        return []
    return list(access.own_guidelines(viewer).filter(state=GuidelineState.DRAFT).order_by("-id"))


def lines(of: Guideline) -> list[GuidelineOccupation]:
    return list(GuidelineOccupation.objects.filter(guideline=of).order_by("order", "code"))


def tables(of: Guideline) -> list[GuidelineTable]:
    return list(GuidelineTable.objects.filter(guideline=of).order_by("order", "id"))


def with_lines(viewer: Viewer, on: date) -> "QuerySet[Guideline]":
    """Versions in force on a day with their occupations, for machines. Two statements."""
    rows = access.guidelines(viewer).filter(in_force__valid__contains=on).distinct()
    ordered = GuidelineOccupation.objects.order_by("order", "code")
    return (
        rows.select_related("organisation")
        .prefetch_related(Prefetch("occupations", queryset=ordered))
        .order_by("id")
    )


def compared_with(viewer: Viewer, of: Guideline) -> list[Guideline]:
    """Versions that share a region with one, the nearest before it first: what it can be compared with."""
    rows = access.guidelines(viewer).filter(regions__overlap=of.regions).exclude(pk=of.pk)
    known = list(rows.select_related("organisation").order_by("-valid", "-id")[:PAGE_SIZE])
    earlier = [one for one in known if one.valid.lower <= of.valid.lower]
    return earlier + [one for one in known if one not in earlier]


def differences(old: Guideline, new: Guideline) -> Differences:
    """From ``old`` to ``new``. One statement."""
    rows: dict[int, list[Line]] = {old.pk: [], new.pk: []}
    for row in GuidelineOccupation.objects.filter(guideline_id__in=rows).order_by("code"):
        rows[row.guideline_id].append(line_of(row))
    return rules.differences(rows[old.pk], rows[new.pk], old.regions, new.regions)


# Clocks --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clocks:
    """By when a version is to be updated, and its last day."""

    update_by: date | None
    last: date | None


def clocks(of: Guideline) -> Clocks:
    """Counted from signing under the rule of that day; a draft has none."""
    if of.signed_on is None:
        return Clocks(None, None)
    return Clocks(law.due(RULE, of.signed_on).due, of.last_day)


def todo(viewer: Viewer, limit: int) -> list[Todo]:
    """Versions in the viewer's own regions that are to be updated or end, and have no follower. Two statements.

    Those of an authority that is no more fall to whose the region is now.
    """
    if not viewer.may(Capability.GUIDELINE_KEEP) or viewer.organisation_id is None:
        return []
    soon = viewer.day + timedelta(days=AHEAD_DAYS)
    last_of: dict[str, GuidelineRegion] = {}
    rows = GuidelineRegion.objects.filter(region__in=access.own_regions(viewer)).select_related("guideline")
    for row in rows.order_by("valid"):
        last_of[row.region] = row
    found: dict[int, Todo] = {}
    for row in last_of.values():
        guideline, ends = row.guideline, row.valid.upper - timedelta(days=1)
        if ends < viewer.day - timedelta(days=AHEAD_DAYS):
            continue
        update_by = clocks(guideline).update_by
        address = reverse("cooperation:guideline", args=[guideline.pk])
        words = {"number": guideline.number}
        if ends <= soon:
            title = _("Work-permit guideline %(number)s ends: adopt the next one") % words
            found[guideline.pk] = Todo(title, _("No version follows it"), ends, address)
        elif update_by is not None and update_by <= soon and guideline.pk not in found:
            title = _("Update the work-permit guideline %(number)s") % words
            reason = _("It is updated at least every %(months)d months")
            months = law.rule(RULE, guideline.signed_on or viewer.day).amount
            found[guideline.pk] = Todo(title, reason % {"months": months}, update_by, address)
    return sorted(found.values(), key=lambda one: one.due or date.max)[:limit]
