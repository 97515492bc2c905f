"""What others ask about authorities: who answers for a duty, which organisations there are, whom to call today.

Organisations and duties are constant between loads, so they are kept in the process; people and contacts are not.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.actors import rules, sources
from kotopolku.actors.models import (
    Absence,
    Contact,
    Deputy,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Succession,
    User,
    last_day,
    not_over,
)
from kotopolku.actors.rules import Away, NoAuthority, Span, Unanswered, UnknownDuty
from kotopolku.reference import queries as reference

DIRECTORY_LIMIT = 100
"""So many contacts on one page of the directory."""

_kept: dict[str, Organisation] = {}


def clear() -> None:
    """Forgets the organisations kept in this process; `actions.load_actors` calls it."""
    _kept.clear()


def organisation(code: str) -> Organisation | None:
    """An organisation by its code, whatever the day; None if unknown."""
    if code not in _kept:
        _kept.update({row.code: row for row in Organisation.objects.all()})
    return _kept.get(code)


@dataclass(frozen=True)
class TodaysContact:
    """A contact on a day, and who answers for it: itself, or a deputy with the reason."""

    contact: Contact
    answers: Contact
    away_until: date | None = None
    """The last day of the absence; None when the contact itself answers, or the end is open."""
    note: str = ""

    @property
    def is_deputy(self) -> bool:
        return self.answers.pk != self.contact.pk

    @property
    def returns_on(self) -> date | None:
        """The first day on which the contact itself answers again."""
        return self.away_until + timedelta(days=1) if self.is_deputy and self.away_until else None

    @property
    def reason(self) -> str:
        """Why somebody else answers, in the page's language; empty when the contact itself does."""
        if not self.is_deputy:
            return ""
        name = self.contact.display_name
        if self.returns_on is None:
            sentence = _("Stands in for %(name)s.") % {"name": name}
        else:
            returns = (
                rules.finnish(self.returns_on) if _language() != "en" else rules.english(self.returns_on)
            )
            sentence = _("Stands in for %(name)s, who is back on %(day)s.") % {"name": name, "day": returns}
        return f"{sentence} {self.note}".strip()

    @property
    def topic_titles(self) -> list[str]:
        """The contact's topics in the page's language."""
        known = sources.duties()
        return [known[topic].title(_language()) for topic in self.contact.topics if topic in known]

    @property
    def telephone_link(self) -> str:
        """For a `tel:` link."""
        return rules.telephone_link(self.answers.telephone)


@dataclass(frozen=True)
class Answer:
    """Who answers for a duty in a municipality on a day. `since` and `until` inclusive; None = not known, or open."""

    organisation_id: int
    organisation_code: str
    organisation_names: Mapping[str, str]
    duty: str
    act: str
    section: str
    since: date | None
    until: date | None
    certainty: str
    explanation: Mapping[str, str]
    """Why this organisation, one sentence by language."""
    contacts: tuple[TodaysContact, ...] = field(default=())

    @property
    def organisation_name(self) -> str:
        """The organisation's name in the page's language."""
        return self.organisation_names[_language()]

    @property
    def why(self) -> str:
        """The explanation in the page's language."""
        return self.explanation[_language()]


def duty(duty_id: str) -> rules.Duty:
    """A duty by its id. Raises `UnknownDuty`."""
    found = sources.duties().get(duty_id)
    if found is None:
        known = ", ".join(sources.duties())
        raise UnknownDuty(
            {
                "fi": f"Tehtävää {duty_id} ei ole. Tehtävät: {known}.",
                "sv": f"Uppgiften {duty_id} finns inte. Uppgifterna är: {known}.",
                "en": f"There is no duty {duty_id}. The duties are: {known}.",
            }
        )
    return found


