"""What the service catalogue says, stored beside ours: new items become drafts, differences become suggestions.

Nothing of ours is ever changed without a person: ``settle`` takes or keeps one field. Not for: reading the catalogue
(``catalogue``), writing out (``actions/catalogue_out.py``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.information import access_catalogue as access
from kotopolku.information import indexing
from kotopolku.information.actions import entries
from kotopolku.information.catalogue import fitting
from kotopolku.information.catalogue.fetching import Broken, Part, Source
from kotopolku.information.catalogue.structures import (
    BY_LANGUAGE,
    CHANNEL,
    LANGUAGES,
    SERVICE,
    VENUE,
    WHOLE,
    NotReadable,
    Raw,
    Record,
    Structure,
)
from kotopolku.information.models import (
    CatalogueItem,
    CatalogueOrganisation,
    CatalogueRun,
    CatalogueSuggestion,
    EntryState,
    Event,
    RunState,
    Service,
    ServicePoint,
    SuggestionState,
    Venue,
)
from kotopolku.journal.actions import record

ITEM = "information.catalogue-item"
RUN = "information.catalogue-run"
WITHDRAW = "withdraw"
POINTS = "points"
MOST_UNREADABLE = 100
"""So many items that could not be read are told by their id."""


@dataclass
class Progress:
    """What a run tells while it goes. ``stop`` is asked between parts: True ends the run, to go on another time."""

    said: Callable[[str, Mapping[str, int]], None] = lambda _key, _counts: None
    stop: Callable[[], bool] = lambda: False


@dataclass
class _Stored:
    """What one run has counted and met."""

    counts: Counter[str] = field(default_factory=Counter)
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)


def import_catalogue(
    source: Source,
    structure: Structure,
    *,
    actor: Viewer,
    organisation: Organisation | None = None,
    since: date | None = None,
    progress: Progress | None = None,
) -> CatalogueRun:
    """Brings in everything of the source, part by part: each part is wholly stored or not at all.

    A run that was stopped or broke off goes on where it was. ``organisation``: whose the items are when the catalogue's own
    organisation is not linked yet. One journal entry for each run.
    """
    require(actor, Capability.CONTENT_PUBLISH)
    progress = progress or Progress()
    run = _run(source, structure, since)
    stored = _Stored(Counter(run.counts))
    state, problem, params = RunState.DONE, "", {}
    try:
        for part in source.parts(frozenset(run.done)):
            if progress.stop():
                state = RunState.STOPPED
                break
            _store_part(part, structure, run, stored, actor, organisation)
            progress.said(part.key, stored.counts)
    except Broken as broken:
        state, problem, params = RunState.BROKEN, broken.code, dict(broken.params)
    except KeyboardInterrupt:
        state = RunState.STOPPED
    return _end(run, state, problem, params, stored.counts, actor)


def _run(source: Source, structure: Structure, since: date | None) -> CatalogueRun:
    open_states = (RunState.STOPPED, RunState.BROKEN, RunState.RUNNING)
    found = (
        CatalogueRun.objects.filter(
            source=source.name[:300], since=since, structure=structure.version, state__in=open_states
        )
        .order_by("-id")
        .first()
    )
    if found is not None:
        found.state, found.problem, found.problem_params = RunState.RUNNING, "", {}
        found.save(update_fields=["state", "problem", "problem_params"])
        return found
    return CatalogueRun.objects.create(
        source=source.name[:300], since=since, structure=structure.version, started_at=clock.now()
    )


@transaction.atomic
def _end(
    run: CatalogueRun,
    state: str,
    problem: str,
    params: Mapping[str, Any],
    counts: Mapping[str, int],
    actor: Viewer,
) -> CatalogueRun:
    run.state, run.problem, run.problem_params = state, problem, dict(params)
    rowsecurity.apply(actor)
    run.ended_at = clock.now()
    run.save(update_fields=["state", "problem", "problem_params", "ended_at"])
    details = {"state": str(state), "problem": problem, **counts}
    record("information.catalogue.imported", actor=actor, object=(RUN, run.pk), details=details)
    return run


@transaction.atomic
def _store_part(
    part: Part,
    structure: Structure,
    run: CatalogueRun,
    stored: _Stored,
    actor: Viewer,
    organisation: Organisation | None,
) -> None:
    """Stores a part and that it is done, together. Counts only when all of it has gone well."""
    rowsecurity.apply(actor)
    counts: Counter[str] = Counter()
    records, wrong = _read(part.items, structure)
    counts["unreadable"] += len(wrong)
    known = _organisations(records, actor, organisation)
    for one in records:
        if one.kind == CHANNEL and (way := fitting.channel(one.fields)) is not None:
            stored.channels[one.guid] = way
    for one in sorted(records, key=lambda row: row.kind != VENUE):
        if one.kind == CHANNEL:
            continue
        owner = known.get(one.organisation)
        if owner is None:
            counts["others"] += 1
            continue
        counts[_store(one, owner, structure.version, stored)] += 1
    for item in CatalogueItem.objects.filter(guid__in=_guids(part.archived), archived=False):
        if item.organisation_id in _own(actor):
            _archive(item)
            counts["archived"] += 1
    run.done = [*run.done, part.key]
    run.counts = dict(Counter(run.counts) + counts)
    run.unreadable = [*run.unreadable, *wrong][:MOST_UNREADABLE]
    run.save(update_fields=["done", "counts", "unreadable"])
    stored.counts.update(counts)


def _read(items: Iterable[Raw], structure: Structure) -> tuple[list[Record], list[dict[str, str]]]:
    """The items that can be read, and of the others what is wrong: one bad item keeps none of the rest out."""
    found: list[Record] = []
    wrong: list[dict[str, str]] = []
    for raw in items:
        try:
            found.append(structure.read(raw))
        except NotReadable as error:
            wrong.append({"guid": error.guid, "field": error.where})
    return found, wrong


def _guids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


class _Everybody:
    def __contains__(self, _organisation_id: object) -> bool:
        return True


def _own(actor: Viewer) -> Any:
    return _Everybody() if actor.system else {actor.organisation_id}


def _organisations(
    records: Iterable[Record], actor: Viewer, organisation: Organisation | None
) -> dict[str, int]:
    """Our organisations by the catalogue's id. One that is not linked is linked to ``organisation``, if that is named."""
    named = {one.organisation: one.organisation_name for one in records if one.kind != CHANNEL}
    links = CatalogueOrganisation.objects.filter(guid__in=list(named))
    known = {str(row.guid): row.organisation_id for row in links if row.organisation_id in _own(actor)}
    unknown = [guid for guid in named if guid not in {str(row.guid) for row in links}]
    if organisation is None or not unknown or organisation.pk not in _own(actor):
        return known
    if len(unknown) > 1:
        raise Broken("many-organisations", count=len(unknown), names=", ".join(sorted(unknown))[:200])
    CatalogueOrganisation.objects.create(
        guid=unknown[0], organisation=organisation, name=named[unknown[0]][:200]
    )
    return known | {unknown[0]: organisation.pk}


