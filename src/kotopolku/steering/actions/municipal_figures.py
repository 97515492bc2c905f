"""Acts on the figures of a section: put in from reference data and indicators, renewed on request, taken away.

Not for: which figures there are (``queries/municipal_figures.py``).
"""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.steering.actions.municipal_sections import SECTION, writable
from kotopolku.steering.models import CouncilState, ProgrammeFigure, ProgrammeSection
from kotopolku.steering.queries import municipal_figures as figures

MOST_FIGURES = 40


@transaction.atomic
def put(section_id: int, key: str, code: str, *, actor: Viewer) -> ProgrammeFigure:
    """The newest figure of a municipality of the programme, as it is today; an older one of the same is renewed.

    Raises ``NotVisible``, ``Refusals``.
    """
    section = writable(section_id, actor)
    joined = section.programme.municipalities.filter(days__contains=actor.day).exclude(
        state=CouncilState.LEFT
    )
    codes = list(joined.values_list("code", flat=True))
    known = figures.known(actor, [code], actor.day) if code in codes else []
    now = next((one for one in known if one.key == key), None)
    if now is None:
        refuse([Refusal("figure", "unknown", _("Choose the figure from the list."))])
        raise AssertionError(key)
    there = list(section.figures.all())
    same = [one for one in there if now.is_of(one)]
    if same and (same[0].key, same[0].year, same[0].value) == (now.key, now.year, now.value):
        return same[0]
    if not same and len(there) >= MOST_FIGURES:
        words = _("A section has at most %(most)s figures.")
        refuse([Refusal("figure", "many", words, {"most": MOST_FIGURES})])
    last = max((one.order for one in there), default=0)
    made = same[0] if same else ProgrammeFigure(section=section, order=last + 1)
    _write(made, now)
    record(
        "steering.municipal.figure-put",
        actor=actor,
        object=(SECTION, section.pk),
        details={"figure": now.key, "place": now.place, "year": now.year},
    )
    return made


@transaction.atomic
def renew(section_id: int, *, actor: Viewer) -> list[ProgrammeFigure]:
    """Every figure of the section as it is today. Returns those that changed; with none nothing is written."""
    section = writable(section_id, actor)
    changed, told = [], []
    for one in figures.renewed(actor, section, actor.day):
        if one.now is not None:
            told.append([one.now.key, one.now.place, one.figure.year, one.now.year])
            _write(one.figure, one.now)
            changed.append(one.figure)
    if changed:
        record(
            "steering.municipal.figures-renewed",
            actor=actor,
            object=(SECTION, section.pk),
            details={"figures": told},
        )
    return changed


@transaction.atomic
def take_away(figure_id: int, *, actor: Viewer) -> ProgrammeSection:
    """Takes a figure out of its section. Raises ``NotVisible``."""
    found = ProgrammeFigure.objects.filter(pk=figure_id).first()
    if found is None:
        raise NotVisible
    section = writable(found.section_id, actor)
    ProgrammeFigure.objects.filter(pk=found.pk).delete()
    record(
        "steering.municipal.figure-taken-away",
        actor=actor,
        object=(SECTION, section.pk),
        details={"place": found.place, "year": found.year},
    )
    return section


def _write(figure: ProgrammeFigure, now: figures.Known) -> None:
    figure.key, figure.name, figure.place, figure.year = now.key, now.name, now.place, now.year
    figure.value, figure.unit, figure.source = now.value, now.unit, now.source[:300]
    figure.taken_at = clock.now()
    figure.save()
