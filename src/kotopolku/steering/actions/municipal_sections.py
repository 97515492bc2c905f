"""Acts on the sections of a municipal programme: written in versions, added, renamed, moved, taken out and put back.

The programme is locked by each, so that no section changes while the whole is sent somewhere. Not for: comments and
proposals (``municipal_talk.py``).
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.journal.actions import record
from kotopolku.steering import access_municipal as access
from kotopolku.steering import municipal_rules as rules
from kotopolku.steering.actions.municipal import check_draft
from kotopolku.steering.models import (
    CouncilState,
    MunicipalProgramme,
    PartnerRight,
    ProgrammeSection,
    SectionVersion,
)

SECTION = "steering.municipal-section"


@transaction.atomic
def write(
    section_id: int, language: str, text: str, note: str = "", *, actor: Viewer, expected_number: int
) -> ProgrammeSection:
    """What a section says in one language, as a new version. ``expected_number``: of the version that was opened.

    Two who write different languages do not disturb each other. Saved without a change, nothing is written.
    Raises ``EditClash`` (theirs: the text that is stored), ``NotVisible``, ``Refusals``.
    """
    found = writable(section_id, actor)
    refuse(check_here(found, language) + rules.check_text(text))
    good = rules.clean(text)
    stored = found.text.get(language, "")
    if good == stored:
        return found
    if found.number != expected_number and _said(found, expected_number, language) != stored:
        raise clash(found, language)
    found.text = found.text | {language: good}
    keep_version(found, note, actor)
    record(
        "steering.municipal.section-written",
        actor=actor,
        object=(SECTION, found.pk),
        details={"language": language, "number": found.number},
    )
    return found


@transaction.atomic
def add(
    programme_id: int, titles: Mapping[str, str], *, actor: Viewer, token: UUID | None = None
) -> ProgrammeSection:
    """An own section, as the last one. Raises ``NotVisible``, ``Refusals``."""
    of = access.own_programme(actor, programme_id, lock=True)
    if (before := done_before(token, SECTION)) is not None:
        return access.own_section(actor, before)
    refused = check_draft(of) + rules.check_title(titles, of.languages)
    kept = list(of.sections.values_list("key", "order"))
    if len(kept) >= rules.MOST_SECTIONS:
        words = _("A programme has at most %(most)s sections.")
        refused.append(Refusal("", "many", words, {"most": rules.MOST_SECTIONS}))
    refuse(refused)
    made = ProgrammeSection(
        programme=of,
        key=rules.next_own([key for key, _order in kept]),
        order=max((order for _key, order in kept), default=0) + 1,
        title=_kept(titles),
        number=0,
        version=0,
    )
    keep_version(made, "", actor)
    record("steering.municipal.section-added", actor=actor, object=(SECTION, made.pk), token=token)
    return made


@transaction.atomic
def rename(
    section_id: int, titles: Mapping[str, str], *, actor: Viewer, expected_version: int
) -> ProgrammeSection:
    """Gives an own section another title, as a new version. The Act's sections keep theirs. Raises ``EditClash``."""
    found = own(section_id, actor)
    same_version(found.version, expected_version)
    refused = rules.check_title(titles, found.programme.languages)
    if not rules.is_own(found.key):
        refused.append(Refusal("", "of-the-act", _("The Act gives this section its title.")))
    refuse(refused)
    if _kept(titles) == found.title:
        return found
    found.title = _kept(titles)
    keep_version(found, "", actor)
    record("steering.municipal.section-renamed", actor=actor, object=(SECTION, found.pk))
    return found


@transaction.atomic
def step(section_id: int, way: int, *, actor: Viewer) -> ProgrammeSection:
    """One place up (-1) or down (1) among the sections that are there. At an end nothing happens."""
    found = own(section_id, actor)
    rows = list(ProgrammeSection.objects.filter(programme=found.programme_id).order_by("order", "id"))
    live = [number for number, one in enumerate(rows) if one.removed_at is None]
    here = next(place for place, number in enumerate(live) if rows[number].pk == found.pk)
    there = here + way
    if not 0 <= there < len(live):
        return found
    rows.insert(live[there], rows.pop(live[here]))
    for order, one in enumerate(rows, start=1):
        one.order = order
    ProgrammeSection.objects.bulk_update(rows, ["order"])
    record("steering.municipal.section-moved", actor=actor, object=(SECTION, found.pk))
    return next(one for one in rows if one.pk == found.pk)


@transaction.atomic
def set_writer(
    section_id: int, organisation_id: int | None, *, actor: Viewer, expected_version: int
) -> ProgrammeSection:
    """Who is to write a section: the leading municipality (None), another one, or a partner that may write it."""
    found = own(section_id, actor)
    same_version(found.version, expected_version)
    if organisation_id == found.programme.organisation_id:
        organisation_id = None
    if organisation_id is not None and organisation_id not in possible_writers(found, actor):
        refuse([Refusal("writer", "no-right", _("Choose an organisation that may write this section."))])
    before, found.answers_id = found.answers_id, organisation_id
    found.version += 1
    found.save(update_fields=["answers", "version"])
    record(
        "steering.municipal.section-writer-set",
        actor=actor,
        object=(SECTION, found.pk),
        details={"writer": [before, organisation_id]},
    )
    return found


