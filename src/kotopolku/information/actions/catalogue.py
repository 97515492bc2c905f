"""What the service catalogue says, stored beside ours: new items become drafts, differences become suggestions.

Nothing of ours is ever changed without a person: ``settle`` takes or keeps what was seen. Not for: reading the catalogue
(``catalogue``), writing out (``actions/catalogue_out.py``).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.information import access_catalogue as access
from kotopolku.information.actions import services, venues
from kotopolku.information.activity_rules import PointContent, ServiceContent, VenueContent
from kotopolku.information.catalogue import fitting
from kotopolku.information.catalogue.fetching import Broken, Part, Source
from kotopolku.information.catalogue.structures import (
    BY_LANGUAGE,
    CHANNEL,
    LANGUAGES,
    POINTS,
    SERVICE,
    VENUE,
    WHOLE,
    WITHDRAW,
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
    RunState,
    Service,
    ServicePoint,
    SuggestionState,
    Venue,
)
from kotopolku.information.queries import keeping
from kotopolku.information.queries.catalogue import catalogue_venues, mark_of, ours_of, totals, value_of
from kotopolku.journal.actions import record

ITEM = "information.catalogue-item"
RUN = "information.catalogue-run"
GOES_ON = timedelta(hours=24)
"""A run that broke off goes on within this time; later other items may stand on the pages that it had."""
OF_NOBODY = ""
"""In a run's counts: what is no organisation's of ours."""
MOST_UNREADABLE = 100
"""So many items that could not be read are told by their id."""
EMPTY: tuple[Any, ...] = ("", [], {}, None)
WITHOUT_ORDER = ("languages", "municipalities")

Ways = dict[str, dict[str, Any] | None]
"""What a service is connected to, by its id in the catalogue: one of its further ways; None for a place, or no way for us."""


def import_catalogue(
    source: Source,
    structure: Structure,
    *,
    actor: Viewer,
    organisation: Organisation | None = None,
    since: date | None = None,
    said: Callable[[Mapping[str, int]], None] = lambda _counts: None,
) -> CatalogueRun:
    """Brings in everything of the source, part by part: each part is wholly stored or not at all.

    A run that was stopped or broke off goes on where it was. ``organisation``: whose the items are when the one organisation
    of the data is not linked yet. ``said`` is told the counts after each part. One journal entry for each run.
    """
    require(actor, Capability.CONTENT_PUBLISH)
    run = _run(source, structure, since)
    ways: Ways = {}
    state, problem, params = RunState.DONE, "", {}
    try:
        if organisation is not None:
            _link(source, structure, organisation, actor)
        for part in source.parts(frozenset(run.done)):
            _store_part(part, structure, run, ways, actor)
            said(totals(run))
    except Broken as broken:
        state, problem, params = RunState.BROKEN, broken.code, dict(broken.params)
    except KeyboardInterrupt:
        state = RunState.STOPPED
    return _end(run, state, problem, params, actor)


def _run(source: Source, structure: Structure, since: date | None) -> CatalogueRun:
    """The run that goes on, or a new one. Its counts begin with the organisations that are asked for."""
    same = {"source": source.name[:300], "since": since, "structure": structure.version}
    open_runs = CatalogueRun.objects.exclude(state=RunState.DONE).filter(
        **same, started_at__gt=clock.now() - GOES_ON
    )
    found = open_runs.order_by("-id").first()
    if found is not None:
        found.state, found.problem, found.problem_params = RunState.RUNNING, "", {}
        found.save(update_fields=["state", "problem", "problem_params"])
        return found
    asked = CatalogueOrganisation.objects.filter(guid__in=source.organisations)
    counts: dict[str, dict[str, int]] = {str(row.organisation_id): {} for row in asked}
    return CatalogueRun.objects.create(**same, started_at=clock.now(), counts=counts)


@transaction.atomic
def _end(
    run: CatalogueRun, state: str, problem: str, params: Mapping[str, Any], actor: Viewer
) -> CatalogueRun:
    run.state, run.problem, run.problem_params = state, problem, dict(params)
    rowsecurity.apply(actor)
    run.ended_at = clock.now()
    run.save(update_fields=["state", "problem", "problem_params", "ended_at"])
    details = {"state": str(state), "problem": problem, **totals(run)}
    record("information.catalogue.imported", actor=actor, object=(RUN, run.pk), details=details)
    return run


@transaction.atomic
def _link(source: Source, structure: Structure, organisation: Organisation, actor: Viewer) -> None:
    """Links the one organisation of the data that is not linked yet. Raises ``Broken`` where there are several."""
    rowsecurity.apply(actor)
    if not actor.system and organisation.pk != actor.organisation_id:
        raise NotVisible
    named: dict[str, str] = {}
    try:
        for part in source.parts(frozenset()):
            for one in _read(part.items, structure)[0]:
                if one.kind != CHANNEL:
                    named[one.organisation] = one.organisation_name or named.get(one.organisation, "")
    except Broken:
        pass  # Told when it is stored.
    linked = CatalogueOrganisation.objects.filter(guid__in=named).values_list("guid", flat=True)
    unknown = sorted(named.keys() - set(map(str, linked)))
    if len(unknown) > 1:
        raise Broken("many-organisations", count=len(unknown), names=", ".join(unknown)[:200])
    for guid in unknown:
        CatalogueOrganisation.objects.create(guid=guid, organisation=organisation, name=named[guid][:200])


@transaction.atomic
def _store_part(part: Part, structure: Structure, run: CatalogueRun, ways: Ways, actor: Viewer) -> None:
    """Stores a part and that it is done, together. Counts only when all of it has gone well."""
    rowsecurity.apply(actor)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    counts |= {owner: Counter(told) for owner, told in run.counts.items()}
    records, wrong = _read(part.items, structure)
    if wrong:
        counts[OF_NOBODY]["unreadable"] += len(wrong)
    links = access.own_links(actor).filter(guid__in={one.organisation for one in records})
    known = {str(row.guid): row.organisation_id for row in links}
    ways |= {one.guid: fitting.channel(one.fields) if one.kind == CHANNEL else None for one in records}
    for one in sorted(records, key=lambda row: row.kind != VENUE):
        if one.kind == CHANNEL:
            continue
        owner = known.get(one.organisation)
        if owner is None:
            counts[OF_NOBODY]["others"] += 1
        else:
            counts[str(owner)][_store(one, owner, structure.version, ways)] += 1
    gone = access.own_items(actor).filter(guid__in=_guids(part.archived), archived=False)
    for item in gone.select_for_update(of=("self",)):
        _archive(item)
        counts[str(item.organisation_id)]["archived"] += 1
    if part.whole:
        run.done = [*run.done, part.key]
    run.counts = {owner: dict(told) for owner, told in counts.items()}
    run.unreadable = [*run.unreadable, *wrong][:MOST_UNREADABLE]
    run.save(update_fields=["done", "counts", "unreadable"])


def _read(items: Iterable[Raw], structure: Structure) -> tuple[list[Record], list[dict[str, str]]]:
    """The items that can be read, and of the others what is wrong: one bad item keeps none of the rest out."""
    found: list[Record] = []
    wrong: list[dict[str, str]] = []
    for raw in items:
        if not _can_be_kept(raw):
            wrong.append({"guid": ascii(raw.get("id")).strip("'")[:60], "field": "U+0000"})
            continue
        try:
            found.append(structure.read(raw))
        except NotReadable as error:
            wrong.append({"guid": error.guid, "field": error.where})
    return found, wrong


def _can_be_kept(raw: Raw) -> bool:
    """Whether the database takes the text: no zeros, no halves of characters."""
    words = json.dumps(raw, ensure_ascii=False)
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in words


def _guids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


# --- One item ---------------------------------------------------------------------------------------------------------


def _store(one: Record, owner: int, version: str, ways: Ways) -> str:
    """Stores an item. Returns what became of it: "new", "changed", "same" or "archived"."""
    item = _item(one, owner)
    told = item.raw if item is not None else {}
    before = told.get("fields") or {}
    theirs = fitting.fitted(one.kind, one.fields)
    if "hours-season" in one.unmapped and not theirs.get("hours"):
        theirs.pop("hours", None)
    connected = _connected(one, {**(told.get("ways") or {}), **ways})
    if one.kind == SERVICE:
        unknown = {point.channel for point in one.points} - connected.keys()
        theirs["channels"] = [way for way in connected.values() if way is not None]
        if unknown and "channels" in before:
            theirs["channels"] = before["channels"]
        theirs[POINTS] = _points(one, owner)
    if item is None:
        if one.archived:
            return "same"
        item = CatalogueItem(kind=one.kind, guid=one.guid, organisation_id=owner)
        _make(item, theirs)
        _seen(item, one, version, theirs, connected)
        return "new"
    _seen(item, one, version, theirs, connected)
    if one.archived:
        return "archived" if _archive(item) else "same"
    if item.archived:
        item.archived = False
        item.save(update_fields=["archived"])
        _pass(item, WITHDRAW, "")
    return "changed" if _suggest(item, theirs, before) else "same"


def _connected(one: Record, ways: Ways) -> Ways:
    """What is known of everything that a service is connected to, now or from an earlier time."""
    guids = [point.channel for point in one.points]
    known = CatalogueItem.objects.filter(kind=VENUE, guid__in=guids).values_list("guid", flat=True)
    all_ways = {**ways, **{str(guid): None for guid in known}}
    return {guid: all_ways[guid] for guid in guids if guid in all_ways}


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


def _seen(item: CatalogueItem, one: Record, version: str, theirs: Mapping[str, Any], ways: Ways) -> None:
    item.structure, item.modified = version, one.modified
    item.raw = {"item": one.raw, "fields": dict(theirs), "unmapped": list(one.unmapped), "ways": ways}
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
    ServicePoint.objects.bulk_create(
        ServicePoint(
            service=item.service,
            venue_id=point["venue"],
            order=order,
            hours=point["hours"],
            notes=point["notes"],
            telephone=point["telephone"],
        )
        for order, point in enumerate(theirs[POINTS])
    )


def _points(one: Record, owner: int) -> list[dict[str, Any]]:
    """A service's points as they can be compared: only those at places of ours that we have from the catalogue."""
    rows = CatalogueItem.objects.filter(
        guid__in=[point.channel for point in one.points], venue__organisation=owner, venue__removed_on=None
    )
    ours = {str(row.guid): row.venue_id for row in rows}
    return [
        {
            "venue": ours[point.channel],
            "hours": dict(point.hours),
            "notes": fitting.tidy_texts(point.notes),
            "telephone": point.telephone[:40],
        }
        for point in one.points
        if point.channel in ours
    ]


