"""What the Acts and decrees require an assessment, a plan and a review to hold, and the grounds they know.

Lists for pages and forms, each line with its section; no line decides anything here.
"""

from __future__ import annotations

from datetime import date

from kotopolku.law.statutes import ContentItem, act_named, statute_book


def contents(kind: str, act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """Lines of one kind under an Act (a decree's lines belong to its Act), in the order of the Act.

    With a day, the wording in force then; without, the latest wording of each line. Raises `UnknownAct`.
    """
    act_named(act)
    lines: dict[str, ContentItem] = {}
    for item in statute_book().contents:
        if item.kind != kind or act not in (item.act, item.under):
            continue
        if on is not None and not (item.valid_from <= on and (item.valid_to is None or on <= item.valid_to)):
            continue
        if item.id not in lines or lines[item.id].valid_from < item.valid_from:
            lines[item.id] = item
    if on is None:
        last = max((item.valid_to or date.max for item in lines.values()), default=date.max)
        return tuple(item for item in lines.values() if (item.valid_to or date.max) == last)
    return tuple(lines.values())


def assessment_groups(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """Who must be assessed: 1386/2010 § 10.1, 681/2023 § 14.1."""
    return contents("assessment-group", act, on)


def assessment_items(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """What the initial interview must clarify: 570/2011 § 1, 869/2024 § 2."""
    return contents("assessment-item", act, on)


def assessment_measures(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """Further measures an assessment can include: 570/2011 § 1, 869/2024 § 3."""
    return contents("assessment-measure", act, on)


def assessment_manner(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """In which language and where an assessment is made: 570/2011 § 2, 869/2024 § 4."""
    return contents("assessment-manner", act, on)


def told_to_client(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """What the client must be told: 1386/2010 §§ 7 and 17.1, 869/2024 § 2."""
    return contents("assessment-told", act, on)


def plan_contents(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """What is agreed in a plan: 1386/2010 §§ 11, 13 and 14, 681/2023 §§ 18 and 19."""
    return contents("plan-content", act, on)


def duties_and_rights(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """What binds and protects the client: 1386/2010 § 17, 681/2023 § 24 and others. Said to the client."""
    return contents("duty-or-right", act, on)


def extension_grounds(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """Grounds for extending the longest duration; `rule` names the rule that caps it."""
    return contents("extension-ground", act, on)


def interruption_grounds(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """Why a plan could not be carried out for a time: 1386/2010 § 12.4, 681/2023 § 23.4."""
    return contents("interruption-ground", act, on)


def end_grounds(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """Why a plan ends. The Acts name only some; the others are marked uncertain."""
    return contents("end-ground", act, on)


def review_contents(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """What a review records: 1386/2010 § 18, 874/2024 § 3."""
    return contents("review-content", act, on)


def assessment_record(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """What must be stored of an assessment: 874/2024 § 1. Empty under the old Act."""
    return contents("assessment-record", act, on)


def plan_record(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """What must be stored of a plan: 874/2024 § 2. Empty under the old Act."""
    return contents("plan-record", act, on)


def first_plan_exceptions(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """Who may be given a first plan after the limit of rule A3: 681/2023 § 20."""
    return contents("first-plan-exception", act, on)


def restriction_answer(act: str, on: date | None = None) -> tuple[ContentItem, ...]:
    """What is told to a client who asks to restrict the use of data: 681/2023 § 73."""
    return contents("restriction-answer", act, on)


def information_exceptions(act: str = "1050/2018", on: date | None = None) -> tuple[ContentItem, ...]:
    """Grounds on which part of an answer to an information request may be left out: 1050/2018 § 34."""
    return contents("information-exception", act, on)


def provider_items(act: str = "681/2023", on: date | None = None) -> tuple[ContentItem, ...]:
    """What may be given of a client to whoever arranges training or another service: 681/2023 § 94."""
    return contents("provider-item", act, on)