# --- One item ---------------------------------------------------------------------------------------------------------


def _store(one: Record, owner: int, version: str, stored: _Stored) -> str:
    """Stores an item. Returns what became of it: "new", "changed", "same" or "archived"."""
    theirs = fitting.fitted(one.kind, one.fields)
    if one.kind == SERVICE:
        theirs["channels"] = [stored.channels[guid] for guid in one.channels if guid in stored.channels]
        theirs[POINTS] = _points(one)
    item = _item(one, owner)
    if item is None:
        if one.archived:
            return "same"
        item = CatalogueItem(kind=one.kind, guid=one.guid, organisation_id=owner)
        _make(item, theirs)
        _seen(item, one, version, theirs)
        return "new"
    before = item.raw.get("fields")
    first_link = before is None
    _seen(item, one, version, theirs)
    if one.archived:
        return "archived" if _archive(item) else "same"
    if item.archived:
        item.archived = False
        item.save(update_fields=["archived"])
        _pass(item, WITHDRAW, "")
    made = _suggest(item, theirs, {} if first_link else before)
    return "changed" if made else "same"


def _item(one: Record, owner: int) -> CatalogueItem | None:
    """The item we know it as: by its id, by the mark we gave it, or by the id written on our service or place."""
    rows = CatalogueItem.objects.select_for_update(of=("self",))
    found = rows.filter(guid=one.guid).first()
    if found is None and one.source_id:
        found = rows.filter(source_id=one.source_id, organisation_id=owner, guid=None).first()
    if found is None:
        found = _linked_by_hand(one, owner)
    if found is not None and found.guid is None:
        found.guid = UUID(one.guid)
        found.save(update_fields=["guid"])
    return found


def _linked_by_hand(one: Record, owner: int) -> CatalogueItem | None:
    model = Service if one.kind == SERVICE else Venue
    ours = model._default_manager.filter(organisation_id=owner, ptv_id__iexact=one.guid).first()
    if ours is None:
        return None
    link = {"service": ours} if one.kind == SERVICE else {"venue": ours}
    return CatalogueItem.objects.create(kind=one.kind, guid=one.guid, organisation_id=owner, **link)


