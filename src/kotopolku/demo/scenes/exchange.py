"""The exchange in the demo: a file half-way in with rows to mend, facts of the registers beside a client's own, messages
that have gone to the national client system and one that waits for a person.
"""

from collections.abc import Callable, Iterable
from datetime import date

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Responsibility
from kotopolku.exchange import actions
from kotopolku.exchange.adapters import PERMITS, POPULATION, Receipt
from kotopolku.exchange.fakes import FakePermits, FakePopulation

FILE = """Sukunimi;Etunimet;Syntymäaika;Äidinkieli;Asiointikieli;Kansalaisuus;Kunta;Asiakkuus alkoi;Puhelin
Esimerkinen;Nadia;3.5.1991;arabia;arabia;Syyria;Vantaa;{day};+358 40 0000001
Mallikas;Oleh;17.1.1988;ukraina;ukraina;Ukraina;Vantaa;{day};+358 40 0000002
Näytteinen;Faduma;30.2.1995;somali;somali;Somalia;Vantaa;{day};
Keksitty;Juan;9.9.1979;espanja;espanja;Kolumbia;Atlantis;{day};
Kaavanen;=1+1;1.12.1983;persia;persia;Iran;Vantaa;{day};
"""
FETCHED = 2
IN_LINE = 12


def play(actor_of: Callable[[str], Viewer], day: date) -> None:
    """A few lively things for Vantaa, in the name of its team leader."""
    leader = actor_of("kunta.vantaa")
    rowsecurity.apply(leader)
    content = FILE.format(day=f"{day.day}.{day.month}.{day.year}").encode("windows-1252")
    run = actions.receive_file("vastaanottopalvelun-asiakkaat.csv", content, actor=leader)
    actions.check_file(run.pk, run.columns, actor=leader)
    own = Responsibility.objects.filter(
        authority_id=leader.organisation_id, days__contains=day, ended_on=None
    ).select_related("relationship__person")
    _ask_registers(leader, own.exclude(relationship__person__identity_code=None).order_by("id")[:FETCHED])
    _send(leader)


def _ask_registers(leader: Viewer, rows: Iterable[Responsibility]) -> None:
    for row in rows:
        code = row.relationship.person.identity_code or ""
        answer = FakePopulation().ask(code)
        if answer is not None and not answer.non_disclosure:
            actions.store_answer(row.relationship_id, POPULATION, answer, actor=leader)
        actions.store_answer(row.relationship_id, PERMITS, FakePermits().ask(code), actor=leader)


def _send(leader: Viewer) -> None:
    """Three messages: two accepted, one rejected; the rest go with the job."""
    actions.queue_changed(actor=leader, limit=IN_LINE)
    answers = (Receipt(True, "DEMO-1"), Receipt(True, "DEMO-2"), Receipt(False, "henkilötunnus puuttuu"))
    for answer in answers:
        taken = actions.claim(actor=leader)
        if taken is not None:
            actions.settle(taken[0], answer, "", actor=leader)
