"""Bodies of cooperation of the demo world: a commission that was, a cooperation group, a regional ETNO, a town's board.

All people are invented, and the texts say so.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, User
from kotopolku.actors.signin import entry_of_user
from kotopolku.cooperation.actions import bodies, body_succession, seats
from kotopolku.cooperation.models import Body, BodySeat, SeatHolder
from kotopolku.cooperation.rules_bodies import BodyContent, HolderContent, SeatContent, TermContent
from kotopolku.demo.scenes import ActorOf

ELY, REGION, TOWN = "ely.uusimaa", "evk.uusimaa", "kunta.vantaa"
ETNO_NAME = "Etelä-Suomen alueellinen etnisten suhteiden neuvottelukunta"
INVENTED_FI, INVENTED_SV = "Keksitty esimerkki.", "Ett påhittat exempel."


@dataclass(frozen=True)
class Sits:
    """A seat and who sits on it. ``whose``: the code of an organisation, or in words whom the seat represents."""

    role: str
    sector: str
    whose: str
    member: str = ""
    title: str = ""
    deputy: str = ""
    username: str = ""
    """The persona who sits, if one does."""


COMMISSION = (
    Sits("chair", "state-regional", "ely-01", "Linnea Modell", "maahanmuuttopäällikkö"),
    Sits("vice", "municipality", "kunta-092", "Tuuli Malli", "kotoutumisen asiantuntija", "Risto Keksitty"),
    Sits("member", "municipality", "kunta-049", "Petra Oletus", "kehittämispäällikkö", "Janne Hahmo"),
    Sits("member", "municipality", "kunta-091", "Mika Kuvitelma", "erityissuunnittelija", "Sari Näyte"),
    Sits("member", "employment-authority", "te-01", "Riikka Esimerkki", "asiantuntija", "Olli Testinen"),
    Sits("member", "regional-council", "Uudenmaan liitto", "Heidi Harjoitus", "asiantuntija", "Timo Malli"),
    Sits("member", "police", "Poliisilaitos", "Kari Esimerkki", "komisario", "Anu Keksitty"),
    Sits("member", "association", "Näyteyhdistys ry", "Amina Aatteellinen", "toiminnanjohtaja", "Ali Hahmo"),
    Sits("member", "immigrants", "Maahanmuuttajayhdistykset", "Yusuf Näyte", "", "Olena Oletus"),
    Sits("secretary", "state-regional", "ely-01", "Ella Testinen", "suunnittelija"),
)
GROUP = (
    Sits(
        "chair", "state-regional", "evk-01", "Sami Kuvitelma", "maahanmuuttopäällikkö", username="evk.uusimaa"
    ),
    Sits(
        "vice",
        "municipality",
        "kunta-092",
        "Tuuli Malli",
        "kotoutumisen asiantuntija",
        "Risto Keksitty",
        "kunta.vantaa",
    ),
    Sits("member", "municipality", "kunta-049", "Petra Oletus", "kehittämispäällikkö", "Janne Hahmo"),
    Sits("member", "municipality", "kunta-091", "Mika Kuvitelma", "erityissuunnittelija", "Sari Näyte"),
    Sits(
        "member",
        "employment-authority",
        "tyo-43",
        "Eero Näyte",
        "asiantuntija",
        "Helmi Kilpailu",
        "tyo.vantaa",
    ),
    Sits("member", "wellbeing", "hva-04", "Hilla Hahmo", "erityissuunnittelija", "Veera Malli", "hva.vantaa"),
    Sits("member", "police", "Poliisilaitos", "Kari Esimerkki", "komisario", "Anu Keksitty"),
    Sits("member", "reception", "Vastaanottokeskus", "Jari Harjoitus", "johtaja", "Minna Testinen"),
    Sits("member", "business", "Alueen yrittäjät", "Laura Oletus", "yrittäjä", "Sanna Kuvitelma"),
    Sits(
        "member",
        "association",
        "yhd-nayteyhdistys-ry",
        "Amina Aatteellinen",
        "toiminnanjohtaja",
        "Ali Hahmo",
        "yhdistys",
    ),
    Sits("member", "education", "koul-esimerkkiopisto", "Aino Opettava", "koulutussihteeri", "", "koulutus"),
    Sits("member", "union", "Palkansaajajärjestöt"),
    Sits("secretary", "state-regional", "evk-01", "Ella Testinen", "suunnittelija"),
)
ETNO = (
    Sits(
        "chair", "state-regional", "evk-01", "Sami Kuvitelma", "maahanmuuttopäällikkö", username="evk.uusimaa"
    ),
    Sits("vice", "immigrants", "Maahanmuuttajayhdistykset", "Yusuf Näyte", "", "Olena Oletus"),
    Sits("member", "immigrants", "Naisten yhdistys", "Fatima Esimerkki", "puheenjohtaja", "Lan Hahmo"),
    Sits("member", "congregation", "Seurakuntayhtymä", "Eeva Malli", "pappi", "Omar Testinen"),
    Sits("member", "municipality", "kunta-049", "Petra Oletus", "kehittämispäällikkö", "Janne Hahmo"),
    Sits("secretary", "state-regional", "evk-01", "Ella Testinen", "suunnittelija"),
)
ETNO_BEFORE = (
    Sits("chair", "state-regional", "ely-01", "Linnea Modell", "maahanmuuttopäällikkö"),
    *ETNO[1:5],
    Sits("secretary", "state-regional", "ely-01", "Ella Testinen", "suunnittelija"),
)
BOARD = (
    Sits("chair", "municipality", "kunta-092", "Veikko Keksitty", "kaupunginvaltuutettu", "Leena Näyte"),
    Sits("vice", "immigrants", "Somaliankieliset yhdistykset", "Ahmed Oletus", "", "Hodan Malli"),
    Sits("member", "immigrants", "Venäjänkieliset yhdistykset", "Irina Hahmo", "", "Pavel Harjoitus"),
    Sits("member", "immigrants", "Arabiankieliset yhdistykset", "Noor Testinen", "", "Samir Kuvitelma"),
    Sits("member", "congregation", "Seurakunnat", "Eeva Malli", "pappi"),
    Sits("member", "immigrants", "Vironkieliset yhdistykset"),
    Sits("secretary", "municipality", "kunta-092", "Tuuli Malli", "kotoutumisen asiantuntija", "", TOWN),
)
WORKING = (
    Sits("chair", "municipality", "kunta-092", "Tuuli Malli", "kotoutumisen asiantuntija", "", TOWN),
    Sits("member", "wellbeing", "hva-04", "Hilla Hahmo", "erityissuunnittelija", "", "hva.vantaa"),
    Sits("member", "association", "yhd-nayteyhdistys-ry", "Amina Aatteellinen", "", "", "yhdistys"),
)


def play(actor_of: ActorOf, day: date) -> None:
    _commission()
    group = _group(day)
    _etno()
    _town(day)
    member = SeatHolder.objects.get(
        seat__term_id=group, user__username=TOWN, seat__role="vice", part="member"
    )
    with at_work(TOWN, day - timedelta(days=3)) as there:
        seats.declare(
            member.pk,
            "Esimerkkiopiston johtokunnan jäsen.",
            none=False,
            actor=there,
            expected_version=member.seat.version,
        )


@contextmanager
def at_work(username: str, day: date) -> Iterator[Viewer]:
    """A persona at work on a day of its own; the authority may be no more."""
    rowsecurity.apply(Viewer.for_system("demo", day))
    viewer = entry_of_user(User.objects.get(username=username), day=day).viewer
    with clock.at(day):
        rowsecurity.apply(viewer)
        yield viewer


def _founded(
    username: str, on: date, kind: str, names: tuple[str, str, str], purpose: tuple[str, str]
) -> int:
    with at_work(username, on) as there:
        content = BodyContent(
            kind=kind,
            name_fi=names[0],
            name_sv=names[1],
            name_en=names[2],
            purpose_fi=f"{purpose[0]} {INVENTED_FI}",
            purpose_sv=f"{purpose[1]} {INVENTED_SV}",
            founded_on=on,
        )
        return bodies.found(content, actor=there).pk


def _appointed(
    username: str, body_id: int, days: tuple[date, date], decision: str, sitting: Sequence[Sits], on: date
) -> int:
    """A term with its seats and people, decided on ``on``; returns the term."""
    with at_work(username, on) as there:
        term = bodies.appoint(body_id, TermContent(*days, on, decision), actor=there)
        for place, one in enumerate(sitting):
            organisation = Organisation.objects.filter(code=one.whose).first()
            seat = seats.add(
                term.pk,
                SeatContent(
                    one.role,
                    one.sector,
                    organisation.pk if organisation else None,
                    "" if organisation else one.whose,
                    place,
                ),
                actor=there,
            )
            email = f"{one.username}@example.invalid" if one.username else ""
            if one.member:
                _named(seat, HolderContent("member", one.member, *days, one.title, email, decision), there)
            if one.deputy:
                _named(seat, HolderContent("deputy", one.deputy, *days, decision=decision), there)
    return term.pk


def _named(seat: BodySeat, content: HolderContent, there: Viewer) -> None:
    version = BodySeat.objects.get(pk=seat.pk).version
    seats.name(seat.pk, content, actor=there, expected_version=version)


def _commission() -> None:
    body = _founded(
        ELY,
        date(2018, 11, 26),
        "commission",
        (
            "Uudenmaan alueellinen maahanmuuttoasiain toimikunta",
            "Regionala kommissionen för invandrarfrågor i Nyland",
            "Regional commission for immigration affairs in Uusimaa",
        ),
        (
            "Sovittaa yhteen viranomaisten ja järjestöjen työtä maahanmuuttoasioissa.",
            "Samordnar myndigheternas och organisationernas arbete i invandrarfrågor.",
        ),
    )
    first = (date(2019, 1, 1), date(2021, 12, 31))
    _appointed(ELY, body, first, "UUDELY/1201/2018", COMMISSION, date(2018, 12, 3))
    second = (date(2022, 1, 1), date(2024, 12, 31))
    term = _appointed(ELY, body, second, "UUDELY/1340/2021", COMMISSION, date(2021, 12, 1))
    seat = BodySeat.objects.get(term_id=term, sector="police")
    with at_work(ELY, date(2023, 4, 24)) as there:
        change = HolderContent(
            "member",
            "Tiina Oletus",
            date(2023, 5, 1),
            second[1],
            "ylikomisario",
            decision="UUDELY/410/2023",
            reason="Siirtyi toisiin tehtäviin.",
        )
        _named(seat, change, there)
    with at_work(ELY, date(2024, 12, 9)) as there:
        bodies.end(body, second[1], actor=there, expected_version=1)


def _group(day: date) -> int:
    body = _founded(
        REGION,
        date(2026, 1, 12),
        "group",
        (
            "Uudenmaan maahanmuuton ja kotoutumisen edistämisen yhteistyöryhmä",
            "Regionala samarbetsgruppen för invandring och integrationsfrämjande i Nyland",
            "Regional cooperation group of Uusimaa",
        ),
        (
            "Seuraa kotoutumista alueella, sovittaa yhteen toimenpiteitä ja antaa kannanottoja.",
            "Följer integrationen i regionen, samordnar åtgärder och tar ställning.",
        ),
    )
    days = (date(2026, 2, 1), date(2030, 1, 31))
    term = _appointed(REGION, body, days, "UUDEVK/88/2026", GROUP, date(2026, 1, 19))
    with at_work(REGION, day) as there:
        seat = BodySeat.objects.get(term_id=term, sector="reception")
        leaver = SeatHolder.objects.get(seat=seat, part="member")
        last = max(day - timedelta(days=20), days[0])
        seats.leave(
            leaver.pk, last, "Vastaanottokeskus suljettiin.", actor=there, expected_version=seat.version
        )
    return term


def _etno() -> None:
    body = _founded(
        ELY,
        date(2022, 2, 7),
        "etno",
        (
            ETNO_NAME,
            "Regionala delegationen för etniska relationer i södra Finland",
            "Regional Advisory Board for Ethnic Relations in southern Finland",
        ),
        (
            "Edistää vuoropuhelua ja hyviä väestösuhteita alueella.",
            "Främjar dialog och goda befolkningsrelationer i regionen.",
        ),
    )
    days = (date(2022, 3, 1), date(2026, 2, 28))
    _appointed(ELY, body, days, "UUDELY/204/2022", ETNO_BEFORE, date(2022, 2, 14))


def etno_goes_on() -> None:
    """The authority that follows the ELY Centre takes the board over and appoints it for its next term."""
    with at_work(REGION, date(2026, 1, 12)) as there:
        body = Body.objects.get(name_fi=ETNO_NAME)
        reason = f"ELY-keskuksen tehtävät siirtyivät elinvoimakeskukselle. {INVENTED_FI}"
        body_succession.take_over(body.pk, reason, actor=there, expected_version=body.version)
    days = (date(2026, 3, 1), date(2030, 2, 28))
    _appointed(REGION, body.pk, days, "UUDEVK/131/2026", ETNO, date(2026, 2, 16))


def _town(day: date) -> None:
    body = _founded(
        TOWN,
        date(2021, 8, 2),
        "board",
        (
            "Vantaan monikulttuurisuusasiain neuvottelukunta",
            "Vanda delegation för mångkulturella frågor",
            "Advisory board for multicultural affairs in Vantaa",
        ),
        (
            "Antaa kaupungille lausuntoja palveluista ja edistää osallisuutta.",
            "Ger staden utlåtanden om service och främjar delaktighet.",
        ),
    )
    before, now = (date(2021, 9, 1), date(2025, 8, 31)), (date(2025, 9, 1), date(2029, 8, 31))
    _appointed(TOWN, body, before, "VD/5120/2021", BOARD[:5], date(2021, 8, 23))
    _appointed(TOWN, body, now, "VD/6044/2025", BOARD, date(2025, 8, 18))
    group = _founded(
        TOWN,
        date(2025, 3, 3),
        "working",
        ("Kielikahvilatyöryhmä", "Arbetsgruppen för språkcaféer", "Working group on language cafés"),
        (
            "Sovittaa yhteen kielikahviloiden aikoja ja paikkoja.",
            "Samordnar språkcaféernas tider och platser.",
        ),
    )
    days = (date(2025, 3, 10), day + timedelta(days=60))
    _appointed(TOWN, group, days, "VD/1410/2025", WORKING, date(2025, 3, 3))
