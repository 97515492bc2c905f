"""A draft that follows an approved programme: its sections, open goals, figures, municipalities and partners, ready to change.

Called inside the review that found changes needed, whose entry in the journal says so. Nothing of the old one is changed.
"""

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import date_range, not_over
from kotopolku.steering import council_rules as rules
from kotopolku.steering import municipal_rules
from kotopolku.steering.actions import municipal_rights
from kotopolku.steering.models import (
    CouncilState,
    GoalState,
    MunicipalGoal,
    MunicipalProgramme,
    ProgrammeFigure,
    ProgrammeMunicipality,
    ProgrammePartner,
    ProgrammeSection,
    SectionVersion,
)
from kotopolku.steering.queries.programme_content import title_of


def follower_of(old: MunicipalProgramme, actor: Viewer) -> MunicipalProgramme:
    """A draft under the Act in force on the actor's day. The caller holds the old one's lock and has let the actor in."""
    first, last = rules.next_period(old.days.lower, old.last_day, actor.day)
    made = MunicipalProgramme.objects.create(
        name_fi=old.name_fi,
        name_sv=old.name_sv,
        name_en=old.name_en,
        organisation=old.organisation,
        act=municipal_rules.act_on(actor.day),
        days=date_range(first, last),
        languages=list(old.languages),
        replaces=old,
        participants=list(old.participants),
        writers=list(old.writers),
        invented=old.invented,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    for one in old.municipalities.filter(days__contains=actor.day).exclude(state=CouncilState.LEFT):
        ProgrammeMunicipality.objects.create(
            programme=made,
            organisation_id=one.organisation_id,
            code=one.code,
            days=date_range(actor.day, None),
        )
    sections = _sections(old, made, actor)
    _goals(old, made, sections)
    _partners(old, made, sections, actor)
    municipal_rights.keep(made, actor.day)
    return made


def _sections(old: MunicipalProgramme, new: MunicipalProgramme, actor: Viewer) -> dict[int, ProgrammeSection]:
    """Copies by the id of the old section. What the Act of the new one does not name becomes the authors' own."""
    template = municipal_rules.template(new.act, actor.day)
    known = {one.id for one in template}
    copies: dict[int, ProgrammeSection] = {}
    rows = old.sections.filter(removed_at__isnull=True).order_by("order", "pk")
    taken = set(rows.values_list("key", flat=True))
    for order, one in enumerate(rows.prefetch_related("figures"), start=1):
        key = one.key
        if key not in known and not municipal_rules.is_own(key):
            key = municipal_rules.next_own(taken)
            taken.add(key)
        copies[one.pk] = made = _section(new, key, order, title_of(old.act, one), dict(one.text), actor)
        made.answers_id = one.answers_id
        made.save(update_fields=["answers"])
        ProgrammeFigure.objects.bulk_create(
            ProgrammeFigure(
                section=made,
                key=each.key,
                name=each.name,
                place=each.place,
                year=each.year,
                value=each.value,
                unit=each.unit,
                source=each.source,
                order=each.order,
                taken_at=each.taken_at,
            )
            for each in one.figures.all()
        )
    lacking = [one for one in template if one.id not in taken]
    for order, item in enumerate(lacking, start=len(copies) + 1):
        _section(new, item.id, order, dict(item.texts), {}, actor)
    return copies


def _section(
    programme: MunicipalProgramme,
    key: str,
    order: int,
    title: dict[str, str],
    text: dict[str, str],
    actor: Viewer,
) -> ProgrammeSection:
    made = ProgrammeSection.objects.create(
        programme=programme, key=key, order=order, title=title, text=text, number=1
    )
    SectionVersion.objects.create(
        section=made,
        number=1,
        title=title,
        text=text,
        organisation_id=actor.organisation_id,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    return made


def _goals(old: MunicipalProgramme, new: MunicipalProgramme, sections: dict[int, ProgrammeSection]) -> None:
    """Goals that are still under way, with what they carry out."""
    rows = old.goals.filter(state=GoalState.OPEN).order_by("order", "code")
    for one in rows.prefetch_related("lines", "measures"):
        made = MunicipalGoal.objects.create(
            programme=new,
            section=sections.get(one.section_id or 0),
            code=one.code,
            order=one.order,
            title=one.title,
            text=one.text,
            municipality=one.municipality,
            indicator_id=one.indicator_id,
            start_value=one.start_value,
            start_year=one.start_year,
            target=one.target,
            target_year=one.target_year,
            owner_id=one.owner_id,
            owner_also=one.owner_also,
        )
        made.lines.set(one.lines.all())
        made.measures.set(one.measures.all())


def _partners(
    old: MunicipalProgramme,
    new: MunicipalProgramme,
    sections: dict[int, ProgrammeSection],
    actor: Viewer,
) -> None:
    rows = old.partners.filter(not_over("days", actor.day)).order_by("pk")
    for one in rows.prefetch_related("sections"):
        made = ProgrammePartner.objects.create(
            programme=new,
            organisation_id=one.organisation_id,
            right=one.right,
            days=date_range(max(actor.day, one.days.lower or actor.day), None),
            invited_by_id=actor.user_id,
        )
        made.sections.set([sections[each.pk] for each in one.sections.all() if each.pk in sections])
