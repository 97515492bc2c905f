"""Acts that bring a work-permit guideline into force and out of it: adoption in place of an earlier version, withdrawal.

301/2004 § 72b: the authority decides. One version a day in a region, which the database keeps too.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind, not_over
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.cooperation import access_guidelines as access
from kotopolku.cooperation import rules_guidelines as rules
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.cooperation.actions.guidelines import ADOPTED, GUIDELINE, days_of, from_faults
from kotopolku.cooperation.models import Guideline, GuidelineOccupation, GuidelineRegion, GuidelineState
from kotopolku.cooperation.queries.guideline_texts import RULE, known_of, region_names
from kotopolku.cooperation.rules_guidelines import Adoption
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind

APPLYING = (OrganisationKind.EMPLOYMENT_AREA, OrganisationKind.TE, OrganisationKind.MUNICIPALITY)
MIGRI = "migri"
"""Decides on the permits."""
OVERLAP = _(
    "Version %(number)s of %(organisation)s is in force in %(region)s from %(first)s to %(last)s. "
    "Say that the new one takes its place, or choose other days."
)
BEGINS_LATER = _(
    "Version %(number)s of %(organisation)s begins in %(region)s on %(first)s, so this cannot take its place. "
    "End this before that day, or withdraw the other."
)


@transaction.atomic
def adopt(guideline_id: int, given: Adoption, *, actor: Viewer, expected_version: int) -> Guideline:
    """Adopts a draft. Versions whose place it takes end the day before, in the regions that it covers.

    Raises ``EditClash`` and ``Refusals``, ``RuleNotInForce`` never: a day before the rule is refused in words.
    """
    found = access.own_guideline(actor, guideline_id, lock=True)
    same_version(found.version, expected_version)
    if found.state != GuidelineState.DRAFT:
        refuse([Refusal("", "adopted", ADOPTED)])
    try:
        rule = law.rule(RULE, given.signed_on)
    except law.RuleNotInForce:
        words = _("The Act knew no such guideline on the day of signing.")
        raise Refusals([Refusal("signed_on", "before-the-act", words)]) from None
    months = int(rule.other_amounts["longest-validity-months"])
    longest = law.add_months(given.signed_on, months)
    refused = from_faults(rules.adoption_faults(given, clock.today(), longest, months))
    stated = found.body_position.adopted_on if found.body_position else None
    if stated is not None and given.signed_on < stated:
        words = _("The regional body took its position on %(day)s. The guideline is signed after it.")
        refused.append(Refusal("signed_on", "before-position", words, {"day": stated}))
    refused += _lines_faults(found)
    if set(found.regions) - set(access.own_regions(actor)):
        refused.append(Refusal("", "foreign", _("A region belongs to another authority.")))
    refuse(refused)
    with rowsecurity.as_system():
        ended = _make_room(found, given)
    found.state = GuidelineState.ADOPTED
    found.valid = days_of(given.first, given.last)
    found.signed_on, found.signer = given.signed_on, given.signer.strip()
    found.signed_by_id = actor.user_id
    found.version += 1
    found.save()
    try:
        with transaction.atomic():
            GuidelineRegion.objects.bulk_create(
                GuidelineRegion(guideline=found, region=region, valid=found.valid) for region in found.regions
            )
    except IntegrityError:
        words = _("Another version for one of the regions was adopted at the same time. Look at it first.")
        raise Refusals([Refusal("", "overlap", words)]) from None
    record(
        "cooperation.guideline.adopted",
        actor=actor,
        object=(GUIDELINE, found.pk),
        details={"shortened": ended},
    )
    tell("cooperation.guideline-adopted", found, found.regions, given.first, actor)
    return found


def _lines_faults(found: Guideline) -> list[Refusal]:
    """A version has occupations, and none is narrowed to a municipality of another region."""
    rows = list(GuidelineOccupation.objects.filter(guideline=found).order_by("code"))
    if not rows:
        return [Refusal("", "empty", _("The guideline has no occupations yet."))]
    known = set(known_of(found).municipalities.values())
    words = _("Occupation %(code)s is narrowed to municipalities outside the guideline's regions.")
    return [
        Refusal("", "unknown", words, {"code": row.code})
        for row in rows
        if not set(row.municipalities) <= known
    ]


def _make_room(new: Guideline, given: Adoption) -> list[int]:
    """Shortens what is in force in the new version's regions. Raises ``Refusals``; returns the versions shortened."""
    days = days_of(given.first, given.last)
    rows = list(
        GuidelineRegion.objects.select_for_update(of=("self", "guideline"))
        .select_related("guideline__organisation")
        .filter(region__in=new.regions, valid__overlap=days)
        .order_by("region", "valid")
    )
    names = region_names()
    refused = []
    for row in rows:
        params = {
            "number": row.guideline.number,
            "organisation": row.guideline.organisation.name,
            "region": names.get(row.region, row.region),
            "first": row.valid.lower,
            "last": row.valid.upper - timedelta(days=1),
        }
        if row.valid.lower >= given.first:
            refused.append(Refusal("first", "begins-later", BEGINS_LATER, params))
        elif not given.takes_place:
            refused.append(Refusal("takes_place", "overlap", OVERLAP, params))
    refuse(refused)
    for row in rows:
        row.valid = DateRange(row.valid.lower, given.first)
        row.save()
    touched = {row.guideline_id: row.guideline for row in rows}
    for version in touched.values():
        _end_with_its_regions(version)
    return sorted(touched)


