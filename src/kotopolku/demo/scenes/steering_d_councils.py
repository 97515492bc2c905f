"""Municipal programmes of the demo world with the councils: most approved and published, some late, expired or waiting.

Takes the invented drafts that the scene before made; does nothing when there are none. Every text is invented.
"""

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation, User, date_range
from kotopolku.actors.signin import seat_of
from kotopolku.cooperation.actions import hearings
from kotopolku.cooperation.hearing_rules import Asked
from kotopolku.demo.scenes import ActorOf, steering_e_goals
from kotopolku.demo.scenes.agreements import working
from kotopolku.demo.scenes.steering_c_municipal import INVENTED, NAMES, TEXTS_FILE
from kotopolku.steering.actions import councils, municipal, municipal_sections, programme_life
from kotopolku.steering.actions.programme_life import Review
from kotopolku.steering.council_rules import Decision
from kotopolku.steering.models import MunicipalProgramme, MunicipalState, ProgrammeMunicipality
from kotopolku.steering.municipal_rules import FrameContent
from kotopolku.steering.queries.programme_content import sections_for_statements

PERSONA_CODE = "kunta-092"
RECENT = timedelta(365)
"""Drafts younger than this are still on their way; older ones have been approved."""
LACKS = "Valtuusto käsittelee asian tässä kokouksessa. Keksitty esimerkki."
NOTE = "Valtuuston pöytäkirjan mukaan. Keksitty esimerkki."
RETURNED = "Valtuusto pyysi tarkentamaan kotona lapsia hoitavien palveluja. Keksitty esimerkki."
REVIEWED = "Tavoitteet ja vastuut käytiin läpi; ohjelmaa ei tarvitse muuttaa. Keksitty esimerkki."
ASKED = ("hva-04", "yhd-nayteyhdistys-ry", "koul-esimerkkiopisto")
OLD_BEGUN, OLD_FIRST, OLD_LAST = date(2021, 11, 8), date(2022, 1, 1), date(2027, 12, 31)
OLD = (
    ("444", ("927", "224"), ("fi", "sv")),
    ("061", (), ("fi",)),
    ("908", (), ("fi",)),
    ("545", (), ("sv", "fi")),
)
"""Programmes under the Act of 2010 that are still followed: who leads, with whom, in which languages. Most reviews are late."""
STAGES = ("councils", "hearing", "returned", "councils", "draft")
"""What is made of recent drafts, in turn."""


def play(actor_of: ActorOf, day: date) -> None:
    officers: dict[str, Viewer] = {PERSONA_CODE: actor_of("kunta.vantaa")}
    rowsecurity.apply(Viewer.for_system("demo", day))
    rows = MunicipalProgramme.objects.filter(invented=True, state=MunicipalState.DRAFT)
    if not rows.exists():
        return
    _old_ones(officers, day)
    rowsecurity.apply(Viewer.for_system("demo", day))
    drafts = list(rows.select_related("organisation").order_by("made_at", "pk"))
    own = officers[PERSONA_CODE].organisation_id or 0
    steering_e_goals.put_in([own], [one.pk for one in drafts if _is_old(one, day)], day)
    joined = _joined(drafts)
    old = recent = 0
    for one in drafts:
        lead = _officer(one.organisation, officers, day)
        if lead is None:
            continue
        made = one.made_at.astimezone(clock.HELSINKI).date()
        municipalities = joined.get(one.pk, [])
        if _is_old(one, day):
            _approved(one, municipalities, lead, made, day, old)
            old += 1
        else:
            stage = "councils" if _waits_for_persona(one, municipalities) else STAGES[recent % len(STAGES)]
            _on_its_way(stage, one, municipalities, lead, made, day)
            recent += 1


def _is_old(one: MunicipalProgramme, day: date) -> bool:
    return day - one.made_at.astimezone(clock.HELSINKI).date() > RECENT


def _old_ones(officers: dict[str, Viewer], day: date) -> None:
    """Drawn up under the Act of 2010, with a text in every section."""
    with TEXTS_FILE.open("rb") as file:
        texts = tomllib.load(file)
    for code, others, languages in OLD:
        rowsecurity.apply(Viewer.for_system("demo", day))
        of = Organisation.objects.filter(code=f"kunta-{code}", valid__contains=day).first()
        lead = _officer(of, officers, day) if of else None
        if of is None or lead is None:
            continue
        with working(lead, OLD_BEGUN) as there:
            joined = Organisation.objects.filter(code__in=[f"kunta-{one}" for one in others])
            places = {"fi": of.name_fi, "sv": of.name_sv or of.name_fi}
            content = FrameContent(
                {key: NAMES[key].format(place=places[key]) for key in languages},
                OLD_FIRST,
                OLD_LAST,
                languages,
                tuple(joined.values_list("pk", flat=True)),
            )
            made = municipal.draw_up(content, actor=there, invented=True)
            for section in made.sections.order_by("order"):
                known = texts.get(section.key, {})
                for number, key in enumerate((key for key in languages if known), start=1):
                    words = known[f"text_{key}"].strip() + f"\n\n{INVENTED[key]}"
                    municipal_sections.write(section.pk, key, words, actor=there, expected_number=number)


