"""Whom to call: the public cards of contacts in a space's area, who answers on the day, deputies coming.

Only contacts that are marked public. Nothing here says why somebody is away. Not for: the professionals' directory
(``actors.queries``), keeping contacts (``actors.actions``).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL

from kotopolku.actors import queries as actors
from kotopolku.actors import sources
from kotopolku.actors.models import Contact, Deputy, date_range, last_day
from kotopolku.actors.rules import Away, answering_on
from kotopolku.information import wording_public
from kotopolku.information.days import days_in
from kotopolku.information.models import Space, SpaceKind
from kotopolku.information.telephones import Telephone, telephone
from kotopolku.reference import queries as reference

PAGE = 30
COMING_DAYS = 60
"""How far ahead coming deputies are told."""
MOST_COMING = 2
SAME_PERSON = 3
"""So many cards are looked at for each one that is shown: a person who stands in for colleagues has several."""
OWN_LANGUAGES = ("fi", "sv", "en")
NEAREST = {
    SpaceKind.MUNICIPALITY: ("municipality", "employment_area", "wellbeing_area", "evk", "ely", "country"),
    SpaceKind.REGION: ("evk", "ely", "employment_area", "wellbeing_area", "municipality", "country"),
    SpaceKind.NATIONAL: ("country", "evk", "ely", "employment_area", "wellbeing_area", "municipality"),
}
"""Whose contacts stand first: those of the space's own kind of area."""


@dataclass(frozen=True)
class Said:
    """Words, and the language they are in when it is not the reader's."""

    text: str
    language: str = ""

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True)
class Coming:
    """Somebody who will answer later."""

    name: str
    title: Said
    first: date
    last: date | None
    """The last day, inside; None = until further notice."""
    telephone: Telephone | None

    @property
    def days(self) -> str:
        """From when to when, in the page's language."""
        return days_in(self.first, self.last)


@dataclass(frozen=True)
class ContactCard:
    """What readers see of a contact on a day."""

    id: int
    name: str
    """Of the person who answers; empty for a role."""
    title: Said
    organisation: Said
    topics: tuple[Said, ...]
    telephone: Telephone | None
    email: str
    languages: tuple[str, ...]
    """Names, in the reader's language, of the languages in which one is served."""
    stands_in_for: str = ""
    """Whose deputy answers today."""
    away: bool = False
    """Today a colleague answers who has no public card: the contact's own telephone stands."""
    returns_on: date | None = None
    coming: tuple[Coming, ...] = ()
    also: tuple["ContactCard", ...] = ()
    """In the directory: further cards on which the same person answers today."""

    @property
    def stands_in(self) -> list["ContactCard"]:
        """The cards, one for each colleague, that tell whose deputy the person is and until when."""
        return list({one.stands_in_for: one for one in (self, *self.also) if one.stands_in_for}.values())

    @property
    def email_parts(self) -> tuple[str, str]:
        """The address in two, so that a narrow card breaks it before the @."""
        name, sign, place = self.email.partition("@")
        return name, sign + place

    @property
    def returns(self) -> str:
        """The day of return in the page's language."""
        return wording_public.day(self.returns_on)


@dataclass(frozen=True)
class Wanted:
    """What is sought in the directory; empty narrows nothing. ``area``: a region or municipality inside the space."""

    area: str = ""
    topic: str = ""
    organisation: str = ""
    language: str = ""


@dataclass(frozen=True)
class Choice:
    code: str
    name: str
    chosen: bool = False


@dataclass(frozen=True)
class Directory:
    """One page of the directory and what it can be narrowed by."""

    cards: list[ContactCard]
    count: int
    page: int
    pages: int
    areas: list[Choice]
    topics: list[Choice]
    organisations: list[Choice]
    languages: list[Choice]


