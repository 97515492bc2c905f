"""The shared space of the demo world: bulletins with receipts, materials with uses, projects, trainings, questions."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.cooperation.actions import bulletins, materials, projects, questions, seminars, told
from kotopolku.cooperation.rules import BulletinContent, MaterialContent, ProjectContent, SeminarContent
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import working

REGION, CENTRE, LEADER, AREA = "evk.uusimaa", "ministry", "kunta.vantaa", "tyo.vantaa"
KAJAANI, COUNTY, SCHOOL, EDITOR = "kunta.kajaani", "hva.vantaa", "koulutus", "viestinta.vantaa"
NEWS = """Ohje kuntapaikoista sopimisesta on päivitetty. Kolme asiaa muuttuu:

- vuoden 2027 paikoista sovitaan **tammikuun loppuun mennessä**
- perheen yhdistämisestä ilmoitetaan samalla lomakkeella
- esteettömät asunnot merkitään erikseen

## Mitä kunnan pitää tehdä
Tarkistakaa vuoden 2027 tarve ja vastatkaa tähän tiedotteeseen."""
SWEDISH = """Centret ordnar ett gemensamt möte om rådgivningen på svenska.

- Var finns det rådgivning på svenska?
- Vem svarar när handläggaren är borta?

Ta med exempel från er egen kommun."""
PRACTICE = """## Miten se tehdään
Kerran viikossa kaksi ohjaajaa tapaa kymmenen vanhempaa kirjastossa. Lapset leikkivät samassa tilassa.

1. Ensimmäisellä kerralla sovitaan aiheet.
2. Jokaisella kerralla harjoitellaan yksi asia: aika lääkäriin, viesti päiväkotiin, lomake.
3. Lopuksi jokainen sopii yhden asian, jonka tekee itse.

