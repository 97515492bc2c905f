"""Goals of the demo world's municipal programmes with follow-ups of past years; some late, some missing, one given up.

The persona's own programme is written through the room's actions, the others in bulk: their goals by the councils' scene
(``put_in``), what became of them here. All of it is invented, as the programmes are.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Prefetch

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.demo.goal_words import IDEAS, INVENTED_FI, INVENTED_SV, NOTHING_FI, NOTHING_SV, Idea
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at, working
from kotopolku.reference import queries as reference
from kotopolku.steering.actions import goal_follow_ups, goals
from kotopolku.steering.goal_rules import (
    Aim,
    FollowUpContent,
    GoalContent,
    expected_in,
    missing_years,
    propose,
)
from kotopolku.steering.models import (
    GoalFollowUp,
    GoalState,
    Indicator,
    Line,
    MeasureState,
    MunicipalGoal,
    MunicipalProgramme,
    MunicipalState,
    ProgrammeState,
    RegionalMeasure,
)
from kotopolku.steering.queries.goal_figures import Figures, codes_of, figures_in

PERSONA = "kunta.vantaa"
CHANGED = "Tavoitteet kirjattiin järjestelmään ohjelman hyväksymisen jälkeen. Keksitty esimerkki."
FEWEST = 6
"""Goals of a programme; others have up to two more."""
OWN_FIGURE = "Kunnan oma luku (keksitty) / Kommunens egen siffra (påhittad)"
AREAS_KEY = "employment-rate"
"""Goals with this indicator are the employment authority's in approved programmes."""


def play(actor_of: ActorOf, day: date) -> None:
    """The persona's goals, and what became of the others' since their councils."""
    leader = actor_of(PERSONA)
    lines = _lines(day)
    for number, plans in _plans(day):
        programme = plans[0].programme
        if programme.organisation_id == leader.organisation_id and programme.state != MunicipalState.ENDED:
            _by_actions(leader, plans, lines, day)
        else:
            rowsecurity.apply(Viewer.for_system("demo", day))
            rows = list(programme.goals.order_by("order")) or _written(plans, lines, number, None)
            _lived(rows, plans, number, day)


def put_in(keepers: Collection[int], approved: Collection[int], day: date) -> None:
    """Goals of the drafts of all but some municipalities, before the councils decide: what is approved holds them.

    ``approved``: ids of those whose councils have approved them by now; their employment authority owns some goals.
    """
    lines = _lines(day)
    for number, plans in _plans(day):
        programme = plans[0].programme
        if programme.organisation_id not in keepers and not programme.goals.exists():
            area = _area_of(programme, day) if programme.pk in approved else None
            _written(plans, lines, number, area)


def _plans(day: date) -> list[tuple[int, list["_Plan"]]]:
    """Every programme's goals before they are written, by the programme's number; none where there is no indicator."""
    rowsecurity.apply(Viewer.for_system("demo", day))
    indicators = {one.key: one for one in Indicator.objects.all()}
    ideas = [one for one in IDEAS if one.key in indicators]
    programmes = list(MunicipalProgramme.objects.order_by("pk").select_related("organisation"))
    codes = codes_of([one.pk for one in programmes], day)
    return [
        (
            number,
            [
                _Plan(one, idea, indicators[idea.key], codes.get(one.pk, ()), day)
                for idea in ideas[: FEWEST + number % 3]
            ],
        )
        for number, one in enumerate(programmes if ideas else ())
    ]


def _lines(day: date) -> list[Line]:
    rowsecurity.apply(Viewer.for_system("demo", day))
    rows = Line.objects.filter(programme__state=ProgrammeState.ADOPTED, kind="line", days__contains=day)
    going = RegionalMeasure.objects.exclude(state=MeasureState.DROPPED).filter(days__contains=day)
    return list(rows.order_by("order", "code").prefetch_related(Prefetch("measures", going)))


