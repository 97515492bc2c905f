"""Words about a case or proposal that has gone on meanwhile. Not for deciding it."""

from django.utils.translation import gettext as _

from kotopolku import law
from kotopolku.clients.wording import language
from kotopolku.placement.case_rules import Answered


def answered_text(error: Answered) -> str:
    """Why an act came too late: what has happened, on which day and by whom."""
    sentences = {
        "accepted": _("It has been accepted already."),
        "declined": _("It has been declined already."),
        "proposed": _("The case has been proposed to a municipality already."),
        "waiting": _("The case waits for a municipality: it has not been accepted yet."),
        "directed": _("The case has been directed already."),
        "planned": _("The arrival has been planned already."),
        "arrived": _("The people have arrived already."),
        "withdrawn": _("It was taken back meanwhile."),
        "transferred": _("The case was transferred to another region."),
        "independent": _("The people moved on their own, and the case has ended."),
        "open": _("The municipality has not answered yet."),
    }
    text = sentences.get(error.state, _("It has gone on meanwhile."))
    if error.on is not None:
        day = law.day_text(error.on, language())
        text += " " + (
            _("Done on %(day)s by %(name)s.") % {"day": day, "name": error.who}
            if error.who
            else _("Done on %(day)s.") % {"day": day}
        )
    return text + " " + _("Nothing was changed.")