# --- Suggestions ------------------------------------------------------------------------------------------------------


def _suggest(item: CatalogueItem, theirs: dict[str, Any], before: dict[str, Any]) -> int:
    """Writes down where the catalogue has changed and differs from ours. A field that was kept comes again only when
    theirs has changed again. What the catalogue says no more is suggested too, but for names."""
    ours = ours_of(item)
    if not ours:
        return 0
    made = 0
    for name, language, their_value in _values(item.kind, theirs):
        our_value = value_of(ours, name, language)
        agreed = _same(name, their_value, our_value)
        if not agreed and _same(name, their_value, value_of(before, name, language)):
            continue
        _pass(item, name, language)
        if agreed or (name == "names" and not their_value):
            continue
        CatalogueSuggestion.objects.create(
            item=item, field=name, language=language, ours=our_value, theirs=their_value, made_at=clock.now()
        )
        made += 1
    return made


def _same(name: str, one: Any, other: Any) -> bool:
    if one in EMPTY or other in EMPTY:
        return one in EMPTY and other in EMPTY
    return sorted(one) == sorted(other) if name in WITHOUT_ORDER else bool(one == other)


def _values(kind: str, fields: dict[str, Any]) -> Iterable[tuple[str, str, Any]]:
    for name in BY_LANGUAGE[kind]:
        for language in LANGUAGES:
            yield name, language, value_of(fields, name, language)
    for name in (*WHOLE[kind], *((POINTS,) if kind == SERVICE else ())):
        if name in fields:
            yield name, "", fields[name]


