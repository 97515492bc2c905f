"""What holds in a meeting's votes, speaking list and minutes: the count, the chair's vote, order, freezing, the public form.

Pure functions over plain values. Not for: quorum and presence (``meeting_rules.py``), rights, writing, words of the paper.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kotopolku import law
from kotopolku.clients.rules import Refusal

SPEECH, REPLY, ORDER = "speech", "reply", "order"
BEFORE_OTHERS = {ORDER: 0, REPLY: 1, SPEECH: 2}
"""A point of order comes before replies, a reply before speeches; among the same kind who asked first."""
PUBLIC, CALLED, SECRET = "public", "called", "secret"
FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
LONGEST_TEXT = 20_000
FORM = 1
"""Of the frozen content, so that later forms can be told apart."""


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


def checkers_on(day: date) -> int:
    """How many check the minutes of a meeting held on ``day``. Our own target: the law gives no number."""
    return int(law.rule("O-MT", day).other_amounts["checkers"])


def minutes_days(day: date) -> int:
    """In how many days from the meeting its minutes are ready. Our own target."""
    return int(law.rule("O-MT", day).other_amounts["minutes-days"])


def task_reminder_days(day: date) -> int:
    """How many days before its day the owner of a task is reminded. Our own target."""
    return int(law.rule("O-MT", day).other_amounts["reminder-days"])


# The speaking list ------------------------------------------------------------------------------------------------------


def place_of(kind: str, waiting: Sequence[str]) -> int:
    """Where in the list of those kinds somebody comes who asks now: behind the last who does not stand behind that kind."""
    rank = BEFORE_OTHERS[kind]
    before = [place for place, one in enumerate(waiting, start=1) if BEFORE_OTHERS[one] <= rank]
    return max(before, default=0)


def moved(ids: Sequence[int], one: int, step: int) -> list[int]:
    """The same list with ``one`` put ``step`` places later (earlier when negative), never past an end."""
    rest = [each for each in ids if each != one]
    if len(rest) == len(ids):
        return rest
    place = min(max(ids.index(one) + step, 0), len(rest))
    return [*rest[:place], one, *rest[place:]]


# Votes ------------------------------------------------------------------------------------------------------------------

ABSTAINS, NOT_GIVEN = "abstains", ""
"""How a form says that somebody abstains, and that no vote has been given; else the option's index."""


def as_chosen(given: bool, option: int | None) -> str:
    """A vote as a form says it."""
    if not given:
        return NOT_GIVEN
    return ABSTAINS if option is None else str(option)


@dataclass(frozen=True)
class Cast:
    """What a seat voted; ``option`` None: abstains."""

    seat: int
    option: int | None


@dataclass(frozen=True)
class Tally:
    """``winner``: index of the option that won; None when nothing has, with ``even`` those that lead."""

    counts: tuple[int, ...]
    abstain: int
    even: tuple[int, ...]
    winner: int | None
    chair_decided: bool

    @property
    def given(self) -> int:
        return sum(self.counts) + self.abstain


def tally(options: int, cast: Iterable[Cast], chair_seat: int | None) -> Tally:
    """Counts the votes, one a seat. When the most votes are even, the option that the chair voted for wins.

    Raises ``ValueError`` when a seat has voted twice or for an option that there is not.
    """
    voted = list(cast)
    if len({one.seat for one in voted}) != len(voted):
        raise ValueError("A seat has one vote.")
    if any(one.option is not None and not 0 <= one.option < options for one in voted):
        raise ValueError("There is no such option.")
    counts = tuple(sum(one.option == number for one in voted) for number in range(options))
    abstain = sum(one.option is None for one in voted)
    most = max(counts, default=0)
    leading = tuple(number for number, count in enumerate(counts) if most and count == most)
    if len(leading) == 1:
        return Tally(counts, abstain, (), leading[0], False)
    chair = next((one.option for one in voted if one.seat == chair_seat), None)
    if chair is not None and chair in leading:
        return Tally(counts, abstain, leading, chair, True)
    return Tally(counts, abstain, leading, None, False)


