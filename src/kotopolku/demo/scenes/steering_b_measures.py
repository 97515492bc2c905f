"""Regional measures of the demo world: five regions' measures for the State's lines, evidence, one report sent, one draft.

All of it is invented and marked so. Nothing is done when no adopted programme with lines is there.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation, User, date_range
from kotopolku.actors.signin import seat_of
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import working
from kotopolku.steering import access_measures as access
from kotopolku.steering.actions import measures, reports
from kotopolku.steering.actions.measures import EvidenceContent
from kotopolku.steering.measure_rules import MORE, MeasureContent
from kotopolku.steering.models import Indicator, Line
from kotopolku.steering.queries import report_facts

PERSONA = "evk.uusimaa"
AUTHORITIES = ("evk-01", "evk-02", "evk-04", "evk-06", "evk-08")
SWEDISH = "evk-08"
BEGINS = date(2026, 1, 12)
"""When the new authorities wrote their measures down, soon after the reform."""
INVENTED = "\n\n*Keksitty esimerkki.*"
INVENTED_SV = "\n\n*Ett påhittat exempel.*"


@dataclass(frozen=True)
class Idea:
    """A measure as the demo world has it: words, where it is on its way, money in thousands of euros."""

    title: str
    text: str
    done: str
    share: float
    money: int | None
    first: date
    last: date


IDEAS = (
    Idea(
        "Ohjausryhmät pienten kuntien yhteisiksi",
        "Kolme kuntaa järjestää ohjauksen yhdessä. Ryhmä kokoontuu kerran viikossa, vuorotellen kunnissa.",
        "Ensimmäiset ryhmät alkoivat neljässä kunnassa.",
        0.6,
        85,
        date(2025, 3, 1),
        date(2027, 12, 31),
    ),
    Idea(
        "Työnantajien kielitukimalli",
        "Yritykset saavat kieliohjaajan kuudeksi viikoksi. Malli kuvataan ja jaetaan muille alueille.",
        "Malli on kuvattu, ja kaksitoista yritystä on mukana.",
        0.2,
        140,
        date(2025, 8, 1),
        date(2027, 6, 30),
    ),
    Idea(
        "Järjestöjen ja kuntien yhteinen vuosikello",
        "Vuosikelloon kootaan tapahtumat, koulutukset ja hakuajat. Sitä ylläpidetään yhdessä.",
        "Vuosikello julkaistiin, ja sitä käyttää 31 järjestöä.",
        1.1,
        12,
        date(2025, 1, 15),
        date(2026, 12, 31),
    ),
    Idea(
        "Vanhempien polku palveluihin",
        "Kotona lapsia hoitavat vanhemmat tavoitetaan perhekeskuksissa, ja heille tehdään alkuvaiheen arviointi.",
        "Perhekeskuksista on ohjattu arviointiin 64 vanhempaa.",
        0.5,
        60,
        date(2026, 1, 1),
        date(2028, 12, 31),
    ),
)
IDEAS_SV = (
    Idea(
        "Handledning på svenska i hela regionen",
        "Handledning ordnas på svenska i varje kommun, på plats eller på distans.",
        "Handledning ges nu i åtta kommuner.",
        0.6,
        70,
        date(2025, 3, 1),
        date(2027, 12, 31),
    ),
    Idea(
        "Språkstöd på arbetsplatser",
        "Arbetsplatser får en språkhandledare. Modellen beskrivs och sprids.",
        "Fem arbetsplatser är med.",
        0.3,
        55,
        date(2025, 9, 1),
        date(2027, 8, 31),
    ),
    Idea(
        "Gemensam årsklocka med föreningarna",
        "Evenemang, utbildningar och ansökningstider samlas i en årsklocka.",
        "Årsklockan används av 14 föreningar.",
        1.0,
        8,
        date(2026, 1, 1),
        date(2026, 12, 31),
    ),
)
WRITTEN = (
    "Alueella on tehty se, mitä laki edellyttää. Seuraavana vuonna jatketaan samoin. *Keksitty esimerkki.*"
)


def play(actor_of: ActorOf, day: date) -> None:
    region = actor_of(PERSONA)
    lines = list(access.lines(region).filter(days__contains=BEGINS).order_by("order", "code"))
    if not lines:
        return
    indicators = list(Indicator.objects.order_by("pk"))
    for number, code in enumerate(AUTHORITIES):
        officer = region if code == AUTHORITIES[0] else _officer(code, day)
        if officer is not None:
            _measures(officer, lines, indicators, number, day)
    _reports(region, _officer(AUTHORITIES[1], day), day)


def _officer(code: str, day: date) -> Viewer | None:
    """An invented official of another regional authority, who cannot be signed in with one click."""
    rowsecurity.apply(Viewer.for_system("demo", day))
    of = Organisation.objects.filter(code=code, valid__contains=day).first()
    if of is None:
        return None
    user, _made = User.objects.get_or_create(
        username=f"asiantuntija.{code}", defaults={"full_name": f"Näyte Asiantuntija ({of.name_fi})"}
    )
    membership, _made = Membership.objects.get_or_create(
        user=user,
        organisation=of,
        role=Role.REGIONAL_OFFICER.value,
        defaults={"valid": date_range(date(2026, 1, 1), None), "title": "asiantuntija"},
    )
    return Viewer(user_id=user.pk, name=user.full_name, day=day, seat=seat_of(membership))


def _measures(
    officer: Viewer, lines: list[Line], indicators: list[Indicator], number: int, day: date
) -> None:
    swedish = officer.seat is not None and officer.seat.organisation_code == SWEDISH
    for place, idea in enumerate(IDEAS_SV if swedish else IDEAS):
        first = lines[(number + 2 * place) % len(lines)]
        second = lines[(number + 2 * place + 5) % len(lines)]
        # The last one of the second region is without a line: the coverage view shows it apart.
        chosen = () if number == 1 and place == 3 else tuple({first.pk, second.pk})
        indicator = indicators[(number + place) % len(indicators)] if indicators and place != 3 else None
        with working(officer, BEGINS) as there:
            authority = access.require_region(there)
            made = measures.add(
                _content(idea, swedish, access.regions_of(authority, BEGINS), chosen, indicator, lines),
                actor=there,
                invented=True,
            )
        shown = date(2026, 4, 2 + place)
        with working(officer, shown) as there:
            measures.set_state(made.pk, "going", "", actor=there, expected_version=1)
            measures.add_evidence(made.pk, EvidenceContent(date(2025, 12, 15), idea.done), actor=there)
        if indicator is not None and made.start_value is not None and made.target is not None:
            value = made.start_value + (made.target - made.start_value) * Decimal(str(idea.share))
            with working(officer, day) as there:
                words = "Mätt i september." if swedish else "Mitattu syyskuussa."
                given = EvidenceContent(date(2026, 9, 30), words, value=value.quantize(Decimal("0.1")))
                measures.add_evidence(made.pk, given, actor=there)
    if number == 2:
        _gives_up(officer, day)


def _content(
    idea: Idea,
    swedish: bool,
    regions: tuple[str, ...],
    chosen: tuple[int, ...],
    indicator: Indicator | None,
    lines: list[Line],
) -> MeasureContent:
    days = [line.days for line in lines if line.pk in chosen]
    starts = max([idea.first, *(one.lower for one in days if one.lower)])
    up = indicator is not None and indicator.better == MORE
    return MeasureContent(
        title=idea.title,
        text=idea.text + (INVENTED_SV if swedish else INVENTED),
        language="sv" if swedish else "fi",
        regions=regions,
        lines=chosen,
        starts_on=min(starts, idea.last),
        ends_on=idea.last,
        budget_eur=None if idea.money is None else Decimal(idea.money * 1_000),
        partners_also="Föreningar i regionen" if swedish else "Alueen järjestöjä",
        indicator_id=indicator.pk if indicator else None,
        start_value=Decimal(40) if indicator else None,
        target=(Decimal(52) if up else Decimal(30)) if indicator else None,
        target_year=min(idea.last.year, 2027) if indicator else None,
    )


def _gives_up(officer: Viewer, day: date) -> None:
    with working(officer, day) as there:
        own = access.measures(there).filter(organisation_id=there.organisation_id or 0)
        found = own.exclude(state="dropped").order_by("-pk").first()
        if found is not None:
            measures.set_state(
                found.pk,
                "dropped",
                "Rahoitusta ei saatu. Keksitty esimerkki.",
                actor=there,
                expected_version=found.version,
            )


def _reports(region: Viewer, other: Viewer | None, day: date) -> None:
    """The other region has sent last year's report; the persona's is a draft of which one part is written."""
    year = day.year - 1
    with working(region, day) as there:
        draft = reports.begin(year, "fi", actor=there, invented=True)
        support = next(one for one in report_facts.sections(draft) if one.key == "support")
        reports.write(draft.pk, "support", WRITTEN, actor=there, expected_version=support.version)
    if other is None:
        return
    with working(other, date(day.year, 5, 20)) as there:
        made = reports.begin(year, "fi", actor=there, invented=True)
        for one in report_facts.sections(made):
            if not one.shown:
                reports.write(made.pk, one.key, WRITTEN, actor=there, expected_version=one.version)
        made.refresh_from_db()
        reports.sign(made.pk, "Näyte Johtaja, ylijohtaja", actor=there, expected_version=made.version)
        reports.send(made.pk, actor=there)
