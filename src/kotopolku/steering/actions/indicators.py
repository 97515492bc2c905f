"""Acts on indicators and their values: added, changed, typed one by one, from a file, from reference data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.steering import access
from kotopolku.steering import rules_indicators as rules
from kotopolku.steering.models import Better, Indicator, IndicatorValue
from kotopolku.steering.queries import indicators as queries
from kotopolku.steering.rules_indicators import Checked, Raw
from kotopolku.steering.rules_programme import LANGUAGES

INDICATOR = "steering.indicator"
BATCH = 1_000


@dataclass(frozen=True)
class IndicatorContent:
    """An indicator as it is written; names and definition by language."""

    key: str
    names: Mapping[str, str]
    definition: Mapping[str, str]
    unit: str
    better: str
    source: str


@transaction.atomic
def add_indicator(content: IndicatorContent, *, actor: Viewer, token: UUID | None = None) -> Indicator:
    """A new indicator. Raises ``Refusals``."""
    require(actor, Capability.STEERING_NATIONAL)
    if (before := done_before(token, INDICATOR)) is not None:
        return access.indicator(actor, before)
    refuse(_check(content, None))
    made = Indicator()
    _write(made, content)
    made.save()
    record("steering.indicator.added", actor=actor, object=(INDICATOR, made.pk), token=token)
    return made


@transaction.atomic
def change_indicator(indicator_id: int, content: IndicatorContent, seen: str, *, actor: Viewer) -> Indicator:
    """Changes an indicator. ``seen``: ``mark_of`` it when the form was shown. Raises ``EditClash``, ``Refusals``."""
    found = access.indicator(actor, indicator_id, lock=True)
    if seen != mark_of(found):
        raise EditClash(theirs={}, version=0, who="", when=clock.now())
    refuse(_check(content, found))
    _write(found, content)
    found.save()
    changed = {"before": seen.split("\n"), "after": mark_of(found).split("\n")}
    record("steering.indicator.changed", actor=actor, object=(INDICATOR, found.pk), details=changed)
    return found


def mark_of(indicator: Indicator) -> str:
    """What the indicator says, for telling whether somebody has changed it meanwhile."""
    names = [getattr(indicator, f"name_{language}") for language in LANGUAGES]
    parts = [indicator.key, *names, indicator.unit, indicator.better, indicator.source]
    return "\n".join([*parts, *(indicator.definition.get(language, "") for language in LANGUAGES)])


@transaction.atomic
def set_value(
    indicator_id: int,
    place: str,
    year: int,
    value: Decimal | None,
    source: str = "",
    *,
    actor: Viewer,
    seen: Decimal | None,
) -> IndicatorValue | None:
    """Sets a figure; None takes it away. ``seen``: what stood there when the form was shown. Safe to repeat.

    Raises ``EditClash`` when another figure has come meanwhile, ``Refusals``.
    """
    found = access.indicator(actor, indicator_id, lock=True)
    refuse(_check_value(place, year, value, actor))
    stored = IndicatorValue.objects.filter(indicator=found, place=place, year=year).first()
    now = (stored.value, stored.source) if stored else None
    if now == (None if value is None else (value, source.strip())):
        return stored
    if (stored.value if stored else None) != seen:
        raise EditClash(theirs={}, version=0, who="", when=clock.now())
    if value is None:
        IndicatorValue.objects.filter(indicator=found, place=place, year=year).delete()
        _record_value("steering.value.removed", found, place, year, now, None, actor)
        return None
    made = stored or IndicatorValue(indicator=found, place=place, year=year)
    made.value, made.source = value, source.strip()
    made.save()
    _record_value("steering.value.set", found, place, year, now, (made.value, made.source), actor)
    return made


@transaction.atomic
def fetch_values(indicator_id: int, *, actor: Viewer) -> int:
    """Takes the figures that reference data hold; figures typed for the same places and years are replaced.

    Returns how many were new or changed. Safe to repeat.
    """
    found = access.indicator(actor, indicator_id, lock=True)
    if found.key not in queries.FROM_REFERENCE:
        words = _("Reference data do not hold this indicator.")
        refuse([Refusal("", "no-reference", words)])
    held = queries.from_reference(found.key, actor.day)
    rows_kept = IndicatorValue.objects.filter(indicator=found).values_list("place", "year", "value")
    stored = {(place, year): value for place, year, value in rows_kept}
    rows = [
        IndicatorValue(
            indicator=found, place=place, year=year, value=value, source=queries.SOURCES[found.key]
        )
        for (place, year), value in held.items()
        if stored.get((place, year)) != value
    ]
    _store(rows)
    record("steering.value.fetched", actor=actor, object=(INDICATOR, found.pk), details={"number": len(rows)})
    return len(rows)


@transaction.atomic
def import_values(rows: Sequence[Raw], *, actor: Viewer, token: UUID | None = None) -> list[Checked]:
    """Writes the sound rows of a file, checked again; wrong ones are left out. Returns every row as it was found.

    Safe to repeat: a row that is stored already is the same.
    """
    require(actor, Capability.STEERING_NATIONAL)
    # One file at a time for each indicator: what is found new or changed is so still when it is written.
    list(access.indicators(actor).order_by("pk").select_for_update())
    checked = rules.check(rows, queries.known(actor, rows))
    if done_before(token, INDICATOR) is not None:
        return checked
    sound = [one for one in checked if one.state in (rules.NEW, rules.CHANGED)]
    if not sound:
        words = _("There is nothing to write: every row is stored already or wrong.")
        refuse([Refusal("", "nothing", words)])
    _store(
        [
            IndicatorValue(
                indicator_id=one.indicator,
                place=one.place,
                year=one.year,
                value=one.value,
                source=one.raw.source.strip(),
            )
            for one in sound
        ]
    )
    record(
        "steering.value.imported",
        actor=actor,
        object=(INDICATOR, sound[0].indicator),
        details={"number": len(sound)},
        token=token,
    )
    return checked


# Parts --------------------------------------------------------------------------------------------------------------


def _store(rows: Sequence[IndicatorValue]) -> None:
    IndicatorValue.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["indicator", "place", "year"],
        update_fields=["value", "source"],
    )


def _record_value(
    action: str,
    of: Indicator,
    place: str,
    year: int,
    before: tuple[Decimal, str] | None,
    after: tuple[Decimal, str] | None,
    actor: Viewer,
) -> None:
    """The figure has no history but the journal: what stood there before is kept with what came."""
    kept = [None if one is None else [str(one[0]), one[1]] for one in (before, after)]
    record(
        action,
        actor=actor,
        object=(INDICATOR, of.pk),
        details={"place": place, "year": year, "value": kept},
    )


def _check(content: IndicatorContent, indicator: Indicator | None) -> list[Refusal]:
    refused = []
    for language, words in (
        ("fi", _("Give the indicator a name in Finnish.")),
        ("sv", _("Give the indicator a name in Swedish.")),
    ):
        if not content.names.get(language, "").strip():
            refused.append(Refusal(f"name_{language}", "required", words))
    if not content.definition.get("fi", "").strip():
        refused.append(
            Refusal("definition_fi", "required", _("Say in Finnish what is counted, of whom and when."))
        )
    if not content.source.strip():
        refused.append(Refusal("source", "required", _("Say where the figures come from.")))
    if content.better not in Better.values:
        refused.append(Refusal("better", "unknown", _("Choose which direction is better.")))
    return refused + _check_key(content.key.strip(), indicator)


def _check_key(key: str, indicator: Indicator | None) -> list[Refusal]:
    try:
        validate_slug(key)
    except ValidationError:
        words = _("The key has small letters, numbers and hyphens, for example employment-rate.")
        return [Refusal("key", "slug", words)]
    same = Indicator.objects.filter(key__iexact=key)
    if indicator is not None:
        same = same.exclude(pk=indicator.pk)
    if same.exists():
        return [Refusal("key", "taken", _("Another indicator has this key already."))]
    return []


def _check_value(place: str, year: int, value: Decimal | None, actor: Viewer) -> list[Refusal]:
    refused = []
    if not rules.is_place(place) or place not in queries.called(actor.day):
        refused.append(Refusal("place", "unknown", _("Choose a place.")))
    if not rules.is_year(year, actor.day.year):
        words = _("Give a year from %(first)s to %(last)s.")
        refused.append(Refusal("year", "year", words, {"first": rules.FIRST_YEAR, "last": actor.day.year}))
    if value is not None and abs(value) > rules.MOST:
        refused.append(Refusal("value", "large", _("The figure is too large.")))
    return refused


def _write(made: Indicator, content: IndicatorContent) -> None:
    for language in LANGUAGES:
        setattr(made, f"name_{language}", content.names.get(language, "").strip())
    made.key = content.key.strip()
    made.unit = content.unit.strip()
    made.better = content.better
    made.source = content.source.strip()
    made.definition = {
        language: text.strip() for language, text in content.definition.items() if text.strip()
    }
