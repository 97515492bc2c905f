"""The State's programme in words: states, what is lacking, names of facts, what is wrong on a row of a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kotopolku import law, writing
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Named
from kotopolku.clients.wording import language
from kotopolku.law.wording import euro_text
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind
from kotopolku.steering import differences
from kotopolku.steering.models import LineKind
from kotopolku.steering.rules_programme import Lack
from kotopolku.worddiff import Piece

LANGUAGE_NAMES: Mapping[str, str | Promise] = {
    "fi": gettext_lazy("in Finnish"),
    "sv": gettext_lazy("in Swedish"),
    "en": gettext_lazy("in English"),
}
FACTS: Mapping[str, str | Promise] = {
    "title": pgettext_lazy("page", "Title"),
    "text": gettext_lazy("Text"),
    "kind": gettext_lazy("What it is"),
    "code": gettext_lazy("Number"),
    "under": gettext_lazy("Under what"),
    "place": gettext_lazy("Which one there"),
    "section": gettext_lazy("Section of the Act that it carries out"),
    "answers": gettext_lazy("Who answers"),
    "answers_also": gettext_lazy("Others who answer"),
    "first_day": gettext_lazy("First day"),
    "last_day": gettext_lazy("Last day"),
    "money_eur": gettext_lazy("Money for the whole period, euros"),
    "indicators": gettext_lazy("Indicators"),
    "replaced_by": gettext_lazy("What comes in its place"),
    "ended_reason": gettext_lazy("Why it ends"),
}
PROBLEMS: Mapping[str, str | Promise] = {
    "indicator": gettext_lazy("There is no indicator with this key."),
    "place": gettext_lazy("There is no such place."),
    "year": gettext_lazy("The year cannot be right."),
    "value": gettext_lazy("The figure is not a number."),
    "source": gettext_lazy("The source is too long."),
    "twice": gettext_lazy("The same place and year stand in the file already."),
}
ROW_STATES: Mapping[str, tuple[str, str | Promise]] = {
    "new": ("ok", pgettext_lazy("figure", "new")),
    "changed": ("soon", pgettext_lazy("figure", "changes")),
    "same": ("plan", pgettext_lazy("figure", "the same")),
    "wrong": ("late", pgettext_lazy("figure", "wrong")),
}


def named(thing: Named, lang: str) -> str:
    """The name in a language, in Finnish where it has none in that."""
    return getattr(thing, f"name_{lang}", "") or thing.name_fi


def lack_words(lack: Lack) -> str:
    """One lacking thing as a sentence."""
    whole = {
        "name": {
            "fi": _("The programme has no name in Finnish."),
            "sv": _("The programme has no name in Swedish."),
        },
        "title": {
            "fi": _("%(code)s has no title in Finnish."),
            "sv": _("%(code)s has no title in Swedish."),
        },
        "text": {
            "fi": _("%(code)s has no text in Finnish."),
            "sv": _("%(code)s has no text in Swedish."),
        },
        "who": {"": _("%(code)s: nobody answers for it.")},
        "indicator": {"": _("%(code)s: the goal has no indicator.")},
        "lines": {"": _("%(code)s: no line stands under the goal.")},
        "section": {"": _("%(code)s: the section of the Act is not named.")},
        "period": {"": _("%(code)s: its days reach outside the programme's period.")},
        "goals": {"": _("The programme has no goals.")},
    }
    return whole[lack.what][lack.language] % {"code": lack.code}


def period(first: date, last: date | None) -> str:
    """1.1.2024–31.12.2027."""
    return f"{writing.day(first)}–{writing.day(last)}"


def money(amount: Decimal | None) -> str:
    return "" if amount is None else euro_text(amount, language())


@dataclass(frozen=True)
class ShownChange:
    """A field that changed: its name, the language of its words, and the words."""

    name: str
    language: str
    language_name: str
    pieces: tuple[Piece, ...]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ShownChange]:
    """What changed from one version to another, facts as people say them."""
    sides = [
        {"title": one["title"], "text": one["text"], "facts": _facts(one.get("facts", {}))}
        for one in (before, after)
    ]
    return [
        ShownChange(
            str(FACTS.get(one.field, one.field)),
            one.language or language(),
            str(LANGUAGE_NAMES.get(one.language, "")),
            one.pieces,
        )
        for one in differences.changes(*sides)
    ]


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(facts)
    if shown.get("kind"):
        shown["kind"] = str(LineKind(shown["kind"]).label)
    if shown.get("answers"):
        found = actors.organisation(shown["answers"])
        shown["answers"] = found.name if found else shown["answers"]
    for name in ("first_day", "last_day"):
        if shown.get(name):
            shown[name] = law.day_text(date.fromisoformat(shown[name]), language())
    if shown.get("money_eur") is not None:
        shown["money_eur"] = euro_text(Decimal(shown["money_eur"]), language())
    if shown.get("section"):
        shown["section"] = law.cited(shown["section"], language())
    return shown


def area_name(municipality: str, region: str) -> str:
    """A municipality's or region's name; of neither the whole country."""
    if found := reference.municipality_by_code(municipality) if municipality else None:
        return found.name()
    area = reference.area(AreaKind.REGION, region) if region else None
    return area.name() if area else _("Whole country")


def figure(value: Decimal) -> str:
    """A figure as the language writes it, without needless zeros."""
    return format_decimal(value, "#,##0.##", writing.locale_of_page())
