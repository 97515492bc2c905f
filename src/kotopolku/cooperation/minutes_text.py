"""Frozen minutes in words: sections of Markdown for the page, the paper and the search, in the language in use.

Not for: what stands in them (``queries/minutes_facts.py``), what is left out for everybody (``minutes_rules.public_form``).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kotopolku import clock, law, writing
from kotopolku.cooperation.minutes_rules import SECRET
from kotopolku.cooperation.models import CallAs, SeatRole
from kotopolku.letters import booklet

_MARKS = re.compile(r"([\\`*_\[\]<>#|])")
NOTHING = "–"


@dataclass(frozen=True)
class Section:
    """A heading, without marks, with what stands under it, Markdown."""

    title: str
    text: str


def title_of(content: Mapping[str, Any]) -> str:
    """Such as "Minutes 3/2026", in the language in use."""
    return _("Minutes %(number)s") % {"number": content["number"]}


def body_of(content: Mapping[str, Any]) -> str:
    """The body's name in the language in use, else in the first that has one."""
    names: Mapping[str, str] = content.get("body", {})
    return names.get(writing.language()) or next((name for name in names.values() if name), "")


def sections(content: Mapping[str, Any]) -> list[Section]:
    """The whole in the language in use. ``content`` as it is frozen, or its public form."""
    found = [Section(pgettext("of a meeting", "Time and place"), _head(content))]
    found.append(Section(pgettext("minutes", "Present"), _people(content)))
    if content.get("absent"):
        found.append(Section(_("Absent"), _lines([_named(one) for one in content["absent"]])))
    found += [_item(one) for one in content.get("items", [])]
    if content.get("open_tasks"):
        found.append(Section(_("Open tasks of earlier meetings"), _lines(map(_task, content["open_tasks"]))))
    if content.get("checked"):
        found.append(Section(_("Checked and signed"), _lines(map(_signed, content["checked"]))))
    if content.get("changes"):
        found.append(Section(_("Corrections"), _lines(map(_correction, content["changes"]))))
    return found


def markdown(content: Mapping[str, Any]) -> str:
    """The whole as one text, for the search and for who wants it as text."""
    return "\n\n".join(f"## {plain(one.title)}\n\n{one.text}" for one in sections(content))


def as_guide(content: Mapping[str, Any], notes: Sequence[str] = ()) -> dict[str, Any]:
    """The whole as data for the layout of ``letters.booklet``, in the language of the minutes."""
    language = content["language"]
    with translation.override(language):
        title = title_of(content)
        body = body_of(content)
        said = [body, *([content["title"]] if content.get("title") else []), *notes]
        if content.get("invented"):
            said.append(_("Invented for the example: no such meeting was held."))
        head = {"level": 1, "title": title, "lang": language, "rtl": False, "notes": said, "parts": []}
        pages = [
            {
                "level": 2,
                "title": one.title,
                "lang": language,
                "rtl": False,
                "notes": [],
                "parts": booklet.parts_of(one.text),
            }
            for one in sections(content)
        ]
        return {
            "title": f"{title}, {body}",
            "keeper": content.get("keeper", ""),
            "lang": language,
            "rtl": False,
            "day": writing.day(content.get("opened_at")),
            "footer": f"{body} · {title}",
            "contents": "",
            "pages": [head, *pages],
        }


# Parts ------------------------------------------------------------------------------------------------------------------


def plain(words: str) -> str:
    """A text of one line, so that no sign in it is taken for a mark."""
    return _MARKS.sub(r"\\\1", " ".join(words.split()))


def _lines(rows: Any) -> str:
    return "\n".join(f"- {one}" for one in rows) or NOTHING


def _clock(at: str | None) -> str:
    if not at:
        return ""
    moment = datetime.fromisoformat(at).astimezone(clock.HELSINKI)
    if writing.language() == "en":
        return f"{moment.hour:02}:{moment.minute:02}"
    return f"{moment.hour}.{moment.minute:02}"


def _head(content: Mapping[str, Any]) -> str:
    opened, closed = content.get("opened_at"), content.get("closed_at")
    rows = []
    if opened:
        span = f"{_clock(opened)}–{_clock(closed)}" if closed else _clock(opened)
        rows.append(f"{writing.day(opened)} {span}")
    for began, ended in content.get("recesses", []):
        rows.append(_("Recess %(times)s") % {"times": f"{_clock(began)}–{_clock(ended)}"})
    if content.get("place"):
        rows.append(plain(content["place"]))
    if content.get("remote"):
        rows.append(_("By remote link too") if content.get("place") else _("By remote link"))
    if content.get("chair"):
        rows.append(_("Chair: %(name)s") % {"name": plain(content["chair"])})
    if content.get("secretary"):
        rows.append(_("Secretary: %(name)s") % {"name": plain(content["secretary"])})
    if content.get("quorum"):
        rows.append(_("Needed to decide: %(number)s present") % {"number": content["quorum"]})
    return _lines(rows)


def _part(one: Mapping[str, Any]) -> str:
    role = one.get("role")
    if one["part"] == CallAs.DEPUTY:
        if one.get("instead_of"):
            return _("deputy of %(name)s") % {"name": plain(one["instead_of"])}
        return str(CallAs.DEPUTY.label)
    if one["part"] == CallAs.MEMBER and role in SeatRole.values:
        return str(SeatRole(role).label)
    return str(CallAs(one["part"]).label)