def _end_with_its_regions(version: Guideline) -> None:
    """A version ends with the last of its regions."""
    upper = max(row.valid.upper for row in GuidelineRegion.objects.filter(guideline=version))
    if upper < version.valid.upper:
        version.valid = DateRange(version.valid.lower, upper)
        version.version += 1
        version.save()


@transaction.atomic
def withdraw(guideline_id: int, reason: str, *, actor: Viewer, expected_version: int) -> Guideline:
    """Ends a version yesterday, with a reason. What it said of earlier days can still be asked.

    Who follows the authority that adopted it ends it in its own regions; with the last of them the version is withdrawn.
    """
    readable = access.to_withdraw(actor, guideline_id)
    regions = access.follows(actor, readable) or readable.regions
    with rowsecurity.as_system():
        # A predecessor's row, which its successor reads but does not write by itself.
        found = Guideline.objects.select_for_update().get(pk=readable.pk)
    same_version(found.version, expected_version)
    refused, today = [], clock.today()
    in_force = GuidelineRegion.objects.filter(not_over("valid", today), guideline=found)
    if found.state != GuidelineState.ADOPTED:
        refused.append(Refusal("", "not-adopted", _("Only an adopted version can be withdrawn.")))
    elif found.valid.upper <= today or not in_force.filter(region__in=regions).exists():
        refused.append(Refusal("", "ended", _("The version has ended already.")))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why.")))
    refuse(refused)
    with rowsecurity.as_system():
        for row in in_force.filter(region__in=regions):
            if row.valid.lower >= today:
                row.delete()
            else:
                row.valid = DateRange(row.valid.lower, today)
                row.save()
        found.reason = reason.strip()
        if not in_force.exists():
            found.state = GuidelineState.WITHDRAWN
            if found.valid.lower < today:
                found.valid = DateRange(found.valid.lower, min(found.valid.upper, today))
        found.version += 1
        found.save()
    record(
        "cooperation.guideline.withdrawn",
        actor=actor,
        object=(GUIDELINE, found.pk),
        reason=found.reason,
        details={"regions": sorted(regions)},
    )
    tell("cooperation.guideline-withdrawn", found, regions, today, actor)
    return found


def tell(kind: str, found: Guideline, regions: Iterable[str], on: date, actor: Viewer) -> int:
    """Tells the employment authorities and municipalities of the regions, and Migri. Returns how many people."""
    places = {
        one.code
        for region in regions
        for one in reference.municipalities_in(AreaKind.REGION, region, actor.day)
    }
    told = 0
    for organisation in concerned(places, actor.day):
        told += notify(
            kind,
            holders(organisation.pk, Capability.STATEMENT_GIVE, actor.day),
            actor=actor,
            address=reverse("cooperation:guideline", args=[found.pk]),
            organisation_id=organisation.pk,
            about=(GUIDELINE, found.pk),
            on=on,
        )
    return told


def concerned(places: set[str], on: date) -> list[Organisation]:
    """Who applies a guideline in some municipalities: these, their employment authorities, and Migri. In order of id."""
    rows = Organisation.objects.filter(valid__contains=on).filter(Q(kind__in=APPLYING) | Q(code=MIGRI))
    return [one for one in rows.order_by("pk") if one.code == MIGRI or places & _area(one, on)]


def _area(of: Organisation, on: date) -> set[str]:
    if of.area_kind == "municipality":
        return {of.area_code}
    if not of.area_kind or of.area_kind == "country":
        return set()
    return {one.code for one in reference.municipalities_in(of.area_kind, of.area_code, on)}
