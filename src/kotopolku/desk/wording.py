"""Words of the desk's refusals, by code; ``clients.wording`` says them in the language in use."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext_noop as _

from kotopolku.clients.rules import Refusal

REFUSALS = {
    "text-required": _("Write something."),
    "text-long": _("The text is too long: at most %(most)s characters fit."),
    "task-required": _("Write what is to be done."),
    "due-past": _("The last day has passed already. Choose today or a later day."),
    "task-closed": _("The task is not open any more. Open it again first."),
    "task-open": _("The task is open already."),
    "unknown-worker": _("Choose somebody who works in your organisation on this day."),
    "note-future": _("The day is in the future. Write the note when it has happened."),
    "unknown-category": _("Choose what the note is about."),
    "unknown-language": _("Choose a language from the list."),
    "note-removed": _("The note has been taken away. Put it back first."),
    "reason-required": _("Write in a few words why. The reason is kept in the journal."),
    "title-required": _("Write what the document is."),
    "title-name": _(
        "Write what the document is, without the client's name: titles are seen in lists and in the names of files."
    ),
    "file-required": _("Choose a file."),
    "file-empty": _("The file is empty. Check that you chose the right one."),
    "file-large": _("The file is too large: %(size)s MB. At most %(most)s MB fit."),
    "file-kind": _("This kind of file cannot be attached. Attach a PDF, PNG, JPG, DOCX, XLSX or TXT file."),
    "file-ending": _(
        "The content of the file is %(found)s, but its name says something else. "
        "Give the name the ending .%(found)s if you trust the file."
    ),
    "file-program": _("This file is a program, whatever its name says. Programs cannot be attached."),
    "file-page": _("Web pages and drawings (HTML, SVG, XML) cannot be attached. Save the file as PDF."),
    "file-old-office": _("This is a file of an old office program. Save it as DOCX, XLSX or PDF."),
    "file-archive": _("Packed archives (ZIP) cannot be attached. Attach the files one by one."),
    "file-bomb": _("The file would grow too large when it is opened. It was not taken."),
    "file-locked": _(
        "The file is locked with a password, so it cannot be checked. Save it without the password."
    ),
    "file-macros": _("The file holds macros or programs. Save it without them, for example as PDF."),
    "file-broken": _("The file is broken and cannot be opened. Save it again and try once more."),
    "file-virus": _("A virus was found in the file. It was not taken. Tell your IT support."),
    "file-not-stored": _(
        "The file could not be stored just now. Nothing was saved. Try again; if it does not help, tell the administrator."
    ),
    "file-vanished": _(
        "The file is not in its place on the server, or it has changed there. Tell the administrator."
    ),
    "file-waiting": _("The document waits for the virus check. It can be opened when it has been checked."),
    "not-read-by-client": _(
        "The document cannot be shown to the client before it has been checked for viruses."
    ),
}


def said(refusals: Iterable[Refusal]) -> list[Refusal]:
    """Refusals of ``rules`` with their words."""
    return [replace(one, message=REFUSALS.get(one.code, one.message)) for one in refusals]


def refusal(field: str, code: str, **params: object) -> Refusal:
    return Refusal(field, code, REFUSALS[code], params)