def _named(one: Mapping[str, Any]) -> str:
    words = f"{plain(one['name'])}, {_part(one)}"
    return f"{words} ({plain(one['whose'])})" if one.get("whose") else words


def _people(content: Mapping[str, Any]) -> str:
    rows = []
    for one in content.get("present", []):
        words = _named(one)
        if one.get("remote"):
            words += ", " + _("by remote link")
        if one.get("times"):
            spans = ", ".join(f"{_clock(came)}–{_clock(left)}" for came, left in one["times"])
            words += ", " + _("present %(times)s") % {"times": spans}
        rows.append(words)
    return _lines(rows)


def _task(one: Mapping[str, Any]) -> str:
    return _("%(text)s – %(owner)s, by %(day)s") % {
        "text": plain(one["text"]),
        "owner": plain(one["owner"]),
        "day": writing.day(one["due"]),
    }


def _signed(one: Mapping[str, Any]) -> str:
    return f"{plain(one['name'])}, {writing.day(one['on'])}"


def _correction(one: Mapping[str, Any]) -> str:
    return f"{writing.day(one['on'])}: {plain(one['why'])}"


def _item(one: Mapping[str, Any]) -> Section:
    if "title" not in one:
        return Section(_hidden_title(one), _("Not in this form of the minutes."))
    title = f"{one['section']} § {one['title']}"
    if one["access"] == SECRET:
        title = f"{title} ({_secret(one)})"
    parts = [
        *([_("Presented by %(name)s.") % {"name": plain(one["presenter"])}] if one.get("presenter") else []),
        *_short(one),
        *_block(_("Proposal"), one.get("proposal", "")),
        *_block(_("Discussion"), one.get("discussion", "")),
        *[_vote(each) for each in one.get("votes", [])],
        *_block(_("Decision"), one.get("decision", "")),
        *_how(one),
        *[
            f"**{_('Dissenting opinion')}, {plain(each['name'])}:** {each['text']}"
            for each in one.get("dissents", [])
        ],
    ]
    if one.get("tasks"):
        parts.append(f"**{_('Tasks')}**\n\n{_lines(map(_task, one['tasks']))}")
    return Section(title, "\n\n".join(part for part in parts if part) or NOTHING)


def _secret(one: Mapping[str, Any]) -> str:
    reason = one.get("access_reason", "")
    if not reason:
        return pgettext("minutes", "secret")
    return _("secret, %(section)s") % {"section": law.cited(reason, writing.language())}


def _hidden_title(one: Mapping[str, Any]) -> str:
    if one.get("access") == SECRET:
        return f"{one['section']} § {_secret(one)}"
    return f"{one['section']} § {_('not public')}"


def _short(one: Mapping[str, Any]) -> list[str]:
    """Papers, who was recused and who was away: a line each."""
    rows = []
    for each in one.get("papers", []):
        words = plain(each["title"])
        if each.get("withdrawn"):
            words += " (" + _("withdrawn: %(why)s") % {"why": plain(each.get("reason", ""))} + ")"
        rows.append(_("Paper: %(title)s") % {"title": words})
    for each in one.get("recused", []):
        reason = f" ({plain(each['reason'])})" if each.get("reason") else ""
        rows.append(_("Recused, did not take part: %(name)s") % {"name": plain(each["name"])} + reason)
    if one.get("away"):
        names = ", ".join(map(plain, one["away"]))
        rows.append(_("Not present at this item: %(names)s") % {"names": names})
    return [_lines(rows)] if rows else []


def _block(title: str, words: str) -> list[str]:
    return [f"**{title}**\n\n{words.strip()}"] if words.strip() else []


def _how(one: Mapping[str, Any]) -> list[str]:
    if one.get("tabled"):
        return [_("The item was left on the table.")]
    how = one.get("how")
    if how == "unanimous":
        return [_("Decided unanimously.")]
    return [_("Decided after a vote.")] if how == "vote" else []


def _vote(one: Mapping[str, Any]) -> str:
    """The question, each option with those who voted for it by name, who abstained, the result."""
    rows = []
    for number, option in enumerate(one["options"]):
        rows.append(_voters(plain(option), [each for each in one["ballots"] if each["option"] == number]))
    abstained = [each for each in one["ballots"] if each["option"] is None]
    if abstained:
        rows.append(_voters(_("Abstained"), abstained))
    silent = one.get("present", 0) - len(one["ballots"])
    if silent > 0:
        words = ngettext("%(number)d present did not vote", "%(number)d present did not vote", silent)
        rows.append(words % {"number": silent})
    head = f"**{_('Vote')}:** {plain(one['question'])}\n\n{_lines(rows)}"
    if one["state"] == "void":
        return f"{head}\n\n{_('The vote was annulled: %(why)s') % {'why': plain(one.get('void_reason', ''))}}"
    if one["state"] != "closed":
        return head
    if one.get("chair_decided"):
        words = _("The votes were even; the chair's vote decided: %(result)s.")
    else:
        words = _("Result: %(result)s.")
    return f"{head}\n\n{words % {'result': plain(one['result'])}}"


def _voters(option: str, ballots: Sequence[Mapping[str, Any]]) -> str:
    names = ", ".join(plain(one["name"]) for one in ballots)
    return f"{option}: {len(ballots)}" + (f" ({names})" if names else "")
