"""Forms of bulletins: written, corrected, sought. Not for: rules, writing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.actors import queries as actors
from kotopolku.actors.forms import ROLE_NAMES
from kotopolku.actors.models import OrganisationKind
from kotopolku.clients.forms import ChoiceField, DayField, OnceForm, text_area
from kotopolku.cooperation.forms import ANY, MARKS, OrganisationsMixin, WordsFilter
from kotopolku.cooperation.models import Body, Bulletin
from kotopolku.cooperation.queries.bulletins import WantedBulletin
from kotopolku.cooperation.queries.guideline_texts import region_names
from kotopolku.cooperation.rules import BulletinContent, Chosen
from kotopolku.cooperation.sources import LANGUAGES, page_language, topics
from kotopolku.placement.forms_places import VersionForm


def _many(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, help_text=help_text, widget=forms.CheckboxSelectMultiple
    )


class BulletinFilter(WordsFilter):
    """Narrows a box of bulletins. Values that cannot be narrow nothing."""

    topic = ChoiceField(label=_("Topic"), required=False)
    region = ChoiceField(label=_("Region"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name, rows in (("topic", topics()), ("region", list(region_names().items()))):
            self.fields[name].choices = [("", ANY), *rows]  # type: ignore[attr-defined]

    def wanted(self) -> WantedBulletin:
        typed = self.cleaned_data
        return WantedBulletin(typed.get("q", ""), typed.get("topic", ""), typed.get("region", ""))


class BulletinForm(OrganisationsMixin, OnceForm, VersionForm):
    """A bulletin and whom it is for. ``bodies``: those that the sender keeps; ``guides``: whether it can be guidance."""

    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=200,
        error_messages={"required": _("Give the bulletin a title.")},
    )
    body = forms.CharField(
        label=_("Text"),
        widget=text_area(12),
        help_text=MARKS,
        error_messages={"required": _("Write the bulletin.")},
    )
    language = ChoiceField(
        label=_("Language of the text"), choices=list(LANGUAGES.items()), initial=page_language
    )
    everybody = forms.BooleanField(label=_("Every organisation in the shared space"), required=False)
    kinds = _many(_("Kinds of organisations"))
    duties = _many(_("Those who answer for a duty by law"))
    regions = _many(
        _("Of kinds and duties only those in these regions"),
        _("Leave empty for the whole country. Organisations without an area of their own are left out."),
    )
    bodies = _many(
        _("Members of our bodies, or their deputies, as they are on the day of sending"),
        _("They are told; in their organisations others can read it too. Others get it by e-mail."),
    )
    find = forms.CharField(
        label=_("Find organisations by name"),
        required=False,
        max_length=100,
        help_text=_(
            "For example a part of a municipality's name. Tick those you want; then you can find more."
        ),
    )
    organisations = _many(_("Chosen organisations"))
    topics = _many(_("Topics"))
    guidance = forms.BooleanField(
        label=_("This is a guidance letter"),
        required=False,
        help_text=_("A letter by which the region guides municipalities and employment authorities."),
    )
    roles = _many(
        _("Only these roles in them"), _("Leave empty to reach everybody who works in the organisations.")
    )
    answer_by = DayField(
        label=_("Answer wanted by"), required=False, help_text=_("Leave empty if no answer is wanted.")
    )
    acknowledge = forms.BooleanField(label=_("Ask each reader to acknowledge"), required=False)

    def __init__(
        self, on: date, *given: Any, bodies: Iterable[Body] = (), guides: bool = False, **more: Any
    ) -> None:
        super().__init__(on, *given, **more)
        for name, choices in (
            ("kinds", OrganisationKind.choices),
            ("duties", actors.topics()),
            ("regions", list(region_names().items())),
            ("bodies", [(str(one.pk), one.name) for one in bodies]),
            ("topics", topics()),
            ("roles", [(role.value, words) for role, words in ROLE_NAMES.items()]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not guides:
            del self.fields["guidance"]

    @property
    def opened(self) -> dict[str, bool]:
        """Which folds are open: those with something chosen or wrong."""
        names = ("kinds", "duties", "regions", "bodies", "topics", "roles", "organisations")
        found = {name: bool(self[name].value()) or name in self.errors for name in names}
        found["organisations"] |= self.wants_to_find
        return found

    def content(self) -> BulletinContent:
        typed = self.cleaned_data
        return BulletinContent(
            title=typed["title"],
            body=typed["body"],
            language=typed["language"],
            everybody=typed["everybody"],
            organisations=self.chosen(),
            kinds=tuple(typed["kinds"]),
            duties=tuple(typed["duties"]),
            roles=tuple(typed["roles"]),
            answer_by=typed["answer_by"],
            acknowledge=typed["acknowledge"],
            regions=tuple(typed["regions"]),
            bodies=tuple(int(pk) for pk in typed["bodies"]),
            topics=tuple(typed["topics"]),
            guidance=typed.get("guidance", False),
        )

    @staticmethod
    def initial_of(one: Bulletin) -> dict[str, Any]:
        return {
            "version": one.version,
            "title": one.title,
            "body": one.body,
            "language": one.language,
            "everybody": one.to_everybody,
            "kinds": one.to_kinds,
            "duties": one.to_duties,
            "organisations": one.to_organisations,
            "roles": one.roles,
            "regions": one.to_regions,
            "bodies": [str(pk) for pk in one.to_bodies],
            "topics": one.topics,
            "guidance": one.guidance,
            "answer_by": one.answer_by,
            "acknowledge": one.acknowledge,
        }


class WeekForm(forms.Form):
    """What a reader's weekly summary holds. Boxes with nothing ticked mean everything."""

    topics = _many(_("Topics"), _("Leave empty for all topics. What has no topic always comes."))
    regions = _many(
        _("Regions"), _("Leave empty for the whole country. What concerns the whole country always comes.")
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name, choices in (("topics", topics()), ("regions", list(region_names().items()))):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(one: Chosen) -> dict[str, Any]:
        return {"topics": sorted(one.topics), "regions": sorted(one.regions)}


class CorrectionForm(VersionForm):
    """A corrected text, and what is corrected in it."""

    note = forms.CharField(
        label=_("What was corrected"),
        max_length=1_000,
        widget=text_area(2),
        error_messages={"required": _("Write what was corrected.")},
    )
    title = forms.CharField(
        label=pgettext_lazy("page", "Title"),
        max_length=200,
        error_messages={"required": _("Give the bulletin a title.")},
    )
    body = forms.CharField(
        label=_("Text"),
        widget=text_area(12),
        help_text=MARKS,
        error_messages={"required": _("Write the bulletin.")},
    )
