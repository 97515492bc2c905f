"""Words of translating: states, what is told of a unit of a file, causes of a link's trouble, advice on reading.

Not for: deciding any of it.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kotopolku.information import link_checking, readability, xliff_checking
from kotopolku.information.models import Link, LinkState
from kotopolku.information.queries import translating
from kotopolku.information.xliff import Unreadable

STATES: dict[str, Promise] = {
    translating.MISSING: pgettext_lazy("translation", "missing"),
    translating.STALE: gettext_lazy("source has changed"),
    translating.MACHINE: gettext_lazy("machine-suggested"),
    translating.REVIEW: gettext_lazy("in review"),
    translating.DRAFT: gettext_lazy("draft"),
    translating.PUBLISHED: pgettext_lazy("translation", "in order"),
}
MARKS = {
    translating.MISSING: "late",
    translating.STALE: "soon",
    translating.MACHINE: "soon",
    translating.REVIEW: "now",
    translating.DRAFT: "plan",
    translating.PUBLISHED: "ok",
}
"""The mark's look by state."""

TOLD: dict[str, Promise] = {
    xliff_checking.LOST: gettext_lazy("This text is missing from the file. What is stored stays."),
    xliff_checking.ADDED: gettext_lazy("The page has no such text. It is left out."),
    xliff_checking.TWICE: gettext_lazy("This text is in the file twice. Neither is taken in."),
    xliff_checking.OTHER_PAGE: gettext_lazy("This page is not one of this site's, or has been taken out."),
    xliff_checking.OTHER_VERSION: gettext_lazy(
        "The page has no such version, or the file mixes two versions."
    ),
    xliff_checking.INLINE_LOST: gettext_lazy("A link mark of the source was lost. Put it back in the file."),
    xliff_checking.INLINE_ADDED: gettext_lazy("There is a link mark that the source does not have."),
    xliff_checking.INLINE_TWICE: gettext_lazy("A link mark is there twice."),
    xliff_checking.INLINE_BROKEN: gettext_lazy("A mark inside the text is broken."),
    xliff_checking.LINK_BROKEN: gettext_lazy(
        "A link is broken: it is written as [words](address), with no space between."
    ),
    xliff_checking.LINK_LOST: gettext_lazy("The source has a link that the translation does not have."),
    xliff_checking.LINK_OTHER: gettext_lazy(
        "A link leads to another address than in the source. Check that it is meant so."
    ),
    xliff_checking.BAD_ADDRESS: gettext_lazy("A link has an address that cannot be led to."),
    xliff_checking.TOO_LONG: gettext_lazy("The text is too long for its place."),
    xliff_checking.GONE_PART: gettext_lazy("The source does not have this text any more."),
    xliff_checking.SOURCE_CHANGED: gettext_lazy(
        "The source has changed since the file was made. The translation will be marked as such."
    ),
    xliff_checking.SOURCE_EDITED: gettext_lazy(
        "The source's text has been changed in the file. Check what was translated."
    ),
    xliff_checking.UNTRANSLATED: gettext_lazy("Not translated in the file. What is stored stays."),
}
FILE_FAULTS: dict[str, Promise] = {
    xliff_checking.OTHER_LANGUAGE: gettext_lazy("The file is in another language than the one you chose."),
    xliff_checking.OTHER_SOURCE: gettext_lazy(
        "The file was translated from another language than this site's own."
    ),
    xliff_checking.OTHER_SPACE: gettext_lazy("The file is of another site."),
}
PAGE_FAULTS: dict[str, Promise] = {
    xliff_checking.NO_TITLE: gettext_lazy(
        "The page has no title in this language. Nothing of it can be taken in."
    ),
    xliff_checking.INCOMPLETE: gettext_lazy(
        "A part of the page would be without a text that it needs. Nothing of the page can be taken in."
    ),
}
UNREADABLE: dict[str, Promise] = {
    "too-large": gettext_lazy("The file is larger than %(most)s MB. Send the texts in parts."),
    "empty": gettext_lazy("The file is empty."),
    "not-xml": gettext_lazy("The file is broken at line %(line)s: it is not XML."),
    "doctype": gettext_lazy(
        "The file declares a document type. That is not allowed, for safety. Export it again without one."
    ),
    "not-xliff": gettext_lazy("The file is not an XLIFF file."),
    "other-version": gettext_lazy("The file is XLIFF of the version %(version)s. Version 2.0 is needed."),
    "no-units": gettext_lazy("The file has no texts in it."),
    "too-many": gettext_lazy("The file has more than %(most)s texts. Send them in parts."),
}


def unreadable_text(error: Unreadable) -> str:
    """Why a file cannot be read."""
    return str(UNREADABLE[error.code]) % error.params


