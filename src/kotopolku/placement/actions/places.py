"""Acts on targets, yearly requests and places: the ministry sets, the region asks and agrees, the municipality answers.

Not for: holds on places (``holds.py``), agreements (``agreements.py``).
"""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement import access, rules
from kotopolku.placement.actions.agreements import AGREEMENT
from kotopolku.placement.models import (
    PERSONS,
    Agreement,
    AgreementState,
    Capacity,
    CapacityChange,
    CapacityFigure,
    PlaceAnswer,
    PlaceRequest,
    Resource,
    Target,
)
from kotopolku.placement.queries.holds import agreed_for
from kotopolku.placement.queries.people import holders

TARGET = "placement.target"
REQUEST = "placement.request"
PLACES = "placement.places"
MOST_YEARS_AHEAD = 5
MOST_PERSONS = 100_000


@transaction.atomic
def set_target(
    year: int,
    authority_id: int,
    persons: int,
    reason: str = "",
    *,
    actor: Viewer,
    expected_number: int = 0,
    token: UUID | None = None,
) -> Target:
    """Sets an area's target for a year, or changes it with a reason (681/2023 §40). Earlier rows stay as history.

    ``expected_number``: the change that the actor saw, 0 = none yet. Raises ``EditClash`` when another came between.
    """
    require(actor, Capability.PLACEMENT_TARGET)
    if (before := done_before(token, TARGET)) is not None:
        return access.targets(actor).get(pk=before)
    if not access.is_ministry(actor):
        raise MissingCapability(Capability.PLACEMENT_TARGET)
    today = clock.today()
    authority = access.regions(actor).filter(pk=authority_id).first()
    if authority is None:
        raise NotVisible
    found = _check_year(year, today)
    if not 0 <= persons <= MOST_PERSONS:
        found.append(Refusal("persons", "negative", _("Give the number of persons, none or more.")))
    if expected_number and not reason.strip():
        found.append(Refusal("reason", "required", _("Write why the target changes.")))
    refuse(found)
    last = Target.objects.filter(year=year, authority=authority).order_by("-number").first()
    number = last.number if last else 0
    if number != expected_number:
        raise EditClash(theirs={}, version=number, who="", when=clock.now())
    try:
        with transaction.atomic():
            target = Target.objects.create(
                year=year,
                authority=authority,
                number=number + 1,
                persons=persons,
                reason=reason.strip(),
                set_on=today,
                set_by_id=actor.user_id,
            )
    except IntegrityError:
        raise EditClash(theirs={}, version=number + 1, who="", when=clock.now()) from None
    record(
        "placement.target.set", actor=actor, object=(TARGET, target.pk), reason=reason.strip(), token=token
    )
    notify(
        "placement.target-set",
        holders(authority.pk, Capability.PLACEMENT_AGREE, today),
        actor=actor,
        address=f"{reverse('placement:targets')}?year={year}",
        organisation_id=authority.pk,
        about=(TARGET, target.pk),
    )
    return target


@transaction.atomic
def send_request(
    year: int, answer_by: date, text: str = "", *, actor: Viewer, token: UUID | None = None
) -> PlaceRequest:
    """Asks every municipality of the area how many places it offers for the year. Raises ``Refusals``."""
    require(actor, Capability.PLACEMENT_AGREE)
    if (before := done_before(token, REQUEST)) is not None:
        return access.request(actor, before)
    if not access.is_region(actor):
        raise MissingCapability(Capability.PLACEMENT_AGREE)
    today = clock.today()
    municipalities = list(access.municipalities(actor))
    found = _check_year(year, today)
    if answer_by <= today:
        found.append(Refusal("answer_by", "day-past", _("Choose an answer day that is still to come.")))
    if not municipalities:
        found.append(Refusal("", "no-municipalities", _("Your authority has no municipalities today.")))
    if (
        access.requests(actor)
        .filter(authority_id=actor.organisation_id, year=year, answer_by__gte=today)
        .exists()
    ):
        found.append(Refusal("year", "open", REQUEST_OPEN))
    refuse(found)
    asked = PlaceRequest.objects.create(
        year=year,
        authority_id=access.own(actor),
        text=text.strip(),
        sent_on=today,
        sent_by_id=actor.user_id,
        answer_by=answer_by,
    )
    PlaceAnswer.objects.bulk_create(
        PlaceAnswer(request=asked, municipality=one, authority_id=access.own(actor)) for one in municipalities
    )
    record("placement.request.sent", actor=actor, object=(REQUEST, asked.pk), token=token)
    for one in municipalities:
        _ask("placement.places-asked", asked, one.pk, actor)
    return asked


