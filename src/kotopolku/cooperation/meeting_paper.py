"""The agenda of a meeting on paper (tagged PDF), as the reader may see it. Not for: minutes."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kotopolku import writing
from kotopolku.cooperation.meeting_calendar import name_of
from kotopolku.cooperation.models import Meeting, MeetingState
from kotopolku.cooperation.queries.meetings import Entry
from kotopolku.letters import booklet


def as_guide(meeting: Meeting, entries: Sequence[Entry], *, with_link: bool) -> dict[str, Any]:
    """The agenda as data for the layout of ``letters.booklet``, in the meeting's language. ``with_link``: the remote link."""
    lang = meeting.language
    with translation.override(lang):
        title = _("Agenda: %(name)s") % {"name": name_of(meeting)}
        hours = f"{writing.clock_time(meeting.starts_at)}–{writing.clock_time(meeting.ends_at)}"
        notes = [f"{writing.long_day(meeting.starts_at)} {hours}"]
        notes += [one for one in (meeting.place, meeting.link if with_link else "") if one]
        if meeting.state == MeetingState.CANCELLED:
            notes.append(f"{pgettext('body', 'The meeting was cancelled.')} {meeting.reason}")
        if meeting.invented:
            notes.append(_("This meeting is invented: it belongs to the demonstration."))
        head = {"level": 1, "title": title, "lang": lang, "rtl": False, "notes": notes, "parts": []}
        pages = [head, *(_page(one, lang) for one in entries if one.number is not None)]
        return {
            "title": title,
            "keeper": meeting.organisation.name,
            "lang": lang,
            "rtl": False,
            "day": writing.day(meeting.called_at) if meeting.called_at else "",
            "footer": f"{meeting.body.name} · {meeting.number}/{meeting.year}",
            "contents": "",
            "pages": pages,
        }


def _page(one: Entry, lang: str) -> dict[str, Any]:
    item = one.item
    notes = [str(item.get_kind_display())]
    if one.begins is not None and item.minutes_planned:
        notes.append(
            _("at %(time)s, %(minutes)s minutes")
            % {"time": writing.clock_time(one.begins), "minutes": item.minutes_planned}
        )
    if item.presenter:
        notes.append(_("Presented by %(name)s") % {"name": item.presenter})
    if one.is_secret:
        notes.append(_("Secret: %(section)s") % {"section": item.access_reason})
    parts = booklet.parts_of(item.text) if item.text else []
    if item.proposal:
        parts.append(booklet.paragraph(_("Proposal"), bold=True))
        parts += booklet.parts_of(item.proposal)
    if one.papers:
        parts.append(booklet.paragraph(pgettext("meeting", "Papers"), bold=True))
        lines = []
        for paper in one.papers:
            words = paper.paper.title
            if paper.paper.withdrawn_at:
                words = _("%(title)s (withdrawn: %(reason)s)") % {
                    "title": words,
                    "reason": paper.paper.withdrawn_reason,
                }
            lines.append([booklet.paragraph(words)])
        parts.append({"kind": "list", "items": lines})
    return {
        "level": 2,
        "title": f"{one.number}. {item.title}",
        "lang": lang,
        "rtl": False,
        "notes": [" · ".join(notes)],
        "parts": parts,
    }
