"""What registering asks: who answers by law, whether the person may be known already, who can be the own worker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import jellyfish
from django.db.models import Q

from kotopolku import law
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.rules import Unanswered
from kotopolku.clients import access, rules
from kotopolku.clients.models import Person, Relationship, Responsibility
from kotopolku.clients.rules import PersonContent, Refusal
from kotopolku.clients.wording import language
from kotopolku.reference import queries as reference

MOST_DUPLICATES = 10
LIKE_ENOUGH = 0.88
"""Likeness of folded names (Jaro–Winkler, 0–1) above which the same birth date is a warning. Chosen by trial."""


@dataclass(frozen=True)
class AuthorityAnswer:
    """Who answers by law for a client of one municipality on one day."""

    organisation_id: int
    code: str
    name: str
    duty: str
    section: str
    """With the Act, as it is kept: "681/2023 § 3"."""
    explanation: list[tuple[str, str]]
    """Lines (text, source) in the language in use."""
    is_own: bool
    """It is the viewer's own authority."""


def who_answers_for(viewer: Viewer, *, municipality: str, jobseeker: bool, on: date) -> AuthorityAnswer:
    """Who answers by law: 1386/2010 §10.1, 681/2023 §3. No statement once the authorities are known.

    Raises ``Refusals`` on ``municipality`` when it does not exist that year, or no authority answers (Åland).
    """
    duty = "assessment-jobseeker" if jobseeker else "assessment-other"
    try:
        answer = actors.who_answers(duty, municipality, on)
    except (Unanswered, reference.UnknownMunicipality) as unknown:
        code = "no-authority" if isinstance(unknown, Unanswered) else "unknown-municipality"
        params = {"text": actors.problem(unknown)}
        raise rules.Refusals([Refusal("municipality", code, "%(text)s", params)]) from unknown
    section = f"{answer.act} {answer.section}"
    return AuthorityAnswer(
        organisation_id=answer.organisation_id,
        code=answer.organisation_code,
        name=answer.organisation_name,
        duty=duty,
        section=section,
        explanation=[(answer.why, law.cited(section, language()))],
        is_own=answer.organisation_id == viewer.organisation_id,
    )


@dataclass(frozen=True)
class DuplicateMatch:
    """A possible duplicate. Name, number and link only if the viewer may see the person; else only whom to ask."""

    why: str
    """identity-code, name-birth (same phonetic name and birth date) or similar (like name, same birth date)."""
    authority: str
    relationship_id: int | None
    name: str
    case_number: str
    person_id: int = 0
    can_return: bool = False
    """No client relationship of the person goes on: a new one can be opened for the same person."""
    ended_on: date | None = None
    """When the latest client relationship ended, if there has been one."""


def duplicates(viewer: Viewer, person: PersonContent) -> list[DuplicateMatch]:
    """Possible duplicates in the whole register, the surest first. Looks as the system; five statements at most."""
    code = rules.identity_code(person.identity_code)
    born = person.birth_date
    if born is None and rules.is_identity_code(code):
        born = rules.birth_date_of(code)
    if not code and born is None:
        return []
    asked = Q(identity_code=code) if code else Q()
    if born is not None:
        asked |= Q(birth_date=born)
    with access.seeing_all(viewer):
        found = [(why, row) for row in Person.objects.filter(asked) if (why := _why(person, code, row))]
        order = ("identity-code", "name-birth", "similar")
        found = sorted(found, key=lambda pair: order.index(pair[0]))[:MOST_DUPLICATES]
        ids = [row.pk for _why_, row in found]
        responsible = _responsible(ids, viewer.day)
        ends = _ends(ids)
    return [_match(viewer, why, row, responsible.get(row.pk), ends.get(row.pk, [])) for why, row in found]


def _why(person: PersonContent, code: str, row: Person) -> str:
    if code and row.identity_code == code:
        return "identity-code"
    if code and row.identity_code and not _temporary(code) and not _temporary(row.identity_code):
        return ""
    if row.name_phonetic == rules.phonetic_key(person.family_name, person.given_names):
        return "name-birth"
    typed = " ".join(sorted(rules.fold(f"{person.family_name} {person.given_names}").split()))
    known = " ".join(sorted(rules.fold(f"{row.family_name} {row.given_names}").split()))
    return "similar" if jellyfish.jaro_winkler_similarity(typed, known) >= LIKE_ENOUGH else ""


def _temporary(code: str) -> bool:
    return code[7] == "9"


def _responsible(person_ids: Iterable[int], day: date) -> dict[int, Responsibility]:
    """By person; of a person with several relationships, the one that goes on, else the latest."""
    rows = Responsibility.objects.filter(person_id__in=list(person_ids), days__contains=day)
    rows = rows.select_related("authority", "relationship").order_by("started_on", "id")
    return {row.person_id: row for row in sorted(rows, key=lambda row: row.ended_on is None)}


def _ends(person_ids: Iterable[int]) -> dict[int, list[date | None]]:
    """When each client relationship of each person ended; None for one that goes on."""
    found: dict[int, list[date | None]] = {}
    for person_id, ended_on in Relationship.objects.filter(person_id__in=list(person_ids)).values_list(
        "person_id", "ended_on"
    ):
        found.setdefault(person_id, []).append(ended_on)
    return found


def _match(
    viewer: Viewer, why: str, row: Person, by: Responsibility | None, ends: list[date | None]
) -> DuplicateMatch:
    own = by is not None and (bool(viewer.system) or by.authority_id == viewer.organisation_id)
    hidden = rules.non_disclosure_in_force(row.non_disclosure, row.non_disclosure_until, viewer.day)
    past = [day for day in ends if day is not None and day <= viewer.day]
    return DuplicateMatch(
        why=why,
        # An authority's name would tell the municipality that a non-disclosure order hides.
        authority=by.authority.name if by and (own or not hidden) else "",
        person_id=row.pk,
        can_return=len(past) == len(ends),
        ended_on=max(past, default=None),
        relationship_id=by.relationship_id if by and own else None,
        name=row.name if own else "",
        case_number=by.relationship.case_number if by and own else "",
    )


def workers(viewer: Viewer) -> list[tuple[int, str]]:
    """(user id, name) of those in the viewer's organisation on the day who do casework, by name."""
    if viewer.organisation_id is None:
        return []
    casework = {Role.CASEWORKER.value, Role.TEAM_LEADER.value}
    seats = actors.colleagues(viewer.organisation_id, viewer.day)
    return list({seat.user_id: seat.user.get_full_name() for seat in seats if seat.role in casework}.items())


def names_of(
    user_ids: Iterable[int], organisation_ids: Iterable[int]
) -> tuple[dict[int, str], dict[int, str]]:
    """Names of users and of organisations by id, for pages that show who did what."""
    return actors.user_names(user_ids), actors.organisation_names(organisation_ids)
