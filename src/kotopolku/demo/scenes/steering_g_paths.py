"""Service paths of the demo world: of a municipality, an employment authority and a region, with what clients say of steps.

All of it is invented and marked so. The journal of the personas' clients is there already; so the municipality's waiting
can be measured.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation, User, date_range
from kotopolku.actors.signin import seat_of
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at, working
from kotopolku.steering.actions import path_feedback, paths
from kotopolku.steering.models import PathStep, ServicePath
from kotopolku.steering.path_rules import FeedbackContent, PathContent, StepContent

PERSONA = "kunta.vantaa"
BEGINS = date(2026, 2, 2)
EMPLOYMENT_AREA = "Kouvola"
REGION = "evk-08"
REGISTERED, ASSESSED, PLANNED, REFERRED, STARTED = (
    "clients.client.registered",
    "clients.assessment.completed",
    "clients.plan.made",
    "clients.plan.referred",
    "training.studies.started",
)

VANTAA = PathContent(
    name_fi="Alusta omaan suunnitelmaan",
    name_sv="Från början till en egen plan",
    text={
        "fi": "Polku on kotikuntaan muuttaneelle, joka ei vielä ole työnhakija. *Keksitty esimerkki.*",
        "sv": "Stigen är för den som har flyttat till kommunen och ännu inte söker arbete. *Ett påhittat exempel.*",
    },
)
VANTAA_STEPS = (
    StepContent(
        title={
            "fi": "Alkuvaiheen arviointi",
            "sv": "Inledande kartläggning",
            "en": "First assessment",
            "ru": "Первичная оценка",
            "uk": "Початкова оцінка",
            "ar": "التقييم الأولي",
            "so": "Qiimaynta bilowga",
        },
        text={
            "fi": "Keskustelu tulkin kanssa: mitä osaan, mitä haluan, mitä tarvitsen.",
            "sv": "Ett samtal med tolk: vad kan jag, vad vill jag, vad behöver jag.",
        },
        entry="Jokainen, joka on rekisteröity asiakkaaksi.",
        begins=REGISTERED,
        ends=ASSESSED,
        target_days=45,
        hand_over="Sama työntekijä jatkaa. Arviointi on asiakkaan omalla sivulla.",
        asks=True,
    ),
    StepContent(
        title={
            "fi": "Kotoutumissuunnitelma",
            "sv": "Integrationsplan",
            "en": "Integration plan",
            "ru": "План интеграции",
            "uk": "План інтеграції",
            "ar": "خطة الاندماج",
        },
        text={
            "fi": "Tavoitteet ja toimet kirjataan yhdessä.",
            "sv": "Mål och åtgärder skrivs in tillsammans.",
        },
        entry="Asiakas, jonka arviointi osoitti suunnitelman tarpeen.",
        begins=ASSESSED,
        ends=PLANNED,
        target_days=14,
        hand_over="Suunnitelma lähetetään asiakkaalle ennen seuraavaa tapaamista.",
        asks=True,
    ),
    StepContent(
        title={
            "fi": "Ohjaus kielikoulutukseen",
            "sv": "Hänvisning till språkutbildning",
            "en": "To a language course",
        },
        text={
            "fi": "Sopiva kurssi etsitään ja paikka varataan.",
            "sv": "En lämplig kurs söks och en plats bokas.",
        },
        entry="Asiakas, jonka suunnitelmassa on kieliopintoja.",
        begins=PLANNED,
        ends=REFERRED,
        target_days=30,
        hand_over="Koulutuksen järjestäjä saa tiedon kielitasosta asiakkaan luvalla.",
        asks=True,
    ),
)
KOUVOLA = PathContent(
    name_fi="Työnhakijan ensimmäiset viikot",
    name_sv="De första veckorna som arbetssökande",
    text={"fi": "Polku on maahan muuttaneelle työnhakijalle. *Keksitty esimerkki.*"},
)
KOUVOLA_STEPS = (
    StepContent(
        title={"fi": "Alkuhaastattelu", "sv": "Inledande intervju", "en": "First interview"},
        entry="Uusi työnhakija, jonka äidinkieli ei ole suomi eikä ruotsi.",
        begins=REGISTERED,
        ends=ASSESSED,
        target_days=10,
        hand_over="Asiakas saa seuraavan ajan heti haastattelussa.",
        asks=True,
    ),
    StepContent(
        title={"fi": "Kurssi alkaa", "sv": "Kursen börjar", "en": "The course begins"},
        owner_also="Oppilaitosten hakupalvelu",
        begins=REFERRED,
        ends=STARTED,
        target_days=60,
    ),
)
POHJANMAA = PathContent(
    name_fi="Ruotsinkielinen kotoutumispolku",
    name_sv="Integrationsstigen på svenska",
    text={
        "sv": "Stigen är för den som vill integreras på svenska. Regionen samordnar den. *Ett påhittat exempel.*",
        "fi": "Polku on sille, joka haluaa kotoutua ruotsiksi. Alue koordinoi sitä. *Keksitty esimerkki.*",
    },
)
POHJANMAA_STEPS = (
    StepContent(
        title={"sv": "Val av språk", "fi": "Kielen valinta", "en": "Choosing the language"},
        text={"sv": "Kunden får veta vad valet betyder och gör det i lugn och ro."},
        entry="Den som bor i en tvåspråkig kommun.",
        begins=REGISTERED,
        ends=PLANNED,
        target_days=60,
        hand_over="Valet antecknas i planen.",
        asks=True,
    ),
    StepContent(
        title={"sv": "Plats på en kurs", "fi": "Paikka kurssilla", "en": "A place on a course"},
        begins=REFERRED,
        ends=STARTED,
        target_days=45,
    ),
)


@dataclass(frozen=True)
class Voice:
    """What one client said: words and their language."""

    language: str
    score: int
    understood: bool | None = True
    text: str = ""


WELL = (
    Voice("uk", 5, True, "Перекладач був хороший. Дякую."),
    Voice("ar", 4, True, "كان الموعد واضحاً، لكن الانتظار كان طويلاً."),
    Voice("so", 4, True),
    Voice("fi", 3, False, "En tiennyt, mitä papereita piti ottaa mukaan."),
    Voice("ru", 5, True, "Всё объяснили спокойно и понятно."),
    Voice("en", 2, False, "I waited six weeks and nobody told me why."),
    Voice("fa", 4, None),
    Voice("es", 5, True, "Me escucharon."),
)
SLOWLY = (
    Voice("ar", 2, False, "لم أفهم ما هي الخطوة التالية."),
    Voice("uk", 3, True),
    Voice("tr", 3, False, "Dil kursunun ne zaman başlayacağını bilmiyorum."),
    Voice("en", 4, True, "The worker answered my messages quickly."),
    Voice("fi", 2, False),
    Voice("sv", 4, True, "Bra att planen fanns också på svenska."),
)
FEW = (Voice("zh-hans", 5, True, "很有帮助。"), Voice("et", 3, None), Voice("fr", 4, True))


def play(actor_of: ActorOf, day: date) -> None:
    chance = random.Random(20_261_123)
    keeper = actor_of(PERSONA)
    own = _path(keeper, VANTAA, VANTAA_STEPS)
    for step, voices in zip(own, (WELL, SLOWLY, FEW), strict=False):
        _say(step, voices, chance, day)
    for code, content, steps, voices in (
        (_authority(EMPLOYMENT_AREA, day), KOUVOLA, KOUVOLA_STEPS, FEW),
        (REGION, POHJANMAA, POHJANMAA_STEPS, WELL),
    ):
        found = _keeper(code, day)
        if found is not None:
            _say(_path(found, content, steps)[0], voices, chance, day)
    _draft(keeper)


def _authority(name: str, day: date) -> str:
    rowsecurity.apply(Viewer.for_system("demo", day))
    rows = Organisation.objects.filter(kind="employment-area", name_fi__icontains=name, valid__contains=day)
    return rows.values_list("code", flat=True).first() or ""


def _keeper(code: str, day: date) -> Viewer | None:
    """An invented official of another authority, who cannot be signed in with one click."""
    rowsecurity.apply(Viewer.for_system("demo", day))
    of = Organisation.objects.filter(code=code, valid__contains=day).first()
    if of is None:
        return None
    role = Role.REGIONAL_OFFICER if of.kind == "evk" else Role.TEAM_LEADER
    user, _made = User.objects.get_or_create(
        username=f"polku.{code}", defaults={"full_name": f"Näyte Kehittäjä ({of.name_fi})"}
    )
    membership, _made = Membership.objects.get_or_create(
        user=user,
        organisation=of,
        role=role.value,
        defaults={"valid": date_range(date(2026, 1, 1), None), "title": "palvelupolkujen kehittäjä"},
    )
    return Viewer(user_id=user.pk, name=user.full_name, day=day, seat=seat_of(membership))


def _path(keeper: Viewer, content: PathContent, steps: Sequence[StepContent]) -> list[PathStep]:
    """A path in use, and its steps."""
    with working(keeper, BEGINS) as there:
        made: ServicePath = paths.draft(content, actor=there)
        for one in steps:
            paths.add_step(made.pk, replace(one, owner_id=there.organisation_id), actor=there)
        paths.put_in_use(made.pk, actor=there, expected_version=made.version)
        return list(made.steps.order_by("order"))


def _draft(keeper: Viewer) -> None:
    """One more that is only being planned."""
    content = PathContent(
        name_fi="Kotona lasta hoitavan polku",
        text={"fi": "Luonnos: miten kotona lasta hoitava pääsee kielikurssille. *Keksitty esimerkki.*"},
    )
    with working(keeper, date(2026, 10, 5)) as there:
        made = paths.draft(content, actor=there)
        step = StepContent(title={"fi": "Tapaaminen perhekeskuksessa"}, owner_also="Perhekeskus")
        paths.add_step(made.pk, step, actor=there)


def _say(step: PathStep, voices: Sequence[Voice], chance: random.Random, day: date) -> None:
    """The voices in the months of the half-year, and some without words before them."""
    year, first = day.year, 1 if day.month <= 6 else 7
    months = [date(year, month, 15) for month in range(first, day.month)] or [day]
    for number, voice in enumerate(voices):
        _give(step, voice, months[number % len(months)], chance)
    if len(voices) >= len(SLOWLY):
        for number in range(7):
            quiet = Voice(voices[number % len(voices)].language, chance.choice((3, 4, 4, 5)))
            _give(step, quiet, date(year, 3 + number % 4, 10), chance)


def _give(step: PathStep, voice: Voice, on: date, chance: random.Random) -> None:
    nobody = Viewer.for_system("demo", on)
    content = FeedbackContent(voice.score, voice.understood, voice.text, voice.language)
    with clock.at(on):
        path_feedback.give(
            step.code, content, actor=at(nobody), token=UUID(int=chance.getrandbits(128)), by_link=False
        )