def check_vote(question: str, options: Sequence[str]) -> list[Refusal]:
    """Refusals of a vote before it is opened."""
    found = []
    if not question.strip():
        found.append(Refusal("question", "required", _("Write what is voted on.")))
    given = [one.strip() for one in options if one.strip()]
    if len(given) < FEWEST_OPTIONS:
        found.append(Refusal("options", "few", _("Write at least two options, each on a line of its own.")))
    if len(given) > MOST_OPTIONS:
        words = _("There are too many options: at most %(most)s fit.")
        found.append(Refusal("options", "many", words, {"most": MOST_OPTIONS}))
    if len({one.casefold() for one in given}) != len(given):
        found.append(Refusal("options", "same", _("Two options are the same.")))
    if any(len(one) > 200 for one in given):
        found.append(Refusal("options", "long", _("An option is too long: at most 200 characters fit.")))
    return found


def check_close(found: Tally) -> list[Refusal]:
    """Whether a vote can be closed with the votes that have been given."""
    if not sum(found.counts):
        words = _("Nobody has voted for any option. Wait for the votes, or annul the vote.")
        return [Refusal("", "no-votes", words)]
    if found.winner is None:
        words = _(
            "The votes are even, and the chair has voted for none of the options that lead. The chair's vote decides."
        )
        return [Refusal("", "even", words)]
    return []


# Minutes ----------------------------------------------------------------------------------------------------------------


def decided_by(has_decision: bool, votes: Iterable[str]) -> str:
    """How an item was decided: "vote" when a vote on it was closed, else "unanimous"; "" without a decision."""
    if not has_decision:
        return ""
    return "vote" if "closed" in set(votes) else "unanimous"


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content, the same whatever the order of its keys."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def public_form(content: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """The content as everybody reads it, and how many items it leaves out.

    An item that is not public leaves its number and the section on which secrecy stands. Why somebody was recused,
    papers that are not public and tasks of items that are left out are not there either.
    """
    items = [_public_item(one) for one in content.get("items", [])]
    left_out = sum(one["access"] != PUBLIC for one in items)
    kept = {name: value for name, value in content.items() if name != "items"}
    return kept | {"items": items}, left_out


def _public_item(item: Mapping[str, Any]) -> dict[str, Any]:
    if item.get("access") != PUBLIC:
        # Named one by one: what is added to items later does not slip out.
        secret = item.get("access") == SECRET
        return {
            "section": item["section"],
            "access": item["access"],
            "access_reason": item.get("access_reason", "") if secret else "",
        }
    shown = dict(item)
    shown["recused"] = [{"name": one["name"]} for one in item.get("recused", [])]
    shown["papers"] = [one for one in item.get("papers", []) if one.get("access") == PUBLIC]
    return shown


def visible_form(content: Mapping[str, Any], ids: Iterable[int], *, secrets: bool) -> dict[str, Any]:
    """The content as somebody reads it who may see the items of these ids: of the others what everybody sees.

    ``secrets``: whether secret papers of those items are named.
    """
    seen = set(ids)

    def shown(item: Mapping[str, Any]) -> dict[str, Any]:
        if item.get("id") not in seen:
            return _public_item({"access": SECRET} | dict(item))
        papers = [one for one in item.get("papers", []) if secrets or one.get("access") != SECRET]
        return dict(item) | {"papers": papers}

    return dict(content) | {"items": [shown(one) for one in content.get("items", [])]}


def check_text(field: str, text: str) -> list[Refusal]:
    if len(text) <= LONGEST_TEXT:
        return []
    words = _("The text is too long: at most %(most)s characters fit.")
    return [Refusal(field, "long", words, {"most": LONGEST_TEXT})]


def check_checkers(chosen: Sequence[int], may: Iterable[int], number: int) -> list[Refusal]:
    """``may``: members and deputies who were there; ``number``: how many check."""
    if len(set(chosen)) != number or len(chosen) != number:
        words = _("Choose %(number)s persons who check the minutes.")
        return [Refusal("checkers", "number", words, {"number": number})]
    if not set(chosen) <= set(may):
        words = _("Only members who were present can check the minutes.")
        return [Refusal("checkers", "absent", words)]
    return []


# Ties -------------------------------------------------------------------------------------------------------------------

_STEM = 5


def touches(title: str, interests: str) -> bool:
    """Whether declared ties may have to do with an item: a word of both begins with the same five letters.

    Only to show them beside the item; it decides nothing.
    """

    def stems(words: str) -> set[str]:
        found = "".join(sign if sign.isalnum() else " " for sign in words.casefold()).split()
        return {one[:_STEM] for one in found if len(one) >= _STEM}

    return bool(stems(title) & stems(interests))
