"""Guidance of the demo world: requests of municipalities and an employment authority at every stage, two guidance letters.

All of it is invented and marked so. Drafts that the municipalities have already are sent; where there is none, a short
one is drawn up.
"""

from datetime import date, timedelta

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, Organisation, User, date_range
from kotopolku.actors.signin import seat_of
from kotopolku.cooperation.actions import bulletins, told
from kotopolku.cooperation.rules import BulletinContent
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at, leader_of, working
from kotopolku.steering import access_measures
from kotopolku.steering import guidance_rules as rules
from kotopolku.steering.access_guidance import regions_for
from kotopolku.steering.actions import guidance, guidance_work, municipal, municipal_sections
from kotopolku.steering.actions.guidance import NoteContent
from kotopolku.steering.guidance_rules import CommentContent, GuidanceContent
from kotopolku.steering.models import (
    Guidance,
    GuidanceComment,
    MunicipalProgramme,
    MunicipalState,
    ProgrammeSection,
    ProgrammeVersion,
)
from kotopolku.steering.municipal_rules import FrameContent
from kotopolku.steering.queries.guidance_sent import checklist, sections_of

REGION, CITY, AREA, MEDIA = "evk.uusimaa", "kunta.vantaa", "tyo.vantaa", "viestinta.vantaa"
ESPOO, KERAVA, TUUSULA, PORVOO, RASEBORG, VAASA = "049", "245", "858", "638", "710", "905"
OSTROBOTHNIA = "evk-08"
INVENTED = "\n\n*Keksitty esimerkki.*"
INVENTED_SV = "\n\n*Ett påhittat exempel.*"
TEXTS = {
    "fi": (
        "Kunta ja työllisyysalue tekevät arvioinnin yhdessä. Aika varataan viikossa, ja tulkki on paikalla.",
        "Suunnitelma tehdään jokaiselle, jolla on tarve. Sitä tarkistetaan puolen vuoden välein.",
    ),
    "sv": (
        "Kommunen och sysselsättningsområdet gör bedömningen tillsammans. En tid bokas inom en vecka, med tolk.",
        "En plan görs för var och en som behöver den. Den ses över varje halvår.",
    ),
}
ADDED = " Arviointi aloitetaan kahden kuukauden kuluessa siitä, kun asiakas on ilmoittautunut."
LETTER = """Kotoutumisohjelman palvelukokonaisuus on kuvattava niin, että asukas tietää, mihin hänellä on oikeus.

- Mitkä palvelut kunta järjestää itse, mitkä yhdessä muiden kanssa?
- Kuka vastaa arvioinnista ja missä ajassa se alkaa?
- Miten lasten ja kotona olevien vanhempien palvelut järjestyvät?

Kuitatkaa luetuksi. *Keksitty esimerkki.*"""
LETTER_SV = """Den som vill ha service på svenska ska få den på lika villkor.

- Bedömningen och planen görs på svenska när kunden vill det.
- Integrationsutbildning på svenska ordnas över kommungränserna.

Kvittera att ni har läst. *Ett påhittat exempel.*"""


def play(actor_of: ActorOf, day: date) -> None:
    region, city, area = actor_of(REGION), actor_of(CITY), actor_of(AREA)
    lines = access_measures.lines(at(region)).filter(days__contains=day).order_by("order", "code")
    line = lines.values_list("pk", flat=True).first()
    _commented(city, region, line, day)
    _in_work(leader_of(region, ESPOO), region, day)
    _asked(leader_of(region, PORVOO), region, day)
    _late(leader_of(region, KERAVA), region, day)
    _followed(area, region, day)
    _settled(leader_of(region, RASEBORG), region, day)
    _closed(leader_of(region, TUUSULA), region, day)
    _reviewed(region, day)
    other = _officer(OSTROBOTHNIA, day)
    if other is not None:
        _again(leader_of(other, VAASA), other, day)
    _letters(actor_of, region, day)


# Steps ---------------------------------------------------------------------------------------------------------------


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


