"""Rules of drawing up a municipal programme: its frame, the paragraphs of a section, two editors, proposals. No Django.

A text is Markdown; a paragraph is what blank lines part from the rest.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher

from kotopolku import law
from kotopolku.clients.rules import Refusal
from kotopolku.law.contents import contents
from kotopolku.law.statutes import ContentItem, statute_book

CONTENT = "programme-content"
REVIEW = "G5"
"""The rule of an Act that asks the council for the document and its review."""
LANGUAGES = ("fi", "sv")
"""In which a municipal programme can be written; the first of its languages is the one it is written in."""
LONGEST_TEXT = 60_000
LONGEST_TITLE = 200
LONGEST_QUOTE = 300
MOST_YEARS = 12
MOST_SECTIONS = 60
OWN = "own-"
LIKE_ENOUGH = 0.6
"""From how like a paragraph it is taken for the one that was commented, after it has been changed."""

_BLANK = re.compile(r"\n[ \t]*\n")


def _(words: str) -> str:
    """Marks words for translation, which happens where they are shown."""
    return words


# The frame ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FrameContent:
    """What a programme is called, when it holds, in which languages, and whose it is beside the leading municipality."""

    names: Mapping[str, str]
    first_day: date
    last_day: date
    languages: tuple[str, ...] = ("fi",)
    municipalities: tuple[int, ...] = field(default=())
    """Ids of the other municipalities' organisations."""


def acts() -> tuple[str, ...]:
    """The Acts that say what a programme holds, the oldest first."""
    known = {one.act for one in statute_book().contents if one.kind == CONTENT}
    return tuple(sorted(known, key=lambda act: law.act_named(act).valid_from))


def act_on(day: date) -> str:
    """The Act under which a programme is drawn up on the day: the one that is in force, else the latest."""
    for act in acts():
        known = law.act_named(act)
        if known.valid_from <= day and (known.valid_to is None or day <= known.valid_to):
            return act
    return acts()[-1]


def template(act: str, on: date) -> tuple[ContentItem, ...]:
    """The sections that the Act's list gives: 1386/2010 § 33, 681/2023 § 13.1 (the service package)."""
    return contents(CONTENT, act, on) or contents(CONTENT, act)


def content_of(act: str, key: str) -> ContentItem | None:
    """The Act's content that a section stands for; None for an own section."""
    return next((one for one in contents(CONTENT, act) if one.id == key), None)


def is_voluntary(act: str) -> bool:
    """Whether the Act asks for no document of the council any more (681/2023 § 13.3 was repealed)."""
    return not any(one.id == REVIEW and one.act == act for one in law.rules())


def is_own(key: str) -> bool:
    return key.startswith(OWN)


def next_own(keys: Collection[str]) -> str:
    """The key of the next own section."""
    taken = [int(one.removeprefix(OWN)) for one in keys if one.removeprefix(OWN).isdecimal() and is_own(one)]
    return f"{OWN}{max(taken, default=0) + 1}"


def check_frame(content: FrameContent) -> list[Refusal]:
    """What is wrong with the frame, whatever the municipalities are."""
    refused = []
    if not content.languages or set(content.languages) - set(LANGUAGES):
        refused.append(Refusal("languages", "unknown", _("Choose the languages of the programme.")))
    words = {
        "fi": _("Give the programme a name in Finnish."),
        "sv": _("Give the programme a name in Swedish."),
    }
    for language in content.languages:
        if language in words and not content.names.get(language, "").strip():
            refused.append(Refusal(f"name_{language}", "required", words[language]))
    if content.last_day < content.first_day:
        refused.append(Refusal("last_day", "reversed", _("The last day is before the first one.")))
    elif content.last_day.year - content.first_day.year > MOST_YEARS:
        refused.append(
            Refusal("last_day", "long", _("The period can be at most %(most)s years."), {"most": MOST_YEARS})
        )
    return refused


def check_title(titles: Mapping[str, str], languages: Sequence[str]) -> list[Refusal]:
    """A section's title in every language of the programme."""
    words = {"fi": _("Give the section a title in Finnish."), "sv": _("Give the section a title in Swedish.")}
    refused = [
        Refusal(f"title_{one}", "required", words[one])
        for one in languages
        if one in words and not titles.get(one, "").strip()
    ]
    too_long = _("The title is too long: at most %(most)s characters fit.")
    return refused + [
        Refusal(f"title_{one}", "long", too_long, {"most": LONGEST_TITLE})
        for one in languages
        if len(titles.get(one, "")) > LONGEST_TITLE
    ]


def check_text(text: str) -> list[Refusal]:
    if len(text) <= LONGEST_TEXT:
        return []
    words = _("The text is too long: at most %(most)s characters fit.")
    return [Refusal("text", "long", words, {"most": LONGEST_TEXT})]


# Paragraphs ---------------------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Lines as they are kept, whatever browser they come from."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip("\n").rstrip()


