"""Everything that is stored about the client, in sections: for the page, the PDF and the JSON file.

Not for: the worker's notes and the journal, which an information request gives (``retention``); who has looked has a page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import last_day
from kotopolku.actors.queries import organisation_names
from kotopolku.clients import rules as client_rules
from kotopolku.clients.models import (
    Assessment,
    Consent,
    JobseekerPeriod,
    ProtectedContact,
    Relationship,
    Responsibility,
    Status,
)
from kotopolku.mypage import access, own_data_training, queries, wording
from kotopolku.reference import queries as reference

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Section:
    """A heading and its rows (label, value); ``name`` is its stable key in the JSON file."""

    name: str
    title: str | Promise
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Stored:
    """The sections in words, and the same as plain data."""

    sections: tuple[Section, ...]
    data: dict[str, Any]
    contact_hidden: bool
    """The contact details are left out: somebody else looks, and a non-disclosure order is in force."""


def stored_about(viewer: Viewer) -> Stored:
    """All that is stored about the open person. Raises ``NotVisible``. About 25 statements, and four for each course."""
    case = access.own_case(viewer)
    person = case.person
    hidden = case.for_other and client_rules.non_disclosure_in_force(
        person.non_disclosure, person.non_disclosure_until, viewer.day
    )
    contact = None if hidden else ProtectedContact.objects.filter(pk=person.pk).first()
    relationships = list(access.relationships(viewer))
    plan = queries.own_plan(case)
    sections = [
        _person(case),
        _contact(contact, viewer),
        _permits(person.pk),
        _relationships(relationships),
        _authorities(person.pk),
        _jobseeking(person.pk),
        _assessments(relationships),
        _plan(plan),
        Section("courses", _("Your courses and wishes for courses"), own_data_training.course_rows(viewer)),
        Section("studies", _("My studies"), own_data_training.study_rows(viewer)),
        _consents(person.pk),
    ]
    filled = tuple(section for section in sections if section.rows)
    data = _as_data(case, contact, relationships, plan) | {"courses": own_data_training.as_data(viewer)}
    return Stored(filled, data, hidden)


def _kept(*rows: tuple[str, str | None]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in rows if value)


def _person(case: access.OwnCase) -> Section:
    person = case.person
    known = [found for code in person.citizenships if (found := reference.country(code))]
    countries = [wording.country_name(found.iso2) or found.name() for found in known]
    return Section(
        "person",
        _("About you"),
        _kept(
            (_("Name"), person.name),
            (_("Date of birth"), wording.day(person.birth_date)),
            (_("Identity code"), person.identity_code),
            (_("Mother tongue"), _language(person.mother_tongue)),
            (_("Language in which we serve you"), _language(person.service_language)),
            (_("Interpreter"), _("An interpreter is needed.") if person.interpreter_needed else ""),
            (_("Citizenship"), ", ".join(countries)),
            (_("Education"), person.education),
            (_("Profession"), person.occupation),
            (
                _("Non-disclosure for personal safety"),
                _hidden() if person.non_disclosure else "",
            ),
        ),
    )


def _hidden() -> str:
    return _("The address and contact details are hidden, because there is an order of non-disclosure.")


def _language(code: str) -> str:
    return wording.language_name(code) if code else ""


def _contact(contact: ProtectedContact | None, viewer: Viewer) -> Section:
    if contact is None:
        return Section("contact", _("Your contact details"), ())
    town = reference.municipality_by_code(contact.municipality) if contact.municipality else None
    post = f"{contact.postal_code} {contact.post_office}".strip()
    return Section(
        "contact",
        _("Your contact details"),
        _kept(
            (_("Municipality"), town.name() if town else contact.municipality),
            (_("Address"), ", ".join(part for part in (contact.street_address, post) if part)),
            (_("Telephone"), contact.telephone),
            (_("E-mail"), contact.email),
        ),
    )


def _permits(person_id: int) -> Section:
    rows = tuple(
        (_("Residence permit"), wording.span(one.starts, one.ends)) for one in queries.permits(person_id)
    )
    return Section("permits", _("Your right to stay in Finland"), rows)


def _relationships(relationships: list[Relationship]) -> Section:
    rows = tuple(
        (one.case_number, wording.span(one.started_on, one.ended_on - ONE_DAY if one.ended_on else None))
        for one in relationships
    )
    return Section("relationships", _("You as our client"), rows)


def _authorities(person_id: int) -> Section:
    found = list(Responsibility.objects.filter(person_id=person_id).order_by("-days"))
    names = organisation_names({one.authority_id for one in found})
    rows = tuple(
        (names.get(one.authority_id, ""), wording.span(one.days.lower, last_day(one.days))) for one in found
    )
    return Section("authorities", _("Authorities that have had your data"), rows)


def _jobseeking(person_id: int) -> Section:
    found = JobseekerPeriod.objects.filter(person_id=person_id).order_by("-days")
    rows = tuple((_("Looking for work"), wording.span(one.days.lower, last_day(one.days))) for one in found)
    return Section("jobseeking", _("Looking for work"), rows)


def _completed(relationships: list[Relationship]) -> list[Assessment]:
    rows = Assessment.objects.filter(relationship__in=relationships, status=Status.COMPLETED)
    return list(rows.order_by("-completed_on"))


def _assessments(relationships: list[Relationship]) -> Section:
    rows = tuple((wording.day(one.completed_on), one.conclusion) for one in _completed(relationships))
    return Section("assessments", _("Your first talk and what we concluded"), rows)


def _plan(plan: queries.OwnPlan | None) -> Section:
    return Section("plan", _("Your plan"), tuple(_plan_rows(plan)) if plan else ())


def _plan_rows(plan: queries.OwnPlan) -> Iterator[tuple[str, str]]:
    yield from _kept(
        (_("Made"), wording.day(plan.plan.made_on)),
        (_("Accepted"), wording.day(plan.plan.signed_on)),
        (_("In force until"), wording.day(plan.plan.ends_on)),
    )
    for goal in plan.goals:
        yield _("Goal"), goal.title
    for measure in plan.measures:
        yield wording.measure_kind(measure.kind), measure.title


def _consents(person_id: int) -> Section:
    found = Consent.objects.filter(person_id=person_id).order_by("-given_on")
    rows = tuple((one.purpose, wording.span(one.given_on, one.withdrawn_on)) for one in found)
    return Section("consents", _("What you have agreed to"), rows)


def _as_data(
    case: access.OwnCase,
    contact: ProtectedContact | None,
    relationships: list[Relationship],
    plan: queries.OwnPlan | None,
) -> dict[str, Any]:
    """Plain values with English keys that do not change; days as ISO text when written out."""
    person = case.person
    return {
        "person": {
            name: getattr(person, name)
            for name in (
                "given_names",
                "family_name",
                "birth_date",
                "identity_code",
                "sex",
                "mother_tongue",
                "languages",
                "service_language",
                "interpreter_needed",
                "interpreter_wish",
                "citizenships",
                "education",
                "occupation",
                "non_disclosure",
            )
        },
        "contact": {
            name: getattr(contact, name)
            for name in (
                "municipality",
                "street_address",
                "postal_code",
                "post_office",
                "telephone",
                "email",
            )
        }
        if contact
        else None,
        "permits": [
            {"kind": one.kind, "basis": one.basis, "starts": one.starts, "ends": one.ends}
            for one in queries.permits(person.pk)
        ],
        "relationships": [
            {"case_number": one.case_number, "started_on": one.started_on, "ended_on": one.ended_on}
            for one in relationships
        ],
        "assessments": [
            {"completed_on": one.completed_on, "items": one.items, "conclusion": one.conclusion}
            for one in _completed(relationships)
        ],
        "plan": {
            "made_on": plan.plan.made_on,
            "signed_on": plan.plan.signed_on,
            "ends_on": plan.plan.ends_on,
            "goals": [
                {
                    "title": goal.title,
                    "description": goal.description,
                    "state": goal.state,
                    "measures": [
                        {
                            "kind": one.kind,
                            "title": one.title,
                            "state": one.state,
                            "starts_on": one.starts_on,
                            "ends_on": one.ends_on,
                        }
                        for one in goal.shown_measures  # type: ignore[attr-defined]
                    ],
                }
                for goal in plan.goals
            ],
        }
        if plan
        else None,
    }
