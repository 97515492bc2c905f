"""Contacts and their deputies, kept by the organisation itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors import extensions, rules, sources
from kotopolku.actors.access import require_own
from kotopolku.actors.models import Contact, Deputy, Organisation, User, date_range
from kotopolku.actors.rules import EditClash, Refusal
from kotopolku.journal.actions import record
from kotopolku.reference import queries as reference


@dataclass(frozen=True)
class ContactFacts:
    """What people type of a contact. Days inclusive; an empty `municipalities` means the whole area."""

    valid_from: date
    name: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    telephone: str = ""
    email: str = ""
    topics: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    valid_until: date | None = None
    languages: tuple[str, ...] = ()
    """Codes of the languages in which one is served."""
    order: int = 0
    public: bool = True


@transaction.atomic
def add_contact(
    *, actor: Viewer, organisation: Organisation, facts: ContactFacts, user: User | None = None
) -> Contact:
    """A new contact of the organisation. Raises `Refusal` naming the field that is wrong."""
    require_own(actor, organisation.pk, Capability.CONTACTS_MANAGE)
    contact = Contact.objects.create(organisation=organisation, user=user, **_checked(facts))
    record("actors.contact.add", actor=actor, object=("actors.contact", contact.pk))
    extensions.contact_changed(contact.pk)
    return contact


@transaction.atomic
def change_contact(*, actor: Viewer, contact: Contact, facts: ContactFacts, expected_version: int) -> Contact:
    """New facts of a contact. Raises `Refusal`, or `EditClash` when somebody changed it since it was opened."""
    require_own(actor, contact.organisation_id, Capability.CONTACTS_MANAGE)
    current = Contact.objects.select_for_update().get(pk=contact.pk)
    if current.version != expected_version:
        raise EditClash
    for name, value in _checked(facts).items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    extensions.contact_changed(current.pk)
    record("actors.contact.change", actor=actor, object=("actors.contact", current.pk))
    return current


@transaction.atomic
def end_contact(*, actor: Viewer, contact: Contact, last_day: date) -> None:
    """The contact answers to the end of `last_day`."""
    require_own(actor, contact.organisation_id, Capability.CONTACTS_MANAGE)
    first = contact.valid.lower
    if first is not None and last_day < first - timedelta(days=1):
        raise Refusal("last_day", _("The last day is before the first."))
    contact.valid = date_range(first, last_day)
    contact.version += 1
    contact.save(update_fields=["valid", "version"])
    record("actors.contact.end", actor=actor, object=("actors.contact", contact.pk))
    extensions.contact_changed(contact.pk)


@transaction.atomic
def set_deputy(
    *, actor: Viewer, contact: Contact, deputy: Contact, first: date, last: date | None, reason: str = ""
) -> Deputy:
    """`deputy` answers for `contact` from `first` to `last`, both included. Deputies of one contact cannot overlap."""
    require_own(actor, contact.organisation_id, Capability.CONTACTS_MANAGE)
    if deputy.pk == contact.pk:
        raise Refusal("deputy", _("A person cannot be their own deputy."))
    if last is not None and last < first:
        raise Refusal("last", _("The last day is before the first."))
    span = date_range(first, last)
    Contact.objects.select_for_update().get(pk=contact.pk)
    if Deputy.objects.filter(contact=contact, days__overlap=span).exists():
        raise Refusal("first", _("There is already a deputy on some of these days."))
    row = Deputy.objects.create(contact=contact, deputy=deputy, days=span, reason=reason.strip())
    record(
        "actors.deputy.set", actor=actor, object=("actors.contact", contact.pk), details={"deputy": deputy.pk}
    )
    extensions.contact_changed(contact.pk)
    return row


@transaction.atomic
def remove_deputy(*, actor: Viewer, deputy: Deputy) -> None:
    """Takes away a deputy's days, for example when the person comes back sooner."""
    require_own(actor, deputy.contact.organisation_id, Capability.CONTACTS_MANAGE)
    contact_id = deputy.contact_id
    deputy.delete()
    record("actors.deputy.remove", actor=actor, object=("actors.contact", contact_id))
    extensions.contact_changed(contact_id)


def _checked(facts: ContactFacts) -> dict[str, Any]:
    titles = {language: text.strip() for language, text in facts.titles.items() if text.strip()}
    if not facts.name.strip() and not titles:
        raise Refusal("name", _("Give a name or a title."))
    if not facts.telephone.strip() and not facts.email.strip():
        raise Refusal("telephone", _("Give a telephone number or an e-mail address."))
    if facts.valid_until is not None and facts.valid_until < facts.valid_from:
        raise Refusal("valid_until", _("The last day is before the first."))
    if unknown := [topic for topic in facts.topics if topic not in sources.duties()]:
        raise Refusal("topics", _("There is no topic %(topic)s.") % {"topic": unknown[0]})
    for language in facts.languages:
        if reference.language(language) is None:
            raise Refusal("languages", _("There is no language %(code)s.") % {"code": language})
    for code in facts.municipalities:
        try:
            reference.municipality(code, facts.valid_from)
        except reference.UnknownMunicipality as error:
            raise Refusal("municipalities", error.message) from error
    return {
        "name": " ".join(facts.name.split()),
        "title": titles,
        "telephone": _telephone(facts.telephone),
        "email": _email(facts.email),
        "topics": list(facts.topics),
        "municipalities": list(facts.municipalities),
        "languages": list(dict.fromkeys(facts.languages)),
        "order": facts.order,
        "public": facts.public,
        "valid": date_range(facts.valid_from, facts.valid_until),
    }


def _telephone(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return rules.telephone(text)
    except ValueError as error:
        message = _("This is not a telephone number. Write it for example 0295 021 500 or +358 295 021 500.")
        raise Refusal("telephone", message) from error


def _email(text: str) -> str:
    email = text.strip().lower()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refusal(
                "email", _("This is not an e-mail address. Write it for example name@example.fi.")
            ) from error
    return email
