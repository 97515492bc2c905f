"""Positions of the demo world, one in each state, in Finnish and Swedish. Every text is invented.

Not for: the one on the work-permit guideline (``work_permits.py``).
"""

from dataclasses import replace
from datetime import date, timedelta

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.cooperation import access_positions
from kotopolku.cooperation.actions import position_sending, positions
from kotopolku.cooperation.models import Body, Position, PositionReceiver
from kotopolku.cooperation.position_rules import Adoption, Phenomenon, Sending, Wording
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at, working
from kotopolku.demo.scenes.meetings import TOPICS

REGION, LEADER, WORKER, COUNTY, ASSOCIATION = (
    "evk.uusimaa",
    "kunta.vantaa",
    "tyo.vantaa",
    "hva.vantaa",
    "yhdistys",
)
GROUP = "Uudenmaan maahanmuuton ja kotoutumisen edistämisen yhteistyöryhmä"
INVENTED, INVENTED_SV = "*Keksitty esimerkkiteksti.*", "*Påhittad exempeltext.*"

QUEUES = f"""Yhteistyöryhmä pitää tärkeänä, että aikuinen pääsee kielikoulutukseen **neljän viikon** kuluessa
kotoutumissuunnitelman laatimisesta.

## Mitä on tehtävä

- Työvoimaviranomainen varaa aloituspaikkoja myös kevään ja kesän tulijoille.
- Kunta kertoo hyvinvointialueelle, ketkä odottavat kotona lasten kanssa.
- Elinvoimakeskus seuraa odotusaikoja kunnittain neljännesvuosittain.

{INVENTED}"""
HOUSING = f"""Kuntaan muuttava perhe odottaa asuntoa liian kauan. Yhteistyöryhmä esittää, että

- asuntotarjous tehdään jo vastaanottokeskuksessa
- vuokravakuudesta voi sopia yhdellä käynnillä.

{INVENTED}"""
SWEDISH = f"""Samarbetsgruppen anser att rådgivning på svenska ska finnas i varje kommun i regionen, också på distans.

- Rådgivarna delar en gemensam kalender.
- Blanketterna finns på svenska samma dag som på finska.

{INVENTED_SV}"""
LETTERS = f"""Kaupunki pitää maksuttomia aamun kielipajoja kirjastoissa tarpeellisina ja jatkaa niitä.

{INVENTED}"""


def play(actor_of: ActorOf, day: date) -> None:
    at(actor_of(REGION))
    group = Body.objects.get(name_fi=GROUP)
    _answered(actor_of, group, day)
    _commented(actor_of, group, day)
    _swedish(actor_of, group, day)
    _own(actor_of, day)
    _noticed(actor_of, group, day)


def told(by: Viewer, on: date, title: str, text: str, body: Body | None, *topics: str) -> int:
    with working(by, on) as there:
        content = Phenomenon(
            title, f"{text} {INVENTED}", on, body_id=body.pk if body else None, topics=topics
        )
        return positions.notice(content, actor=there, invented=True).pk


def written(by: Viewer, on: date, position_id: int, content: Wording) -> None:
    with working(by, on) as there:
        positions.write(position_id, content, actor=there, expected_version=_version(position_id))


def _version(position_id: int) -> int:
    return Position.objects.values_list("version", flat=True).get(pk=position_id)


def _opened(by: Viewer, on: date, position_id: int, until: date) -> None:
    with working(by, on) as there:
        positions.open_comments(position_id, until, actor=there, expected_version=_version(position_id))


def adopted(by: Viewer, on: date, position_id: int, how: str, items: tuple[str, ...] = ()) -> None:
    """In the newest meeting by the day that dealt with an item of one of the titles; without one as ``how`` says."""
    with working(by, on) as there:
        found = access_positions.own_position(there, position_id)
        held = access_positions.items(there, found).filter(
            title__in=items, meeting__starts_at__date__range=(found.noticed_on, on)
        )
        dealt_with = held.first()
        adoption = Adoption(dealt_with.pk) if dealt_with else Adoption(None, on, how)
        positions.adopt(position_id, adoption, actor=there, expected_version=found.version)


