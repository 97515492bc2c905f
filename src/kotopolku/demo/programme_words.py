"""Invented words of the demo world's State's programmes in Finnish and Swedish, and its indicators. Not for: writing."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Text:
    fi: str
    sv: str
    en: str = ""


@dataclass(frozen=True)
class Said:
    """A goal, line or measure. ``who``: "tem", or others in words."""

    code: str
    title: Text
    text: Text
    section: str = ""
    who: str = ""
    money: Decimal | None = None
    indicators: tuple[str, ...] = ()
    measure: bool = False
    parts: tuple["Said", ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Measured:
    """An indicator; the country's invented figures run from ``first`` to ``last``."""

    key: str
    name: Text
    definition: Text
    unit: str
    better: str
    first: Decimal = Decimal(0)
    last: Decimal = Decimal(0)


def _line(code: str, fi: str, sv: str, said_fi: str, said_sv: str, section: str = "", money: int = 0) -> Said:
    amount = Decimal(money) * 1_000 if money else None
    return Said(code, Text(fi, sv), Text(said_fi, said_sv), section, "tem", amount)


def _measure(code: str, fi: str, sv: str, said_fi: str, said_sv: str, who: str, money: int) -> Said:
    return Said(code, Text(fi, sv), Text(said_fi, said_sv), "", who, Decimal(money) * 1_000, (), True)


def _with(line: Said, *parts: Said) -> Said:
    return Said(
        line.code, line.title, line.text, line.section, line.who, line.money, line.indicators, False, parts
    )


def _goal(
    code: str, title: Text, text: tuple[str, str], section: str, indicators: tuple[str, ...], *parts: Said
) -> Said:
    return Said(code, title, Text(*text), section, "", None, indicators, False, parts)


INDICATORS = (
    Measured(
        "foreign-language-share",
        Text(
            "Vieraskielisten osuus väestöstä",
            "Andelen personer med främmande språk",
            "Share of foreign-language speakers",
        ),
        Text(
            "Muu äidinkieli kuin suomi, ruotsi tai saame, vuoden lopussa.",
            "Annat modersmål än finska, svenska eller samiska, i slutet av året.",
        ),
        "%",
        "more",
    ),
    Measured(
        "population",
        Text("Väkiluku", "Folkmängd", "Population"),
        Text("Väestö vuoden lopussa.", "Befolkningen i slutet av året."),
        "",
        "more",
    ),
    Measured(
        "employment-rate",
        Text(
            "Vieraskielisten työllisyysaste",
            "Sysselsättningsgraden bland personer med främmande språk",
            "Employment rate",
        ),
        Text("20–64-vuotiaat, vuoden keskiarvo. Keksitty.", "20–64-åringar, årsmedeltal. Påhittad."),
        "%",
        "more",
        Decimal("57.5"),
        Decimal("63.0"),
    ),
    Measured(
        "plan-on-time",
        Text("Suunnitelma tehty määräajassa", "Planen gjord inom utsatt tid", "Plan made in time"),
        Text(
            "Osuus ensimmäisistä kotoutumissuunnitelmista. Keksitty.",
            "Andelen av de första integrationsplanerna. Påhittad.",
        ),
        "%",
        "more",
        Decimal("61.0"),
        Decimal("78.0"),
    ),
    Measured(
        "language-b1",
        Text(
            "Kielitaito B1.1 koulutuksen lopussa",
            "Språkkunskap B1.1 i slutet av utbildningen",
            "Level B1.1 at the end",
        ),
        Text(
            "Osuus kotoutumiskoulutuksen päättäneistä. Keksitty.",
            "Andelen av dem som slutfört utbildningen. Påhittad.",
        ),
        "%",
        "more",
        Decimal("34.0"),
        Decimal("41.5"),
    ),
    Measured(
        "training-wait",
        Text(
            "Odotus kotoutumiskoulutukseen",
            "Väntetid till integrationsutbildning",
            "Wait for integration training",
        ),
        Text(
            "Päiviä suunnitelmasta koulutuksen alkuun, mediaani. Keksitty.",
            "Dagar från planen till utbildningens början, median. Påhittad.",
        ),
        "pv",
        "less",
        Decimal("96.0"),
        Decimal("71.0"),
    ),
    Measured(
        "parents-reached",
        Text("Kotona lasta hoitavat palveluissa", "Hemmaföräldrar i tjänsterna", "Parents at home reached"),
        Text(
            "Osuus kotona lasta hoitavista kotoutujista. Keksitty.",
            "Andelen av dem som vårdar barn hemma. Påhittad.",
        ),
        "%",
        "more",
        Decimal("18.0"),
        Decimal("29.0"),
    ),
    Measured(
        "places-agreed",
        Text(
            "Sovitut kuntapaikat tarpeesta", "Avtalade kommunplatser av behovet", "Agreed places of the need"
        ),
        Text(
            "Sovitut kuntapaikat vuoden tarpeesta. Keksitty.",
            "Avtalade kommunplatser av årets behov. Påhittad.",
        ),
        "%",
        "more",
        Decimal("74.0"),
        Decimal("88.0"),
    ),
)

