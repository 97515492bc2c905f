"""Municipal integration programmes of the demo world: forty drafts, some of several municipalities, with partners and talk.

All of it is invented and marked so. What becomes of each (approved, in hearing, expired) is played by the councils' scene
from ``PLAN``; here every one of them is still being drawn up.
"""

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation, User, date_range
from kotopolku.actors.signin import seat_of
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at, working
from kotopolku.steering.actions import (
    municipal,
    municipal_figures,
    municipal_partners,
    municipal_sections,
    municipal_talk,
)
from kotopolku.steering.actions.municipal_talk import Spot
from kotopolku.steering.models import MunicipalProgramme, ProgrammeSection, SectionVersion
from kotopolku.steering.municipal_rules import FrameContent

DRAFT, HEARING, COUNCILS, RETURNED, APPROVED, EXPIRED = (
    "draft",
    "hearing",
    "councils",
    "returned",
    "approved",
    "expired",
)
ON_THE_WAY = (COUNCILS, HEARING, RETURNED, COUNCILS, DRAFT)
"""Stages of those that are on their way, in turn by the day on which they were begun."""
PERSONA, PERSONA_CODE = "kunta.vantaa", "092"


@dataclass(frozen=True)
class Planned:
    """A programme as the demo world has it: whose it is, in which languages, how far it is to come."""

    lead: str
    """The municipality's code; its organisation leads the programme."""
    stage: str
    others: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("fi",)


@dataclass(frozen=True)
class Time:
    """When a programme of a stage was begun, and its period."""

    begun: date
    first_day: date
    last_day: date


TIMES = {
    APPROVED: Time(date(2025, 2, 3), date(2025, 9, 1), date(2029, 8, 31)),
    EXPIRED: Time(date(2017, 3, 6), date(2018, 1, 1), date(2021, 12, 31)),
}
NEXT = Time(date(2026, 3, 2), date(2027, 1, 1), date(2030, 12, 31))
"""Of those on their way: the first one's; each next one was begun a week later."""
BOTH, SWEDISH_FIRST = ("fi", "sv"), ("sv", "fi")
PLAN = (
    Planned("853", COUNCILS, languages=BOTH),
    Planned("091", HEARING, languages=BOTH),
    Planned("536", RETURNED, ("604", "980")),
    Planned("245", COUNCILS, ("092", "858")),
    Planned("186", DRAFT),
    Planned("680", COUNCILS, ("202", "423")),
    Planned("837", HEARING),
    Planned("286", RETURNED),
    Planned("638", COUNCILS, languages=BOTH),
    Planned("092", DRAFT, languages=BOTH),
    Planned("244", COUNCILS, ("139", "494")),
    Planned("599", HEARING, ("598",), SWEDISH_FIRST),
    Planned("491", RETURNED),
    Planned("740", COUNCILS),
    Planned("755", DRAFT, ("149",), SWEDISH_FIRST),
    Planned("205", COUNCILS),
    Planned("430", HEARING),
    Planned("049", RETURNED, languages=BOTH),
    Planned("106", APPROVED),
    Planned("543", APPROVED),
    Planned("257", APPROVED, languages=BOTH),
    Planned("710", APPROVED, ("078",), SWEDISH_FIRST),
    Planned("109", APPROVED),
    Planned("398", APPROVED),
    Planned("285", APPROVED),
    Planned("405", APPROVED),
    Planned("609", APPROVED),
    Planned("743", APPROVED),
    Planned("698", APPROVED),
    Planned("564", APPROVED),
    Planned("297", APPROVED),
    Planned("179", APPROVED),
    Planned("905", APPROVED, languages=BOTH),
    Planned("445", APPROVED, languages=SWEDISH_FIRST),
    Planned("734", EXPIRED),
    Planned("167", EXPIRED),
    Planned("499", EXPIRED, languages=SWEDISH_FIRST),
    Planned("320", EXPIRED),
    Planned("577", EXPIRED),
    Planned("240", EXPIRED),
)
"""Which programmes there are and which stage each is meant for, those on their way in the order in which they were begun.

The lead's code is unique.
"""