def _draft(asker: Viewer, day: date, language: str) -> MunicipalProgramme:
    """The municipality's draft, or a short one of two sections where there is none. Some text is in it in any case."""
    with working(asker, day) as there:
        rows = MunicipalProgramme.objects.filter(organisation_id=there.organisation_id or 0)
        found = rows.filter(state=MunicipalState.DRAFT).order_by("-pk").first()
        if found is None:
            name = {"fi": "Kunnan kotoutumisohjelma", "sv": "Kommunens integrationsprogram"}[language]
            frame = FrameContent(
                {language: name}, date(day.year + 1, 1, 1), date(day.year + 4, 12, 31), (language,)
            )
            found = municipal.draw_up(frame, actor=there, invented=True)
        sections = ProgrammeSection.objects.filter(programme=found, removed_at=None).order_by("order", "pk")
        written = found.languages[0] if found.languages else language
        for section, text in zip(sections, TEXTS[written], strict=False):
            if not section.text.get(written):
                municipal_sections.write(
                    section.pk, written, text, actor=there, expected_number=section.number
                )
    return found


def _ask(
    asker: Viewer,
    region: Viewer,
    on: date,
    subject: str,
    text: str,
    language: str = "fi",
    programme: MunicipalProgramme | None = None,
    kind: str = "",
) -> Guidance:
    with working(asker, on) as there:
        content = GuidanceContent(
            kind=kind or ("draft" if programme else "question"),
            subject=subject,
            text=text + (INVENTED_SV if language == "sv" else INVENTED),
            language=language,
            region_id=region.organisation_id,
            programme_id=programme.pk if programme else None,
            answer_by=rules.proposed_day(on),
        )
        return guidance.ask(content, actor=there)


def _comment(
    region: Viewer,
    of: Guidance,
    on: date,
    place: int | None,
    verdict: str,
    text: str,
    line: int | None = None,
) -> GuidanceComment:
    """On the section of that place in what was sent; without a place on the whole."""
    with working(region, on) as there:
        version = ProgrammeVersion.objects.get(programme=of.programme_id, number=of.programme_version or 0)
        sections = sections_of(version.content)
        key = sections[min(place, len(sections) - 1)].key if place is not None else ""
        return guidance_work.comment(of.pk, CommentContent(verdict, text, key, line), actor=there)


def _mark(region: Viewer, of: Guidance, on: date, marks: tuple[tuple[str, str], ...]) -> None:
    """The first contents of the checklist, in its order."""
    with working(region, on) as there:
        now = Guidance.objects.select_related("programme").get(pk=of.pk)
        found = {item.id: given for item, given in zip(checklist(now), marks, strict=False)}
        guidance_work.mark(of.pk, found, actor=there, expected_version=now.version)


def _answer(region: Viewer, of: Guidance, on: date, text: str) -> None:
    with working(region, on) as there:
        version = Guidance.objects.get(pk=of.pk).version
        guidance_work.send_answer(of.pk, text, actor=there, expected_version=version)


def _changes(asker: Viewer, one: GuidanceComment, on: date, text: str) -> None:
    with working(asker, on) as there:
        guidance_work.tell_change(one.pk, text, actor=there, expected_version=1)


def _settles(region: Viewer, one: GuidanceComment, on: date) -> None:
    with working(region, on) as there:
        guidance_work.settle(one.pk, actor=there, expected_version=2)


# Requests ------------------------------------------------------------------------------------------------------------


def _commented(city: Viewer, region: Viewer, line: int | None, day: date) -> None:
    """Vantaa's draft: commented and answered, one comment settled, one told of, one still open."""
    asked, done = day - timedelta(40), day - timedelta(21)
    programme = _draft(city, asked, "fi")
    found = _ask(
        city,
        region,
        asked,
        "Ohjelmaluonnos kommenteille",
        "Pyydämme arviota etenkin siitä, onko palvelukokonaisuus kuvattu riittävästi.",
        programme=programme,
    )
    with working(region, asked + timedelta(2)) as there:
        guidance_work.take(found.pk, actor=there)
    first = _comment(region, found, done, 0, "must", "Kirjoittakaa, missä ajassa arviointi aloitetaan.")
    second = _comment(
        region, found, done, 1, "better", "Kertokaa, miten kotona olevat vanhemmat saavat suunnitelman.", line
    )
    _comment(region, found, done, None, "fine", "Työnjako työllisyysalueen kanssa on kuvattu hyvin.")
    _comment(region, found, done, None, "better", "Kuvatkaa myös, miten tavoitteita seurataan vuosittain.")
    _mark(
        region,
        found,
        done,
        (("partly", "Määräaika puuttuu."), ("yes", ""), ("no", "Ei kuvattu."), ("yes", "")),
    )
    _answer(region, found, done, "Luonnos on selkeä. Neljä asiaa kannattaa vielä katsoa ennen valtuustoa.")
    with working(city, day - timedelta(10)) as there:
        section = ProgrammeSection.objects.get(programme=programme, key=first.key)
        language = programme.languages[0]
        municipal_sections.write(
            section.pk,
            language,
            section.text.get(language, "") + ADDED,
            actor=there,
            expected_number=section.number,
        )
    _changes(city, first, day - timedelta(10), "Lisäsimme määräajan osan loppuun.")
    _changes(
        city, second, day - timedelta(6), "Sovimme asiasta hyvinvointialueen kanssa, teksti tulee viikolla."
    )
    _settles(region, first, day - timedelta(5))
    with working(region, day - timedelta(4)) as there:
        words = NoteContent(
            day - timedelta(4),
            "Vantaan kaupunki, elinvoimakeskus",
            "Käytiin läpi avoimet kommentit. Seuranta kirjataan ohjelman viimeiseen osaan. *Keksitty esimerkki.*",
        )
        guidance.add_note(found.pk, words, actor=there)


