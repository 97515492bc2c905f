"""Acts on a municipal programme's frame: drawn up from the Act's list, changed, with whom it is drawn up.

Not for: partners (``municipal_partners.py``), sections (``municipal_sections.py``), councils and publication.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, OrganisationKind, date_range
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.journal.actions import record
from kotopolku.steering import access_municipal as access
from kotopolku.steering import municipal_rules as rules
from kotopolku.steering.actions import municipal_rights as rights
from kotopolku.steering.actions.municipal_rights import PROGRAMME
from kotopolku.steering.models import (
    CouncilState,
    MunicipalProgramme,
    MunicipalState,
    ProgrammeMunicipality,
    ProgrammePartner,
    ProgrammeSection,
    SectionVersion,
)
from kotopolku.steering.municipal_rules import FrameContent


@transaction.atomic
def draw_up(
    content: FrameContent,
    *,
    actor: Viewer,
    token: UUID | None = None,
    replaces: int | None = None,
    take_texts: bool = False,
    invented: bool = False,
) -> MunicipalProgramme:
    """A new programme of the actor's municipality, with the sections of the Act in force on the day.

    ``replaces``: the programme that it follows; with ``take_texts`` its texts are the first version of the sections.
    The other municipalities are told. Raises ``MissingCapability``, ``Refusals``.
    """
    lead = access.require_municipality(actor)
    if (before := done_before(token, PROGRAMME)) is not None:
        return access.own_programme(actor, before)
    others = _others(content, lead, actor)
    refused = rules.check_frame(content) + _check_others(content, others)
    followed = replaceable(actor).filter(pk=replaces or 0).first()
    if replaces is not None and followed is None:
        refused.append(Refusal("replaces", "unknown", _("Choose the programme that it replaces.")))
    refuse(refused)
    made = MunicipalProgramme(
        organisation=lead,
        act=rules.act_on(actor.day),
        replaces=followed,
        invented=invented,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    _write(made, content)
    made.participants = made.writers = [lead.pk]
    made.save()
    for one in (lead, *others):
        _join(made, one, actor)
    rights.keep(made, actor.day)
    _sections(made, followed if take_texts else None, actor)
    record("steering.municipal.drawn-up", actor=actor, object=(PROGRAMME, made.pk), token=token)
    rights.tell("steering.municipal-joined", made, [one.pk for one in others], actor)
    return made


@transaction.atomic
def change(
    programme_id: int, content: FrameContent, *, actor: Viewer, expected_version: int
) -> MunicipalProgramme:
    """Changes name, period, languages and municipalities of a draft. Those that come in or go out are told.

    What a language that is taken out said stays in the sections. Raises ``EditClash``, ``NotVisible``, ``Refusals``.
    """
    found = access.own_programme(actor, programme_id, lock=True)
    same_version(found.version, expected_version)
    refuse(check_draft(found))
    others = _others(content, found.organisation, actor)
    refuse(rules.check_frame(content) + _check_others(content, others))
    before = _facts(found)
    _write(found, content)
    found.version += 1
    found.save()
    kept = {row.organisation_id: row for row in found.municipalities.filter(days__contains=actor.day)}
    wanted = {one.pk for one in others} | {found.organisation_id}
    here = {key for key, row in kept.items() if row.state != CouncilState.LEFT}
    for one in others:
        if one.pk not in here:
            _join(found, one, actor)
    for key in here - wanted:
        _leave(kept[key], actor)
    rights.keep(found, actor.day)
    after = _facts(found)
    changed = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    record("steering.municipal.changed", actor=actor, object=(PROGRAMME, found.pk), details=changed)
    rights.tell("steering.municipal-joined", found, wanted - here, actor)
    rights.tell("steering.municipal-left", found, here - wanted, actor)
    return found


def replaceable(viewer: Viewer) -> "QuerySet[MunicipalProgramme]":
    """Approved and ended programmes that the viewer's municipality led or belonged to."""
    mine = viewer.organisation_id or 0
    joined = ProgrammeMunicipality.objects.filter(organisation_id=mine).values("programme")
    rows = access.programmes(viewer).filter(state__in=access.OPEN_STATES)
    return rows.filter(Q(organisation_id=mine) | Q(pk__in=joined))