def _archive(item: CatalogueItem) -> bool:
    """The catalogue has it no more: suggests to withdraw ours. True when that is new."""
    if item.archived:
        return False
    item.archived = True
    item.save(update_fields=["archived"])
    _close(CatalogueSuggestion.objects.filter(item=item))
    ours = ours_of(item)
    if ours and ours[WITHDRAW] != EntryState.WITHDRAWN:
        CatalogueSuggestion.objects.create(
            item=item, field=WITHDRAW, ours=ours[WITHDRAW], theirs=True, made_at=clock.now()
        )
    return True


def _pass(item: CatalogueItem, name: str, language: str) -> None:
    _close(CatalogueSuggestion.objects.filter(item=item, field=name, language=language))


def _close(suggestions: QuerySet[CatalogueSuggestion]) -> None:
    """What is no longer needed of them."""
    suggestions.filter(state=SuggestionState.OPEN).update(state=SuggestionState.PASSED, at=clock.now())


# --- A person decides -------------------------------------------------------------------------------------------------


@transaction.atomic
def settle(item_id: int, shown: Mapping[int, str], *, take: bool, actor: Viewer) -> int:
    """Takes into ours what the catalogue says, or keeps ours, and tells in how many fields.

    ``shown``: ids of the suggestions that were seen, each with the mark (``mark_of``) of ours as it stood there. What is
    settled already is left so; and nothing is taken where ours has become another since. Taking is a change as by hand: it
    waits for approval where that one would. Raises ``NotVisible``, ``Refusals``.
    """
    item = access.own_item(actor, item_id, lock=True)
    ours = ours_of(item)
    rows = [
        row
        for row in item.suggestions.filter(pk__in=shown, state=SuggestionState.OPEN).order_by("id")
        if not take or (ours and mark_of(value_of(ours, row.field, row.language)) == shown[row.pk])
    ]
    if not rows:
        return 0
    state = SuggestionState.TAKEN if take else SuggestionState.KEPT
    CatalogueSuggestion.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=state, by_id=actor.user_id, at=clock.now()
    )
    if take:
        _take(item, rows, actor)
    record(
        "information.catalogue.taken" if take else "information.catalogue.kept",
        actor=actor,
        object=(ITEM, item.pk),
        details={"fields": [f"{row.field} {row.language}".strip() for row in rows]},
    )
    return len(rows)