NAMES = {
    "fi": "{place}: kotoutumisen edistämisen ohjelma",
    "sv": "{place}: program för främjande av integration",
}
INVENTED = {"fi": "*Keksitty esimerkki.*", "sv": "*Ett påhittat exempel.*"}
TEXTS_FILE = Path(__file__).parent.parent / "data" / "municipal_programmes.toml"
HALF = ("assessment", "plan", "guidance")
"""Sections that are written in drafts that have only begun."""
COMMENTS = (
    ("yhdistys", "guidance", 1, "Vertaisryhmiin tulee myös naapurikunnista. Voisiko sen sanoa ohjelmassa?"),
    (
        "hva.vantaa",
        "assessment",
        0,
        "Kahden viikon aika on hyvä. Miten perheet, joissa on pieni vauva, tavoitetaan?",
    ),
    ("yhdistys", "plan", None, "Osassa kannattaa mainita, että suunnitelman saa myös omalla kielellä."),
    ("tyo.vantaa", "training", 0, "Iltaryhmä on tärkeä. Työllisyysalue voi ohjata siihen työssä olevia."),
)
PROPOSALS = (
    (
        "yhdistys",
        "guidance",
        1,
        "Yhdistykset ohjaavat vertaisryhmissä kuudella kielellä, ja niiden tilat ovat maksuttomia.",
        "Kielet on hyvä mainita.",
    ),
    (
        "hva.vantaa",
        "plan",
        1,
        "Jokaisella asiakkaalla on nimetty työntekijä. Hyvinvointialue on mukana, kun tarvitaan kuntoutusta.",
        "Yhteinen asiakas, yhteinen suunnitelma.",
    ),
)


def stage_of(of: MunicipalProgramme) -> str:
    """The stage that a programme of this scene is meant for; empty for any other programme."""
    codes = {f"kunta-{one.lead}": one.stage for one in PLAN}
    return codes.get(of.organisation.code, "") if of.invented else ""


def time_of(planned: Planned) -> Time:
    """When the programme was begun, and its period."""
    if planned.stage in TIMES:
        return TIMES[planned.stage]
    weeks = [one for one in PLAN if one.stage not in TIMES].index(planned)
    return replace(NEXT, begun=NEXT.begun + timedelta(weeks=weeks))


def play(actor_of: ActorOf, day: date) -> None:
    persona = actor_of(PERSONA)
    with TEXTS_FILE.open("rb") as file:
        texts = tomllib.load(file)
    for one in PLAN:
        rowsecurity.apply(Viewer.for_system("demo", day))
        lead = persona if one.lead == PERSONA_CODE else officer(one.lead, day)
        time = time_of(one)
        if lead is None or time.begun > day:
            continue
        with working(lead, time.begun) as there:
            made = _drawn_up(one, time, there)
            _written(made, one, texts, there)
        if one.lead == PERSONA_CODE:
            _talked(made, actor_of, persona, day)


def officer(code: str, day: date) -> Viewer | None:
    """An invented official who draws up a municipality's programmes; nobody can sign in as one with one click."""
    rowsecurity.apply(Viewer.for_system("demo", day))
    of = Organisation.objects.filter(code=f"kunta-{code}", valid__contains=day).first()
    if of is None:
        return None
    user, _made = User.objects.get_or_create(
        username=f"koordinaattori.{of.code}", defaults={"full_name": f"Näyte Koordinaattori ({of.name_fi})"}
    )
    membership, _made = Membership.objects.get_or_create(
        user=user,
        organisation=of,
        role=Role.TEAM_LEADER.value,
        defaults={"valid": date_range(date(2015, 1, 1), None), "title": "maahanmuuttokoordinaattori"},
    )
    return Viewer(user_id=user.pk, name=user.full_name, day=day, seat=seat_of(membership))


def _drawn_up(one: Planned, time: Time, lead: Viewer) -> MunicipalProgramme:
    own = Organisation.objects.get(pk=lead.organisation_id or 0)
    others = Organisation.objects.filter(
        code__in=[f"kunta-{code}" for code in one.others], valid__contains=lead.day
    )
    places = {"fi": own.name_fi, "sv": own.name_sv or own.name_fi}
    content = FrameContent(
        names={key: NAMES[key].format(place=places[key]) for key in one.languages},
        first_day=time.first_day,
        last_day=time.last_day,
        languages=one.languages,
        municipalities=tuple(others.values_list("pk", flat=True)),
    )
    return municipal.draw_up(content, actor=lead, invented=True)


