"""Forms of meetings: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku import clock
from kotopolku.clients.forms import ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.forms import MARKS, FileForm
from kotopolku.cooperation.meeting_rules import (
    GuestContent,
    ItemContent,
    MeetingContent,
    SeriesContent,
)
from kotopolku.cooperation.models import (
    AgendaItem,
    CallAnswer,
    CallAs,
    ItemAccess,
    ItemKind,
    Meeting,
)
from kotopolku.cooperation.queries.meeting_subjects import Subject
from kotopolku.cooperation.sources import LANGUAGES, page_language
from kotopolku.placement.forms_places import VersionForm
from kotopolku.training.forms_courses import TimeField


def _place() -> forms.CharField:
    return forms.CharField(label=_("Place"), required=False, max_length=300)


def _link() -> forms.URLField:
    return forms.URLField(
        label=_("Remote link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Shown only to those who are called."),
    )


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=clock.HELSINKI)


class MoveMeetingForm(VersionForm):
    """Another time or place."""

    day = DayField(label=pgettext_lazy("meeting", "Day"))
    starts = TimeField(label=pgettext_lazy("time", "From"))
    ends = TimeField(label=pgettext_lazy("time", "To"))
    place = _place()
    link = _link()

    @property
    def starts_at(self) -> datetime:
        return _moment(self.cleaned_data["day"], self.cleaned_data["starts"])

    @property
    def ends_at(self) -> datetime:
        return _moment(self.cleaned_data["day"], self.cleaned_data["ends"])

    @staticmethod
    def initial_of(one: Meeting) -> dict[str, Any]:
        starts, ends = one.starts_at.astimezone(clock.HELSINKI), one.ends_at.astimezone(clock.HELSINKI)
        return {
            "version": one.version,
            "day": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "place": one.place,
            "link": one.link,
        }


class MeetingForm(OnceForm, MoveMeetingForm):
    """A meeting that is being prepared."""

    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=200,
        required=False,
        help_text=_("Leave empty for an ordinary meeting: it is called by the body's name and its number."),
    )
    language = ChoiceField(
        label=_("Language of agenda and minutes"), choices=list(LANGUAGES.items()), initial=page_language
    )
    items_until = DayField(label=_("Members propose items until"), required=False)

    field_order = (
        "token",
        "version",
        "day",
        "starts",
        "ends",
        "place",
        "link",
        "title",
        "language",
        "items_until",
    )

    def content(self) -> MeetingContent:
        typed = self.cleaned_data
        return MeetingContent(
            self.starts_at,
            self.ends_at,
            title=typed["title"],
            language=typed["language"],
            place=typed["place"],
            link=typed["link"],
            items_until=typed["items_until"],
        )

    @staticmethod
    def initial_of(one: Meeting) -> dict[str, Any]:
        more = {"title": one.title, "language": one.language, "items_until": one.items_until}
        return MoveMeetingForm.initial_of(one) | more


class SeriesForm(OnceForm):
    """Meetings every so many weeks."""

    first_on = DayField(label=_("First meeting"))
    last_on = DayField(label=_("Last meeting at the latest"))
    every_weeks = forms.IntegerField(
        label=_("Every how many weeks"),
        initial=8,
        error_messages={"required": _("Give the number of weeks.")},
    )
    starts = TimeField(label=pgettext_lazy("time", "From"))
    minutes_long = forms.IntegerField(
        label=_("How long, in minutes"),
        initial=120,
        error_messages={"required": _("Give the number of minutes.")},
    )
    place = _place()
    link = _link()
    language = ChoiceField(
        label=_("Language of agenda and minutes"), choices=list(LANGUAGES.items()), initial=page_language
    )

    def content(self) -> SeriesContent:
        typed = self.cleaned_data
        return SeriesContent(
            typed["first_on"],
            typed["last_on"],
            typed["every_weeks"],
            typed["starts"].hour,
            typed["starts"].minute,
            typed["minutes_long"],
            place=typed["place"],
            link=typed["link"],
            language=typed["language"],
        )


class ReadersForm(VersionForm):
    """Who reads an item."""

    access = forms.ChoiceField(
        label=_("Who reads the item"),
        choices=ItemAccess.choices,
        initial=ItemAccess.PUBLIC,
        widget=forms.RadioSelect,
    )
    access_reason = forms.CharField(
        label=_("Section of the Act on which secrecy stands"),
        required=False,
        max_length=200,
        help_text=_("Needed for a secret item, for example 621/1999 § 24.1 (20)."),
    )


class ItemForm(OnceForm, ReadersForm):
    """An item of the agenda."""

    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=200,
        error_messages={"required": _("Give the item a title.")},
    )
    kind = ChoiceField(label=_("What is done with it"), choices=ItemKind.choices, initial=ItemKind.TALK)
    text = forms.CharField(label=_("Presentation"), required=False, widget=text_area(8), help_text=MARKS)
    proposal = forms.CharField(
        label=_("Proposal: what is to be decided"), required=False, widget=text_area(4), help_text=MARKS
    )
    presenter = forms.CharField(label=_("Who presents it"), required=False, max_length=200)
    minutes_planned = forms.IntegerField(label=_("Time planned, in minutes"), required=False)
    subject = ChoiceField(
        label=_("What matter it is"),
        required=False,
        help_text=_("A position, work-permit guideline or hearing of your organisation."),
    )
    field_order = (
        *("token", "version", "title", "kind", "text", "proposal", "presenter", "minutes_planned", "subject"),
        *("access", "access_reason"),
    )

    def __init__(self, subjects: Sequence[Subject], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", _("None")), *((one.key, one.words) for one in subjects)]
        kept = self.initial.get("subject") or ""
        if kept and kept not in [key for key, _words in choices]:
            # Chosen by somebody with other rights; it stays.
            choices.append((kept, self.initial.get("subject_words") or _("A matter that you do not see")))
        self.fields["subject"].choices = choices  # type: ignore[attr-defined]

    def content(self) -> ItemContent:
        typed = self.cleaned_data
        kind, _colon, pk = typed["subject"].rpartition(":")
        return ItemContent(
            title=typed["title"],
            kind=typed["kind"],
            access=typed["access"],
            access_reason=typed["access_reason"],
            text=typed["text"],
            proposal=typed["proposal"],
            presenter=typed["presenter"],
            minutes_planned=typed["minutes_planned"],
            subject_kind=kind,
            subject_id=int(pk) if kind else None,
        )

    @staticmethod
    def initial_of(one: AgendaItem) -> dict[str, Any]:
        names = (
            "title",
            "kind",
            "text",
            "proposal",
            "presenter",
            "minutes_planned",
            "access",
            "access_reason",
            "version",
        )
        found = {name: getattr(one, name) for name in names}
        found["subject"] = f"{one.subject_kind}:{one.subject_id}" if one.subject_kind else ""
        return found


class ProposeForm(OnceForm):
    """What a member proposes."""

    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=200,
        error_messages={"required": _("Give the item a title.")},
    )
    text = forms.CharField(
        label=_("Why the matter should be dealt with"),
        widget=text_area(6),
        help_text=MARKS,
        error_messages={"required": _("Write why the matter should be dealt with.")},
    )
    proposal = forms.CharField(
        label=_("Proposal: what is to be decided"), required=False, widget=text_area(3)
    )


class PaperForm(FileForm):
    """A paper of an item with its file."""

    access = forms.ChoiceField(
        label=_("Who reads the paper"),
        choices=ItemAccess.choices,
        initial=ItemAccess.CALLED,
        widget=forms.RadioSelect,
    )

    def __init__(self, *given: Any, item_access: str = ItemAccess.PUBLIC, **more: Any) -> None:
        super().__init__(*given, **more)
        if item_access != ItemAccess.PUBLIC:
            choices = [pair for pair in ItemAccess.choices if pair[0] != ItemAccess.PUBLIC]
            self.fields["access"].choices = choices  # type: ignore[attr-defined]
            self.fields["access"].initial = item_access


OWN_ANSWERS = {
    CallAnswer.YES.value: _("I come"),
    CallAnswer.REMOTE.value: _("I take part by the link"),
    CallAnswer.NO.value: _("I do not come"),
}


class CallAnswerForm(forms.Form):
    """Whether somebody comes."""

    answer = forms.ChoiceField(
        label=_("Do you come?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you come.")},
    )
    reason = forms.CharField(
        label=_("Why you do not come"),
        required=False,
        max_length=300,
        widget=text_area(2),
        help_text=_("Only who keeps the body sees it. Nothing about health is needed."),
    )

    def __init__(self, *given: Any, remote: bool, own: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        words = OWN_ANSWERS if own else dict(CallAnswer.choices)
        values = [CallAnswer.YES, *([CallAnswer.REMOTE] if remote else []), CallAnswer.NO]
        self.fields["answer"].choices = [(one.value, words[one]) for one in values]  # type: ignore[attr-defined]


class GuestForm(OnceForm):
    """Somebody without a seat who is called."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=200,
        error_messages={"required": _("Write the person's name.")},
    )
    part = forms.ChoiceField(
        label=_("Called as"),
        choices=[(CallAs.EXPERT.value, CallAs.EXPERT.label), (CallAs.GUEST.value, CallAs.GUEST.label)],
        initial=CallAs.GUEST.value,
        widget=forms.RadioSelect,
        help_text=_("An expert reads the whole agenda; a guest not the secret items."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_(
            "Who signs in here with it is told here. Anybody else gets the call by e-mail, with a calendar file."
            " Without it you write to the person yourself."
        ),
    )

    def content(self) -> GuestContent:
        typed = self.cleaned_data
        return GuestContent(typed["name"], typed["email"], typed["part"])


class RecessForm(forms.Form):
    """Until when a meeting is interrupted."""

    until = TimeField(
        label=pgettext_lazy("recess", "Until"),
        required=False,
        help_text=_("For example 10.15. Leave empty if it is not known yet."),
    )

    def moment(self) -> datetime | None:
        typed = self.cleaned_data["until"]
        return None if typed is None else _moment(clock.today(), typed)


class GoOnForm(forms.Form):
    """Who is there when the meeting goes on."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    """Who was there when the form was shown: only what was changed in it is marked."""
    here = forms.MultipleChoiceField(
        label=_("Who is there now"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Whose tick you take away is marked as having left when the recess began; whom you tick comes in now."
        ),
    )

    def __init__(self, people: Sequence[tuple[int, str, bool]], *given: Any, **more: Any) -> None:
        """``people``: the call, who it is, and whether the person is marked present."""
        super().__init__(*given, **more)
        self.fields["here"].choices = [(str(pk), words) for pk, words, _here in people]  # type: ignore[attr-defined]
        there = [str(pk) for pk, _words, here in people if here]
        self.initial["here"], self.initial["was"] = there, ",".join(there)

    def _pair(self) -> tuple[set[int], set[int]]:
        was = {int(one) for one in self.cleaned_data["was"].split(",") if one.isdecimal() and len(one) < 15}
        return was, {int(one) for one in self.cleaned_data["here"]}

    @property
    def came(self) -> set[int]:
        was, here = self._pair()
        return here - was

    @property
    def left(self) -> set[int]:
        was, here = self._pair()
        return was - here


class PresenceForm(forms.Form):
    """When somebody came or left: now unless a time is given."""

    at = TimeField(label=pgettext_lazy("meeting", "Time"), required=False)
    remote = forms.BooleanField(required=False)

    def moment(self) -> datetime | None:
        """None: now."""
        typed = self.cleaned_data["at"]
        return None if typed is None else _moment(clock.today(), typed)
