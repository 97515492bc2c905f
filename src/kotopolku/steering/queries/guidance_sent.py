"""What was sent along with a request for guidance: the kept version of the programme, its sections, the Act's list.

Not for: what is said of it (``guidance.py``). A version that the viewer may not read any more is as if there were none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kotopolku import clock
from kotopolku.law.statutes import ContentItem
from kotopolku.steering import municipal_rules
from kotopolku.steering.models import Guidance, ProgrammeVersion


@dataclass(frozen=True)
class Section:
    """A section as it was sent: title and text by language."""

    key: str
    title: Mapping[str, str]
    text: Mapping[str, str]


def version_sent(found: Guidance) -> ProgrammeVersion | None:
    """The kept version, as far as row security shows it. One statement."""
    if found.programme_id is None or found.programme_version is None:
        return None
    rows = ProgrammeVersion.objects.filter(programme_id=found.programme_id)
    return rows.filter(number=found.programme_version).first()


def sections_of(content: Mapping[str, Any]) -> list[Section]:
    """The sections of a kept version in their order."""
    return [
        Section(str(one["key"]), dict(one.get("title") or {}), dict(one.get("text") or {}))
        for one in content.get("sections") or ()
    ]


def section_keys(found: Guidance) -> set[str]:
    """Keys of the sections that can be commented. One statement."""
    sent = version_sent(found)
    return {one.key for one in sections_of(sent.content)} if sent else set()


def act_of(found: Guidance) -> str:
    """The Act under which the programme is drawn up; that of the day, where the viewer reads the programme no longer."""
    return found.programme.act if found.programme else municipal_rules.act_on(_asked_on(found))


def checklist(found: Guidance) -> tuple[ContentItem, ...]:
    """Contents of the Act under which the programme is drawn up; none without a programme."""
    if found.programme_version is None:
        return ()
    return municipal_rules.template(act_of(found), _asked_on(found))


def _asked_on(found: Guidance) -> date:
    return found.asked_at.astimezone(clock.HELSINKI).date()
