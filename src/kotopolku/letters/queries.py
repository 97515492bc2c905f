"""What pages ask about letters: a client's letters, what a letter would say, whom to ask today.

Not for: writing (``actions.py``).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Contact
from kotopolku.actors.queries import TodaysContact, who_answers_today
from kotopolku.clients import access
from kotopolku.clients.access import Case
from kotopolku.clients.models import Responsibility
from kotopolku.clients.rules import non_disclosure_in_force
from kotopolku.letters import rules, sources
from kotopolku.letters.models import Channel, Letter, LetterState

LIMIT = 200
"""Letters on one page."""
OPEN_TO_THE_CLIENT = (LetterState.SENT, LetterState.DELIVERED)


def of_client(viewer: Viewer, relationship_id: int) -> list[Letter]:
    """The client's letters, newest first. Raises ``NotVisible``."""
    require(viewer, Capability.CLIENT_VIEW)
    access.case(viewer, relationship_id)
    return list(_newest().filter(relationship_id=relationship_id)[:LIMIT])


def one(viewer: Viewer, relationship_id: int, letter_id: int) -> Letter:
    """One letter of one client. Raises ``NotVisible``."""
    access.case(viewer, relationship_id)
    found = _newest().filter(relationship_id=relationship_id, pk=letter_id).first()
    if found is None:
        raise NotVisible
    return found


def sent_by(viewer: Viewer, state: str = "") -> list[Letter]:
    """Letters that the viewer's authority has written, newest first: the register of letters."""
    require(viewer, Capability.CLIENT_VIEW)
    rows = _newest().filter(organisation=viewer.organisation_id).select_related("relationship__person")
    return list((rows.filter(state=state) if state else rows)[:LIMIT])


def of_person(viewer: Viewer, person_id: int) -> list[Letter]:
    """Letters that were sent to the client, for the own page: by whatever channel, newest first.

    Raises ``NotVisible`` for a person whose path the viewer may not open.
    """
    require(viewer, Capability.OWN_PATH)
    if viewer.own is None or person_id not in viewer.own.persons:
        raise NotVisible
    return list(_newest().filter(person_id=person_id, state__in=OPEN_TO_THE_CLIENT)[:LIMIT])


def own_letter(viewer: Viewer, person_id: int, letter_id: int) -> Letter:
    """One letter of the client at the own page. Raises ``NotVisible``."""
    found = next((letter for letter in of_person(viewer, person_id) if letter.pk == letter_id), None)
    if found is None:
        raise NotVisible
    return found


def _newest() -> "QuerySet[Letter]":
    return Letter.objects.select_related("written_by", "organisation").order_by("-written_at", "-id")


def contact_today(responsibility: Responsibility, day: date) -> TodaysContact | None:
    """Whom the client can ask on the day: the own worker's contact or its deputy; None when the worker has none."""
    if responsibility.worker_id is None:
        return None
    contact = Contact.objects.filter(
        user_id=responsibility.worker_id, organisation_id=responsibility.authority_id, valid__contains=day
    ).first()
    return who_answers_today(contact, day) if contact else None


def language_name(code: str, in_language: str) -> str:
    """The name of a language in a language, "suomi" or "Finnish"."""
    return str(Locale.parse(in_language, sep="-").languages.get(code.partition("-")[0], code))


def day_words(day: date, language: str) -> str:
    """The day as the letter's language writes it, with its weekday."""
    return str(format_date(day, "full", locale="en_GB" if language == "en" else language.replace("-", "_")))


def day_in_sentence(day: date, language: str) -> str:
    """The same inside a sentence: Finnish inflects the weekday, "perjantaina 27. marraskuuta 2026"."""
    if language == "fi":
        return str(format_date(day, "EEEE d. MMMM y", locale=language))
    return day_words(day, language)


def content(
    case: Case,
    template: sources.Template,
    values: Mapping[str, str | date],
    *,
    language: str,
    beside: str,
    number: str,
    day: date,
    address: list[str],
) -> dict[str, Any]:
    """The whole letter as it is set and kept: the binding part, then the same in the client's language.

    ``values``: what the worker typed, days as dates. ``address``: receiver's lines under the name; empty = by hand.
    """
    contact = contact_today(case.responsibility, day)
    languages = [language, *([beside] if beside and beside != language else [])]
    parts = [
        _part(case, template, values, code, number, day, address, contact, binding=language)
        for code in languages
    ]
    return {
        "title": parts[0]["title"],
        "organisation": case.responsibility.authority.name,
        "number": number,
        "footer": f"{case.responsibility.authority.name}, {number}",
        "parts": parts,
    }