def _in_work(asker: Viewer, region: Viewer, day: date) -> None:
    asked = day - timedelta(12)
    programme = _draft(asker, asked, "fi")
    found = _ask(
        asker,
        region,
        asked,
        "Luonnos ennen lautakuntaa",
        "Lautakunta kokoontuu joulukuussa.",
        programme=programme,
    )
    with working(region, day - timedelta(7)) as there:
        guidance_work.take(found.pk, actor=there)
    _comment(
        region, found, day - timedelta(3), 0, "better", "Kuka varaa tulkin, jos asiakas ohjautuu muualta?"
    )
    _mark(region, found, day - timedelta(3), (("yes", ""), ("partly", "Tarkistusväli puuttuu.")))


def _asked(asker: Viewer, region: Viewer, day: date) -> None:
    _ask(
        asker,
        region,
        day - timedelta(4),
        "Vem svarar för bedömningen på svenska?",
        "Kunden vill ha bedömningen på svenska, men vi har ingen egen personal. Kan vi köpa tjänsten av grannkommunen?",
        "sv",
    )


def _late(asker: Viewer, region: Viewer, day: date) -> None:
    _ask(
        asker,
        region,
        day - timedelta(45),
        "Voiko ohjelma olla kahden kunnan yhteinen?",
        "Naapurikunta ehdottaa yhteistä ohjelmaa. Mitä valtuustoissa pitää päättää?",
    )


def _followed(area: Viewer, region: Viewer, day: date) -> None:
    asked = day - timedelta(60)
    found = _ask(
        area,
        region,
        asked,
        "Työnhakijan ja muun asiakkaan raja",
        "Kumpi tekee arvioinnin, kun asiakas lopettaa työnhaun kesken?",
    )
    with working(area, asked + timedelta(9)) as there:
        words = NoteContent(
            asked + timedelta(9),
            "Vantaan työllisyysalue, elinvoimakeskus",
            "Puhelu: kolme esimerkkitapausta käytiin läpi. *Keksitty esimerkki.*",
        )
        guidance.add_note(found.pk, words, actor=there)
    text = "Se, jonka asiakas hän on arvioinnin alkaessa. Siirrosta sovitaan kunnan kanssa kirjallisesti."
    _answer(region, found, asked + timedelta(15), text)
    with working(region, asked + timedelta(30)) as there:
        version = Guidance.objects.get(pk=found.pk).version
        guidance_work.follow(found.pk, actor=there, expected_version=version)


def _settled(asker: Viewer, region: Viewer, day: date) -> None:
    asked = day - timedelta(70)
    programme = _draft(asker, asked, "sv")
    found = _ask(
        asker,
        region,
        asked,
        "Utkast för kommentarer",
        "Vi önskar kommentarer före fullmäktige.",
        "sv",
        programme,
    )
    one = _comment(
        region, found, asked + timedelta(14), 0, "must", "Skriv inom vilken tid bedömningen inleds."
    )
    _mark(region, found, asked + timedelta(14), (("partly", "Tiden saknas."), ("yes", ""), ("yes", "")))
    _answer(region, found, asked + timedelta(15), "Utkastet är bra. En sak måste läggas till.")
    _changes(asker, one, asked + timedelta(25), "Tiden står nu i första stycket.")
    _settles(region, one, asked + timedelta(30))