def who_answers(duty_id: str, municipality_code: str, on: date) -> Answer:
    """The organisation that answers for a duty in a municipality on a day, with its section and why.

    Raises `rules.Unanswered` (`UnknownDuty`, `DutyNotInForce`, `BeforeRecords`, `NoAuthority`) or
    `reference.queries.UnknownMunicipality`; each has a text for people (`problem`). Costs no query once warm.
    """
    span = rules.span_on(duty(duty_id), on, sources.first_day())
    areas = reference.areas_of(municipality_code, on)
    if areas.is_aland and not span.aland:
        raise NoAuthority(sources.aland_texts())
    area = _area_code(span, areas)
    found = organisation(span.code(area)) if area is not None else None
    if found is None or not exists(found, on):
        raise NoAuthority(
            {
                "fi": "Tietoja tästä viranomaisesta ei ole ladattu.",
                "sv": "Uppgifter om denna myndighet har inte laddats.",
                "en": "The data on this authority have not been loaded.",
            }
        )
    since, until = _span_of_answer(span, found, municipality_code, on)
    return Answer(
        organisation_id=found.pk,
        organisation_code=found.code,
        organisation_names={
            tongue: getattr(found, f"name_{tongue}") or found.name_fi for tongue in rules.LANGUAGES
        },
        duty=duty_id,
        act=span.act,
        section=span.section,
        since=since,
        until=until,
        certainty=span.certainty,
        explanation=span.why,
    )


def who_answers_with_contacts(duty_id: str, municipality_code: str, on: date) -> Answer:
    """As `who_answers`, with the contacts for this duty and municipality, deputies applied. Two queries more."""
    answer = who_answers(duty_id, municipality_code, on)
    rows = _contacts_on(on).filter(organisation_id=answer.organisation_id)
    rows = rows.filter(Q(topics=[]) | Q(topics__contains=[duty_id]))
    rows = rows.filter(Q(municipalities=[]) | Q(municipalities__contains=[municipality_code]))
    return Answer(**{**answer.__dict__, "contacts": tuple(todays_contacts(rows, on))})


@dataclass(frozen=True)
class DutyRow:
    """One duty in one municipality on one day: an answer, or why there is none."""

    duty: rules.Duty
    title: str
    answer: Answer | None
    problem: str = ""


def duties_in(municipality_code: str, on: date) -> list[DutyRow]:
    """Every duty in a municipality on a day. Raises `UnknownMunicipality`."""
    reference.areas_of(municipality_code, on)
    rows = []
    for one in sources.duties().values():
        try:
            rows.append(DutyRow(one, one.title(_language()), who_answers(one.id, municipality_code, on)))
        except Unanswered as error:
            rows.append(DutyRow(one, one.title(_language()), None, error.text(_language())))
    return rows


def problem(error: LookupError) -> str:
    """The text for people of what `who_answers` raises, in the page's language."""
    if isinstance(error, Unanswered):
        return error.text(_language())
    return str(getattr(error, "message", error))


def topics() -> list[tuple[str, str]]:
    """The topics of contacts, which are the duties: id and title in the page's language."""
    return [(one.id, one.title(_language())) for one in sources.duties().values()]


def topics_of(of: Organisation) -> list[tuple[str, str]]:
    """The duties that an organisation has or has had: the topics that its contacts can take."""
    own = {
        one.id
        for one in sources.duties().values()
        if any(of.code == span.organisation or of.kind == span.answers for span in one.spans)
    }
    return [(topic, title) for topic, title in topics() if topic in own]


def _language() -> str:
    language = (get_language() or "fi")[:2]
    return language if language in rules.LANGUAGES else "en"


def exists(found: Organisation, on: date) -> bool:
    """Whether the organisation exists on a day."""
    lower, upper = found.valid.lower, found.valid.upper
    return (lower is None or lower <= on) and (upper is None or on < upper)


def _area_code(span: Span, areas: reference.MunicipalityAreas) -> str | None:
    if span.area == "country":
        return ""
    return areas.code if span.area == "municipality" else areas.area(span.area)


