"""Meetings of the demo world's bodies over two years: presence, votes, decisions, tasks, signed and published minutes.

What was held is written as rows of those days, for nobody calls a meeting of last year any more; its minutes are checked,
signed and published through their acts. One coming meeting is called. All of it is invented, and the texts say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.cooperation.actions import agenda, meeting_calls, meetings, minutes
from kotopolku.cooperation.meeting_rules import ItemContent, MeetingContent, quorum_needed
from kotopolku.cooperation.models import (
    AgendaItem,
    Ballot,
    Body,
    BodySeat,
    BodyTerm,
    Meeting,
    MeetingCall,
    MeetingTask,
    Minutes,
    Presence,
    Recusal,
    SeatHolder,
    Vote,
)
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.bodies import ETNO_NAME, at_work, etno_goes_on

ELY, REGION, TOWN = "ely.uusimaa", "evk.uusimaa", "kunta.vantaa"
VOTING = ("chair", "vice", "member")
SECRECY = "621/1999 § 24"


@dataclass(frozen=True)
class Topic:
    """What a meeting dealt with, in Finnish and Swedish: title, discussion, decision; by vote when there is a question."""

    title: tuple[str, str]
    said: tuple[str, str]
    decided: tuple[str, str]
    task: tuple[str, str] = ("", "")
    question: tuple[str, str] = ("", "")
    secret: bool = False


TOPICS = (
    Topic(
        ("Kielikoulutuksen jonot", "Köerna till språkutbildningen"),
        (
            "Jonot ovat lyhentyneet, mutta iltaryhmiä on liian vähän. Työssä käyvät eivät pääse päiväryhmiin.",
            "Köerna har blivit kortare, men kvällsgrupperna är för få. De som arbetar kan inte gå i daggrupper.",
        ),
        (
            "Esitetään koulutuksen järjestäjille, että iltaryhmiä lisätään keväällä.",
            "Utbildningsanordnarna föreslås ordna fler kvällsgrupper på våren.",
        ),
        ("Kootaan tiedot jonoista seuraavaan kokoukseen", "Uppgifter om köerna samlas till nästa möte"),
    ),
    Topic(
        ("Kuntapaikkojen tilanne", "Läget med kommunplatserna"),
        (
            "Kunnat kertoivat paikoista ja asunnoista. Suurille perheille on vaikea löytää asuntoa.",
            "Kommunerna berättade om platser och bostäder. Det är svårt att hitta bostäder för stora familjer.",
        ),
        ("Merkittiin tiedoksi.", "Antecknades för kännedom."),
    ),
    Topic(
        ("Neuvonnan yhteinen malli", "En gemensam modell för rådgivningen"),
        (
            "Malli sai kannatusta. Osa jäsenistä piti aikataulua liian tiukkana.",
            "Modellen fick stöd. En del av ledamöterna ansåg att tidtabellen var för stram.",
        ),
        ("Malli otetaan kokeiluun vuoden alusta.", "Modellen prövas från årets början."),
        ("Sovitaan kokeilun kunnat", "Kommunerna som deltar i försöket bestäms"),
        ("Otetaanko malli kokeiluun vuoden alusta?", "Ska modellen prövas från årets början?"),
    ),
    Topic(
        ("Kotona lapsia hoitavien tavoittaminen", "Att nå dem som vårdar barn hemma"),
        (
            "Järjestöjen avoimet ryhmät tavoittavat heidät parhaiten. Lastenhoito ryhmän aikana on tarpeen.",
            "Organisationernas öppna grupper når dem bäst. Det behövs barnpassning under gruppen.",
        ),
        (
            "Kootaan hyvät käytännöt yhteiseen aineistoon.",
            "God praxis samlas i ett gemensamt material.",
        ),
        ("Kootaan aineisto ja pyydetään siitä palaute", "Materialet samlas och respons begärs"),
    ),
    Topic(
        ("Hyvien väestösuhteiden viikko", "Veckan för goda befolkningsrelationer"),
        (
            "Ohjelmaan tuli esityksiä kouluista, seurakunnista ja yhdistyksistä.",
            "Skolor, församlingar och föreningar föreslog programpunkter.",
        ),
        ("Hyväksyttiin viikon ohjelma.", "Veckans program godkändes."),
    ),
    Topic(
        ("Nuorten siirtymät opinnoista työhön", "De ungas övergång från studier till arbete"),
        (
            "Työpaikalla oppimisen paikkoja tarvitaan lisää. Yritykset toivovat yhtä yhteyshenkilöä.",
            "Det behövs fler platser för lärande i arbetet. Företagen önskar en enda kontaktperson.",
        ),
        (
            "Perustetaan pienryhmä valmistelemaan esitystä.",
            "En mindre grupp tillsätts för att bereda ett förslag.",
        ),
        ("Kutsutaan pienryhmä koolle", "Den mindre gruppen kallas samman"),
    ),
    Topic(
        ("Yksittäisen palvelutuottajan tilanne", "En enskild serviceproducents situation"),
        (
            "Käsiteltiin palvelutuottajan liikesalaisuuksia sisältävä selvitys.",
            "En utredning som innehåller serviceproducentens affärshemligheter behandlades.",
        ),
        ("Pyydetään lisäselvitys.", "En tilläggsutredning begärs."),
        secret=True,
    ),
)
OPENING = ("Kokouksen avaus ja päätösvaltaisuus", "Mötets öppnande och beslutförhet")
OPENED = (
    "Puheenjohtaja avasi kokouksen. *Keksitty esimerkki.*",
    "Ordföranden öppnade mötet. *Ett påhittat exempel.*",
)
PERMITS = ("Työlupalinjauksen luonnos", "Utkastet till riktlinjer för arbetstillstånd")
PERMITS_SAID = (
    (
        "Luonnos esiteltiin. Ravintola-alalla ja siivouksessa työvoimapula jatkuu. *Keksitty esimerkki.*",
        "Yhteistyöryhmä puoltaa luonnosta.",
    ),
    (
        "Utkastet presenterades. Bristen på arbetskraft fortsätter i restaurang- och städbranschen. *Ett påhittat exempel.*",
        "Samarbetsgruppen tillstyrker utkastet.",
    ),
)
CLOSING = ("Kokouksen päättäminen", "Mötets avslutande")
YES_NO = (["Kyllä", "Ei"], ["Ja", "Nej"])


@dataclass(frozen=True)
class Series:
    """Meetings of a body that were held. ``swedish``: every so many in Swedish."""

    body: str
    keeper: str
    days: tuple[date, ...]
    swedish: int
    permits: date | None = None
    """On which the body took a position on the draft of the work-permit guideline."""


ETNO_BEFORE = Series(
    ETNO_NAME,
    ELY,
    (date(2024, 9, 24), date(2025, 2, 18), date(2025, 5, 20), date(2025, 9, 23), date(2025, 12, 2)),
    2,
)
"""While the ELY Centre kept it."""
HELD = (
    Series(
        "Uudenmaan alueellinen maahanmuuttoasiain toimikunta",
        ELY,
        (
            date(2022, 10, 11),
            date(2023, 3, 14),
            date(2023, 6, 13),
            date(2023, 11, 14),
            date(2024, 3, 12),
            date(2024, 6, 11),
            date(2024, 10, 8),
        ),
        4,
    ),
    Series(
        "Uudenmaan maahanmuuton ja kotoutumisen edistämisen yhteistyöryhmä",
        REGION,
        (date(2026, 3, 10), date(2026, 5, 19), date(2026, 9, 8), date(2026, 11, 10)),
        3,
        date(2026, 9, 8),
    ),
    Series(
        ETNO_NAME,
        REGION,
        (date(2026, 3, 24), date(2026, 4, 28), date(2026, 6, 9), date(2026, 8, 25), date(2026, 10, 6)),
        2,
    ),
    Series(
        "Vantaan monikulttuurisuusasiain neuvottelukunta",
        TOWN,
        (
            date(2024, 9, 17),
            date(2024, 11, 19),
            date(2025, 2, 18),
            date(2025, 5, 20),
            date(2025, 9, 16),
            date(2025, 12, 9),
            date(2026, 2, 17),
            date(2026, 5, 12),
            date(2026, 9, 15),
        ),
        3,
    ),
)


def play(actor_of: ActorOf, day: date) -> None:
    _series(ETNO_BEFORE, day)
    etno_goes_on()
    for one in HELD:
        _series(one, day)
    _coming(actor_of, day)


def _series(series: Series, day: date) -> None:
    with rowsecurity.as_system():
        body = Body.objects.select_related("organisation").get(name_fi=series.body)
    for number, held_on in enumerate(one for one in series.days if one < day - timedelta(days=3)):
        swedish = number % series.swedish == series.swedish - 1
        meeting = _held(body, series, held_on, number, swedish, day)
        recent = held_on > day - timedelta(days=21)
        _minutes(meeting, series.keeper, held_on, publishes=not recent)


def _moment(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(on, time(hour, minute), clock.HELSINKI)


# What was held ----------------------------------------------------------------------------------------------------------


def _held(body: Body, series: Series, on: date, number: int, swedish: bool, today: date) -> Meeting:
    """A meeting with those called, who came, its items. ``number``: which in its body, so that each is different."""
    with at_work(series.keeper, on) as there, rowsecurity.as_system():
        term = BodyTerm.objects.get(body=body, days__contains=on)
        seats = list(BodySeat.objects.filter(term=term).prefetch_related("holders").order_by("order", "pk"))
        voting = [one for one in seats if one.role in VOTING]
        before = Meeting.objects.filter(body=body, year=on.year).count()
        meeting = Meeting.objects.create(
            body=body,
            organisation=body.organisation,
            term=term,
            year=on.year,
            number=before + 1,
            language="sv" if swedish else "fi",
            state="closed",
            starts_at=_moment(on, 13),
            ends_at=_moment(on, 15),
            place="Opastinsilta 12, Helsinki" if series.keeper != TOWN else "Asematie 7, Vantaa",
            link="https://kokous.example.fi/keksitty",
            called_at=_moment(on - timedelta(days=9), 10),
            opened_at=_moment(on, 13, 2),
            closed_at=_moment(on, 14, 40),
            quorum=quorum_needed(body.quorum, len(voting)),
            invented=True,
            made_by_id=there.user_id,
            made_at=_moment(on - timedelta(days=20), 9),
        )
        calls = _calls(meeting, seats, on, number)
        _items(meeting, calls, on, number, int(swedish), today)
        if on == series.permits:
            said, decided = PERMITS_SAID[int(swedish)]
            title = PERMITS[int(swedish)]
            _item(meeting, 5, title, on, (86, 94), "position", discussion=said, decision=decided)
    return meeting


def _calls(meeting: Meeting, seats: Sequence[BodySeat], on: date, number: int) -> list[MeetingCall]:
    """Calls of the day; one member in turn declines, and the deputy comes instead. Those who came."""
    members, pairs = [], []
    for place, seat in enumerate(seats):
        sitting = {one.part: one for one in seat.holders.all() if on in one.days}
        member = sitting.get("member")
        if member is None:
            continue
        away = seat.role == "member" and place % 5 == number % 5
        part = "member" if seat.role in VOTING else seat.role
        call = _call(meeting, seat, member, part, "no" if away else "yes")
        members.append(call)
        pairs.append((call, sitting.get("deputy") if away else None, away))
    MeetingCall.objects.bulk_create(members)
    deputies = {
        call.pk: _call(meeting, call.seat, deputy, "deputy", "yes", call)
        for call, deputy, _away in pairs
        if deputy is not None
    }
    MeetingCall.objects.bulk_create(deputies.values())
    came = [
        deputies[call.pk] if away else call
        for call, _deputy, away in pairs
        if not away or call.pk in deputies
    ]
    leaves = len(came) > 6 and number % 2 == 0
    Presence.objects.bulk_create(
        Presence(
            call=one,
            came_at=_moment(on, 12, 55),
            left_at=_moment(on, 14, 5) if leaves and one is came[-2] else meeting.closed_at,
            remote=place % 4 == 3,
        )
        for place, one in enumerate(came)
    )
    called = [*members, *deputies.values()]
    meeting.readers = sorted({one.user_id for one in called if one.user_id is not None})
    meeting.save(update_fields=["readers"])
    return came


def _call(
    meeting: Meeting,
    seat: BodySeat | None,
    holder: SeatHolder,
    part: str,
    answer: str,
    instead_of: MeetingCall | None = None,
) -> MeetingCall:
    return MeetingCall(
        meeting=meeting,
        seat=seat,
        holder=holder,
        part=part,
        name=holder.name,
        user_id=holder.user_id,
        answer=answer,
        instead_of=instead_of,
        told_at=meeting.called_at,
    )


def _items(
    meeting: Meeting, came: Sequence[MeetingCall], on: date, number: int, lang: int, today: date
) -> None:
    _item(meeting, 0, OPENING[lang], on, (2, 8), kind="formal", discussion=OPENED[lang])
    for place in range(3):
        topic = TOPICS[(number * 3 + place) % len(TOPICS)]
        item = _item(
            meeting,
            place + 1,
            topic.title[lang],
            on,
            (10 + place * 25, 34 + place * 25),
            discussion=topic.said[lang],
            decision=topic.decided[lang],
            access="secret" if topic.secret else "public",
            access_reason=SECRECY if topic.secret else "",
        )
        deciding = [one for one in came if one.seat and one.seat.role in VOTING]
        if topic.question[lang]:
            _vote(item, topic.question[lang], YES_NO[lang], deciding, number)
        if topic.task[lang]:
            _task(item, topic.task[lang], deciding[number % len(deciding)], on, today)
        if topic.secret and len(deciding) > 5:
            reason = ("Työskentelee palvelutuottajalla.", "Arbetar hos serviceproducenten.")[lang]
            Recusal.objects.create(item=item, call=deciding[-1], reason=reason, at=_moment(on, 13, 30))
    _item(meeting, 9, CLOSING[lang], on, (96, 100), kind="formal")


def _item(
    meeting: Meeting,
    order: int,
    title: str,
    on: date,
    minutes_after: tuple[int, int],
    kind: str = "decision",
    **said: str,
) -> AgendaItem:
    """``minutes_after`` one o'clock: when it was taken up and closed."""
    start = _moment(on, 13)
    first, last = (start + timedelta(minutes=one) for one in minutes_after)
    return AgendaItem.objects.create(
        meeting=meeting,
        order=order,
        kind=kind,
        state="done",
        title=title,
        opened_at=first,
        closed_at=min(last, meeting.closed_at or last),
        **said,
    )


