"""Hearings of the demo world: one open, one whose summary is published, a draft in Swedish. Every text is invented.

The region asks its own bodies too.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.cooperation.actions import hearing_answers, hearings, hearings_told, statements
from kotopolku.cooperation.hearing_rules import Asked, AskedQuestion, HearingContent, Response, Said
from kotopolku.cooperation.models import Hearing, StatementAnswer
from kotopolku.cooperation.queries.hearing_addressing import bodies_to_ask
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import working

REGION, LEADER, COUNTY, ASSOCIATION, SCHOOL = (
    "evk.uusimaa",
    "kunta.vantaa",
    "hva.vantaa",
    "yhdistys",
    "koulutus",
)
ASKED = ("kunta-092", "hva-04", "yhd-nayteyhdistys-ry", "koul-esimerkkiopisto")
INVENTED, INVENTED_SV = "*Keksitty esimerkkiteksti.*", "*Påhittad exempeltext.*"
DRAFT = f"""## Tavoitteet
1. Jokainen aikuinen pääsee kielikoulutukseen kolmen kuukauden kuluessa arvioinnista.
2. Kotona lapsia hoitavat tavoitetaan yhdessä järjestöjen kanssa.
3. Nuorten siirtymät opinnoista työhön sujuvat ilman taukoja.

## Toimenpiteet
Kunta, hyvinvointialue ja oppilaitokset sopivat vuosittain yhteisestä aikataulusta.

{INVENTED}"""
EARLIER = f"""Alueella on eri kunnissa eri tapoja ohjata. Ehdotamme yhteistä ohjauksen mallia: sama alkukartoitus, sama
esite, yhteinen ajanvaraus.

{INVENTED}"""
SUMMARY = """Malli sai laajan kannatuksen. Lausuntojen perusteella

- esite julkaistaan myös selkokielellä ja kuvina
- ajanvaraus avataan ensin kokeiluna kahdessa kunnassa
- järjestöjen ohjaajat kutsutaan koulutuksiin."""
SWEDISH = f"""Staden bereder anvisningar om rådgivning på svenska. Vi ber om utlåtanden om utkastet.