def _written(of: MunicipalProgramme, one: Planned, known: dict[str, dict[str, str]], lead: Viewer) -> None:
    """Drafts have begun, Vantaa's further than others; what goes to the councils is written to the end."""
    begun = one.stage == DRAFT and one.lead != PERSONA_CODE
    written = []
    for section in of.sections.order_by("order", "id"):
        texts = known.get(section.key, {})
        if not texts or (begun and section.key not in HALF):
            continue
        only_first = one.lead == PERSONA_CODE and section.key not in HALF
        languages = one.languages[:1] if only_first else one.languages
        section.text = {key: f"{texts[f'text_{key}'].strip()}\n\n{INVENTED[key]}" for key in languages}
        written.append(section)
    _kept(written, lead)


def _kept(sections: list[ProgrammeSection], lead: Viewer) -> None:
    """The texts as second versions of their sections, all in two statements: hundreds of acts would take long."""
    for one in sections:
        one.number, one.version = 2, 2
    ProgrammeSection.objects.bulk_update(sections, ["text", "number", "version"])
    SectionVersion.objects.bulk_create(
        SectionVersion(
            section=one,
            number=2,
            title=one.title,
            text=one.text,
            organisation_id=lead.organisation_id,
            made_by_id=lead.user_id,
            made_at=clock.now(),
        )
        for one in sections
    )


def _talked(of: MunicipalProgramme, actor_of: ActorOf, lead: Viewer, day: date) -> None:
    """Vantaa's draft has partners with different rights, comments, one of them settled, and proposals, one accepted."""
    people = {name: actor_of(name) for name in ("yhdistys", "hva.vantaa", "tyo.vantaa")}
    sections = {one.key: one for one in _sections(of, lead)}
    rights = {
        "yhdistys": ("write", ["guidance"]),
        "hva.vantaa": ("comment", []),
        "tyo.vantaa": ("comment", []),
    }
    with working(lead, date(2026, 10, 5)) as there:
        for name, (right, keys) in rights.items():
            invited = people[name].organisation_id or 0
            named = [sections[key].pk for key in keys if key in sections]
            municipal_partners.give(of.pk, invited, right, named, actor=there)
        kela = Organisation.objects.filter(code="kela").first()
        if kela is not None:
            municipal_partners.give(of.pk, kela.pk, "read", actor=there)
        municipal_figures.put(sections["assessment"].pk, "population", PERSONA_CODE, actor=there)
        municipal_figures.put(sections["assessment"].pk, "foreign-language-share", PERSONA_CODE, actor=there)
    said, offered = [], []
    for name, key, paragraph, text in COMMENTS:
        with working(people[name], date(2026, 10, 19)) as there:
            spot = Spot(sections[key].number, "fi", paragraph)
            said.append(municipal_talk.comment(sections[key].pk, spot, text, actor=there))
    for name, key, paragraph, new, reason in PROPOSALS:
        with working(people[name], date(2026, 10, 20)) as there:
            spot = Spot(sections[key].number, "fi", paragraph)
            offered.append(municipal_talk.propose(sections[key].pk, spot, new, reason, actor=there))
    with working(lead, date(2026, 11, 2)) as there:
        municipal_talk.answer(said[1].pk, "Neuvola kertoo arvioinnista jokaiselle perheelle.", actor=there)
        municipal_talk.settle(said[3].pk, "Kirjataan osaan, kun ryhmien ajat on sovittu.", actor=there)
        municipal_talk.accept(offered[0].pk, "Hyvä tarkennus, kiitos.", actor=there)
        titles = {"fi": "Yhteistyö järjestöjen kanssa", "sv": "Samarbetet med föreningarna"}
        municipal_sections.add(of.pk, titles, actor=there)


def _sections(of: MunicipalProgramme, lead: Viewer) -> list[ProgrammeSection]:
    at(lead)
    return list(ProgrammeSection.objects.filter(programme=of))
