"""What waits for somebody with the councils and reviews of municipal programmes: for My work."""

from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku import writing
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import not_over
from kotopolku.placement.queries.my_work import Todo
from kotopolku.steering import access_councils, access_municipal
from kotopolku.steering import council_rules as rules
from kotopolku.steering.models import CouncilState, MunicipalProgramme, MunicipalState, ProgrammeMunicipality
from kotopolku.steering.queries import programme_reviews
from kotopolku.steering.queries.programme_mergers import gone

SENT = (MunicipalState.COUNCILS, MunicipalState.APPROVED)


def todo(viewer: Viewer, limit: int) -> list[Todo]:
    """Decisions to record, councils that did not approve, reviews, mergers. Eight statements at most, the nearest day first."""
    if not access_municipal.keeps(viewer):
        return []
    found = [*_decisions(viewer, limit), *_led(viewer, limit), *_reviews(viewer)]
    found += [*_expired(viewer, limit), *_left(viewer, limit)]
    return sorted(found, key=lambda one: (one.due is None, one.due or viewer.day))[:limit]


def _address(programme: MunicipalProgramme) -> str:
    return reverse("steering:council-programme", args=[programme.pk])


def _rows(viewer: Viewer, **narrowed: object) -> list[ProgrammeMunicipality]:
    rows = access_municipal.municipalities(viewer).filter(programme__state__in=SENT, **narrowed)
    rows = rows.filter(not_over("days", viewer.day)).exclude(state=CouncilState.LEFT)
    return list(rows.select_related("programme", "organisation").order_by("programme_id", "code"))


def _decisions(viewer: Viewer, limit: int) -> list[Todo]:
    mine = _rows(viewer, organisation_id=viewer.organisation_id or 0, state=CouncilState.WAITING)
    return [
        Todo(
            _("Record the council's decision: %(name)s") % {"name": one.programme.name},
            _("The programme was sent to your council"),
            None,
            reverse("steering:council-decision", args=[one.programme_id, one.pk]),
        )
        for one in mine[:limit]
    ]


def _led(viewer: Viewer, limit: int) -> list[Todo]:
    """Councils that did not approve, and municipalities that have ended, in programmes of one's own."""
    found = []
    for one in _rows(viewer, programme__organisation_id=viewer.organisation_id or 0):
        words = {"name": one.programme.name, "municipality": one.organisation.name}
        if one.state in rules.AGAINST:
            found.append(
                Todo(
                    _("Decide how to go on: %(name)s") % words,
                    _("The council did not approve it in %(municipality)s") % words,
                    None,
                    _address(one.programme),
                )
            )
        elif gone(one.code, viewer.day):
            found.append(
                Todo(
                    _("Put the new municipality in the programme: %(name)s") % words,
                    _("%(municipality)s has been merged") % words,
                    None,
                    _address(one.programme),
                )
            )
    return found[:limit]


def _reviews(viewer: Viewer) -> list[Todo]:
    rows = access_municipal.own_programmes(viewer).filter(
        not_over("days", viewer.day), state=MunicipalState.APPROVED
    )
    programmes = {one.pk: one for one in rows}
    found = []
    for pk, clock in programme_reviews.due_days(programmes.values()).items():
        if clock.due is None or rules.review_state(clock.due, viewer.day) == "coming":
            continue
        found.append(
            Todo(
                _("Review the programme: %(name)s") % {"name": programmes[pk].name},
                clock.rule.titles[writing.language()],
                clock.due,
                _address(programmes[pk]),
            )
        )
    return found


def _expired(viewer: Viewer, limit: int) -> list[Todo]:
    """Programmes whose period is over, with no follower begun."""
    rows = access_municipal.own_programmes(viewer).filter(
        state=MunicipalState.APPROVED, days__endswith__lte=viewer.day, replaced_by__isnull=True
    )
    return [
        Todo(
            _("Draw up a new programme, or end the old one: %(name)s") % {"name": one.name},
            _("Its period has ended"),
            one.last_day,
            _address(one),
        )
        for one in rows.order_by("days", "pk")[:limit]
    ]


def _left(viewer: Viewer, limit: int) -> list[Todo]:
    with rowsecurity.as_system():
        rows = list(access_councils.left_programmes(viewer)[:limit])
    return [
        Todo(
            _("Take over the programme: %(name)s") % {"name": one.name},
            _("%(municipality)s has been merged") % {"municipality": one.organisation.name},
            None,
            reverse("steering:council-take-over", args=[one.pk]),
        )
        for one in rows
    ]