def paragraphs(text: str) -> tuple[str, ...]:
    """The text's paragraphs in order, none of them empty."""
    return tuple(one.strip("\n") for one in _BLANK.split(clean(text)) if one.strip())


def joined(parts: Sequence[str]) -> str:
    """One text of paragraphs."""
    return "\n\n".join(one for one in parts if one.strip())


def quote(paragraph: str) -> str:
    """How a paragraph begins, as a comment keeps it."""
    return paragraph[:LONGEST_QUOTE]


@dataclass(frozen=True)
class Place:
    """Where a comment stands in a text today. ``paragraph`` None: what it was said of is no longer there."""

    paragraph: int | None
    changed: bool = False
    """The paragraph has been changed since, but is still like enough."""


def place(parts: Sequence[str], wanted: str, paragraph: int) -> Place:
    """Finds the paragraph that was commented: by its beginning, of several the nearest one; else the likest one."""
    same = [number for number, one in enumerate(parts) if quote(one) == wanted]
    if same:
        return Place(min(same, key=lambda number: (abs(number - paragraph), number)))
    best, found = 0.0, None
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(wanted)
    for number in sorted(range(len(parts)), key=lambda one: (abs(one - paragraph), one)):
        matcher.set_seq1(quote(parts[number]))
        if matcher.real_quick_ratio() <= best or matcher.quick_ratio() <= max(best, LIKE_ENOUGH - 0.001):
            continue
        ratio = matcher.ratio()
        if ratio > best:
            best, found = ratio, number
    return Place(found, True) if found is not None and best >= LIKE_ENOUGH else Place(None)


def placed(parts: Sequence[str], asked: Sequence[tuple[str, int]]) -> list[Place]:
    """``place`` for many, each quote and number looked for once."""
    known = {one: place(parts, *one) for one in set(asked)}
    return [known[one] for one in asked]


def replaced(text: str, old: str, new: str, paragraph: int) -> str | None:
    """The text with one paragraph put in place of another (empty: taken out); None when it is there no longer.

    Of several paragraphs that say the same the nearest one to ``paragraph`` is meant.
    """
    parts = list(paragraphs(text))
    wanted = clean(old).strip("\n")
    same = [number for number, one in enumerate(parts) if one == wanted]
    if not same:
        return None
    parts[min(same, key=lambda number: (abs(number - paragraph), number))] = clean(new)
    return joined(parts)


# Two editors --------------------------------------------------------------------------------------------------------


def merged(base: str, mine: str, theirs: str) -> str | None:
    """One text of both when they changed different paragraphs; None when they changed the same or neighbouring ones."""
    whole = paragraphs(base)
    my_edits, their_edits = _edits(whole, paragraphs(mine)), _edits(whole, paragraphs(theirs))
    for one in my_edits:
        for other in their_edits:
            if one != other and one[0] <= other[1] and other[0] <= one[1]:
                return None
    made: list[str] = []
    at = 0
    for first, last, parts in sorted({*my_edits, *their_edits}):
        made += [*whole[at:first], *parts]
        at = last
    return joined([*made, *whole[at:]])


_Edit = tuple[int, int, tuple[str, ...]]


def _edits(before: Sequence[str], after: Sequence[str]) -> list[_Edit]:
    matcher = SequenceMatcher(None, before, after)
    return [(a, b, tuple(after[c:d])) for what, a, b, c, d in matcher.get_opcodes() if what != "equal"]


# What is still lacking ----------------------------------------------------------------------------------------------


def missing_languages(text: Mapping[str, str], languages: Sequence[str]) -> tuple[str, ...]:
    """Languages of the programme in which a section says nothing yet."""
    return tuple(one for one in languages if not text.get(one, "").strip())


def check_removal(key: str, citation: str, reason: str, known: bool) -> list[Refusal]:
    """Why a section may not be taken out yet: a reason is needed, and for the Act's own sections that one knows it."""
    refused = []
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why it is taken out.")))
    if not is_own(key) and not known:
        words = _("%(section)s names this content. Tick that you know it and take it out all the same.")
        refused.append(Refusal("known", "of-the-act", words, {"section": citation}))
    return refused


def taken_over(
    act: str, on: date, before: Sequence[tuple[str, Mapping[str, str], Mapping[str, str]]]
) -> list[tuple[str, dict[str, str], dict[str, str]]]:
    """Sections (key, title, text) of a new programme that takes over what an earlier one says.

    The Act's sections get the text that stood under the same key; what has no place in the new list becomes an own section.
    """
    kept = {key: (dict(title), dict(text)) for key, title, text in before}
    made = [(one.id, dict(one.texts), kept.pop(one.id, ({}, {}))[1]) for one in template(act, on)]
    for title, text in kept.values():
        if any(words.strip() for words in text.values()):
            made.append((next_own([key for key, *_rest in made]), title, text))
    return made