def _closed(asker: Viewer, region: Viewer, day: date) -> None:
    asked = day - timedelta(30)
    found = _ask(asker, region, asked, "Korvauksen hakuaika", "Mihin mennessä korvausta haetaan?")
    with working(asker, asked + timedelta(3)) as there:
        reason = "Vastaus löytyi kysymyksistä ja vastauksista."
        guidance.close(found.pk, reason, actor=there, expected_version=found.version)


def _reviewed(region: Viewer, day: date) -> None:
    """Of an approved programme in the region, if there is one."""
    with working(region, day) as there:
        asked = Guidance.objects.exclude(programme=None).values("programme")
        rows = MunicipalProgramme.objects.filter(state=MunicipalState.APPROVED, days__contains=day)
        led = rows.exclude(pk__in=asked).select_related("organisation").order_by("pk")[:200]
        guided = (one for one in led if there.organisation_id in regions_for(one.organisation, there))
        found = next(guided, None)
    if found is None:
        return
    asker = leader_of(region, found.organisation.area_code)
    made = _ask(
        asker,
        region,
        day - timedelta(9),
        "Voimassa olevan ohjelman tarkistus",
        "Tarkistamme ohjelman ensi vuonna. Mitä lain muutoksista pitää ottaa huomioon?",
        programme=found,
        kind="review",
    )
    with working(region, day - timedelta(2)) as there:
        guidance_work.take(made.pk, actor=there)


def _again(asker: Viewer, region: Viewer, day: date) -> None:
    """Answered once, then sent again."""
    asked = day - timedelta(50)
    programme = _draft(asker, asked, "sv")
    found = _ask(
        asker,
        region,
        asked,
        "Gemensamt utkast",
        "Är servicehelheten beskriven som lagen kräver?",
        "sv",
        programme,
    )
    _comment(
        region, found, asked + timedelta(10), 0, "better", "Beskriv också vägledningen under programmet."
    )
    _answer(
        region, found, asked + timedelta(12), "Ett bra första utkast. Skicka det igen när texten är klar."
    )
    with working(asker, day - timedelta(2)) as there:
        version = Guidance.objects.get(pk=found.pk).version
        guidance.ask_again(
            found.pk,
            "Vi har skrivit om det första avsnittet och ber om nya kommentarer." + INVENTED_SV,
            rules.proposed_day(there.day),
            actor=there,
            expected_version=version,
        )


# Letters -------------------------------------------------------------------------------------------------------------


def _letters(actor_of: ActorOf, region: Viewer, day: date) -> None:
    to = [f"kunta-{code}" for code in ("092", ESPOO, KERAVA, TUUSULA, PORVOO, RASEBORG)] + ["tyo-43"]
    first = _sent(
        region, "Palvelukokonaisuus ohjelmassa: ohje kunnille", LETTER, "fi", to, day - timedelta(16)
    )
    _reads(actor_of(CITY), first, day - timedelta(15), acknowledges=True)
    _reads(actor_of(AREA), first, day - timedelta(14), acknowledges=True)
    _reads(actor_of(MEDIA), first, day - timedelta(12))
    swedish = [f"kunta-{code}" for code in ("092", PORVOO, RASEBORG)]
    second = _sent(
        region, "Service på svenska: brev till kommunerna", LETTER_SV, "sv", swedish, day - timedelta(3)
    )
    _reads(actor_of(MEDIA), second, day - timedelta(2))


def _sent(region: Viewer, title: str, body: str, language: str, to: list[str], on: date) -> int:
    ids = tuple(Organisation.objects.filter(code__in=to).order_by("pk").values_list("pk", flat=True))
    with working(region, on) as there:
        content = BulletinContent(
            title=title, body=body, language=language, organisations=ids, acknowledge=True, guidance=True
        )
        made = bulletins.draft(content, actor=there)
        bulletins.send(made.pk, actor=there, expected_version=made.version)
    with working(Viewer.for_system("cooperation.tell", on), on) as there:
        told.tell_of_bulletin(made.pk, actor=there)
    return made.pk


def _reads(reader: Viewer, bulletin_id: int, on: date, *, acknowledges: bool = False) -> None:
    with working(reader, on) as there:
        bulletins.open_bulletin(bulletin_id, actor=there)
        if acknowledges:
            bulletins.acknowledge(bulletin_id, actor=there)