@transaction.atomic
def answer_request(
    request_id: int,
    answer: rules.NewAnswer,
    *,
    actor: Viewer,
    expected_version: int,
    token: UUID | None = None,
) -> PlaceAnswer:
    """The municipality's answer: what it offers. After the answer day it is taken too, and marked late.

    ``expected_version``: times answered that the actor saw. Of two at once one wins; the other gets ``EditClash``.
    """
    require(actor, Capability.PLACEMENT_ANSWER)
    if (before := done_before(token, REQUEST)) is not None:
        return access.answer(actor, before)
    found = access.answer(actor, request_id, lock=True)
    if found.version != expected_version:
        who = User.objects.filter(pk=found.answered_by_id or 0).values_list("full_name", flat=True).first()
        raise EditClash(theirs={}, version=found.version, who=who or "", when=clock.now())
    refuse(_check_answer(answer, found.version))
    today = clock.today()
    rows = _rows(found.municipality_id, found.authority_id, found.request.year, actor)
    _write(rows, answer.figures, CapacityFigure.OFFERED, answer.note, actor)
    found.version += 1
    found.late = found.late or (found.version == 1 and today > found.request.answer_by)
    found.answered_on, found.answered_by_id = today, actor.user_id
    found.body, found.note = answer.body.strip(), answer.note.strip()
    found.save(update_fields=["version", "late", "answered_on", "answered_by", "body", "note"])
    record("placement.request.answered", actor=actor, object=(REQUEST, request_id), token=token)
    notify(
        "placement.places-answered",
        holders(found.authority_id, Capability.PLACEMENT_AGREE, today),
        actor=actor,
        address=reverse("placement:request", args=[request_id]),
        organisation_id=found.authority_id,
        about=(REQUEST, request_id),
        on=today,
    )
    return found


@transaction.atomic
def agree_places(
    municipality_id: int,
    year: int,
    figures: rules.Figures,
    reason: str = "",
    *,
    actor: Viewer,
    expected_version: int,
    token: UUID | None = None,
) -> list[Capacity]:
    """The region agrees on a municipality's places of a year, or changes them with a reason.

    ``expected_version``: ``queries.places.version_of`` the year as seen. Never under what is held. Raises ``EditClash``,
    ``Refusals``.
    """
    require(actor, Capability.PLACEMENT_AGREE)
    municipality = access.municipality(actor, municipality_id)
    if token is not None and done_before(token, PLACES) is not None:
        return list(access.capacities(actor).filter(municipality=municipality, year=year).order_by("id"))
    refuse(_check_year(year, clock.today()) + rules.check_figures(figures, Resource.values))
    rows = _rows(municipality_id, access.own(actor), year, actor)
    version = sum(row.version for row in rows.values())
    untouched = expected_version == 0 and version == len(rows)
    if expected_version != version and not untouched:
        raise EditClash(theirs={}, version=version, who="", when=clock.now())
    refuse(_check_agreed(rows, figures, reason, actor, municipality_id, year))
    _write(rows, figures, CapacityFigure.AGREED, reason, actor)
    record(
        "placement.places.agreed",
        actor=actor,
        object=(PLACES, municipality_id),
        reason=reason.strip(),
        details={"year": year},
        token=token,
    )
    notify(
        "placement.places-agreed",
        holders(municipality_id, Capability.PLACEMENT_ANSWER, clock.today()),
        actor=actor,
        address=f"{reverse('placement:municipality', args=[municipality_id])}?year={year}",
        organisation_id=municipality_id,
        about=(PLACES, municipality_id),
    )
    return list(rows.values())


@transaction.atomic
def remind(*, actor: Viewer) -> dict[str, int]:
    """Reminds of requests without an answer and of agreements to be reviewed, each once. For a job's viewer."""
    done = {"requests": _remind_requests(actor), "reviews": _remind_reviews(actor)}
    if any(done.values()):
        record("placement.dates.reminded", actor=actor, details=done)
    return done


def _remind_requests(actor: Viewer) -> int:
    days = law.rule("O-PM", actor.day).other_amounts["days"]
    rows = PlaceRequest.objects.select_for_update(skip_locked=True).filter(
        answer_by__lte=actor.day + timedelta(days=days), reminded_on=None
    )
    told = 0
    for asked in rows.order_by("id"):
        for one in asked.answers.filter(version=0).order_by("id"):
            _ask("placement.places-waited", asked, one.municipality_id, actor)
            told += 1
        asked.reminded_on = actor.day
        asked.save(update_fields=["reminded_on"])
    return told