GOALS = (
    _goal(
        "1",
        Text("Kotoutuminen alkaa nopeasti", "Integrationen börjar snabbt", "Integration begins quickly"),
        (
            "Jokainen saa arvioinnin ja suunnitelman ajoissa, asuinpaikasta riippumatta.",
            "Alla får en bedömning och en plan i tid, oberoende av bostadsort.",
        ),
        "1386/2010 § 11",
        ("plan-on-time",),
        _with(
            _line(
                "1.1",
                "Arviointi ja suunnitelma määräajassa",
                "Bedömning och plan inom utsatt tid",
                "Määräaikoja seurataan joka kunnassa, ja viivästyksen syy kirjataan."
                "\n\n- seuranta neljännesvuosittain\n- tuki niille, jotka ovat myöhässä",
                "Tidsfristerna följs upp i varje kommun, och orsaken till dröjsmål antecknas."
                "\n\n- uppföljning varje kvartal\n- stöd till dem som är försenade",
                "1386/2010 § 11",
                1_200,
            ),
            _measure(
                "1.1.1",
                "Yhteinen arvioinnin malli",
                "En gemensam modell för bedömningen",
                "Malli ja koulutus työntekijöille kahdessa vuodessa.",
                "En modell och utbildning för personalen på två år.",
                "tem",
                450,
            ),
        ),
        _line(
            "1.2",
            "Ohjaus heti muuton jälkeen",
            "Vägledning genast efter flytten",
            "Ohjausta saa omalla kielellä ensimmäisten viikkojen aikana.",
            "Vägledning ges på det egna språket under de första veckorna.",
            "1386/2010 § 8",
            2_000,
        ),
        _line(
            "1.3",
            "Perustieto kaikille",
            "Basinformation till alla",
            "Perustieto on ajan tasalla ja saatavilla vähintään kahdellatoista kielellä.",
            "Basinformationen är aktuell och finns på minst tolv språk.",
            "1386/2010 § 7",
        ),
    ),
    _goal(
        "2",
        Text(
            "Kieli ja työ kulkevat yhdessä",
            "Språk och arbete går hand i hand",
            "Language and work go together",
        ),
        (
            "Kieltä opitaan koulutuksessa ja työssä, ja odotus lyhenee.",
            "Språket lärs in i utbildning och i arbete, och väntetiden blir kortare.",
        ),
        "1386/2010 § 20",
        ("employment-rate", "language-b1", "training-wait"),
        _with(
            _line(
                "2.1",
                "Koulutukseen ilman pitkää odotusta",
                "Till utbildning utan lång väntan",
                "Koulutusta hankitaan tarpeen ennusteen mukaan, ja ryhmiä alkaa joka kuukausi.",
                "Utbildning upphandlas enligt prognosen över behovet, och grupper börjar varje månad.",
                "1386/2010 § 20",
                18_000,
            ),
            _measure(
                "2.1.1",
                "Ennuste jokaiselle alueelle",
                "En prognos för varje område",
                "Koulutuksen tarpeen ennuste otetaan käyttöön joka alueella.",
                "En prognos över utbildningsbehovet tas i bruk i varje område.",
                "tem",
                300,
            ),
        ),
        _line(
            "2.2",
            "Kielen oppiminen jatkuu työssä",
            "Språkinlärningen fortsätter i arbetet",
            "Työnantajat saavat tukea työpaikalla tapahtuvaan kielen opetukseen.",
            "Arbetsgivarna får stöd för språkundervisning på arbetsplatsen.",
            "1386/2010 § 21",
            6_500,
        ),
        _with(
            _line(
                "2.3",
                "Osaaminen tunnistetaan",
                "Kunskaperna identifieras",
                "Aiemmin hankittu osaaminen kirjataan suunnitelmaan ja otetaan huomioon koulutuksessa.",
                "Tidigare förvärvade kunskaper antecknas i planen och beaktas i utbildningen.",
                "",
                1_000,
            ),
            _measure(
                "2.3.1",
                "Osaamisen tunnistamisen palvelu",
                "En tjänst för identifiering av kunskaper",
                "Palvelua kokeillaan viidessä maakunnassa.",
                "Tjänsten provas i fem landskap.",
                "Opetus- ja kulttuuriministeriö (keksitty esimerkki)",
                800,
            ),
        ),
    ),
    _goal(
        "3",
        Text("Vanhemmat ja lapset mukana", "Föräldrar och barn är med", "Parents and children take part"),
        (
            "Kotona lasta hoitavat ja heidän lapsensa saavat palveluja, jotka sopivat perheen arkeen.",
            "De som vårdar barn hemma och deras barn får tjänster som passar familjens vardag.",
        ),
        "1386/2010 § 15",
        ("parents-reached",),
        _with(
            _line(
                "3.1",
                "Ohjausta vanhemmille lähellä kotia",
                "Vägledning för föräldrar nära hemmet",
                "Avoimia ryhmiä on kirjastoissa ja perhekeskuksissa, ja lapset ovat mukana.",
                "Öppna grupper finns på bibliotek och familjecentraler, och barnen är med.",
                "1386/2010 § 15",
                3_200,
            ),
            _measure(
                "3.1.1",
                "Vanhempien ryhmien verkosto",
                "Ett nätverk för föräldragrupper",
                "Verkosto kokoaa toimivat tavat ja tukee uusia ryhmiä.",
                "Nätverket samlar fungerande arbetssätt och stöder nya grupper.",
                "tem",
                250,
            ),
        ),
        _line(
            "3.2",
            "Lapsen oma suunnitelma ajoissa",
            "Barnets egen plan i tid",
            "Alaikäisen suunnitelma tehdään yhdessä koulun ja perheen kanssa.",
            "Planen för en minderårig görs tillsammans med skolan och familjen.",
            "1386/2010 § 15",
        ),
        _line(
            "3.3",
            "Kielikerhojen kokeilu",
            "Försök med språkklubbar",
            "Kielikerhoja kokeillaan vanhemmille ja lapsille kymmenessä kunnassa.",
            "Språkklubbar provas för föräldrar och barn i tio kommuner.",
            "",
            900,
        ),
    ),
    _goal(
        "4",
        Text(
            "Kuntapaikkoja on riittävästi", "Kommunplatserna räcker till", "There are enough municipal places"
        ),
        (
            "Kunnat ja alueet sopivat paikoista hyvissä ajoin, ja vastaanotto on valmis.",
            "Kommunerna och regionerna avtalar om platser i god tid, och mottagandet är förberett.",
        ),
        "1386/2010 § 43",
        ("places-agreed", "foreign-language-share"),
        _line(
            "4.1",
            "Sopimukset monivuotisiksi",
            "Fleråriga avtal",
            "Kuntaan ohjaamisesta sovitaan useaksi vuodeksi kerrallaan.",
            "Om anvisande till kommuner avtalas för flera år i sänder.",
            "1386/2010 § 43",
            12_000,
        ),
        _with(
            _line(
                "4.2",
                "Yksin tulleet lapset tuetusti aikuisuuteen",
                "Ensamkomna barn får stöd till vuxenlivet",
                "Asumisen ja tuen muodot sovitetaan nuoren tilanteeseen.",
                "Boende och stöd anpassas till den ungas situation.",
                "1386/2010 § 27",
                4_000,
            ),
            _measure(
                "4.2.1",
                "Edustajien ohjaus yhtenäiseksi",
                "Enhetlig vägledning av företrädare",
                "Ohjeet ja koulutus kaikille alueille.",
                "Anvisningar och utbildning för alla regioner.",
                "tem",
                200,
            ),
        ),
    ),
    _goal(
        "5",
        Text(
            "Hyvät väestösuhteet kaikkialla",
            "Goda befolkningsrelationer överallt",
            "Good relations everywhere",
        ),
        (
            "Väestöryhmät kohtaavat, ja syrjintään puututaan.",
            "Befolkningsgrupper möts, och diskriminering åtgärdas.",
        ),
        "1386/2010 § 29",
        ("employment-rate", "population"),
        _line(
            "5.1",
            "Järjestöt kumppaneina",
            "Organisationerna som partner",
            "Järjestöt ovat mukana suunnittelussa, ja niiden työlle on pysyvä rahoitus.",
            "Organisationerna deltar i planeringen, och deras arbete har permanent finansiering.",
            "1386/2010 § 31",
            2_400,
        ),
        _line(
            "5.2",
            "Alueellinen yhteistyö",
            "Regionalt samarbete",
            "Alueet kokoavat kunnat, järjestöt ja viranomaiset yhteen ja seuraavat tuloksia.",
            "Regionerna samlar kommuner, organisationer och myndigheter och följer upp resultaten.",
            "1386/2010 § 37",
            1_500,
        ),
        _with(
            _line(
                "5.3",
                "Tietoa päätöksiin",
                "Kunskap för beslut",
                "Seurannan tiedot ovat avoimia, ja niitä käytetään päätöksissä.",
                "Uppföljningens uppgifter är öppna och används i beslut.",
                "",
                700,
            ),
            _measure(
                "5.3.1",
                "Avoimet luvut verkossa",
                "Öppna siffror på nätet",
                "Luvut julkaistaan vuosittain suomeksi ja ruotsiksi.",
                "Siffrorna publiceras varje år på finska och svenska.",
                "Kehittämis- ja hallintokeskus (keksitty esimerkki)",
                150,
            ),
        ),
    ),
)