def _span_of_answer(span: Span, found: Organisation, code: str, on: date) -> tuple[date | None, date | None]:
    """The days on which the same organisation answers by the same section: law, organisation and area together."""
    since = max(filter(None, (span.valid_from, found.valid.lower)), default=None)
    until = min(filter(None, (span.valid_until, last_day(found.valid))), default=None)
    if span.area in ("country", "municipality"):
        return since, until
    area = _area_code(span, reference.areas_of(code, on))
    for year in range(on.year, sources.first_day().year, -1):
        if since is not None and since.year >= year:
            break
        if _area_in(span, code, year - 1) != area:
            since = date(year, 1, 1)
            break
    limit = until.year if until else clock.base_day().year
    for year in range(on.year + 1, limit + 1):
        if _area_in(span, code, year) != area:
            until = date(year - 1, 12, 31)
            break
    return since, until


def _area_in(span: Span, code: str, year: int) -> str | None:
    try:
        return _area_code(span, reference.areas_of(code, date(year, 1, 1)))
    except reference.UnknownMunicipality:
        return None


def successors(of: Organisation) -> list[Succession]:
    """What followed an organisation, in whole or in parts of its area."""
    return list(of.successors.select_related("successor").order_by("on", "successor__sort_key_fi"))


def predecessors(of: Organisation) -> list[Succession]:
    """What an organisation followed."""
    return list(of.predecessors.select_related("predecessor").order_by("on", "predecessor__sort_key_fi"))


def followed(organisation_id: int | None, on: date) -> "QuerySet[Organisation]":
    """Organisations that are no more on a day, whose tasks have passed to the organisation by then, in whole or in part."""
    passed = Succession.objects.filter(successor_id=organisation_id or 0, on__lte=on)
    return Organisation.objects.filter(pk__in=passed.values("predecessor_id")).exclude(valid__contains=on)


def heirs(organisation_id: int, on: date) -> list[int]:
    """Who has an organisation's tasks on a day: itself while it exists, else those to which they have passed by then."""
    if Organisation.objects.filter(pk=organisation_id, valid__contains=on).exists():
        return [organisation_id]
    passed = Succession.objects.filter(predecessor_id=organisation_id, on__lte=on)
    return sorted(set(passed.values_list("successor_id", flat=True)))


def organisations_on(day: date, kind: str = "", q: str = "") -> list[Organisation]:
    """The organisations that exist on a day, of one kind or all, by a part of a name; in alphabetical order."""
    rows = Organisation.objects.filter(valid__contains=day)
    if kind:
        rows = rows.filter(kind=kind)
    if q.strip():
        rows = rows.filter(_names_contain(q.strip()) | Q(code=q.strip().lower()))
    order = "sort_key_sv" if _language() == "sv" else "sort_key_fi"
    return list(rows.order_by(order, "code"))


def _names_contain(text: str, prefix: str = "") -> Q:
    return (
        Q(**{f"{prefix}name_fi__icontains": text})
        | Q(**{f"{prefix}name_sv__icontains": text})
        | Q(**{f"{prefix}name_en__icontains": text})
    )


def _contacts_on(day: date) -> QuerySet[Contact]:
    return (
        Contact.objects.filter(valid__contains=day, organisation__valid__contains=day)
        .select_related("organisation")
        .order_by("organisation__sort_key_fi", "name", "id")
    )


def directory(
    day: date, *, q: str = "", organisation_code: str = "", topic: str = "", municipality_code: str = ""
) -> list[TodaysContact]:
    """Contacts of a day, who answers for each, at most 100; alphabetical by organisation. Two or three queries."""
    rows = _contacts_on(day)
    for word in q.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(title__fi__icontains=word)
            | Q(title__sv__icontains=word)
            | Q(title__en__icontains=word)
            | Q(email__icontains=word)
            | Q(topics__icontains=word)
            | _names_contain(word, "organisation__")
        )
    if organisation_code:
        rows = rows.filter(organisation__code=organisation_code)
    if topic:
        rows = rows.filter(topics__contains=[topic])
    if municipality_code:
        codes = {row.answer.organisation_code for row in duties_in(municipality_code, day) if row.answer}
        rows = rows.filter(organisation__code__in=codes)
        rows = rows.filter(Q(municipalities=[]) | Q(municipalities__contains=[municipality_code]))
    return todays_contacts(rows[:DIRECTORY_LIMIT], day)