def _answered(actor_of: ActorOf, group: Body, day: date) -> None:
    """Adopted, sent to four, answered by one, one answer awaited soon."""
    region, leader = actor_of(REGION), actor_of(LEADER)
    first = day - timedelta(days=130)
    made = told(
        actor_of(WORKER),
        first,
        "Jonot aikuisten kielikoulutukseen",
        "Odotus kielikoulutukseen on kasvanut kesästä alkaen; keväällä tulleet odottavat syksyyn.",
        group,
        "language-training",
    )
    draft = Wording(
        "Kielikoulutukseen neljässä viikossa", QUEUES.replace("neljän viikon", "kahden kuukauden")
    )
    draft = replace(draft, body_id=group.pk, topics=("language-training",))
    written(region, first + timedelta(days=9), made, draft)
    _opened(region, first + timedelta(days=10), made, first + timedelta(days=24))
    with working(leader, first + timedelta(days=15)) as there:
        comment = positions.comment(made, "Kaksi kuukautta on liian pitkä aika.", actor=there)
    with working(region, first + timedelta(days=25)) as there:
        positions.respond(made, comment.pk, "Aika lyhennettiin neljään viikkoon.", actor=there)
    final = replace(draft, text=QUEUES, note="Aika lyhennettiin kommenttien perusteella.")
    written(region, first + timedelta(days=25), made, final)
    adopted(region, day - timedelta(days=40), made, "Sähköpostikokous.", TOPICS[0].title)
    with working(region, day - timedelta(days=38)) as there:
        codes = ("kunta-092", "hva-04", "tyo-43", "tem")
        chosen = tuple(
            Organisation.objects.filter(code__in=codes).order_by("pk").values_list("pk", flat=True)
        )
        sending = Sending(chosen, ("Kuvitteellinen säätiö",), day + timedelta(days=4))
        position_sending.send(made, sending, actor=there)
    county = actor_of(COUNTY)
    with working(county, day - timedelta(days=9)) as there:
        row = PositionReceiver.objects.get(position_id=made, organisation__code="hva-04")
        text = f"Hyvinvointialue antaa tiedot kotona olevista vanhemmista neljännesvuosittain.\n\n{INVENTED}"
        position_sending.answer(made, row.pk, text, there.day, actor=there, expected_version=row.version)


def _commented(actor_of: ActorOf, group: Body, day: date) -> None:
    """A draft on which everybody at work comments now; one comment waits for its answer."""
    region = actor_of(REGION)
    first = day - timedelta(days=12)
    made = told(
        actor_of(ASSOCIATION),
        first,
        "Perheet odottavat asuntoa vastaanottokeskuksessa",
        "Kuntapaikan saaneet perheet odottavat asuntoa jopa kolme kuukautta.",
        group,
        "housing",
    )
    content = Wording("Asunto heti kuntapaikan jälkeen", HOUSING, body_id=group.pk)
    written(region, first + timedelta(days=4), made, content)
    _opened(region, first + timedelta(days=5), made, day + timedelta(days=7))
    for who, text in (
        (LEADER, "Vuokravakuudesta päättää Kela: mainitaan se."),
        (COUNTY, "Lisätään terveystarkastuksen ajankohta."),
    ):
        with working(actor_of(who), day - timedelta(days=3)) as there:
            comment = positions.comment(made, text, actor=there)
    with working(region, day - timedelta(days=2)) as there:
        positions.respond(made, comment.pk, "Lisätään seuraavaan versioon.", actor=there)


def _swedish(actor_of: ActorOf, group: Body, day: date) -> None:
    """A draft in Swedish that nobody has commented yet, and an adopted one before it."""
    region = actor_of(REGION)
    first = day - timedelta(days=60)
    made = told(
        actor_of(LEADER),
        first,
        "Neuvontaa ruotsiksi on vain kolmessa kunnassa",
        "Etäneuvonta puuttuu.",
        group,
    )
    content = Wording("Rådgivning på svenska i varje kommun", SWEDISH, "sv", group.pk)
    written(region, first + timedelta(days=3), made, content)
    adopted(region, day - timedelta(days=30), made, "E-postmöte.")
    draft = told(
        region, day - timedelta(days=6), "Svenska blanketter försenas", "Blanketterna kom sent.", group
    )
    text = f"Samarbetsgruppen ber att blanketterna ges ut samtidigt på båda språken.\n\n{INVENTED_SV}"
    written(region, day - timedelta(days=5), draft, Wording("Blanketter på svenska", text, "sv", group.pk))


def _own(actor_of: ActorOf, day: date) -> None:
    """A town's own position, ready to be used as a statement."""
    leader = actor_of(LEADER)
    made = told(leader, day - timedelta(days=90), "Kielipajojen rahoitus päättyy", "Hanke päättyy.", None)
    written(leader, day - timedelta(days=85), made, Wording("Kielipajat jatkuvat kirjastoissa", LETTERS))
    adopted(leader, day - timedelta(days=80), made, "Apulaiskaupunginjohtaja hyväksyi.")


def _noticed(actor_of: ActorOf, group: Body, day: date) -> None:
    """One phenomenon that waits on the keeper's list, one that was given up."""
    told(
        actor_of(COUNTY),
        day - timedelta(days=2),
        "Tulkkien peruutukset ovat lisääntyneet",
        "Tulkkaukset peruuntuvat iltapäivisin useammin kuin ennen.",
        group,
    )
    made = told(
        actor_of(ASSOCIATION),
        day - timedelta(days=45),
        "Bussilinja kielikoululle lakkasi",
        "Opiskelijat kulkevat kilometrin jalan.",
        group,
    )
    with working(actor_of(REGION), day - timedelta(days=41)) as there:
        reason = "Asia kuuluu liikenteen järjestäjälle; se välitettiin sille."
        positions.drop(made, reason, actor=there, expected_version=_version(made))
