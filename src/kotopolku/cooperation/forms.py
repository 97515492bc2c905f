"""Forms of the shared space: what was typed, parsed and shown again. Not for: rules, writing."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku import clock
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Contact
from kotopolku.clients.forms import CHOOSE, ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.models import (
    Attending,
    Funding,
    Material,
    MaterialKind,
    Outcome,
    Project,
    PublishedAnswer,
    Seminar,
)
from kotopolku.cooperation.queries.materials import WantedMaterial
from kotopolku.cooperation.rules import MaterialContent, ProjectContent, SeminarContent
from kotopolku.cooperation.sources import LANGUAGES, page_language, topics
from kotopolku.placement.forms_places import VersionForm
from kotopolku.training.forms_courses import TimeField

ANY = pgettext_lazy("filter", "Any")
MARKS = _(
    "You can use marks: **bold**, lines that begin with - for a list, ## for a heading, [words](https://address) for a link."
)
MOST_FOUND = 30


def _language(label: Any) -> ChoiceField:
    """At first the language of the page."""
    return ChoiceField(label=label, choices=list(LANGUAGES.items()), initial=page_language)


def _many(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, help_text=help_text, widget=forms.CheckboxSelectMultiple
    )


class WordsFilter(forms.Form):
    """What is sought in a list. Values that cannot be narrow nothing."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)


class TopicMixin(forms.Form):
    """Fills the topics in the page's language."""

    topic_empty: Any = CHOOSE

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [("", self.topic_empty), *topics()]
        self.fields["topic"].choices = choices  # type: ignore[attr-defined]


