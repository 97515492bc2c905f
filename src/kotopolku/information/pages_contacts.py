"""Whom to call: the directory for readers, and for editors where a contact's card is used.

Not for: keeping contacts (``actors.pages_contacts``).
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Contact
from kotopolku.information.queries import contact_uses, directory
from kotopolku.information.revisions import Reader, revised

LONGEST = 60


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "")[:LONGEST]


@require_safe
@revised
def contacts(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Contacts of the organisations that answer in the space, narrowed by area, topic, organisation and language."""
    wanted = directory.Wanted(
        _asked(request, "area"),
        _asked(request, "topic"),
        _asked(request, "organisation"),
        _asked(request, "served"),
    )
    asked = _asked(request, "page")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    found = directory.directory(reader.space, reader.language.code, reader.day, wanted, number)
    context = {
        "reader": reader,
        "space": reader.space,
        "directory": found,
        "earlier": found.page - 1,
        "later": found.page + 1 if found.page < found.pages else 0,
        "narrowed": wanted != directory.Wanted(),
        "wanted": wanted,
        "description": _("Whom to call today: people and services that help those who have moved to Finland"),
    }
    return render(request, "information/public/contacts.html", context)


@needs(Capability.CONTENT_EDIT)
@require_safe
def uses(request: ViewerRequest, contact_id: int) -> HttpResponse:
    """Every text that shows a contact as a live card, whoever keeps it; what is not published only of one's own."""
    contact = get_object_or_404(Contact.objects.select_related("organisation"), pk=contact_id)
    context = {
        "contact": contact,
        "today": actors.who_answers_today(contact, request.viewer.day),
        "uses": contact_uses.uses(request.viewer, contact.pk),
    }
    return render(request, "information/contacts/uses.html", context)