{INVENTED_SV}"""


def play(actor_of: ActorOf, day: date) -> None:
    _open(actor_of, day)
    _published(actor_of, day)
    _draft(actor_of, day)


def _opened(by: Viewer, content: HearingContent, on: date) -> int:
    with working(by, on) as there:
        made = hearings.draft(content, actor=there)
        asked = Organisation.objects.filter(code__in=ASKED).order_by("pk")
        organisations, bodies = tuple(asked.values_list("pk", flat=True)), tuple(_bodies(there))
        hearings.ask(made.pk, Asked(organisations, bodies=bodies), actor=there)
        hearings.open_hearing(made.pk, actor=there)
    with working(Viewer.for_system("cooperation.hearings", on), on) as there:
        hearings_told.tell_of_hearing(made.pk, actor=there)
    return made.pk


def _bodies(keeper: Viewer) -> list[int]:
    """What the region keeps of bodies on that day."""
    return [one.pk for one in bodies_to_ask(keeper).filter(organisation_id=keeper.organisation_id or 0)]


def _says(
    by: Viewer,
    hearing_id: int,
    on: date,
    said: Mapping[int, Said],
    *,
    gives: bool = True,
    body_id: int | None = None,
) -> None:
    """``said`` by the order of the questions, 0 in general."""
    with working(by, on) as there:
        statements.note_opened(hearing_id, actor=there)
        numbers = dict(Hearing.objects.get(pk=hearing_id).questions.values_list("order", "pk"))
        numbered = {numbers.get(order, 0): one for order, one in said.items()}
        do = statements.give if gives else statements.save
        do(hearing_id, numbered, actor=there, expected_version=0, body_id=body_id)


def _open(actor_of: ActorOf, day: date) -> None:
    made = _opened(
        actor_of(REGION),
        HearingContent(
            title="Alueellisten kotoutumistoimien luonnos 2027–2030",
            body=f"Pyydämme lausuntoa luonnoksesta. Vastatkaa erityisesti kysymyksiin.\n\n{INVENTED}",
            draft=DRAFT,
            answer_by=day + timedelta(days=11),
            questions=(
                AskedQuestion("Ovatko tavoitteet oikeat?", "view"),
                AskedQuestion("Mihin toimiin organisaationne voi sitoutua?"),
                AskedQuestion("Mitä luonnoksesta puuttuu?"),
            ),
            public=True,
        ),
        day - timedelta(days=18),
    )
    _says(
        actor_of(COUNTY),
        made,
        day - timedelta(days=6),
        {
            1: Said("Terveydenhuollon osuus on mainittava tavoitteissa.", "partly"),
            2: Said("Alkuterveystarkastukset neljän viikon kuluessa."),
            3: Said("Mielenterveyden tuki."),
        },
    )
    _says(
        actor_of(LEADER),
        made,
        day - timedelta(days=2),
        {1: Said("", "agree"), 2: Said("Yhteinen aikataulu vuosittain, jos resurssit riittävät.")},
        gives=False,
    )


def _published(actor_of: ActorOf, day: date) -> None:
    region = actor_of(REGION)
    made = _opened(
        region,
        HearingContent(
            title="Ohjauksen yhteinen malli: ehdotus",
            body=f"Pyydämme lausuntoa ehdotuksesta.\n\n{INVENTED}",
            draft=EARLIER,
            answer_by=day - timedelta(days=28),
            questions=(
                AskedQuestion("Kannatatteko yhteistä mallia?", "view"),
                AskedQuestion("Miten ajanvaraus järjestetään?"),
            ),
            public=True,
        ),
        day - timedelta(days=70),
    )
    _says(
        actor_of(LEADER),
        made,
        day - timedelta(days=40),
        {1: Said("", "agree"), 2: Said("Kokeilu kahdessa kunnassa ensin.")},
    )
    _says(
        actor_of(ASSOCIATION),
        made,
        day - timedelta(days=33),
        {
            1: Said("Esite tarvitaan selkokielellä ja kuvina.", "partly"),
            0: Said("Järjestöjen ohjaajat mukaan koulutuksiin."),
        },
    )
    _says(
        actor_of(SCHOOL),
        made,
        day - timedelta(days=27),
        {1: Said("", "agree"), 2: Said("Tidsbokningen ska fungera också på svenska.")},
    )
    for body_id in _bodies(region):
        _says(
            region,
            made,
            day - timedelta(days=30),
            {1: Said("", "agree"), 0: Said("Mallista kerrotaan jäsenten omissa verkostoissa.")},
            body_id=body_id,
        )
    with working(actor_of(COUNTY), day - timedelta(days=35)) as there:
        statements.decline(made, actor=there)
    answers = {
        "Kokeilu kahdessa kunnassa ensin.": ("yes", "Ajanvaraus alkaa kokeiluna."),
        "Esite tarvitaan selkokielellä ja kuvina.": ("yes", "Esite tehdään selkokielellä ja kuvina."),
        "Järjestöjen ohjaajat mukaan koulutuksiin.": ("yes", "Ohjaajat kutsutaan."),
        "Mallista kerrotaan jäsenten omissa verkostoissa.": ("yes", "Esitteet lähetetään jäsenille."),
        "Tidsbokningen ska fungera också på svenska.": ("partly", "Genast i tvåspråkiga kommuner."),
    }
    with working(actor_of(REGION), day - timedelta(days=20)) as there:
        hearings.close(made, actor=there)
        rows = list(StatementAnswer.objects.filter(statement__hearing_id=made, text__in=answers))
        for question_id in {one.question_id for one in rows}:
            marked = [Response(one.pk, *answers[one.text]) for one in rows if one.question_id == question_id]
            hearing_answers.respond(made, question_id, marked, actor=there)
    with working(actor_of(REGION), day - timedelta(days=9)) as there:
        version = Hearing.objects.get(pk=made).version
        hearing_answers.publish(made, SUMMARY, actor=there, expected_version=version)
    with working(Viewer.for_system("cooperation.hearings", day), day - timedelta(days=9)) as there:
        hearings_told.tell_of_hearing(made, actor=there)


def _draft(actor_of: ActorOf, day: date) -> None:
    with working(actor_of(LEADER), day - timedelta(days=1)) as there:
        hearings.draft(
            HearingContent(
                title="Rådgivning på svenska: utkast till anvisningar",
                body=SWEDISH,
                language="sv",
                answer_by=day + timedelta(days=42),
                questions=(AskedQuestion("Räcker de föreslagna tiderna?", "view"),),
            ),
            actor=there,
        )