OLD_GOALS = (
    _goal(
        "1",
        Text("Palvelut löytyvät", "Tjänsterna är lätta att hitta"),
        ("Palvelut ovat selkeitä ja lähellä.", "Tjänsterna är tydliga och nära."),
        "1386/2010 § 6",
        ("plan-on-time",),
        _line(
            "1.1",
            "Yhden oven ohjaus",
            "Vägledning genom en dörr",
            "Ohjaus kootaan yhteen paikkaan jokaisessa seutukunnassa.",
            "Vägledningen samlas på ett ställe i varje ekonomisk region.",
            "1386/2010 § 8",
            5_000,
        ),
        _line(
            "1.2",
            "Tulkkaus sujuvaksi",
            "Smidig tolkning",
            "Etätulkkaus on käytössä kaikissa palveluissa.",
            "Distanstolkning används i alla tjänster.",
        ),
    ),
    _goal(
        "2",
        Text("Työhön nopeammin", "Snabbare till arbete"),
        ("Yhä useampi on työssä kahden vuoden kuluttua.", "Allt fler har arbete efter två år."),
        "1386/2010 § 20",
        ("employment-rate",),
        _line(
            "2.1",
            "Koulutus ja työ limittäin",
            "Utbildning och arbete varvas",
            "Koulutukseen kuuluu jakso työpaikalla.",
            "I utbildningen ingår en period på en arbetsplats.",
            "1386/2010 § 20",
            9_000,
        ),
        _line(
            "2.2",
            "Yrittäjyyden neuvonta",
            "Rådgivning om företagande",
            "Neuvontaa saa useilla kielillä.",
            "Rådgivning ges på flera språk.",
        ),
    ),
    _goal(
        "3",
        Text("Kunnat vastaanottajina", "Kommunerna tar emot"),
        ("Kuntapaikkoja on koko maassa.", "Det finns kommunplatser i hela landet."),
        "1386/2010 § 43",
        ("places-agreed",),
        _line(
            "3.1",
            "Sopimuksia uusiin kuntiin",
            "Avtal med nya kommuner",
            "Tavoitteena on kaksikymmentä uutta kuntaa.",
            "Målet är tjugo nya kommuner.",
            "1386/2010 § 43",
            3_000,
        ),
    ),
)