def contacts_of(of: Organisation, day: date) -> list[TodaysContact]:
    """The contacts of one organisation on a day, deputies applied."""
    return todays_contacts(_contacts_on(day).filter(organisation=of), day)


def organisations_with_contacts(day: date) -> list[Organisation]:
    """The organisations that have a contact on a day, alphabetically."""
    order = "sort_key_sv" if _language() == "sv" else "sort_key_fi"
    return list(
        Organisation.objects.filter(valid__contains=day, contacts__valid__contains=day)
        .distinct()
        .order_by(order)
    )


def deputies_from(contact: Contact, day: date) -> list[Deputy]:
    """The deputies of a contact whose days are not over."""
    rows = contact.deputies.filter(not_over("days", day)).select_related("deputy__organisation")
    return list(rows.order_by("days"))


def who_answers_today(contact: Contact, day: date) -> TodaysContact:
    """Who answers for one contact on a day: itself or its deputy, with the reason and the day of return."""
    return todays_contacts([contact], day)[0]


def todays_contacts(
    contacts: Iterable[Contact], day: date, told: Iterable[Deputy] | None = None
) -> list[TodaysContact]:
    """Who answers for each contact on a day. Deputies of deputies are followed. One or two queries besides.

    ``told``: the day's deputies of the contacts and of those deputies, all the way down, where they are read already; then
    no query is needed.
    """
    rows = list(contacts)
    known: dict[int, Contact] = {row.pk: row for row in rows}
    absences: dict[int, list[Away]] = defaultdict(list)
    asked: set[int] = set()

    def learn(found: Iterable[Deputy]) -> None:
        for row in found:
            absences[row.contact_id].append(
                Away(row.contact_id, row.deputy_id, row.days.lower, last_day(row.days), row.reason)
            )
            known.setdefault(row.deputy_id, row.deputy)

    if told is not None:
        learn(told)
        asked = set(known)
    while to_ask := known.keys() - asked:
        asked |= to_ask
        found = Deputy.objects.filter(contact_id__in=to_ask, days__contains=day).select_related(
            "deputy__organisation"
        )
        learn(found)
        if not found:
            break
    in_office = {pk for pk, row in known.items() if _in_office(row, day)}
    answers = []
    for contact in rows:
        answering, away = rules.answering_on(contact.pk, day, absences, in_office)
        answers.append(
            TodaysContact(contact, known[answering], away.last if away else None, away.reason if away else "")
        )
    return answers


def _in_office(contact: Contact, day: date) -> bool:
    lower, upper = contact.valid.lower, contact.valid.upper
    return (lower is None or lower <= day) and (upper is None or day < upper)


def invitation_problem(invitation: Invitation, day: date) -> str | None:
    """Why the invitation cannot be accepted on `day`, in words; None when it can."""
    if invitation.accepted_on is not None:
        return _("This invitation has been used. Sign in with your own user name.")
    if invitation.withdrawn_on is not None:
        return _("This invitation has been withdrawn. Ask the administrator of your organisation.")
    if invitation.expires_on < day:
        return _("This invitation has expired. Ask the administrator of your organisation for a new one.")
    if not exists(invitation.organisation, day):
        return _("The organisation that invited you does not exist on this day.")
    return None


@dataclass(frozen=True)
class Persona:
    """A demo persona with the days on which its seat and its organisation exist. Days inclusive."""

    user: User
    membership: Membership
    first: date | None
    last: date | None

    def works_on(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def a_working_day(self, base: date) -> date:
        """A day in the persona's time: `base` if it is inside, else a month inside the nearer end."""
        if self.last is not None and base > self.last:
            return max(filter(None, (self.first, self.last - timedelta(days=30))))
        if self.first is not None and base < self.first:
            return self.first
        return base


def personas() -> list[Persona]:
    """The demo personas in the order they were made. One query."""
    rows = Membership.objects.filter(user__persona=True, user__is_active=True).select_related(
        "user", "organisation"
    )
    return [_persona(row) for row in rows.order_by("user_id", "id")]


def persona(username: str) -> Persona | None:
    """One demo persona by user name."""
    return next((one for one in personas() if one.user.username == username), None)


def _persona(membership: Membership) -> Persona:
    firsts = [one for one in (membership.valid.lower, membership.organisation.valid.lower) if one]
    lasts = [one for one in (last_day(membership.valid), membership.organisation.last_day) if one]
    return Persona(membership.user, membership, max(firsts, default=None), min(lasts, default=None))


def user_names(ids: Iterable[int]) -> dict[int, str]:
    """Names of users by id, for pages that show who did what."""
    return {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=set(ids))}