def _vote(
    item: AgendaItem, question: str, options: list[str], deciding: Sequence[MeetingCall], number: int
) -> None:
    at = item.closed_at or item.meeting.starts_at
    stayed = Presence.objects.filter(call__in=deciding, left_at__gt=at).values_list("call_id", flat=True)
    there = [one for one in deciding if one.pk in set(stayed)]
    against = {one.pk for one in there[1 : 2 + number % 2]}
    vote = Vote.objects.create(
        item=item,
        question=question,
        options=options,
        state="closed",
        opened_at=at - timedelta(minutes=4),
        closed_at=at - timedelta(minutes=1),
        present=len(there),
        result=options[0],
    )
    Ballot.objects.bulk_create(
        Ballot(
            vote=vote,
            call=one,
            seat_id=one.seat_id or 0,
            option=None if one is there[-1] else int(one.pk in against),
            cast_at=vote.opened_at,
            entered_by_id=one.user_id or item.meeting.made_by_id,
        )
        for one in there
    )


def _task(item: AgendaItem, words: str, owner: MeetingCall, on: date, today: date) -> None:
    """Tasks of the last months are open; those before them were done."""
    due = on + timedelta(days=45)
    done = due < today - timedelta(days=10)
    MeetingTask.objects.create(
        item=item,
        text=words,
        owner_name=owner.name,
        owner_id=owner.user_id,
        due=due,
        state="done" if done else "open",
        settled_on=due if done else None,
        reminded_at=_moment(due, 7) if done else None,
    )