def directory(space: Space, language: str, day: date, wanted: Wanted, page: int = 1) -> Directory:
    """The contacts of organisations that answer in the space's area, each person once. Three statements."""
    areas = _areas_below(space, language, day)
    within = wanted.area if any(code == wanted.area for code, _name in areas) else ""
    everything = _lines(space, day, within, language)
    deputies = _deputies([row["id"] for row in everything], day)
    _answered(everything, deputies, day)
    persons: dict[Any, list[int]] = defaultdict(list)
    for row in everything:
        if _fits(row, wanted, day, _codes(space, within, day)):
            persons[_person(row["name"], row["telephone"], row["email"], row["id"])].append(row["id"])
    pages = max(1, -(-len(persons) // PAGE))
    page = min(max(page, 1), pages)
    shown = list(persons.values())[(page - 1) * PAGE : page * PAGE]
    used = {topic for row in everything for topic in row["topics"]}
    wanted_ids = [pk for ids in shown for pk in ids]
    found = {row.pk: row for row in _public(day).filter(pk__in=wanted_ids).select_related("organisation")}
    said = _Speaker(language, next((row["terms"] for row in everything if row["terms"]), ""))
    made = _made(found, wanted_ids, said, day, deputies)
    together = ([made[pk] for pk in ids if pk in made] for ids in shown)
    return Directory(
        cards=[_joined(cards) for cards in together if cards],
        count=len(persons),
        page=page,
        pages=pages,
        areas=[Choice(code, name, code == within) for code, name in areas],
        topics=_topic_choices(used, said, wanted.topic),
        organisations=_organisation_choices(everything, language, wanted.organisation),
        languages=_language_choices(everything, wanted.language),
    )


def front_people(
    space: Space, language: str, day: date, limit: int, organisations: Sequence[int] = ()
) -> tuple[list[ContactCard], dict[int, list[ContactCard]]]:
    """For the front page: the first people to call, each once, and the first of each of the organisations.

    Two statements.
    """
    rows, kind = _rows(space, day, "", organisations)
    found = list(_with_terms(rows, language).select_related("organisation").order_by("order", "name", "id"))
    found.sort(
        key=lambda row: (
            _rank(kind, row.organisation.area_kind),
            row.organisation.sort_key_fi,
            row.organisation.code,
        )
    )
    first = found[: limit * SAME_PERSON]
    of = {pk: [row for row in found if row.organisation_id == pk][:SAME_PERSON] for pk in organisations}
    asked = {row.pk: row for row in (*first, *(row for rows in of.values() for row in rows))}
    made = _made(asked, list(asked), _speaker(language, found), day)
    return (
        _once(made[row.pk] for row in first)[:limit],
        {pk: _once(made[row.pk] for row in rows) for pk, rows in of.items()},
    )


def _once(cards: Iterable[ContactCard]) -> list[ContactCard]:
    """Every person once: one who also stands in for a colleague has her own card, else the first."""
    persons: dict[Any, list[ContactCard]] = defaultdict(list)
    for card in cards:
        number = card.telephone.dialled if card.telephone else ""
        persons[_person(card.name, number, card.email, card.id)].append(card)
    return [_own(of) for of in persons.values()]


def _person(name: str, telephone: str, email: str, pk: int) -> Any:
    """What tells a person from others: the contact itself where there is too little."""
    return (name, telephone, email) if name and (telephone or email) else pk


def _own(cards: Sequence[ContactCard]) -> ContactCard:
    return next((card for card in cards if not card.stands_in_for), cards[0])


def _joined(cards: Sequence[ContactCard]) -> ContactCard:
    """A person's cards as one: her own with what she answers for, whose deputy she is, and until when."""
    own = _own(cards)
    also = tuple(card for card in cards if card is not own)
    if not also:
        return own
    told = own if own.stands_in_for else next((card for card in also if card.stands_in_for), own)
    return replace(
        own,
        topics=tuple(dict.fromkeys(topic for card in (own, *also) for topic in card.topics)),
        stands_in_for=told.stands_in_for,
        returns_on=told.returns_on,
        also=also,
    )


def cards(ids: Sequence[int], language: str, day: date) -> dict[int, ContactCard]:
    """Cards by the contact's id, in the order asked. Contacts that are not public or not in office are left out."""
    rows = _with_terms(_public(day).filter(pk__in=ids), language)
    found = {row.pk: row for row in rows.select_related("organisation")}
    return _made(found, ids, _speaker(language, found.values()), day)


def _made(
    found: Mapping[int, Contact],
    ids: Sequence[int],
    said: "_Speaker",
    day: date,
    deputies: Sequence[Deputy] | None = None,
) -> dict[int, ContactCard]:
    deputies = _deputies(list(found), day) if deputies is None else deputies
    told = [row for row in deputies if row.days.lower is None or row.days.lower <= day]
    today = actors.todays_contacts([found[pk] for pk in ids if pk in found], day, told)
    coming: dict[int, list[Deputy]] = defaultdict(list)
    for one in deputies:
        if one.contact_id in found and one not in told and one.deputy.public:
            coming[one.contact_id].append(one)
    return {row.contact.pk: _card(row, coming.get(row.contact.pk, []), said) for row in today}


def _card(row: actors.TodaysContact, coming: Sequence[Deputy], said: "_Speaker") -> ContactCard:
    contact, answers, language = row.contact, row.answers, said.language
    hidden = row.is_deputy and not answers.public
    if hidden:
        answers = contact
    return ContactCard(
        id=contact.pk,
        name=answers.name,
        title=said.words(answers.title),
        organisation=said.organisation(answers),
        topics=tuple(said.topic(topic) for topic in contact.topics if topic in sources.duties()),
        telephone=telephone(answers.telephone, language),
        email=answers.email,
        languages=tuple(wording_public.language_name(code) for code in answers.languages),
        stands_in_for="" if hidden or not row.is_deputy else contact.name or said.words(contact.title).text,
        away=hidden,
        returns_on=row.returns_on,
        coming=tuple(
            Coming(
                one.deputy.name,
                said.words(one.deputy.title),
                one.days.lower,
                last_day(one.days),
                telephone(one.deputy.telephone, language),
            )
            for one in coming[:MOST_COMING]
        ),
    )


# --- Whose contacts ---------------------------------------------------------------------------------------------------


def _public(day: date) -> "QuerySet[Contact]":
    return Contact.objects.filter(public=True, valid__contains=day, organisation__valid__contains=day)


def _rank(kind: SpaceKind, area_kind: str) -> int:
    """How near contacts of an organisation with such an area stand to readers of such a space."""
    return NEAREST[kind].index(area_kind) if area_kind in NEAREST[kind] else len(NEAREST[kind])


def _rows(
    space: Space, day: date, within: str, also: Sequence[int] = ()
) -> "tuple[QuerySet[Contact], SpaceKind]":
    """The public contacts of an area and of some organisations, and of which kind the area is. No statement."""
    codes = _codes(space, within, day)
    rows = _public(day)
    kind = SpaceKind(space.kind)
    if within:
        kind = SpaceKind.MUNICIPALITY if kind == SpaceKind.REGION else SpaceKind.REGION
    if kind != SpaceKind.NATIONAL:
        rows = rows.filter(_answering(codes, day) | Q(organisation__in=also))
        rows = rows.filter(Q(municipalities=[]) | Q(municipalities__overlap=list(codes)))
    return rows, kind


def _lines(space: Space, day: date, within: str, language: str) -> list[dict[str, Any]]:
    """Every public contact of an area, the nearest organisation first. One statement."""
    rows, kind = _rows(space, day, within)
    brought: Any = _with_terms(rows, language)
    found: list[Any] = list(
        brought.order_by("order", "name", "id").values(
            "id",
            "terms",
            "order",
            "topics",
            "languages",
            "name",
            "telephone",
            "email",
            area_kind=F("organisation__area_kind"),
            code=F("organisation__code"),
            organisation_fi=F("organisation__name_fi"),
            organisation_sv=F("organisation__name_sv"),
            organisation_en=F("organisation__name_en"),
            sort=F("organisation__sort_key_fi"),
        )
    )
    found.sort(key=lambda row: (_rank(kind, row["area_kind"]), row["sort"], row["code"]))
    return found


def _answered(rows: Iterable[dict[str, Any]], deputies: Iterable[Deputy], day: date) -> None:
    """Puts in each row who answers today, where that is a deputy whom readers may know."""
    absences: dict[int, list[Away]] = defaultdict(list)
    known: dict[int, Contact] = {}
    for one in deputies:
        absences[one.contact_id].append(
            Away(one.contact_id, one.deputy_id, one.days.lower, last_day(one.days))
        )
        known[one.deputy_id] = one.deputy
    in_office = {pk for pk, contact in known.items() if day in contact.valid}
    for row in rows:
        answers = known.get(answering_on(row["id"], day, absences, in_office)[0])
        if answers is not None and answers.public and answers.pk != row["id"]:
            for name in ("languages", "name", "telephone", "email"):
                row[name] = getattr(answers, name)


@lru_cache(maxsize=1_000)
def _codes_of(kind: str, area_code: str, day: date) -> tuple[str, ...]:
    if kind == SpaceKind.MUNICIPALITY:
        return (area_code,)
    if kind == SpaceKind.REGION:
        return tuple(row.code for row in reference.municipalities_in("region", area_code, day))
    return ()


def _codes(space: Space, within: str, day: date) -> tuple[str, ...]:
    """Municipalities of the area that is asked for; none for the whole country."""
    if not within:
        return _codes_of(space.kind, space.area_code, day)
    below = SpaceKind.REGION if space.kind == SpaceKind.NATIONAL else SpaceKind.MUNICIPALITY
    return _codes_of(below, within, day)


def _answering(codes: Iterable[str], day: date) -> Q:
    """Organisations whose own area covers one of the municipalities, and authorities of the country with a duty there."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    national: set[str] = set()
    for code in codes:
        areas = reference.areas_of(code, day)
        by_kind["municipality"].add(code)
        for kind in ("employment_area", "wellbeing_area", "evk", "ely"):
            if area := areas.area(kind):
                by_kind[kind].add(area)
        national |= _national(day, areas.is_aland)
    found = Q(organisation__code__in=national)
    for kind, of_kind in by_kind.items():
        found |= Q(organisation__area_kind=kind, organisation__area_code__in=of_kind)
    return found


@lru_cache(maxsize=100)
def _national(day: date, aland: bool) -> frozenset[str]:
    """Codes of the authorities that have a duty in the whole country."""
    return frozenset(
        span.organisation
        for duty in sources.duties().values()
        for span in duty.spans
        if span.area == "country" and span.covers(day) and (span.aland or not aland)
    )


# --- Narrowing --------------------------------------------------------------------------------------------------------


def _fits(row: Mapping[str, Any], wanted: Wanted, day: date, codes: tuple[str, ...]) -> bool:
    if wanted.organisation and row["code"] != wanted.organisation:
        return False
    if wanted.language and wanted.language not in row["languages"]:
        return False
    if not wanted.topic or wanted.topic not in sources.duties():
        return True
    if row["topics"]:
        return wanted.topic in row["topics"]
    return row["code"] in _has_duty(wanted.topic, codes, day)


@lru_cache(maxsize=1_000)
def _has_duty(topic: str, codes: tuple[str, ...], day: date) -> frozenset[str]:
    """Codes of organisations that answer for a duty in any of the municipalities; of the whole country without them."""
    found = set()
    for code in codes or tuple(row.code for row in reference.municipalities_on(day)):
        try:
            found.add(actors.who_answers(topic, code, day).organisation_code)
        except LookupError:
            continue
    return frozenset(found)


def _areas_below(space: Space, language: str, day: date) -> list[tuple[str, str]]:
    tongue = language[:2] if language[:2] in OWN_LANGUAGES else "fi"
    if space.kind == SpaceKind.NATIONAL:
        return [(row.code, row.name(tongue)) for row in reference.areas_on("region", day, tongue)]
    if space.kind == SpaceKind.REGION:
        rows = reference.municipalities_in("region", space.area_code, day, tongue)
        return [(row.code, row.name(tongue)) for row in rows]
    return []


def _topic_choices(used: Iterable[str], said: "_Speaker", chosen: str) -> list[Choice]:
    return [
        Choice(one.id, said.topic(one.id).text, one.id == chosen)
        for one in sources.duties().values()
        if one.id in used
    ]


def _organisation_choices(rows: Iterable[Mapping[str, Any]], language: str, chosen: str) -> list[Choice]:
    tongue = language if language in OWN_LANGUAGES else "en"
    names = {row["code"]: row[f"organisation_{tongue}"] or row["organisation_fi"] for row in rows}
    return [Choice(code, name, code == chosen) for code, name in names.items()]


def _language_choices(rows: Iterable[Mapping[str, Any]], chosen: str) -> list[Choice]:
    codes = {code for row in rows for code in row["languages"]}
    named = sorted((wording_public.language_name(code), code) for code in codes)
    return [Choice(code, name, code == chosen) for name, code in named]


# --- In the reader's language -----------------------------------------------------------------------------------------


class _Speaker:
    """Titles and topics in the reader's language: as written, else by the term list, else in another language.

    ``terms``: the term list, as it has come with one of the contacts (``_with_terms``).
    """

    def __init__(self, language: str, terms: str) -> None:
        self.language = language
        self._terms: dict[str, str] = json.loads(terms or "{}")

    def words(self, texts: Mapping[str, str]) -> Said:
        if own := texts.get(self.language):
            return Said(own)
        for text in texts.values():
            if term := self._terms.get(text.strip().lower()):
                return Said(term[:1].upper() + term[1:] if text[:1].isupper() else term)
        order = ("en", "fi", "sv") if self.language not in ("fi", "sv") else ("fi", "sv", "en")
        for tongue in (*order, *texts):
            if text := texts.get(tongue, ""):
                return Said(text, tongue)
        return Said("")

    def topic(self, topic: str) -> Said:
        return self.words(sources.duties()[topic].titles)

    def organisation(self, contact: Contact) -> Said:
        of = contact.organisation
        return self.words({"fi": of.name_fi, "sv": of.name_sv, "en": of.name_en})


def _speaker(language: str, contacts: Iterable[Contact]) -> _Speaker:
    told = (str(getattr(row, "terms", None) or "") for row in contacts)
    return _Speaker(language, next(filter(None, told), ""))


_TERMS = """
CASE WHEN row_number() OVER () = 1 THEN (
    SELECT jsonb_object_agg(lower(source.words), target.words ORDER BY source.concept DESC)
    FROM information_term source
    JOIN information_term target ON target.concept = source.concept AND target.language = %s
    WHERE source.language IN ('fi', 'sv', 'en'))::text END
"""


def _with_terms(rows: "QuerySet[Contact]", language: str) -> "QuerySet[Contact]":
    """Contacts, one of which brings along the words of the reader's language by those of Finnish, Swedish and English, in
    small letters; none where the language is one of these three."""
    if language in OWN_LANGUAGES:
        return rows.annotate(terms=Value(""))
    return rows.annotate(terms=RawSQL(_TERMS, [language], TextField()))  # noqa: S611 - a constant; the value is given apart


_CHAIN = """
WITH RECURSIVE chain (id) AS (
    SELECT unnest(%s::bigint[])
    UNION SELECT d.deputy_id FROM actors_deputy d JOIN chain ON d.contact_id = chain.id WHERE d.days @> %s::date
) SELECT id FROM chain
"""


def _deputies(ids: Sequence[int], day: date) -> list[Deputy]:
    """Deputies of the day with their own, all the way down, and those whose days begin soon. One statement."""
    rows = Deputy.objects.filter(
        contact_id__in=RawSQL(_CHAIN, [list(ids), day]),  # noqa: S611 - a constant; the values are given apart
        days__overlap=date_range(day, day + timedelta(days=COMING_DAYS)),
    )
    return list(rows.select_related("deputy__organisation").order_by("days"))