class _Plan:
    """One goal of one programme before it is written: where it starts, where it is to be, and its figures."""

    def __init__(
        self,
        programme: MunicipalProgramme,
        idea: Idea,
        indicator: Indicator,
        codes: Sequence[str],
        day: date,
    ) -> None:
        self.programme, self.idea, self.indicator = programme, idea, indicator
        self.regions = {reference.areas_of(code, day).region for code in codes}
        self.figures: Figures = figures_in(indicator.pk, indicator.unit, codes)
        began = programme.days.lower.year
        known = [(year, value) for year, value in self.figures.whole if year < max(began, day.year)]
        before = [(year, value) for year, value in known if year <= began - 1] or known[:1]
        # Where no figures are kept, the municipality has counted its own.
        self.start: Decimal = (
            before[-1][1] if before else Decimal(38 + (programme.pk * 7 + len(idea.fi)) % 21)
        )
        self.start_year: int = before[-1][0] if before else min(began, day.year) - 1
        target = (self.start * (1 + idea.share)).quantize(Decimal("0.1"))
        self.target = min(target, Decimal(100)) if indicator.unit == "%" else target
        last = programme.last_day or day + timedelta(days=365)
        self.target_year = max(last.year, self.start_year)
        self.aim = Aim(self.start, self.start_year, self.target, self.target_year)

    def past_years(self, day: date) -> list[int]:
        last = min(day.year - 1, self.target_year)
        return missing_years(self.aim, self.programme.days.lower.year, last, ())

    def follow_up(self, year: int, number: int) -> FollowUpContent:
        """What somebody said of the year: mostly as the figures propose."""
        value, source = self.figures.of(year), self.figures.source
        straight = expected_in(self.aim, year)
        if value is None and straight is not None:
            value = (straight * (100 + (number * 5) % 9 - 4) / 100).quantize(Decimal("0.1"))
            source = OWN_FIGURE
        track = propose(self.aim, self.indicator.better, year, value).track
        swedish = self.programme.languages[:1] == ["sv"]
        done = self.idea.done_sv if swedish else self.idea.done_fi
        if number % 7 == 3:
            track, done = "off", NOTHING_SV if swedish else NOTHING_FI
        mark = INVENTED_SV if swedish else INVENTED_FI
        return FollowUpContent(year, track, f"{done} {mark.strip('*')}", value, source)

    @property
    def texts(self) -> tuple[dict[str, str], dict[str, str]]:
        idea = self.idea
        titles = {"fi": idea.fi, "sv": idea.sv}
        texts = {"fi": f"{idea.text_fi}\n\n{INVENTED_FI}", "sv": f"{idea.text_sv}\n\n{INVENTED_SV}"}
        languages = self.programme.languages or ["fi"]
        return (
            {one: titles[one] for one in languages if one in titles},
            {one: texts[one] for one in languages if one in texts},
        )


def _lines_of(lines: Sequence[Line], number: int, place: int) -> list[Line]:
    """One line or two; now and then none, so that something is left to tie."""
    if not lines or (number + place) % 9 == 8:
        return []
    first = lines[(number + 2 * place) % len(lines)]
    second = lines[(number * 2 + place + 3) % len(lines)]
    return [first] if first.pk == second.pk or place % 3 == 0 else [first, second]


def _measures_of(lines: Iterable[Line], plan: "_Plan") -> list[int]:
    """Measures of the programme's regions that carry out the same lines; of one that has ended none, they came later."""
    if plan.programme.state == MunicipalState.ENDED:
        return []
    found = (one for line in lines for one in line.measures.all())
    return sorted({one.pk for one in found if plan.regions & set(one.regions)})


def _missing(number: int, place: int, year: int, day: date) -> bool:
    """Whether last year's follow-up has not been written yet."""
    return year == day.year - 1 and (number + place) % 6 == 2


# The persona's own ----------------------------------------------------------------------------------------------------


def _by_actions(leader: Viewer, plans: Iterable["_Plan"], lines: Sequence[Line], day: date) -> None:
    for place, plan in enumerate(plans):
        titles, texts = plan.texts
        chosen = _lines_of(lines, 0, place)
        content = GoalContent(
            title=titles,
            text=texts,
            indicator_id=plan.indicator.pk,
            start_value=plan.start,
            start_year=plan.start_year,
            target=plan.target,
            target_year=max(plan.target_year, day.year),
            lines=tuple(one.pk for one in chosen),
            measures=tuple(_measures_of(chosen, plan)),
            checked=True,
        )
        with working(leader, min(max(plan.programme.days.lower, date(day.year - 2, 1, 15)), day)) as there:
            made = goals.add(plan.programme.pk, content, CHANGED, actor=there)
        if plan.programme.state != MunicipalState.APPROVED:
            continue
        for year in plan.past_years(day):
            if not _missing(0, place, year, day):
                with working(leader, min(date(year + 1, 2, 12), day)) as there:
                    goal_follow_ups.write(made.pk, plan.follow_up(year, place), actor=there)
    at(leader)