class OrganisationsMixin(forms.Form):
    """Organisations chosen from hundreds: found by a part of the name, kept as ticked boxes. Works without script."""

    def __init__(self, on: date, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        data = self.data if isinstance(self.data, QueryDict) else None
        if self.is_bound:
            chosen = data.getlist("organisations") if data is not None else self.data.get("organisations", [])
            sought = str(self.data.get("find", "")).replace("\0", "")
        else:
            chosen, sought = self.initial.get("organisations", []), ""
        numbers = [int(one) for one in chosen if str(one).isdecimal()]
        names = actors.organisation_names(numbers) if numbers else {}
        rows = [(str(pk), name) for pk, name in sorted(names.items(), key=lambda pair: pair[1])]
        if sought.strip():
            found = actors.organisations_on(on, q=sought)[:MOST_FOUND]
            rows += [(str(one.pk), one.name) for one in found if one.pk not in names]
            self.nothing_found = not found
        self.fields["organisations"].choices = rows  # type: ignore[attr-defined]

    nothing_found = False

    @property
    def wants_to_find(self) -> bool:
        return self.is_bound and self.data.get("do") == "find"

    def chosen(self) -> tuple[int, ...]:
        return tuple(int(one) for one in self.cleaned_data["organisations"])


class ReasonForm(forms.Form):
    """An act that needs a reason."""

    reason = forms.CharField(
        label=_("Why"), max_length=1_000, widget=text_area(3), error_messages={"required": _("Write why.")}
    )


class AnswerForm(VersionForm):
    """An organisation's answer to a bulletin."""

    text = forms.CharField(
        label=_("Answer of your organisation"),
        max_length=10_000,
        widget=text_area(5),
        help_text=_("The sender and your colleagues see it. Do not name clients."),
        error_messages={"required": _("Write the answer of your organisation.")},
    )


class FileForm(OnceForm):
    title = forms.CharField(
        label=_("What the file is"), max_length=200, error_messages={"required": _("Write what the file is.")}
    )
    file = forms.FileField(
        label=_("File"), allow_empty_file=True, error_messages={"required": _("Choose a file.")}
    )


# Materials ----------------------------------------------------------------------------------------------------------


class MaterialFilter(TopicMixin, WordsFilter):
    topic_empty = ANY
    topic = ChoiceField(label=_("Topic"), required=False)
    kind = ChoiceField(label=_("What it is"), required=False, choices=[("", ANY), *MaterialKind.choices])
    order = ChoiceField(
        label=_("Order"), required=False, choices=[("", _("newest first")), ("use", _("most used first"))]
    )
    own = forms.BooleanField(label=_("Only our own, in every state"), required=False)

    def wanted(self) -> WantedMaterial:
        self.is_valid()
        typed = self.cleaned_data
        return WantedMaterial(
            typed.get("q") or "",
            typed.get("topic") or "",
            typed.get("kind") or "",
            typed.get("order") or "",
            bool(typed.get("own")),
        )


class MaterialForm(TopicMixin, OnceForm, VersionForm):
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            (MaterialKind.MATERIAL.value, _("Material: published at once")),
            (MaterialKind.PRACTICE.value, _("Good practice: the centre of expertise publishes it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )
    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=200,
        error_messages={"required": _("Give it a title.")},
    )
    topic = ChoiceField(label=_("Topic"), error_messages={"required": _("Choose a topic.")})
    language = _language(_("Language of the text"))
    summary = forms.CharField(
        label=_("What it is for, in a sentence or two"),
        max_length=500,
        widget=text_area(2),
        error_messages={"required": _("Say in a sentence or two what it is for.")},
    )
    body = forms.CharField(label=_("Text"), required=False, widget=text_area(12), help_text=MARKS)
    link = forms.URLField(
        label=_("Address, if it is elsewhere"), required=False, max_length=500, assume_scheme="https"
    )
    made_by_words = forms.CharField(label=_("Made by"), required=False, max_length=200)
    tried = forms.CharField(
        label=_("Where it has been tried"),
        required=False,
        max_length=500,
        widget=text_area(2),
        help_text=_("Needed for a good practice: where, when, with whom."),
    )

    def content(self) -> MaterialContent:
        typed = self.cleaned_data
        return MaterialContent(**{name: typed[name] for name in _MATERIAL})

    @staticmethod
    def initial_of(one: Material) -> dict[str, Any]:
        return {name: getattr(one, name) for name in _MATERIAL} | {"version": one.number}


_MATERIAL = ("kind", "topic", "title", "summary", "body", "language", "link", "made_by_words", "tried")


class UseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How it worked for us"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it worked.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1_000,
        widget=text_area(3),
        help_text=_("What helped, what you changed. Others read it with your organisation's name."),
    )


# Projects -----------------------------------------------------------------------------------------------------------


class ProjectFilter(TopicMixin, WordsFilter):
    topic_empty = ANY
    topic = ChoiceField(label=_("Topic"), required=False)
    organisation = forms.CharField(label=_("Organisation"), required=False, max_length=100)
    past = forms.BooleanField(label=_("Also those that have ended"), required=False)


class ProjectForm(TopicMixin, OrganisationsMixin, OnceForm, VersionForm):
    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Give the project's name.")}
    )
    goal = forms.CharField(
        label=_("Goal"),
        max_length=1_000,
        widget=text_area(3),
        error_messages={"required": _("Write what the project aims at.")},
    )
    topic = ChoiceField(label=_("Topic"), error_messages={"required": _("Choose a topic.")})
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"), required=False)
    funding = ChoiceField(
        label=_("Funding"),
        choices=[("", CHOOSE), *Funding.choices],
        error_messages={"required": _("Choose whose money it is.")},
    )
    contact = ChoiceField(
        label=_("Whom to ask"),
        required=False,
        help_text=_(
            "A contact of your organisation in the directory; the deputy is shown when the contact is away."
        ),
    )
    find = forms.CharField(
        label=_("Find partners by name"),
        required=False,
        max_length=100,
        help_text=_(
            "For example a part of a municipality's name. Tick those you want; then you can find more."
        ),
    )
    organisations = _many(_("Partners"))
    others = forms.CharField(
        label=_("Partners that are not in the directory"), required=False, max_length=500
    )
    link = forms.URLField(
        label=_("Project's own page"), required=False, max_length=500, assume_scheme="https"
    )

    def __init__(self, contacts: Iterable[Contact], on: date, *given: Any, **more: Any) -> None:
        super().__init__(on, *given, **more)
        choices = [("", "–"), *((str(one.pk), one.display_name) for one in contacts)]
        self.fields["contact"].choices = choices  # type: ignore[attr-defined]

    def content(self) -> ProjectContent:
        typed = self.cleaned_data
        return ProjectContent(
            name=typed["name"],
            goal=typed["goal"],
            topic=typed["topic"],
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            funding=typed["funding"],
            contact_id=int(typed["contact"]) if typed["contact"] else None,
            partners=self.chosen(),
            others=typed["others"],
            link=typed["link"],
        )

    @staticmethod
    def initial_of(one: Project) -> dict[str, Any]:
        names = ("name", "goal", "topic", "starts_on", "ends_on", "funding", "others", "link", "version")
        return {name: getattr(one, name) for name in names} | {
            "contact": one.contact_id or "",
            "organisations": [partner.organisation_id for partner in one.partners.all()],
        }


# Trainings for professionals ----------------------------------------------------------------------------------------


class SeminarFilter(TopicMixin):
    topic_empty = ANY
    topic = ChoiceField(label=_("Topic"), required=False)
    past = forms.BooleanField(label=_("Those that are over"), required=False)