def _seen(item: CatalogueItem, one: Record, version: str, theirs: Mapping[str, Any]) -> None:
    item.structure, item.modified = version, one.modified
    item.raw = {"item": one.raw, "fields": dict(theirs), "unmapped": list(one.unmapped)}
    item.seen_at = clock.now()
    item.version += 1
    item.save()


def _make(item: CatalogueItem, theirs: Mapping[str, Any]) -> None:
    """A service of ours as a draft, or a place, out of what the catalogue says."""
    values = {name: value for name, value in theirs.items() if name != POINTS}
    if item.kind == VENUE:
        item.venue = Venue.objects.create(
            organisation_id=item.organisation_id, ptv_id=str(item.guid), **values
        )
        return
    item.service = Service.objects.create(
        organisation_id=item.organisation_id,
        ptv_id=str(item.guid),
        state=EntryState.DRAFT,
        made_on=clock.today(),
        changed_at=clock.now(),
        **values,
    )
    _put_points(item.service, theirs.get(POINTS, []))


def _points(one: Record) -> list[dict[str, Any]]:
    """A service's points as they can be compared: only those at places that we have from the catalogue."""
    rows = CatalogueItem.objects.filter(guid__in=[point.venue for point in one.points], venue__isnull=False)
    venues = {str(row.guid): row.venue_id for row in rows}
    return [
        {
            "venue": venues[point.venue],
            "hours": dict(point.hours),
            "notes": fitting.tidy_texts(point.notes),
            "telephone": point.telephone[:40],
        }
        for point in one.points
        if point.venue in venues
    ]


def _put_points(service: Service, points: Iterable[Mapping[str, Any]]) -> None:
    """Puts the catalogue's points in place of those at the same places; our other points stay."""
    for order, point in enumerate(points):
        ServicePoint.objects.update_or_create(
            service=service,
            venue_id=point["venue"],
            defaults={
                "order": order,
                "hours": point["hours"],
                "notes": point["notes"],
                "telephone": point["telephone"],
            },
        )


# --- Suggestions ------------------------------------------------------------------------------------------------------


def _suggest(item: CatalogueItem, theirs: Mapping[str, Any], before: Mapping[str, Any]) -> int:
    """Writes down where the catalogue has changed and differs from ours. A field that was kept comes again only when
    theirs has changed again."""
    ours = ours_of(item)
    if not ours:
        return 0
    made = 0
    for name, language, their_value in _values(item.kind, theirs):
        our_value = _one(ours, name, language)
        if their_value == our_value:
            _pass(item, name, language)
            continue
        if their_value in ("", [], {}, None) or their_value == _one(before, name, language):
            continue
        _pass(item, name, language)
        CatalogueSuggestion.objects.create(
            item=item, field=name, language=language, ours=our_value, theirs=their_value, made_at=clock.now()
        )
        made += 1
    return made


def _values(kind: str, fields: Mapping[str, Any]) -> Iterable[tuple[str, str, Any]]:
    for name in BY_LANGUAGE[kind]:
        for language in LANGUAGES:
            yield name, language, _one(fields, name, language)
    for name in (*WHOLE[kind], *((POINTS,) if kind == SERVICE else ())):
        if name in fields:
            yield name, "", fields[name]


def _one(fields: Mapping[str, Any], name: str, language: str) -> Any:
    value = fields.get(name)
    return (value or {}).get(language, "") if language else value


def ours_of(item: CatalogueItem) -> dict[str, Any]:
    """What we say now in the fields that the catalogue has too; nothing where ours is gone."""
    target: Service | Venue | None = item.service if item.kind == SERVICE else item.venue
    if target is None:
        return {}
    found = {name: getattr(target, name) for name in (*BY_LANGUAGE[item.kind], *WHOLE[item.kind])}
    if isinstance(target, Service):
        known = CatalogueItem.objects.filter(kind=VENUE, venue__isnull=False).values("venue_id")
        rows = ServicePoint.objects.filter(service=target, venue_id__in=known).order_by("order", "id")
        found[POINTS] = [
            {"venue": row.venue_id, "hours": row.hours, "notes": row.notes, "telephone": row.telephone}
            for row in rows
        ]
    return found


def _archive(item: CatalogueItem) -> bool:
    """The catalogue has it no more: suggests to withdraw ours. True when that is new."""
    if item.archived:
        return False
    item.archived = True
    item.save(update_fields=["archived"])
    CatalogueSuggestion.objects.filter(item=item, state=SuggestionState.OPEN).update(
        state=SuggestionState.PASSED, at=clock.now()
    )
    if item.service is not None and item.service.state != EntryState.WITHDRAWN:
        CatalogueSuggestion.objects.create(
            item=item, field=WITHDRAW, ours=item.service.state, theirs=True, made_at=clock.now()
        )
    return True


