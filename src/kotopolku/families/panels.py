"""The panels on the client page: the household in short, and the special rules of the client's situation.

One query for both; what the client page has read already is used. Not for: the family's own page (``pages.py``).
"""

from typing import Any

from kotopolku import law
from kotopolku.access.viewer import Viewer
from kotopolku.clients.queries import ClientDetail
from kotopolku.clients.wording import language
from kotopolku.families import queries, rules
from kotopolku.families.queries import Around
from kotopolku.families.wording import RELATIONS


def panel(viewer: Viewer, detail: ClientDetail) -> dict[str, Any]:
    """Both panels; ``special`` is None for a client without anything special."""
    found = queries.around(detail.relationship.pk, detail.person, viewer.day)
    return {
        "relationship": detail.relationship,
        "household": _household(viewer, detail, found),
        "special": _special(viewer, detail, found),
    }


def _household(viewer: Viewer, detail: ClientDetail, found: Around) -> dict[str, Any]:
    """Members with what each is to the client, by relation or by role in the household, and age."""
    person_id = detail.person.pk
    to_client: dict[int, tuple[str, bool]] = {}
    for kept, custody in found.relations:
        other = kept.other if kept.person == person_id else kept.person
        to_client[other] = (rules.seen_from(kept, person_id), custody)
    members = []
    for member in detail.household:
        kind, custody = to_client.pop(member.person_id, ("", False))
        born = member.person.birth_date
        members.append(
            {
                "name": member.person.name,
                "what": RELATIONS[kind] if kind else member.get_role_display(),
                "age": law.age_on(born, viewer.day) if born else None,
                "custody": custody and kind in ("parent", "guardian"),
            }
        )
    return {"members": members, "elsewhere": len(to_client)}


def _special(viewer: Viewer, detail: ClientDetail, found: Around) -> dict[str, Any] | None:
    """Representative, housing unit and the rules that follow."""
    made = detail.plan is not None and detail.plan.plan.made_on is not None
    situation = queries.situation(detail.person, detail.permits, made, found)
    shown = rules.special_rules(situation, viewer.day)
    if not shown and not found.representative and not found.housing_kind:
        return None
    minor = law.is_minor(detail.person.birth_date, viewer.day)
    return {
        "rules": [line(rule) for rule in shown],
        "around": found,
        "missing": minor and detail.person.unaccompanied and not found.representative,
        "judge": situation.earlier_relationships > 0 and situation.earlier_judged is None,
        "hidden": detail.protected and bool(found.housing_kind),
    }


def line(rule: rules.SpecialRule) -> dict[str, Any]:
    """A special rule in the language in use."""
    code = language()
    return {
        "text": rule.texts[code],
        "citation": rule.citations[code],
        "uncertain": rule.certainty != "S",
        "state": rule.state,
        "until": rule.until,
    }
