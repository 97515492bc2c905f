"""Rules of service paths as pure functions: what a path and a step must say, when it may be put in use, what an answer holds.

Not for: writing (``actions/paths.py``), counting the waiting (``path_waits.py``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_noop as _

from kotopolku.clients.rules import Refusal

MOST_STEPS = 30
LONGEST_TARGET = 1_000
"""Days. Our own limit: a longer target is a slip of the pen."""
LONGEST_TEXT = 1_000
OWN_LANGUAGES = ("fi", "sv")
"""A path is named in at least one of them."""
SCORES = range(1, 6)


@dataclass(frozen=True)
class PathContent:
    """What a path says of itself. ``text`` by language; ``municipalities`` empty: the organisation's whole area."""

    name_fi: str = ""
    name_sv: str = ""
    name_en: str = ""
    text: Mapping[str, str] = field(default_factory=dict)
    municipalities: tuple[str, ...] = ()
    feedback_until: date | None = None


@dataclass(frozen=True)
class StepContent:
    """What a step says. ``begins`` and ``ends``: facts of ``path_facts``, empty when the waiting is not measured."""

    title: Mapping[str, str]
    text: Mapping[str, str] = field(default_factory=dict)
    owner_id: int | None = None
    owner_also: str = ""
    entry: str = ""
    begins: str = ""
    ends: str = ""
    target_days: int | None = None
    hand_over: str = ""
    asks: bool = False


@dataclass(frozen=True)
class FeedbackContent:
    """What a client says of a step, in the client's own language."""

    score: int | None
    understood: bool | None
    text: str
    language: str


def check_path(content: PathContent, area: Collection[str], on: date, before: date | None) -> list[Refusal]:
    """``area``: codes of the organisation's municipalities; ``before``: the last day of asking so far."""
    found = []
    if not (content.name_fi.strip() or content.name_sv.strip()):
        found.append(Refusal("name_fi", "required", _("Give the path a name in Finnish or Swedish.")))
    if set(content.municipalities) - set(area):
        found.append(
            Refusal("municipalities", "outside", _("Choose municipalities of your own organisation's area."))
        )
    until = content.feedback_until
    if until is not None and until < on and until != before:
        found.append(Refusal("feedback_until", "past", _("The last day of asking has passed.")))
    return found


def check_step(content: StepContent, facts: Collection[str]) -> list[Refusal]:
    """``facts``: acts by which waiting can be measured."""
    found = []
    if not any(content.title.get(one, "").strip() for one in OWN_LANGUAGES):
        found.append(Refusal("title_fi", "required", _("Say in Finnish or Swedish what the step is.")))
    for name, act in (("begins", content.begins), ("ends", content.ends)):
        if act and act not in facts:
            found.append(Refusal(name, "unknown", _("Choose the fact from the list.")))
    if bool(content.begins) != bool(content.ends):
        missing = "ends" if content.begins else "begins"
        found.append(
            Refusal(
                missing,
                "half",
                _("To measure the waiting, choose both what begins it and what ends it; or neither."),
            )
        )
    elif content.begins and content.begins == content.ends:
        found.append(Refusal("ends", "same", _("The waiting cannot begin and end with the same fact.")))
    target = content.target_days
    if target is not None and not 1 <= target <= LONGEST_TARGET:
        words = _("Give the target as days from 1 to %(most)s.")
        found.append(Refusal("target_days", "out-of-range", words, {"most": LONGEST_TARGET}))
    if content.asks and not content.ends:
        words = _("Choose what ends the step: then clients are asked.")
        found.append(Refusal("ends", "asks", words))
    return [one for number, one in enumerate(found) if one.field not in {o.field for o in found[:number]}]


def check_more_steps(number: int) -> list[Refusal]:
    """Whether one more step may be added to ``number``."""
    if number < MOST_STEPS:
        return []
    return [
        Refusal("", "many", _("A path has at most %(most)s steps. Divide it into two."), {"most": MOST_STEPS})
    ]


def check_use(steps: int) -> list[Refusal]:
    """A path without a step cannot be put in use."""
    return (
        [] if steps else [Refusal("", "no-steps", _("Add at least one step before the path is put in use."))]
    )


def check_feedback(content: FeedbackContent) -> list[Refusal]:
    found = []
    if content.score not in SCORES:
        found.append(Refusal("score", "required", _("Choose a number from 1 to 5.")))
    if len(content.text) > LONGEST_TEXT:
        words = _("The text is too long: %(most)s signs at most.")
        found.append(Refusal("text", "too-long", words, {"most": LONGEST_TEXT}))
    return found


def moved(order: Sequence[int], one: int, by: int) -> list[int]:
    """The ids with ``one`` a place nearer the beginning (−1) or the end (+1); as they were at an edge."""
    ids = list(order)
    place = ids.index(one)
    other = place + by
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
    return ids


def said_in(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The text in the language, else in Finnish, Swedish or any, with the language it stands in; empty when there is none."""
    for one in (language, *OWN_LANGUAGES, *texts):
        if texts.get(one):
            return texts[one], one
    return "", language