def _pass(item: CatalogueItem, name: str, language: str) -> None:
    CatalogueSuggestion.objects.filter(
        item=item, field=name, language=language, state=SuggestionState.OPEN
    ).update(state=SuggestionState.PASSED, at=clock.now())


# --- A person decides -------------------------------------------------------------------------------------------------


@transaction.atomic
def settle(suggestion_id: int, *, take: bool, actor: Viewer) -> CatalogueSuggestion:
    """Takes what the catalogue says into ours, or keeps ours. Safe to repeat. Raises ``NotVisible``."""
    suggestion = access.own_suggestion(actor, suggestion_id, lock=True)
    if suggestion.state != SuggestionState.OPEN:
        return suggestion
    _settle([suggestion], take=take, actor=actor)
    name = "information.catalogue.taken" if take else "information.catalogue.kept"
    details = {"field": suggestion.field, "language": suggestion.language}
    record(name, actor=actor, object=(ITEM, suggestion.item_id), details=details)
    return suggestion


@transaction.atomic
def settle_item(item_id: int, *, take: bool, actor: Viewer) -> int:
    """The same for everything that is open of an item. Returns how many."""
    item = access.own_item(actor, item_id)
    rows = list(
        CatalogueSuggestion.objects.select_for_update(of=("self",))
        .filter(item=item, state=SuggestionState.OPEN)
        .select_related("item__service", "item__venue")
        .order_by("id")
    )
    if not rows:
        return 0
    _settle(rows, take=take, actor=actor)
    name = "information.catalogue.taken" if take else "information.catalogue.kept"
    record(name, actor=actor, object=(ITEM, item.pk), details={"fields": len(rows)})
    return len(rows)


@transaction.atomic
def languages_looked_at(item_id: int, *, actor: Viewer) -> None:
    """Somebody has looked at the texts in our other languages since the Finnish was taken. Safe to repeat."""
    item = access.own_item(actor, item_id)
    if not item.stale_languages:
        return
    item.stale_languages = []
    item.save(update_fields=["stale_languages"])
    record("information.catalogue.looked-at", actor=actor, object=(ITEM, item.pk))


def _settle(rows: list[CatalogueSuggestion], *, take: bool, actor: Viewer) -> None:
    for row in rows:
        row.state = SuggestionState.TAKEN if take else SuggestionState.KEPT
        row.by_id, row.at = actor.user_id, clock.now()
        row.save(update_fields=["state", "by", "at"])
    item = rows[0].item
    if not take:
        return
    if item.kind == VENUE and item.venue is not None:
        _take_into_venue(item.venue, rows)
    elif item.service is not None:
        _take_into_service(item, item.service, rows)


def _take_into_venue(venue: Venue, rows: Iterable[CatalogueSuggestion]) -> None:
    for row in rows:
        _put(venue, row)
    venue.version += 1
    venue.save()
    seen = Service.objects.filter(points__venue=venue).values_list("places", flat=True)
    at_events = Event.objects.filter(venue=venue).values_list("places", flat=True)
    entries.touch_places({place for places in (*seen, *at_events) for place in places})


def _take_into_service(item: CatalogueItem, service: Service, rows: Iterable[CatalogueSuggestion]) -> None:
    before = list(service.places)
    for row in rows:
        if row.field == WITHDRAW:
            entries.taken_back(service, "")
        elif row.field == POINTS:
            _put_points(service, row.theirs or [])
        else:
            _put(service, row)
            if row.language == "fi":
                others = {code for code, words in getattr(service, row.field).items() if words}
                item.stale_languages = sorted({*item.stale_languages, *(others - set(LANGUAGES))})
    service.version += 1
    service.changed_at = clock.now()
    entries.placed_anew(service)
    service.save()
    item.save(update_fields=["stale_languages"])
    entries.seen_anew(indexing.SERVICE, service, before)


def _put(target: Service | Venue, row: CatalogueSuggestion) -> None:
    if row.language:
        texts = dict(getattr(target, row.field))
        texts[row.language] = row.theirs
        setattr(target, row.field, texts)
    else:
        setattr(target, row.field, row.theirs)


@transaction.atomic
def link_organisation(guid: UUID, *, actor: Viewer) -> CatalogueOrganisation:
    """The catalogue's organisation means the actor's. Safe to repeat; one that is another's is not taken from it."""
    require(actor, Capability.CONTENT_PUBLISH)
    if actor.organisation_id is None:
        raise NotVisible
    found, made = CatalogueOrganisation.objects.get_or_create(
        guid=guid, defaults={"organisation_id": actor.organisation_id}
    )
    if made:
        record(
            "information.catalogue.linked", actor=actor, object=("actors.organisation", found.organisation_id)
        )
    return found