def _remind_reviews(actor: Viewer) -> int:
    days = law.rule("O-PS", actor.day).other_amounts["days"]
    rows = Agreement.objects.select_for_update(skip_locked=True).filter(
        state=AgreementState.IN_FORCE,
        days__contains=actor.day,
        review_by__lte=actor.day + timedelta(days=days),
        reminded_on=None,
    )
    agreements = list(rows.order_by("id"))
    for agreement in agreements:
        for side, right in (
            (agreement.municipality_id, Capability.PLACEMENT_ANSWER),
            (agreement.authority_id, Capability.PLACEMENT_AGREE),
        ):
            notify(
                "placement.agreement-review",
                holders(side, right, actor.day),
                actor=actor,
                address=reverse("placement:agreement", args=[agreement.pk]),
                organisation_id=side,
                about=(AGREEMENT, agreement.pk),
                on=agreement.review_by,
            )
        agreement.reminded_on = actor.day
        agreement.save(update_fields=["reminded_on"])
    return len(agreements)


def _ask(kind: str, asked: PlaceRequest, municipality_id: int, actor: Viewer) -> None:
    notify(
        kind,
        holders(municipality_id, Capability.PLACEMENT_ANSWER, clock.today()),
        actor=actor,
        address=reverse("placement:answer", args=[asked.pk]),
        organisation_id=municipality_id,
        about=(REQUEST, asked.pk),
        on=asked.answer_by,
    )


def _check_year(year: int, today: date) -> list[Refusal]:
    if today.year <= year <= today.year + MOST_YEARS_AHEAD:
        return []
    return [Refusal("year", "year", _("Choose this year or one of the next."))]


def _check_answer(answer: rules.NewAnswer, version: int) -> list[Refusal]:
    found = rules.check_figures(answer.figures, Resource.values)
    if not version and all(number is None for number in answer.figures.values()):
        found.append(
            Refusal("", "empty", _("Fill in at least one number. Write 0 when you offer no places."))
        )
    if version and not answer.note.strip():
        found.append(Refusal("note", "required", _("Write why the answer changes.")))
    return found


def _check_agreed(
    rows: dict[tuple[int, str], Capacity],
    figures: rules.Figures,
    reason: str,
    actor: Viewer,
    municipality_id: int,
    year: int,
) -> list[Refusal]:
    found: list[Refusal] = []
    changed = False
    in_force = {quarter: agreed_for(actor, municipality_id, year, quarter) for quarter in rules.QUARTERS}
    for (quarter, resource), number in figures.items():
        row = rows[quarter, resource]
        if number is None or number == row.agreed:
            continue
        changed = changed or row.agreed > 0
        found += rules.check_held(number, row.reserved + row.used, quarter, resource)
        if number <= row.agreed:
            continue
        name = rules.cell_name(quarter, resource)
        groups = {group for one in in_force[quarter] for group in one.groups}
        if not in_force[quarter]:
            found.append(Refusal(name, "no-agreement", NO_AGREEMENT))
        elif resource in PERSONS and resource.removeprefix("persons-") not in groups:
            found.append(Refusal(name, "group", NOT_IN_GROUPS))
    if changed and not reason.strip():
        found.append(Refusal("reason", "required", _("Write why the agreed places change.")))
    return found


def _rows(
    municipality_id: int, authority_id: int, year: int, actor: Viewer
) -> dict[tuple[int, str], Capacity]:
    """Every row of the year, made if missing, locked in the order of ids."""
    of_year = Capacity.objects.filter(municipality_id=municipality_id, year=year)
    if of_year.count() < len(rules.QUARTERS) * len(Resource.values):
        Capacity.objects.bulk_create(
            (
                Capacity(
                    municipality_id=municipality_id,
                    authority_id=authority_id,
                    year=year,
                    quarter=quarter,
                    resource=resource,
                )
                for quarter in rules.QUARTERS
                for resource in Resource.values
            ),
            ignore_conflicts=True,
        )
    rows = access.capacities(actor).select_for_update(of=("self",))
    locked = rows.filter(municipality_id=municipality_id, year=year).order_by("id")
    return {(row.quarter, row.resource): row for row in locked}


def _write(
    rows: dict[tuple[int, str], Capacity],
    figures: rules.Figures,
    figure: CapacityFigure,
    reason: str,
    actor: Viewer,
) -> None:
    """Sets the figures that differ and keeps each change with who, when and why."""
    changed, history = [], []
    for key, number in figures.items():
        row = rows[key]
        before = getattr(row, figure.value)
        if number is None or number == before:
            continue
        setattr(row, figure.value, number)
        row.version += 1
        changed.append(row)
        history.append(
            CapacityChange(
                capacity=row,
                figure=figure,
                before=before,
                after=number,
                reason=reason.strip(),
                changed_at=clock.now(),
                changed_on=clock.today(),
                changed_by_id=actor.user_id,
            )
        )
    Capacity.objects.bulk_update(changed, [figure.value, "version"])
    CapacityChange.objects.bulk_create(history)


REQUEST_OPEN = _("There is a request for this year already, and its answer day has not passed.")
NO_AGREEMENT = _("The municipality has no agreement in force in this quarter.")
NOT_IN_GROUPS = _("The agreement is not about this group of persons.")