def check_draft(of: MunicipalProgramme) -> list[Refusal]:
    """A programme before the councils, or approved, is not written any more."""
    if of.state == MunicipalState.DRAFT:
        return []
    words = _("The programme is not being drawn up any more, so it cannot be changed.")
    return [Refusal("", "not-draft", words)]


def _others(content: FrameContent, lead: Organisation, actor: Viewer) -> list[Organisation]:
    """The other municipalities that there are on the day."""
    rows = Organisation.objects.filter(
        pk__in=content.municipalities, kind=OrganisationKind.MUNICIPALITY, valid__contains=actor.day
    )
    return list(rows.exclude(pk=lead.pk).exclude(area_code="").order_by("sort_key_fi", "pk"))


def _check_others(content: FrameContent, others: Collection[Organisation]) -> list[Refusal]:
    missing = set(content.municipalities) - {one.pk for one in others}
    if not missing:
        return []
    words = _(
        "Only other municipalities that exist today can draw it up with you. Invite the rest as partners."
    )
    return [Refusal("organisations", "not-municipality", words)]


def _join(of: MunicipalProgramme, one: Organisation, actor: Viewer) -> None:
    ProgrammePartner.objects.filter(programme=of, organisation=one).delete()
    ProgrammeMunicipality.objects.update_or_create(
        programme=of,
        code=one.area_code,
        defaults={
            "organisation": one,
            "days": date_range(actor.day, None),
            "state": CouncilState.WAITING,
            "recorded_by_id": actor.user_id,
        },
    )


def _leave(row: ProgrammeMunicipality, actor: Viewer) -> None:
    """The row stays with its days; one that came in the same day goes without a trace."""
    if row.days.lower >= actor.day:
        row.delete()
        return
    row.days = date_range(row.days.lower, actor.day - timedelta(days=1))
    row.state = CouncilState.LEFT
    row.version += 1
    row.save()


def _write(of: MunicipalProgramme, content: FrameContent) -> None:
    names = {key: words.strip() for key, words in content.names.items()}
    # The Finnish name stands for all where there is none in the page's language: a programme in Swedish only lends its own.
    of.name_fi = names.get("fi") or names.get("sv", "")
    of.name_sv = names.get("sv", "")
    of.name_en = names.get("en", "")
    of.days = date_range(content.first_day, content.last_day)
    of.languages = list(content.languages)


def _sections(of: MunicipalProgramme, earlier: MunicipalProgramme | None, actor: Viewer) -> None:
    before = []
    if earlier is not None:
        rows = earlier.sections.filter(removed_at=None).order_by("order", "id")
        before = [(one.key, one.title, one.text) for one in rows]
    taken = rules.taken_over(of.act, actor.day, before)
    made = ProgrammeSection.objects.bulk_create(
        ProgrammeSection(programme=of, key=key, order=order, title=title, text=text)
        for order, (key, title, text) in enumerate(taken, start=1)
    )
    SectionVersion.objects.bulk_create(
        SectionVersion(
            section=one,
            number=1,
            title=one.title,
            text=one.text,
            organisation_id=actor.organisation_id,
            made_by_id=actor.user_id,
            made_at=clock.now(),
        )
        for one in made
    )


def _facts(of: MunicipalProgramme) -> dict[str, object]:
    joined = of.municipalities.filter(days__contains=clock.today()).exclude(state=CouncilState.LEFT)
    last = of.last_day
    return {
        "names": [of.name_fi, of.name_sv, of.name_en],
        "days": [of.days.lower.isoformat(), last.isoformat() if last else None],
        "languages": list(of.languages),
        "municipalities": list(joined.order_by("code").values_list("code", flat=True)),
    }