def _joined(drafts: Sequence[MunicipalProgramme]) -> dict[int, list[ProgrammeMunicipality]]:
    found: dict[int, list[ProgrammeMunicipality]] = {}
    rows = ProgrammeMunicipality.objects.filter(programme__in=[one.pk for one in drafts])
    for one in rows.exclude(state="left").select_related("organisation").order_by("code"):
        found.setdefault(one.programme_id, []).append(one)
    return found


def _waits_for_persona(of: MunicipalProgramme, municipalities: Sequence[ProgrammeMunicipality]) -> bool:
    """A joint programme of another municipality in which the persona's council is to decide."""
    codes = {one.organisation.code for one in municipalities}
    return of.organisation.code != PERSONA_CODE and PERSONA_CODE in codes


def _officer(of: Organisation, known: dict[str, Viewer], day: date) -> Viewer | None:
    """Who draws up programmes in a municipality: somebody that there is, else an invented officer."""
    if of.code in known:
        return known[of.code]
    rowsecurity.apply(Viewer.for_system("demo", day))
    membership = (
        Membership.objects.filter(organisation=of, role=Role.TEAM_LEADER.value, valid__contains=day)
        .select_related("user")
        .order_by("pk")
        .first()
    )
    if membership is None:
        user, _made = User.objects.get_or_create(
            username=f"ohjelma.{of.code}", defaults={"full_name": f"Näyte Suunnittelija ({of.name_fi})"}
        )
        membership = Membership.objects.create(
            user=user,
            organisation=of,
            role=Role.TEAM_LEADER.value,
            valid=date_range(date(2019, 1, 1), None),
            title="suunnittelija",
        )
    user = membership.user
    known[of.code] = Viewer(user_id=user.pk, name=user.full_name, day=day, seat=seat_of(membership))
    return known[of.code]


def _version(of: MunicipalProgramme) -> int:
    return MunicipalProgramme.objects.values_list("version", flat=True).get(pk=of.pk)


def _send(of: MunicipalProgramme, lead: Viewer, on: date) -> None:
    with working(lead, on) as there:
        councils.send(of.pk, LACKS, actor=there, expected_version=_version(of))


def _decide(
    of: MunicipalProgramme,
    municipality: ProgrammeMunicipality,
    lead: Viewer,
    on: date,
    state: str = "approved",
) -> None:
    with working(lead, on) as there:
        version = ProgrammeMunicipality.objects.values_list("version", flat=True).get(pk=municipality.pk)
        note = RETURNED if state == "returned" else NOTE
        said = Decision(state, on, f"§ {20 + (of.pk * 7 + municipality.pk) % 90}", note)
        councils.decide(of.pk, municipality.pk, said, actor=there, expected_version=version)


def _approved(
    of: MunicipalProgramme,
    municipalities: Sequence[ProgrammeMunicipality],
    lead: Viewer,
    made: date,
    day: date,
    number: int,
) -> None:
    """Sent two months after it was begun, approved by every council, most published; every third reviewed in time."""
    sent = made + timedelta(60)
    _send(of, lead, sent)
    for place, one in enumerate(municipalities):
        _decide(of, one, lead, sent + timedelta(21 + 9 * place))
    last = sent + timedelta(21 + 9 * len(municipalities))
    if number % 4 != 3:
        with working(lead, min(last + timedelta(5), day)) as there:
            programme_life.publish(of.pk, actor=there, expected_version=_version(of))
    reviewed = last + timedelta(900)
    if number % 3 == 2 and reviewed < day:
        with working(lead, reviewed) as there:
            given = Review(reviewed, REVIEWED)
            programme_life.review(of.pk, given, actor=there, expected_version=_version(of))


def _on_its_way(
    stage: str,
    of: MunicipalProgramme,
    municipalities: Sequence[ProgrammeMunicipality],
    lead: Viewer,
    made: date,
    day: date,
) -> None:
    if stage == "hearing":
        _hearing(of, lead, max(made, day - timedelta(12)), day)
    if stage not in ("councils", "returned"):
        return
    sent = max(made, day - timedelta(40))
    _send(of, lead, sent)
    # The leading municipality's council first; the others are waited for.
    first = sorted(municipalities, key=lambda one: one.organisation_id != of.organisation_id)
    on = min(sent + timedelta(20), day)
    if stage == "returned":
        _decide(of, first[-1], lead, on, "returned")
        first = first[:-1]
    if len(first) > 1 or stage == "returned":
        for one in first[:1]:
            _decide(of, one, lead, on)


def _hearing(of: MunicipalProgramme, lead: Viewer, on: date, day: date) -> None:
    """Open for statements until some weeks from now."""
    with working(lead, on) as there:
        language = of.languages[0] if of.languages else "fi"
        keys = [key for key, _title in sections_for_statements(of, language)]
        if not keys:
            return
        made = councils.send_for_statements(of.pk, language, keys, actor=there, expected_version=_version(of))
        asked = Organisation.objects.filter(code__in=ASKED, valid__contains=day).order_by("pk")
        hearings.ask(made.pk, Asked(tuple(asked.values_list("pk", flat=True))), actor=there)
        hearings.open_hearing(made.pk, actor=there)
