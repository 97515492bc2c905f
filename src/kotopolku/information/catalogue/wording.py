"""What the service catalogue's parts are called on pages and in commands: fields, problems of a run, warnings.

Not for: deciding anything.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from kotopolku.information import hours_rules, wording_public
from kotopolku.information.catalogue.structures import LANGUAGES, POINTS, WITHDRAW
from kotopolku.information.models import EntryState, PriceKind
from kotopolku.reference import queries as reference

FIELDS: Mapping[str, Promise] = {
    "names": _("Name"),
    "summaries": _("In a sentence"),
    "descriptions": _("Description"),
    "how_to": _("How to get it"),
    "requirements": _("Who can get it"),
    "price_notes": _("About the price"),
    "price": _("Price"),
    "languages": _("Languages in which one is served"),
    "municipalities": _("Municipalities"),
    "nationwide": _("In the whole country"),
    "channels": _("Further ways"),
    "points": _("Service points"),
    "street": _("Street address"),
    "postal_code": _("Postal code"),
    "city": _("Post town"),
    "municipality": _("Municipality"),
    "telephone": _("Telephone"),
    "email": _("E-mail"),
    "web": _("Web address"),
    "hours": _("Opening hours"),
    "withdraw": _("Archived in the service catalogue"),
}
PROBLEMS: Mapping[str, Promise] = {
    "file-not-readable": _("The file %(file)s cannot be read. Check its name and that you may open it."),
    "file-cut": _(
        "The file %(file)s breaks off in the middle. The %(count)s whole items of it have been stored. Fetch the file "
        "again and run the same command: what is there already is not stored twice."
    ),
    "not-answering": _(
        "The service catalogue does not answer. What came before has been stored. Run the same command later: it goes on."
    ),
    "half-answer": _(
        "The service catalogue sent half an answer, also when asked again. What came before has been stored. Run the same "
        "command later: it goes on."
    ),
    "page-missing": _(
        "Page %(page)s of the service catalogue's answer is missing. What came before has been stored. Run the same command "
        "later: it goes on."
    ),
    "items-missing": _(
        "The service catalogue left out %(count)s of the items asked for. What came before has been stored. Run the same "
        "command later: it goes on."
    ),
    "refused": _("The service catalogue refuses with the status %(status)s. Check the address."),
    "address-not-secure": _("The address of the service catalogue must begin with https://."),
    "many-organisations": _(
        "The data are of %(count)s organisations that are not linked to ours: %(names)s. Link each on the page of the service "
        "catalogue, then run the command again."
    ),
}
WARNINGS: Mapping[str, Promise] = {
    "email-personal": _("The e-mail looks like a person's and is left out. Give the mailbox of a role."),
    "lacking": _("The catalogue needs this text in Finnish."),
    "too-long": _("The text is longer than the catalogue takes."),
    "hours-season": _("The catalogue has hours of a season. They will be lost when ours are sent."),
}
YES, NO = _("yes"), _("no")
NOTHING = pgettext_lazy("value", "nothing")


def problem(code: str, params: Mapping[str, Any]) -> str:
    """Why a run ended early, in the page's language."""
    return str(PROBLEMS[code]) % dict(params) if code in PROBLEMS else code


def field(name: str) -> str:
    return str(FIELDS.get(name, name))


def language(code: str) -> str:
    """What a language is called in the page's language; empty for a field without languages."""
    return wording_public.language_name(code) if code else ""


def value(name: str, given: Any, places: Mapping[int, str]) -> str:
    """A field's value in words. ``places``: names of the venues of service points."""
    if given in (None, "", [], {}):
        return str(NOTHING)
    if isinstance(given, bool):
        return str(_("archived") if name == WITHDRAW else YES if given else NO)
    if name == WITHDRAW:
        return str(EntryState(given).label)
    if name == "price":
        return str(PriceKind(given).label)
    if name == "languages":
        return ", ".join(map(language, given))
    if name in ("municipality", "municipalities"):
        return ", ".join(map(_municipality, [given] if isinstance(given, str) else given))
    if name == "hours":
        return hours(given)
    if name == POINTS:
        return "\n\n".join(_point(row, places) for row in given)
    if name == "channels":
        return "\n".join(": ".join([*_texts(row)[:1], str(row.get("address", ""))]) for row in given)
    return str(given)


def _municipality(code: str) -> str:
    row = reference.municipality_by_code(code)
    return row.name() if row is not None else code


def _point(row: Mapping[str, Any], places: Mapping[int, str]) -> str:
    told = (places.get(row.get("venue", 0), ""), hours(row.get("hours") or {}), row.get("telephone", ""))
    return "\n".join(part for part in (*told, *_texts(row, "notes")) if part)


def _texts(row: Mapping[str, Any], name: str = "words") -> list[str]:
    words = row.get(name) or {}
    return [words[code] for code in LANGUAGES if words.get(code)]


def hours(given: Mapping[str, Any]) -> str:
    """Opening hours, a line for each day or exception."""
    found = hours_rules.from_json(given)
    lines = []
    if found.kind == hours_rules.Kind.ALWAYS:
        lines.append(say("always open"))
    if found.kind == hours_rules.Kind.APPOINTMENT:
        lines.append(say("by appointment"))
    days = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    for day, times in sorted(found.weekly.items()):
        lines.append(f"{days[day - 1]} {hours_rules.typed_times(times)}")
    if found.exceptions:
        lines.append(hours_rules.typed_exceptions(found.exceptions, pgettext("opening hours", "closed")))
    lines += [words for words in found.notes.values() if words]
    return "\n".join(lines)