def organisation_names(ids: Iterable[int]) -> dict[int, str]:
    """Names of organisations by id, in the page's language."""
    return {row.pk: row.name for row in Organisation.objects.filter(pk__in=set(ids))}


def colleagues(organisation_id: int, day: date) -> list[Membership]:
    """The seats of an organisation that are valid on a day, by name: to choose a worker or a team's members."""
    return list(
        Membership.objects.filter(organisation_id=organisation_id, valid__contains=day, user__is_active=True)
        .select_related("user", "team")
        .order_by("user__full_name", "id")
    )


@dataclass(frozen=True)
class AnsweringWorker:
    """Who answers for a worker's clients on a day: the worker, or a deputy with the last day of the absence."""

    user_id: int
    name: str
    stands_in_for: str = ""
    """The name of the one who is away; empty when the worker answers."""
    away_until: date | None = None

    @property
    def is_deputy(self) -> bool:
        return bool(self.stands_in_for)


def answering_worker(user_id: int, day: date, organisation_id: int | None = None) -> AnsweringWorker | None:
    """Who answers for the worker on the day, in one organisation or in any; deputies of deputies are followed.

    None for a user who does not exist. One query, or two for each step from deputy to deputy.
    """
    found = answering_workers([user_id], day, organisation_id)
    return found.get(user_id)


def answering_workers(
    user_ids: Iterable[int], day: date, organisation_id: int | None = None
) -> dict[int, AnsweringWorker]:
    """``answering_worker`` of many, by the id asked for."""
    asked = set(user_ids)
    away: dict[int, list[Away]] = defaultdict(list)
    known: set[int] = set()
    to_ask = set(asked)
    while to_ask:
        known |= to_ask
        rows = Absence.objects.filter(user_id__in=to_ask, days__contains=day)
        if organisation_id is not None:
            rows = rows.filter(organisation_id=organisation_id)
        found = list(rows)
        for row in found:
            away[row.user_id].append(Away(row.user_id, row.deputy_id, row.days.lower, row.last_day))
        to_ask = {row.deputy_id for row in found} - known
    names = user_names(known)
    answers = {}
    for one in asked & names.keys():
        answering, absence = rules.answering_on(one, day, away, known)
        answers[one] = AnsweringWorker(
            answering,
            names[answering],
            names[one] if absence else "",
            absence.last if absence else None,
        )
    return answers


def stands_in_for(user_id: int, organisation_id: int, day: date) -> list[Absence]:
    """The absences of the day in which the user is the deputy, with the one who is away. One query."""
    rows = Absence.objects.filter(deputy_id=user_id, organisation_id=organisation_id, days__contains=day)
    return list(rows.select_related("user").order_by("user__full_name", "id"))


def absences(organisation_id: int, day: date) -> list[Absence]:
    """Absences of an organisation's workers that are not over on the day, in order of beginning. One query."""
    rows = Absence.objects.filter(not_over("days", day), organisation_id=organisation_id)
    return list(rows.select_related("user", "deputy").order_by("days", "user__full_name", "id"))


def providers_on(day: date) -> list[Organisation]:
    """Training providers and associations that exist on a day, in alphabetical order. One query."""
    order = "sort_key_sv" if _language() == "sv" else "sort_key_fi"
    kinds = (OrganisationKind.PROVIDER, OrganisationKind.ASSOCIATION)
    return list(Organisation.objects.filter(kind__in=kinds, valid__contains=day).order_by(order, "code"))