class SeminarForm(TopicMixin, OnceForm, VersionForm):
    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=200,
        error_messages={"required": _("Give the training a title.")},
    )
    topic = ChoiceField(label=_("Topic"), error_messages={"required": _("Choose a topic.")})
    language = _language(_("Language of the training"))
    body = forms.CharField(
        label=_("Programme, and for whom"), required=False, widget=text_area(8), help_text=MARKS
    )
    day = DayField(label=pgettext_lazy("training", "Day"))
    starts = TimeField(label=pgettext_lazy("time", "From"))
    last_day = DayField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it is the same day.")
    )
    ends = TimeField(label=pgettext_lazy("time", "To"))
    attending = ChoiceField(label=_("How one takes part"), choices=Attending.choices)
    place = forms.CharField(label=_("Place"), required=False, max_length=300)
    link = forms.URLField(
        label=_("Address of the webinar"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Shown only to those who have a place."),
    )
    places = forms.IntegerField(
        label=_("Number of places"), error_messages={"required": _("Give the number of places.")}
    )
    register_by = DayField(label=_("Last day to register"))
    asks_needs = forms.BooleanField(
        label=_("Ask about diet and accessibility"),
        required=False,
        help_text=_(
            "Only your organisation sees the answers. They are deleted two weeks after the training."
        ),
    )

    def content(self) -> SeminarContent:
        typed = self.cleaned_data
        return SeminarContent(
            title=typed["title"],
            topic=typed["topic"],
            starts_at=_moment(typed["day"], typed["starts"]),
            ends_at=_moment(typed["last_day"] or typed["day"], typed["ends"]),
            attending=typed["attending"],
            places=typed["places"],
            register_by=typed["register_by"],
            body=typed["body"],
            language=typed["language"],
            place=typed["place"],
            link=typed["link"],
            asks_needs=typed["asks_needs"],
        )

    @staticmethod
    def initial_of(one: Seminar, link: str) -> dict[str, Any]:
        starts, ends = one.starts_at.astimezone(clock.HELSINKI), one.ends_at.astimezone(clock.HELSINKI)
        names = ("title", "topic", "language", "body", "attending", "place", "places", "register_by")
        return {name: getattr(one, name) for name in names} | {
            "asks_needs": one.asks_needs,
            "version": one.version,
            "link": link,
            "day": starts.date(),
            "starts": starts.time(),
            "last_day": ends.date() if ends.date() != starts.date() else None,
            "ends": ends.time(),
        }


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=clock.HELSINKI)


class RegisterForm(forms.Form):
    needs = forms.CharField(
        label=_("Diet, accessibility, other needs"),
        required=False,
        max_length=500,
        widget=text_area(2),
        help_text=_("Only the arranger sees this. It is deleted two weeks after the training."),
    )

    def __init__(self, *given: Any, asks_needs: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        if not asks_needs:
            del self.fields["needs"]


# Questions ----------------------------------------------------------------------------------------------------------


class AskForm(TopicMixin, OnceForm):
    title = forms.CharField(
        label=_("The question in one line"),
        max_length=200,
        error_messages={"required": _("Say the question in one line.")},
    )
    topic = ChoiceField(label=_("Topic"), error_messages={"required": _("Choose a topic.")})
    language = _language(_("Language of the text"))
    text = forms.CharField(
        label=_("The question"),
        widget=text_area(8),
        max_length=20_000,
        help_text=_("Say what you have to decide. Never name a client or tell things by which one is known."),
        error_messages={"required": _("Write the question.")},
    )


class LineForm(VersionForm):
    """One more message to a question."""

    text = forms.CharField(
        label=_("Message"),
        widget=text_area(6),
        max_length=20_000,
        error_messages={"required": _("Write something.")},
    )


class QuestionFilter(TopicMixin, WordsFilter):
    topic_empty = ANY
    topic = ChoiceField(label=_("Topic"), required=False)


class PublishForm(TopicMixin, OnceForm, VersionForm):
    question = forms.CharField(
        label=_("The question, so that the asker is not known from it"),
        max_length=500,
        widget=text_area(3),
        error_messages={"required": _("Write the question.")},
    )
    topic = ChoiceField(label=_("Topic"), error_messages={"required": _("Choose a topic.")})
    language = _language(_("Language of the text"))
    answer = forms.CharField(
        label=_("The answer"),
        widget=text_area(12),
        help_text=MARKS,
        error_messages={"required": _("Write the answer.")},
    )

    @staticmethod
    def initial_of(one: PublishedAnswer) -> dict[str, Any]:
        names = ("question", "topic", "language", "answer", "version")
        return {name: getattr(one, name) for name in names}