# Minutes ----------------------------------------------------------------------------------------------------------------


def _minutes(meeting: Meeting, keeper: str, held_on: date, *, publishes: bool) -> None:
    """Checked by two who sign on paper, and published; the latest waits for the signature of somebody who signs in here."""
    checks_on = held_on + timedelta(days=5)
    with at_work(keeper, checks_on) as there:
        rows = MeetingCall.objects.filter(meeting=meeting, presence__isnull=False, seat__role__in=VOTING)
        chosen = sorted(rows.order_by("pk"), key=lambda one: (one.user_id is not None, one.pk))[:2]
        if not publishes:
            own = rows.filter(user__username=TOWN).first()
            chosen = [*([own] if own else []), *[one for one in chosen if one != own]][:2]
        found = minutes.send_to_check(meeting.pk, [one.pk for one in chosen], actor=there, expected_version=1)
        for one in chosen:
            if one.user_id is None:
                minutes.sign(meeting.pk, found.digest, actor=there, call_id=one.pk)
    if not publishes or any(one.user_id for one in chosen):
        return
    with at_work(keeper, held_on + timedelta(days=9)) as there:
        readers = meeting.readers
        with rowsecurity.as_system():
            # What was published long ago is nobody's news today.
            Meeting.objects.filter(pk=meeting.pk).update(readers=[])
        version = Minutes.objects.get(meeting=meeting).version
        minutes.publish(meeting.pk, actor=there, expected_version=version)
        with rowsecurity.as_system():
            Meeting.objects.filter(pk=meeting.pk).update(readers=readers)