# Others' --------------------------------------------------------------------------------------------------------------


def _written(
    plans: Sequence["_Plan"], lines: Sequence[Line], number: int, area: Organisation | None
) -> list[MunicipalGoal]:
    rows = [_row(plan, place, area) for place, plan in enumerate(plans)]
    MunicipalGoal.objects.bulk_create(rows)
    chosen = [
        (row, plan, _lines_of(lines, number, place))
        for place, (row, plan) in enumerate(zip(rows, plans, strict=True))
    ]
    tie, of_measure = MunicipalGoal.lines.through, MunicipalGoal.measures.through
    tie.objects.bulk_create(
        tie(municipalgoal_id=row.pk, line_id=line.pk) for row, _plan, own in chosen for line in own
    )
    of_measure.objects.bulk_create(
        of_measure(municipalgoal_id=row.pk, regionalmeasure_id=pk)
        for row, plan, own in chosen
        for pk in _measures_of(own, plan)
    )
    return rows


def _lived(rows: Sequence[MunicipalGoal], plans: Sequence["_Plan"], number: int, day: date) -> None:
    """One given up, goals of ended programmes closed, follow-ups of past years."""
    for place, (row, plan) in enumerate(zip(rows, plans, strict=False)):
        _end(row, plan, place, number)
    MunicipalGoal.objects.bulk_update(rows, ["state", "state_reason"])
    if plans[0].programme.state in (MunicipalState.APPROVED, MunicipalState.ENDED):
        GoalFollowUp.objects.bulk_create(
            _follow_up(row, plan.follow_up(year, number + place + year))
            for place, (row, plan) in enumerate(zip(rows, plans, strict=False))
            if row.state != GoalState.DROPPED
            for year in plan.past_years(day)
            if not _missing(number, place, year, day)
        )


def _area_of(programme: MunicipalProgramme, day: date) -> Organisation | None:
    """The employment authority of the leading municipality: it owns some of the goals."""
    areas = reference.areas_of(programme.organisation.area_code, day)
    return Organisation.objects.filter(code=f"tyo-{areas.employment_area}", valid__contains=day).first()


def _row(plan: "_Plan", place: int, area: Organisation | None) -> MunicipalGoal:
    titles, texts = plan.texts
    return MunicipalGoal(
        programme=plan.programme,
        code=str(place + 1),
        order=place + 1,
        title=titles,
        text=texts,
        indicator=plan.indicator,
        start_value=plan.start,
        start_year=plan.start_year,
        target=plan.target,
        target_year=plan.target_year,
        owner=area if area is not None and plan.idea.key == AREAS_KEY else plan.programme.organisation,
    )


def _end(row: MunicipalGoal, plan: "_Plan", place: int, number: int) -> None:
    newest = plan.figures.newest
    better = plan.indicator.better
    if plan.programme.state == MunicipalState.ENDED and newest is not None:
        done = propose(plan.aim, better, *newest).reason == "reached"
        row.state = GoalState.REACHED if done else GoalState.DROPPED
        row.state_reason = (
            "Tavoite saavutettiin ohjelman aikana. Keksitty esimerkki."
            if done
            else "Ohjelma päättyi ennen kuin tavoite saavutettiin. Keksitty esimerkki."
        )
    elif plan.programme.state == MunicipalState.APPROVED and (number % 8, place) == (2, FEWEST - 1):
        row.state = GoalState.DROPPED
        row.state_reason = "Rahoitusta ei saatu. Keksitty esimerkki."


def _follow_up(row: MunicipalGoal, content: FollowUpContent) -> GoalFollowUp:
    return GoalFollowUp(
        goal=row,
        year=content.year,
        value=content.value,
        track=content.track,
        text=content.text,
        source=content.source,
        written_at=datetime.combine(date(content.year + 1, 2, 12), time(9), clock.HELSINKI),
    )
