"""What a provider may be told of a student: the eighteen items of 681/2023 §94, and no other. One function decides.

Pages, API and papers of a provider take a student's data from here alone. Not for: whose student it is
(``access_teaching``), the names of the items (``law.provider_items``).
"""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.clients.access import latest_plan
from kotopolku.clients.models import Person, ProtectedContact, Responsibility
from kotopolku.clients.rules import non_disclosure_in_force
from kotopolku.progress import sources
from kotopolku.reference import queries as reference
from kotopolku.training.models import STUDENT, Enrolment, TestKind, TestResult

ITEMS = tuple(item.id for item in law.provider_items())
HIDDEN = ("residence", "contacts")
"""What a non-disclosure order hides, from a provider without exception (661/2009 §36)."""
SKILLS = ("listening", "speaking", "reading", "writing")


def words_of_items() -> Mapping[str, str]:
    """The items' names in the page's language, in the order of the section."""
    language = (get_language() or "fi")[:2]
    return {item.id: item.texts.get(language, item.texts["fi"]) for item in law.provider_items()}


def told(enrolment: Enrolment, viewer: Viewer) -> dict[str, str]:
    """What is known of each item, as text; an item of which nothing is known is left out.

    The caller has been let in to the enrolment. Reads with row security lifted, and gives out these texts only.
    """
    with clients.seeing_all(viewer):
        person = Person.objects.get(pk=enrolment.person_id)
        found = _of_person(person, viewer.day) | _of_path(enrolment, viewer.day) | _of_studies(enrolment)
    if non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, viewer.day):
        found |= dict.fromkeys(HIDDEN, _("hidden by a non-disclosure order"))
    return {item: found[item] for item in ITEMS if found.get(item)}


def _of_person(person: Person, day: date) -> dict[str, str]:
    contact = ProtectedContact.objects.filter(person_id=person.pk).first()
    municipality = reference.municipality_by_code(contact.municipality) if contact else None
    contacts = [contact.street_address, contact.telephone, contact.email] if contact else []
    countries = [reference.country(code) for code in person.citizenships]
    return {
        "names": person.name,
        "birth": _day(person.birth_date),
        "identity-code": person.identity_code or "",
        "mother-tongue": _language(person.mother_tongue),
        "service-language": _language(person.service_language),
        "citizenship": ", ".join(one.name() for one in countries if one),
        "residence": municipality.name() if municipality else "",
        "contacts": ", ".join(one for one in contacts if one),
        "education": person.education,
        "occupation": person.occupation,
    }


def _of_path(enrolment: Enrolment, day: date) -> dict[str, str]:
    rows = Responsibility.objects.filter(relationship_id=enrolment.relationship_id, days__contains=day)
    answers = rows.select_related("worker").first()
    plan = latest_plan(enrolment.relationship_id)
    period = ""
    if plan is not None and plan.made_on:
        period = f"{_day(plan.made_on)} – {_day(plan.ends_on)}".strip(" –")
    return {
        "official": answers.worker.get_full_name() if answers and answers.worker else "",
        "plan": period,
        "training-recommendation": enrolment.measure.title if enrolment.measure else enrolment.course.name,
    }


def _of_studies(enrolment: Enrolment) -> dict[str, str]:
    earlier = Enrolment.objects.filter(
        person_id=enrolment.person_id, state__in=STUDENT, started_on__lt=enrolment.started_on or date.max
    ).exclude(pk=enrolment.pk)
    test = TestResult.objects.filter(enrolment=enrolment, kind=TestKind.ENTRY).order_by("-id").first()
    level = levels_text(test) if test else enrolment.entry_level
    return {
        "entry-test": level,
        "earlier-training": "; ".join(
            f"{row.course.name}: {row.get_state_display()}"
            for row in earlier.select_related("course").order_by("started_on", "id")
        ),
    }


def levels_text(test: TestResult) -> str:
    """ "listening A2.1, speaking A1.3", in the page's language."""
    words = {
        "listening": _("listening"),
        "speaking": _("speaking"),
        "reading": _("reading"),
        "writing": _("writing"),
    }
    known = sources.levels()
    codes = {skill: getattr(test, skill) for skill in SKILLS}
    return ", ".join(f"{words[skill]} {code}" for skill, code in codes.items() if code in known)


def _language(code: str) -> str:
    found = reference.language(code) if code else None
    return found.name() if found else ""


def _day(day: date | None) -> str:
    return f"{day.day}.{day.month}.{day.year}" if day else ""