## Mitä siitä seurasi
Puolet osallistujista haki kotoutumiskoulutukseen kahden kuukauden kuluessa."""


def play(actor_of: ActorOf, day: date) -> None:
    _bulletins(actor_of, day)
    _materials(actor_of, day)
    _projects(actor_of, day)
    _seminars(actor_of, day)
    _questions(actor_of, day)


def _ids(*codes: str) -> tuple[int, ...]:
    return tuple(Organisation.objects.filter(code__in=codes).order_by("pk").values_list("pk", flat=True))


def _sent(viewer: Viewer, content: BulletinContent, on: date) -> int:
    with working(viewer, on) as there:
        made = bulletins.draft(content, actor=there)
        bulletins.send(made.pk, actor=there, expected_version=made.version)
    job = Viewer.for_system("cooperation.tell", on)
    with working(job, on) as there:
        told.tell_of_bulletin(made.pk, actor=there)
    return made.pk


def _opens(viewer: Viewer, bulletin_id: int, on: date, *, acknowledges: bool = False) -> None:
    with working(viewer, on) as there:
        bulletins.open_bulletin(bulletin_id, actor=there)
        if acknowledges:
            bulletins.acknowledge(bulletin_id, actor=there)


def _bulletins(actor_of: ActorOf, day: date) -> None:
    region, centre = actor_of(REGION), actor_of(CENTRE)
    asked = _sent(
        region,
        BulletinContent(
            title="Kuntapaikkojen ohje muuttuu: vastatkaa vuoden 2027 tarpeesta",
            body=NEWS,
            organisations=_ids("kunta-092", "kunta-049", "kunta-091", "kunta-245"),
            answer_by=day + timedelta(days=9),
            acknowledge=True,
        ),
        day - timedelta(days=4),
    )
    leader = actor_of(LEADER)
    _opens(leader, asked, day - timedelta(days=3), acknowledges=True)
    _opens(actor_of(EDITOR), asked, day - timedelta(days=2))
    guide = _sent(
        centre,
        BulletinContent(
            title="Osaamiskeskuksen syksyn koulutukset ovat auki",
            body="Ilmoittautuminen on auki. Katsokaa [koulutukset](https://osaamiskeskus.example.fi/) ja kertokaa tiimissänne.",
            everybody=True,
        ),
        day - timedelta(days=12),
    )
    for username in (LEADER, AREA, KAJAANI, COUNTY, SCHOOL, REGION):
        _opens(actor_of(username), guide, day - timedelta(days=10))
    swedish = _sent(
        region,
        BulletinContent(
            title="Rådgivning på svenska: gemensamt möte i december",
            body=SWEDISH,
            language="sv",
            kinds=("municipality", "employment-area"),
            roles=("caseworker", "team-leader"),
        ),
        day - timedelta(days=2),
    )
    _opens(actor_of(AREA), swedish, day - timedelta(days=1))
    wrong = _sent(
        centre,
        BulletinContent(
            title="Verkkopalvelu on huollossa torstaina",
            body="Palvelu on poissa käytöstä torstaina klo 8–10.",
            kinds=("evk", "employment-area", "municipality"),
        ),
        day - timedelta(days=8),
    )
    _opens(actor_of(LEADER), wrong, day - timedelta(days=8))
    with working(centre, day - timedelta(days=7)) as there:
        bulletins.correct(
            wrong,
            "Verkkopalvelu on huollossa perjantaina",
            "Palvelu on poissa käytöstä **perjantaina** klo 8–10.",
            "Huolto on perjantaina, ei torstaina.",
            actor=there,
            expected_version=2,
        )
    with working(region, day - timedelta(days=1)) as there:
        bulletins.draft(
            BulletinContent(
                title="Alueellisen yhteistyöryhmän kokouksen esityslista",
                body="Luonnos: seuranta, kuntapaikat, koulutustarve.",
                kinds=("wellbeing",),
            ),
            actor=there,
        )


def _materials(actor_of: ActorOf, day: date) -> None:
    leader, kajaani, area = actor_of(LEADER), actor_of(KAJAANI), actor_of(AREA)
    with working(leader, day - timedelta(days=40)) as there:
        practice = materials.add(
            MaterialContent(
                kind="practice",
                topic="parents-at-home",
                title="Kirjaston vanhempien ryhmä",
                summary="Viikoittainen ryhmä lapsia kotona hoitaville: arjen asiat ja suomen kieli yhdessä.",
                body=PRACTICE,
                made_by_words="Vantaan kaupunki ja kirjasto",
                tried="Vantaalla kahdessa kirjastossa 2025–2026, noin 60 osallistujaa",
            ),
            actor=there,
        )
        checklist = materials.add(
            MaterialContent(
                kind="material",
                topic="assessment-and-plan",
                title="Muistilista palvelutarpeen arvioinnin keskusteluun",
                summary="Kahden sivun lista, jonka voi tulostaa ja antaa asiakkaalle etukäteen.",
                body="- Mitä osaat jo?\n- Mitä haluat oppia?\n- Kuka auttaa sinua arjessa?\n- Mikä huolettaa?",
                made_by_words="Vantaan kotoutumispalvelut",
            ),
            actor=there,
        )
    with working(actor_of(CENTRE), day - timedelta(days=30)) as there:
        materials.publish(practice.pk, actor=there)
        materials.add(
            MaterialContent(
                kind="material",
                topic="interpreting",
                title="Arbeta med tolk: korta råd",
                summary="Råd på svenska för dig som arbetar med tolk första gången.",
                body="1. Tala till klienten, inte till tolken.\n2. Korta meningar.\n3. Boka tillräckligt med tid.",
                language="sv",
                made_by_words="Kompetenscentret",
            ),
            actor=there,
        )
    with working(kajaani, day - timedelta(days=20)) as there:
        materials.use(
            practice.pk, "partly", "Pienessä ryhmässä toimii, kuljetus on järjestettävä.", actor=there
        )
        materials.use(checklist.pk, "worked", "Käytämme kaikissa arvioinneissa.", actor=there)
    with working(area, day - timedelta(days=15)) as there:
        materials.use(practice.pk, "worked", "Moni siirtyi koulutukseen.", actor=there)
        materials.use(checklist.pk, "worked", "", actor=there)
    with working(kajaani, day - timedelta(days=3)) as there:
        materials.add(
            MaterialContent(
                kind="practice",
                topic="work",
                title="Tutustumispäivä työpaikalla ennen kurssia",
                summary="Puoli päivää työpaikalla auttaa valitsemaan oikean koulutuksen.",
                body="Sovitaan työnantajan kanssa neljä kertaa vuodessa. Mukana ohjaaja ja tulkki.",
                tried="Kajaanissa keväällä 2026, neljä työpaikkaa",
            ),
            actor=there,
        )


def _projects(actor_of: ActorOf, day: date) -> None:
    with working(actor_of(LEADER), day - timedelta(days=60)) as there:
        projects.add(
            ProjectContent(
                name="Kieli kotiin",
                goal="Lapsia kotona hoitavat oppivat suomea ja löytävät reitin koulutukseen.",
                topic="parents-at-home",
                starts_on=date(day.year, 1, 1),
                ends_on=date(day.year + 1, 12, 31),
                funding="amif",
                partners=_ids("kunta-049", "tyo-43"),
                others="Näyteyhdistys ry",
                link="https://kielikotiin.example.fi/",
            ),
            actor=there,
        )
    with working(actor_of(KAJAANI), day - timedelta(days=50)) as there:
        projects.add(
            ProjectContent(
                name="Työpaikat auki Kainuussa",
                goal="Sata työpaikkatutustumista ja kolmekymmentä työsuhdetta kahdessa vuodessa.",
                topic="work",
                starts_on=date(day.year, 3, 1),
                ends_on=date(day.year + 2, 2, 28),
                funding="esf",
                partners=_ids("kunta-092"),
            ),
            actor=there,
        )
    with working(actor_of(REGION), day - timedelta(days=25)) as there:
        projects.add(
            ProjectContent(
                name="Rådgivning på svenska i Nyland",
                goal="Rådgivning på svenska finns i varje kommun, också på distans.",
                topic="first-guidance",
                starts_on=date(day.year, 8, 1),
                ends_on=None,
                funding="own",
                partners=_ids("kunta-049", "kunta-091"),
            ),
            actor=there,
        )


def _planned(viewer: Viewer, on: date, content: SeminarContent) -> int:
    with working(viewer, on) as there:
        made = seminars.plan(content, actor=there)
        seminars.publish(made.pk, actor=there)
    return made.pk


def _content(title: str, held: date, **changes: object) -> SeminarContent:
    content = SeminarContent(
        title=title,
        topic="assessment-and-plan",
        starts_at=datetime.combine(held, time(9), tzinfo=clock.HELSINKI),
        ends_at=datetime.combine(held, time(12), tzinfo=clock.HELSINKI),
        attending="remote",
        places=60,
        register_by=held - timedelta(days=3),
        body="- Mitä laki vaatii\n- Esimerkkejä kunnista\n- Kysymykset",
        link="https://webinaari.example.fi/osaamiskeskus",
    )
    return replace(content, **changes)  # type: ignore[arg-type]


def _seminars(actor_of: ActorOf, day: date) -> None:
    centre, region = actor_of(CENTRE), actor_of(REGION)
    early = day - timedelta(days=20)
    open_one = _planned(
        centre, early, _content("Palvelutarpeen arviointi käytännössä", day + timedelta(days=16))
    )
    full = _planned(
        region,
        early,
        _content(
            "Tulkin kanssa työskentely, työpaja",
            day + timedelta(days=9),
            topic="interpreting",
            attending="place",
            place="Esimerkkitalo, Pasila",
            link="",
            places=2,
            asks_needs=True,
        ),
    )
    _planned(
        region,
        early,
        _content(
            "Att handleda på svenska",
            day + timedelta(days=23),
            topic="first-guidance",
            language="sv",
            body="- Lagen i korthet\n- Övningar i grupp",
        ),
    )
    over = _planned(
        centre,
        day - timedelta(days=45),
        _content("Kotoutumislain vuosi, webinaari", day - timedelta(days=10)),
    )
    for username in (LEADER, KAJAANI, COUNTY):
        with working(actor_of(username), day - timedelta(days=18)) as there:
            seminars.register(open_one, actor=there)
    for username, needs in ((AREA, "Kasvisruoka"), (KAJAANI, ""), (LEADER, ""), (COUNTY, "")):
        with working(actor_of(username), day - timedelta(days=15)) as there:
            seminars.register(full, needs, actor=there)
    for username in (LEADER, AREA):
        with working(actor_of(username), day - timedelta(days=30)) as there:
            seminars.register(over, actor=there)


def _questions(actor_of: ActorOf, day: date) -> None:
    centre = actor_of(CENTRE)
    with working(actor_of(LEADER), day - timedelta(days=21)) as there:
        first = questions.ask(
            "assessment-and-plan",
            "Kuka tekee palvelutarpeen arvioinnin, kun perhe muuttaa kesken?",
            "Perhe on aloittanut arvioinnin toisessa kunnassa ja muuttaa meille ennen kuin se on valmis.",
            "fi",
            actor=there,
        )
    with working(centre, day - timedelta(days=17)) as there:
        questions.answer(
            first.pk,
            "Uusi kunta jatkaa arviointia. Pyytäkää aiemman kunnan tiedot asiakkaan kanssa.",
            actor=there,
            expected_version=1,
        )
        questions.publish(
            first.pk,
            "assessment-and-plan",
            "Kuka tekee palvelutarpeen arvioinnin loppuun, kun asiakas muuttaa toiseen kuntaan?",
            "Se kunta, johon asiakas muuttaa. Aiemman kunnan tiedot pyydetään **asiakkaan kanssa**, "
            "jotta samoja asioita ei kysytä kahdesti.",
            "fi",
            actor=there,
        )
        questions.publish(
            None,
            "interpreting",
            "När ska man boka tolk i stället för att använda maskinöversättning?",
            "Alltid när det gäller beslut, rättigheter eller hälsa. Maskinöversättning passar för att avtala tid.",
            "sv",
            actor=there,
        )
        questions.publish(
            None,
            "law-and-administration",
            "Mistä kunta saa korvauksen tulkkauksesta?",
            "Korvausta haetaan tositteilla. Katsokaa ohje sivulta Korvaukset.",
            "fi",
            actor=there,
        )
    with working(actor_of(KAJAANI), day - timedelta(days=6)) as there:
        second = questions.ask(
            "families",
            "Voiko nuori olla samaan aikaan lukiossa ja kotoutumissuunnitelmassa?",
            "Nuori täyttää kohta 18 ja opiskelee jo.",
            "fi",
            actor=there,
        )
    with working(centre, day - timedelta(days=4)) as there:
        questions.ask_back(
            second.pk, "Onko nuorella jo suunnitelma voimassa?", actor=there, expected_version=1
        )
    with working(actor_of(COUNTY), day - timedelta(days=2)) as there:
        questions.ask(
            "health",
            "Hur hänvisar vi en klient till kommunen när samtycke saknas?",
            "Klienten vill inte att vi kontaktar kommunen ännu.",
            "sv",
            actor=there,
        )