def _take(item: CatalogueItem, rows: list[CatalogueSuggestion], actor: Viewer) -> None:
    withdrawn = any(row.field == WITHDRAW for row in rows)
    if item.service is not None and withdrawn:
        services.withdraw_service(item.service.pk, actor=actor)
    elif item.service is not None:
        content = keeping.newest_service(item.service)
        services.change_service(
            item.service.pk,
            replace(content, **_taken(item, rows, content)),
            actor=actor,
            expected_version=item.service.version,
        )
    elif item.venue is not None and withdrawn:
        venues.remove_venue(item.venue.pk, actor=actor)
    elif item.venue is not None:
        place = keeping.venue_content(item.venue)
        venues.change_venue(
            item.venue.pk,
            replace(place, **_taken(item, rows, place)),
            actor=actor,
            expected_version=item.venue.version,
        )


def _taken(
    item: CatalogueItem, rows: Iterable[CatalogueSuggestion], content: ServiceContent | VenueContent
) -> dict[str, Any]:
    """The content's values that change. Marks our other languages where the Finnish text is taken."""
    values: dict[str, Any] = {}
    stale = set(item.stale_languages)
    for row in rows:
        if row.language:
            texts = values.setdefault(row.field, dict(getattr(content, row.field)))
            texts[row.language] = row.theirs
            if row.language == "fi":
                stale |= {code for code, words in texts.items() if words} - set(LANGUAGES)
        elif row.field == POINTS and isinstance(content, ServiceContent):
            values[POINTS] = _put_points(content, row.theirs or ())
        else:
            values[row.field] = tuple(row.theirs) if isinstance(row.theirs, list) else row.theirs
    item.stale_languages = sorted(stale)
    item.save(update_fields=["stale_languages"])
    return values


def _put_points(content: ServiceContent, points: Iterable[Mapping[str, Any]]) -> tuple[PointContent, ...]:
    """The catalogue's points in place of those at its places; our other points stay."""
    theirs = tuple(
        PointContent(point["venue"], point["telephone"], point["hours"], point["notes"]) for point in points
    )
    there = set(catalogue_venues())
    return (*theirs, *(point for point in content.points if point.venue_id not in there))


@transaction.atomic
def languages_looked_at(item_id: int, *, actor: Viewer) -> None:
    """Somebody has looked at the texts in our other languages since the Finnish was taken. Safe to repeat."""
    item = access.own_item(actor, item_id, lock=True)
    if not item.stale_languages:
        return
    item.stale_languages = []
    item.save(update_fields=["stale_languages"])
    record("information.catalogue.looked-at", actor=actor, object=(ITEM, item.pk))


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