def _part(
    case: Case,
    template: sources.Template,
    values: Mapping[str, str | date],
    code: str,
    number: str,
    day: date,
    address: list[str],
    contact: TodaysContact | None,
    *,
    binding: str,
) -> dict[str, Any]:
    words = sources.words(code)
    rtl = code in sources.RIGHT_TO_LEFT
    written = {
        name: day_in_sentence(value, code)
        if isinstance(value, date)
        else rules.apart(value.strip(), right_to_left=rtl)
        for name, value in values.items()
    }
    fixed, notes = words.fixed, []
    if template.decision:
        notes.append(fixed["appeal"])
    notes += [_questions(words, case, contact), fixed["interpreter"]]
    if code != binding:
        notes.append(fixed["beside"].format(language=language_name(binding, code)))
        if not words.checked_by:
            notes.append(fixed["unchecked"])
    return {
        "lang": code.partition("-")[0],
        "rtl": rtl,
        "day": day_words(day, code),
        "receiver": [
            rules.apart(line, right_to_left=rtl)
            for line in (case.relationship.person.name, *(address or [fixed["given_by_hand"]]))
        ],
        "facts": [
            [name, rules.apart(value, right_to_left=rtl)]
            for name, value in (
                (fixed["decided"] if template.decision else fixed["number"], number),
                (fixed["client_number"], case.relationship.case_number),
            )
        ],
        "title": words.titles[template.id],
        "paragraphs": rules.filled(words.paragraphs[template.id], written),
        "laws": _laws(template, code, day),
        "notes": notes,
    }


def _questions(words: sources.Words, case: Case, contact: TodaysContact | None) -> str:
    if contact is None or not contact.answers.telephone:
        return words.fixed["questions_office"].format(organisation=case.responsibility.authority.name)
    rtl = words.language in sources.RIGHT_TO_LEFT
    values = {
        name: rules.apart(value, right_to_left=rtl)
        for name, value in (
            ("worker", contact.answers.display_name),
            ("telephone", contact.answers.telephone),
            ("away", contact.contact.display_name),
        )
    }
    if contact.is_deputy:
        return words.fixed["questions_deputy"].format(**values)
    return words.fixed["questions"].format(**values)


def _laws(template: sources.Template, code: str, day: date) -> list[str]:
    """Contents of the Act, which has words in the binding languages only."""
    if template.laws != "duties-and-rights" or code not in sources.BINDING:
        return []
    items = law.duties_and_rights(law.first_plan_end(day).rule.act)
    return [f"{item.texts[code]} ({item.citation(code)})" for item in items]


def receiver_address(case: Case, viewer: Viewer) -> list[str]:
    """Postal address for paper; empty under a non-disclosure order: then the letter is handed over."""
    person = case.relationship.person
    if non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, viewer.day):
        return []
    contact = getattr(person, "contact", None)
    if contact is None or not contact.street_address:
        return []
    return [contact.street_address, f"{contact.postal_code} {contact.post_office}".strip()]


def as_told_now(letter: Letter, day: date) -> dict[str, Any]:
    """The letter's content without its postal address when a non-disclosure order came after the letter was written."""
    person = letter.person
    if not non_disclosure_in_force(person.non_disclosure, person.non_disclosure_until, day):
        return dict(letter.content)
    parts = []
    for part, code in zip(letter.content["parts"], (letter.language, letter.beside), strict=False):
        by_hand = rules.apart(
            sources.words(code).fixed["given_by_hand"], right_to_left=code in sources.RIGHT_TO_LEFT
        )
        parts.append({**part, "receiver": [*part["receiver"][:1], by_hand]})
    return {**letter.content, "parts": parts}


def template_name(template_id: str) -> str:
    """The letter's name for staff, in the page's language."""
    return {
        "invitation": _("Invitation to a meeting"),
        "invitation-assessment": _("Invitation to an assessment"),
        "plan-cover": _("Plan, covering letter"),
        "duties-and-rights": _("Rights and duties"),
        "decision-extension": _("Decision on an extension"),
        "plan-end": _("End of the plan"),
        "absence-warning": _("Warning of absence (681/2023 §32a)"),
        "decision-fee": _("Decision on a fee (681/2023 §32a)"),
        "course-offer": _("Offer of a place in a course"),
        "hand-over": _("Hand-over to another authority"),
    }.get(template_id, template_id)


def channels(viewer: Viewer, case: Case) -> list[str]:
    """Ways in which this letter can be sent now."""
    from kotopolku.letters import suomifi

    found = [Channel.PAPER.value, Channel.OWN_PAGE.value]
    if suomifi.is_configured() and case.relationship.person.identity_code:
        found.append(Channel.MESSAGES.value)
    return found
