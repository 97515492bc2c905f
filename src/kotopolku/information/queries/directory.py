"""Whom to call: the public cards of contacts in a space's area, who answers on the day, deputies coming.

Only contacts that are marked public. Nothing here says why somebody is away. Not for: the professionals' directory
(``actors.queries``), keeping contacts (``actors.actions``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from kotopolku.actors import queries as actors
from kotopolku.actors import sources
from kotopolku.actors.models import Contact, Deputy, date_range, last_day
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
    """The contacts of organisations that answer in the space's area. At most six statements, however many there are."""
    areas = _areas_below(space, language, day)
    within = wanted.area if any(code == wanted.area for code, _name in areas) else ""
    everything = _lines(space, day, within)
    narrowed = [row for row in everything if _fits(row, wanted, day, _codes(space, within, day))]
    pages = max(1, -(-len(narrowed) // PAGE))
    page = min(max(page, 1), pages)
    ids = [row["id"] for row in narrowed[(page - 1) * PAGE : page * PAGE]]
    used = {topic for row in everything for topic in row["topics"]}
    shown, said = _cards(ids, language, day, used)
    return Directory(
        cards=list(shown.values()),
        count=len(narrowed),
        page=page,
        pages=pages,
        areas=[Choice(code, name, code == within) for code, name in areas],
        topics=_topic_choices(used, said, wanted.topic),
        organisations=_organisation_choices(everything, language, wanted.organisation),
        languages=_language_choices(everything, wanted.language),
    )


def front_contacts(space: Space, language: str, limit: int = 4, *, day: date) -> list[ContactCard]:
    """The first contacts of a space, for its front page. At most five statements."""
    ids = [row["id"] for row in _lines(space, day, "", limit)]
    return list(cards(ids, language, day).values())


def front_people(
    space: Space, language: str, day: date, limit: int, organisations: Sequence[int] = ()
) -> tuple[list[ContactCard], dict[int, list[ContactCard]]]:
    """For the front page: the first people to call, each once, and the first of each of the organisations.

    Two statements; one more where the reader's language needs the term list or a deputy's deputy is away.
    """
    rows, kind = _rows(space, day, "", organisations)
    found = list(rows.select_related("organisation").order_by("order", "name", "id"))
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
    made, _said = _made(asked, list(asked), language, day)
    return (
        _once(made[row.pk] for row in first)[:limit],
        {pk: _once(made[row.pk] for row in rows) for pk, rows in of.items()},
    )


def _once(cards: Iterable[ContactCard]) -> list[ContactCard]:
    """Every person once: one who also stands in for a colleague has her own card, else the first."""
    found: dict[Any, ContactCard] = {}
    for card in cards:
        number = card.telephone.dialled if card.telephone else ""
        key = (card.name, number, card.email) if card.name else card.id
        if key not in found or (found[key].stands_in_for and not card.stands_in_for):
            found[key] = card
    return list(found.values())


def cards(ids: Sequence[int], language: str, day: date) -> dict[int, ContactCard]:
    """Cards by the contact's id, in the order asked. Contacts that are not public or not in office are left out."""
    return _cards(ids, language, day)[0]


def _cards(
    ids: Sequence[int], language: str, day: date, topics: Iterable[str] = ()
) -> tuple[dict[int, ContactCard], "_Speaker"]:
    found = {row.pk: row for row in _public(day).filter(pk__in=ids).select_related("organisation")}
    return _made(found, ids, language, day, topics)


def _made(
    found: Mapping[int, Contact], ids: Sequence[int], language: str, day: date, topics: Iterable[str] = ()
) -> tuple[dict[int, ContactCard], "_Speaker"]:
    deputies = _deputies(list(found), day)
    told = [row for row in deputies if row.days.lower is None or row.days.lower <= day]
    today = actors.todays_contacts([found[pk] for pk in ids if pk in found], day, told)
    coming: dict[int, list[Deputy]] = defaultdict(list)
    for one in deputies:
        if one.contact_id in found and one not in told and one.deputy.public:
            coming[one.contact_id].append(one)
    shown = [*(row.answers for row in today), *(row.contact for row in today)]
    shown += [row.deputy for rows in coming.values() for row in rows]
    said = _Speaker(language, shown, topics)
    made = {row.contact.pk: _card(row, coming.get(row.contact.pk, []), said, language) for row in today}
    return made, said


def _card(
    row: actors.TodaysContact, coming: Sequence[Deputy], said: "_Speaker", language: str
) -> ContactCard:
    contact, answers = row.contact, row.answers
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


def _lines(space: Space, day: date, within: str, limit: int | None = None) -> list[dict[str, Any]]:
    """Every public contact of an area, the nearest organisation first. One statement."""
    rows, kind = _rows(space, day, within)
    deputy = Deputy.objects.filter(contact=OuterRef("pk"), days__contains=day, deputy__public=True)
    found: list[Any] = list(
        rows.order_by("order", "name", "id").values(
            "id",
            "order",
            "topics",
            "languages",
            area_kind=F("organisation__area_kind"),
            code=F("organisation__code"),
            organisation_fi=F("organisation__name_fi"),
            organisation_sv=F("organisation__name_sv"),
            organisation_en=F("organisation__name_en"),
            sort=F("organisation__sort_key_fi"),
            spoken=Subquery(deputy.values("deputy__languages")[:1]),
        )
    )
    found.sort(key=lambda row: (_rank(kind, row["area_kind"]), row["sort"], row["code"]))
    return found[:limit]


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
    if wanted.language and wanted.language not in (
        row["languages"] if row["spoken"] is None else row["spoken"]
    ):
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

    One statement, and none where the reader's language is Finnish, Swedish or English.
    """

    def __init__(self, language: str, contacts: Iterable[Contact], topics: Iterable[str] = ()) -> None:
        self.language = language
        self._terms: dict[str, str] = {}
        if language in OWN_LANGUAGES:
            return
        rows = list(contacts)
        known = sources.duties()
        used = {*topics, *(topic for row in rows for topic in row.topics)}
        wanted = {text for row in rows for text in row.title.values()}
        wanted |= {text for topic in used if topic in known for text in known[topic].titles.values()}
        if wanted:
            self._terms = _terms(language, wanted)

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


_TERMS = """
SELECT lower(source.words), target.words
FROM information_term source
JOIN information_term target ON target.concept = source.concept AND target.language = %s
WHERE source.language IN ('fi', 'sv', 'en') AND lower(source.words) = ANY(%s)
ORDER BY source.concept DESC
"""


def _terms(language: str, words: Iterable[str]) -> dict[str, str]:
    """Words of the reader's language by the same concept's in Finnish, Swedish or English, in small letters."""
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, [language, sorted({text.strip().lower() for text in words})])
        return dict(cursor.fetchall())


def _deputies(ids: Sequence[int], day: date) -> list[Deputy]:
    """Deputies of the day with their own, and those whose days begin soon. One statement."""
    of_the_day = Deputy.objects.filter(contact_id__in=ids, days__contains=day).values("deputy_id")
    rows = Deputy.objects.filter(
        Q(contact_id__in=ids) | Q(contact_id__in=of_the_day),
        days__overlap=date_range(day, day + timedelta(days=COMING_DAYS)),
    )
    return list(rows.select_related("deputy__organisation").order_by("days"))