CAUSES: dict[str, Promise] = {
    "": gettext_lazy("The page opens."),
    "shut": gettext_lazy("The site is there, but lets no program in. It opens for a person."),
    "moved": gettext_lazy("The site says that the page has moved for good."),
    "to-front": gettext_lazy(
        "The address now leads to the front page of the site: the page itself has probably gone."
    ),
    "not-found": gettext_lazy("The site answers, but says that there is no such page (404)."),
    "taken-away": gettext_lazy("The site says that the page has been taken away for good (410)."),
    "no-such-name": gettext_lazy(
        "There is no site of this name. The name is misspelt, or the site has been closed."
    ),
    "no-names": gettext_lazy("The name of the site could not be looked up. That may be our network's fault."),
    "busy": gettext_lazy("The site is too busy, or has had too many questions from us (429)."),
    "server-fault": gettext_lazy("The site has a fault of its own."),
    "refused": gettext_lazy("The site refuses the question."),
    "timeout": gettext_lazy("The site did not answer in time."),
    "slow-answer": gettext_lazy("The site answers very slowly."),
    "certificate": gettext_lazy("The site's certificate is not valid: browsers warn their readers."),
    "no-server": gettext_lazy("Nobody answers at this address: the server is switched off or shut."),
    "broken-off": gettext_lazy("The connection broke off."),
    "loop": gettext_lazy("The site sends one round in a circle."),
    "not-web": gettext_lazy("This is not a web address that can be asked."),
    "inner-address": gettext_lazy("The address leads into an inner network. Readers outside cannot open it."),
}


def cause_text(link: Link) -> str:
    """What the last check found, in plain words, and when an address will be called gone."""
    if link.state == LinkState.UNCHECKED:
        return _("It will be asked next night.")
    words = str(CAUSES.get(link.cause, CAUSES["broken-off"]))
    if link.state == LinkState.SLOW and link.cause in ("not-found", "taken-away", "no-such-name"):
        left = max(link_checking.FAILED_DAYS - link.failures, 1)
        more = _("If it is so on %(days)s more days, the address is called gone.") % {"days": left}
        return f"{words} {more}"
    return words


LINK_MARKS = {
    LinkState.UNCHECKED: "plan",
    LinkState.FINE: "ok",
    LinkState.MOVED: "soon",
    LinkState.SLOW: "now",
    LinkState.GONE: "late",
}
LEVELS: dict[str, Promise] = {
    "easy": pgettext_lazy("text", "easy to read"),
    "fair": pgettext_lazy("text", "fairly easy to read"),
    "hard": pgettext_lazy("text", "hard to read"),
}
KINDS: dict[str, Promise] = {
    "page": gettext_lazy("The page"),
    "text": pgettext_lazy("block", "Text"),
    "steps": pgettext_lazy("block", "Steps"),
    "notice": pgettext_lazy("block", "Notice"),
    "contact": pgettext_lazy("block", "Contact"),
    "service": pgettext_lazy("block", "Service"),
    "event": pgettext_lazy("block", "Event"),
    "form": pgettext_lazy("block", "Form"),
    "download": pgettext_lazy("block", "Download"),
    "picture": pgettext_lazy("block", "Picture"),
}
FIELDS: dict[str, Promise] = {
    "title": pgettext_lazy("page", "Title"),
    "summary": pgettext_lazy("page", "Summary"),
    "heading": gettext_lazy("Heading"),
    "text": gettext_lazy("Text"),
    "label": gettext_lazy("Words of the link"),
    "alt": gettext_lazy("Alternative text"),
    "address": gettext_lazy("Web address"),
}


def part_name(kind: str, field: str, number: int = 0) -> str:
    """What a text is: of which block, which field, which step."""
    block, name = KINDS.get(kind, ""), FIELDS.get(field, field)
    if number:
        return _("%(block)s %(number)s: %(field)s") % {"block": block, "number": number, "field": name}
    return _("%(block)s: %(field)s") % {"block": block, "field": name} if kind else str(name)


def advice_text(advice: readability.Advice) -> str:
    """One piece of advice in words."""
    params: dict[str, Any] = {"word": advice.word, "better": advice.better, "number": advice.number}
    if advice.kind == readability.LONG_SENTENCE:
        return _("The sentence has %(number)s words. Could it be two sentences?") % params
    if advice.kind == readability.LONG_WORD:
        return _("“%(word)s” is a long word. Could it be said with shorter ones?") % params
    if advice.kind == readability.HEAVY and advice.better not in ("", "–"):
        return _("“%(word)s” is a heavy word. Plainer: %(better)s.") % params
    if advice.kind == readability.HEAVY:
        return _("“%(word)s” is a heavy word. It can often be left out.") % params
    return _("“%(word)s” does not say who does it. Could the doer be named?") % params