@transaction.atomic
def remove(
    section_id: int, reason: str, known: bool, *, actor: Viewer, expected_version: int
) -> ProgrammeSection:
    """Takes a section out. Its text, versions, comments, proposals, figures and goals stay, and it can be put back.

    For a section of the Act the actor says that it is known (``known``). Raises ``EditClash``, ``Refusals``.
    """
    found = own(section_id, actor)
    same_version(found.version, expected_version)
    content = rules.content_of(found.programme.act, found.key)
    citation = content.citation((get_language() or "fi")[:2]) if content else ""
    refuse(rules.check_removal(found.key if content else rules.OWN, citation, reason, known))
    found.removed_at, found.removed_reason = clock.now(), reason.strip()
    found.version += 1
    found.save(update_fields=["removed_at", "removed_reason", "version"])
    record(
        "steering.municipal.section-removed", actor=actor, object=(SECTION, found.pk), reason=reason.strip()
    )
    return found


@transaction.atomic
def put_back(section_id: int, *, actor: Viewer) -> ProgrammeSection:
    """Puts a section back that was taken out, as it was. One that is there stays."""
    found = access.own_section(actor, section_id)
    hold(found)
    found = access.own_section(actor, section_id, lock=True)
    if found.removed_at is None:
        return found
    found.removed_at, found.removed_reason = None, ""
    found.version += 1
    found.save(update_fields=["removed_at", "removed_reason", "version"])
    record("steering.municipal.section-put-back", actor=actor, object=(SECTION, found.pk))
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def hold(section: ProgrammeSection) -> None:
    """Holds the section's programme, which must be a draft: nothing is sent to the councils while it is written."""
    with rowsecurity.as_system():
        # Its partners write sections but not the programme's own row.
        of = MunicipalProgramme.objects.select_for_update(no_key=True).get(pk=section.programme_id)
    refuse(check_draft(of))


def writable(section_id: int, actor: Viewer) -> ProgrammeSection:
    """A section that the actor writes, held, in a draft, not taken out."""
    hold(access.writable_section(actor, section_id))
    found = access.writable_section(actor, section_id, lock=True)
    refuse(check_here(found))
    return found


def own(section_id: int, actor: Viewer) -> ProgrammeSection:
    """A section of the actor's own programme, held, in a draft, not taken out."""
    hold(access.own_section(actor, section_id))
    found = access.own_section(actor, section_id, lock=True)
    refuse(check_here(found))
    return found


def possible_writers(section: ProgrammeSection, viewer: Viewer) -> list[int]:
    """Organisations that may write the section on the day, the leading municipality first."""
    of = section.programme
    joined = of.municipalities.filter(days__contains=viewer.day).exclude(state=CouncilState.LEFT)
    found = [of.organisation_id, *joined.order_by("code").values_list("organisation_id", flat=True)]
    partners = of.partners.filter(days__contains=viewer.day, right=PartnerRight.WRITE)
    for one in partners.prefetch_related("sections").order_by("id"):
        named = {row.pk for row in one.sections.all()}
        if not named or section.pk in named:
            found.append(one.organisation_id)
    return list(dict.fromkeys(found))


def keep_version(section: ProgrammeSection, note: str, actor: Viewer) -> None:
    """Saves the section with the version that says what it says from now on."""
    section.number += 1
    section.version += 1
    section.save()
    SectionVersion.objects.create(
        section=section,
        number=section.number,
        title=section.title,
        text=section.text,
        note=note.strip()[:300],
        organisation_id=actor.organisation_id,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )


def clash(section: ProgrammeSection, language: str) -> EditClash:
    """What a second editor is told: what is stored now, by whom and when."""
    rows = SectionVersion.objects.filter(section=section, number=section.number).select_related("made_by")
    newest = rows.get()
    return EditClash(
        theirs={"text": section.text.get(language, "")},
        version=section.number,
        who=newest.made_by.get_full_name() if newest.made_by else "",
        when=newest.made_at,
    )


def _said(section: ProgrammeSection, number: int, language: str) -> str | None:
    """What a version said in a language; None when there is no such version."""
    found = SectionVersion.objects.filter(section=section, number=number).first()
    return found.text.get(language, "") if found else None


def check_here(section: ProgrammeSection, language: str = "") -> list[Refusal]:
    if section.removed_at is not None:
        return [
            Refusal("", "removed", _("The section has been taken out of the programme. Put it back first."))
        ]
    if language and language not in section.programme.languages:
        return [Refusal("", "language", _("The programme is not written in this language."))]
    return []


def _kept(titles: Mapping[str, str]) -> dict[str, str]:
    return {key: words.strip() for key, words in titles.items() if words.strip()}