# The coming meeting -------------------------------------------------------------------------------------------------------


def _coming(actor_of: ActorOf, day: date) -> None:
    """The cooperation group is called for a day in two weeks; some have answered, one declines."""
    on = day + timedelta(days=15)
    while on.weekday() > 3:
        on += timedelta(days=1)
    actor = actor_of(REGION)
    with rowsecurity.as_system():
        body = Body.objects.get(name_fi=HELD[1].body)
    planned = meetings.plan(
        body.pk,
        MeetingContent(
            starts_at=_moment(on, 13),
            ends_at=_moment(on, 15),
            title="Vuoden viimeinen kokous",
            place="Opastinsilta 12, Helsinki",
            link="https://kokous.example.fi/keksitty",
        ),
        actor=actor,
        invented=True,
    )
    for title, text, proposal, kind in (
        (
            "Kielikoulutuksen jonot: tilanne",
            "Jonojen tiedot on koottu edellisen kokouksen jälkeen. *Keksitty esimerkki.*",
            "",
            "talk",
        ),
        (
            "Työlupalinjauksen päivitys",
            "Luonnos uudeksi työlupalinjaukseksi esitellään. *Keksitty esimerkki.*",
            "Yhteistyöryhmä puoltaa luonnosta.",
            "position",
        ),
        (
            "Vuoden 2027 kokoukset",
            "Ehdotus kokouspäiviksi. *Keksitty esimerkki.*",
            "Hyväksytään päivät.",
            "decision",
        ),
    ):
        agenda.add(
            planned.pk,
            ItemContent(title=title, kind=kind, text=text, proposal=proposal, minutes_planned=25),
            actor=actor,
        )
    meeting_calls.send(planned.pk, actor=actor)
    answers = {
        TOWN: ("yes", ""),
        "hva.vantaa": ("remote", ""),
        "tyo.vantaa": ("no", "Koulutus samana päivänä."),
    }
    for username, (said, why) in answers.items():
        meeting_calls.answer(planned.pk, said, why, actor=actor_of(username))
