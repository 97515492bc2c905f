"""Rules of the own page: how a sign-in code looks, how often one may try, what the path's steps are and their state.

Pure: no Django, no clock. Not for: words (``wording.py``), the clocks themselves (``law``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from hmac import new as hmac

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No letters or digits that look alike on paper."""
CODE_LENGTH = 12
MOST_WRONG_DATES = 5
"""A code is locked after so many wrong dates of birth. Our own rule of security."""
MOST_WRONG_CODES = 20
"""So many codes that do not exist may come from one place on one day. Our own rule of security."""
LONGEST_TEXT = 4000


def code_of(numbers: Sequence[int]) -> str:
    """A code as it is printed, from random numbers: three groups of four."""
    letters = [CODE_LETTERS[number % len(CODE_LETTERS)] for number in numbers[:CODE_LENGTH]]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, CODE_LENGTH, 4))


def compact_code(typed: str) -> str:
    """What was typed, without spaces and dashes, in capitals."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def fingerprint(secret: str, purpose: str, text: str) -> bytes:
    """What is kept of a code or of the place that tries one: nobody can find it back without the secret."""
    return hmac(f"{purpose}:{secret}".encode(), text.encode(), sha256).digest()


@dataclass(frozen=True)
class PathFacts:
    """What the path of one client is made of; days None when the thing has not happened."""

    day: date
    started_on: date | None = None
    assessment_started_on: date | None = None
    assessed_on: date | None = None
    plan_needed: bool | None = None
    plan_made_on: date | None = None
    plan_signed_on: date | None = None
    plan_ends_on: date | None = None
    plan_ended_on: date | None = None
    measures: tuple["MeasureFacts", ...] = ()
    ended_on: date | None = None


@dataclass(frozen=True)
class MeasureFacts:
    id: int
    title: str
    kind: str
    state: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class PathStep:
    """One step: ``name`` (start, talk, plan, sign, measure, end), ``state`` done, now or next, its day and measure."""

    name: str
    state: str
    on: date | None = None
    measure: MeasureFacts | None = None


def path_steps(facts: PathFacts) -> tuple[PathStep, ...]:
    """The steps in order: what is done, the first that is not (now), and what comes."""
    steps = [PathStep("start", "done", facts.started_on)]
    if facts.assessed_on:
        steps.append(PathStep("talk", "done", facts.assessed_on))
    else:
        steps.append(PathStep("talk", "now" if facts.assessment_started_on else "next"))
    if facts.plan_needed is not False:
        steps.append(PathStep("plan", "done" if facts.plan_made_on else "next", facts.plan_made_on))
        if facts.plan_made_on:
            signed = facts.plan_signed_on
            steps.append(PathStep("sign", "done" if signed else "now", signed))
    steps += [_measure_step(measure) for measure in facts.measures if measure.state != "dropped"]
    over = facts.ended_on or facts.plan_ended_on
    steps.append(
        PathStep("end", "done" if over and over <= facts.day else "next", over or facts.plan_ends_on)
    )
    if not any(step.state == "now" for step in steps):
        for number, step in enumerate(steps):
            if step.state == "next":
                steps[number] = PathStep(step.name, "now", step.on, step.measure)
                break
    return tuple(steps)


def _measure_step(measure: MeasureFacts) -> PathStep:
    state = {"done": "done", "under-way": "now"}.get(measure.state, "next")
    return PathStep("measure", state, measure.ends_on if state == "done" else measure.starts_on, measure)


CLIENT_CLOCKS = ("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "D1", "D2", "D3")
"""Deadlines that a client is told of, by rule; the others concern only the authority's own work."""
