"""Words of the exchange: why a file cannot be read, what is wrong in a row and how to mend it. Not for deciding it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kotopolku.clients.rules import Refusal
from kotopolku.clients.wording import REFUSALS, refusal_text
from kotopolku.exchange.rules import Fault
from kotopolku.tabular import WORDS, Unreadable

UNREADABLE = WORDS | {
    "too-big": gettext_noop(
        "The file is larger than %(megabytes)s MB. Divide it, or use the command kotopolku clients import."
    ),
    "too-many": gettext_noop(
        "The file has more than %(rows)s rows. Divide it, or use the command kotopolku clients import."
    ),
    "bomb": gettext_noop(
        "The XLSX file unpacks to far more than a table of clients needs. It was not opened."
    ),
    "json-shape": gettext_noop(
        "The JSON file is not a list of clients. Write a list of objects, or an object with the list “clients”."
    ),
}
FAULTS = {
    "formula": (gettext_noop("The cell holds a formula."), gettext_noop("Put the value in its place.")),
    "long": (gettext_noop("The text is longer than %(longest)s characters."), gettext_noop("Shorten it.")),
    "day": (gettext_noop("This is not a day."), gettext_noop("Write it as 29.4.2024 or 2024-04-29.")),
    "yes-no": (
        gettext_noop("This is neither yes nor no."),
        gettext_noop("Write yes or no, 1 or 0, or leave it empty."),
    ),
    "choice": (
        gettext_noop("This is not one of the values."),
        gettext_noop("Use a value or a name that the page of fields lists."),
    ),
    "language": (
        gettext_noop("No language has this name or code."),
        gettext_noop("Write the code, such as “ar”, or the name."),
    ),
    "country": (
        gettext_noop("No country has this name or code."),
        gettext_noop("Write the three-letter code, such as “SYR”, or the name."),
    ),
    "municipality": (
        gettext_noop("No municipality has this name or code today."),
        gettext_noop("Write the three-digit code, such as “092”, or the name."),
    ),
    "email": (gettext_noop("This is not an e-mail address."), gettext_noop("Mend it, or leave it empty.")),
    "needed": (gettext_noop("This is needed."), gettext_noop("Fill in the cell.")),
    "permit-part": (
        gettext_noop("A permit needs its ground and first day."),
        gettext_noop("Fill in the cell, or leave all of the permit empty."),
    ),
    "day-of": (
        gettext_noop("The day is missing, but other things are told of it."),
        gettext_noop("Fill in the day, or leave the others empty."),
    ),
    "further-measure": (
        gettext_noop("The Act has no such further measure."),
        gettext_noop("Use the names of the decree."),
    ),
    "goal-number": (
        gettext_noop("There is no goal with this number."),
        gettext_noop("Number the measure by its goal: 1, 2…"),
    ),
    "no-goal": (
        gettext_noop("Measures are told without a goal."),
        gettext_noop("Write the goal that they serve."),
    ),
    "columns": (
        gettext_noop("The row has more cells than the header."),
        gettext_noop("Look for a separator inside a text; put such a text in quotation marks."),
    ),
    "twice": (
        gettext_noop("The same client is on row %(row)s already."),
        gettext_noop("Keep one of the two rows."),
    ),
    "taken": (
        gettext_noop("A client of another authority has this identity code."),
        gettext_noop("Ask %(authority)s to hand the client over."),
    ),
}
COLUMNS = {
    "field-unknown": gettext_noop("There is no such field."),
    "field-twice": gettext_noop("Two columns are given to the same field. Choose one."),
    "field-missing": gettext_noop(
        "Choose the column that holds this. A client cannot be brought in without it."
    ),
    "field-key": gettext_noop(
        "Choose the column of the identity code, the birth date or the source's own identifier: rows are told apart by it."
    ),
}


def unreadable_text(error: Unreadable) -> str:
    return _(UNREADABLE[error.code]) % error.params


HIDDEN_AUTHORITY = gettext_noop("By law another authority answers. The non-disclosure order hides which one.")


def fault_texts(fault: Fault) -> tuple[str, str]:
    """What is wrong, and how to mend it; the second is empty when the first says it."""
    if fault.why.code in FAULTS and not fault.why.message:
        what, mend = FAULTS[fault.why.code]
        return _(what) % fault.why.params, _(mend) % fault.why.params
    return refusal_text(fault.why), ""


def column_text(refusal: Refusal) -> str:
    return _(COLUMNS.get(refusal.code) or REFUSALS[refusal.code])


def as_refusal(fault: Fault) -> Refusal:
    """The fault as a refusal that a form can show."""
    if fault.why.code in FAULTS and not fault.why.message:
        return Refusal(fault.field, fault.why.code, FAULTS[fault.why.code][0], fault.why.params)
    return fault.why
