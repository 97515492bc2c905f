"""Municipal places of the demo world: eight municipalities' agreements, facts and places, and next year's question."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Seat, Viewer
from kotopolku.actors.models import Organisation
from kotopolku.demo.scenes import ActorOf
from kotopolku.placement import actions
from kotopolku.placement.facts import NewFacts
from kotopolku.placement.models import Group
from kotopolku.placement.rules import QUARTERS, AgreementContent, Decision, NewAnswer

PLACES = {"091": 90, "092": 70, "049": 60, "106": 30, "444": 25, "638": 22, "186": 16, "245": 14}
"""Persons agreed for the year, by municipality."""
READY = "Asunnot varataan vuokrayhtiöltä. Monialainen työryhmä sovittaa palvelut yhteen. Tulkit yhteishankinnasta."
MOST = ("ar", "ckb", "en", "es", "fa", "fr", "prs", "ps", "ru", "so", "sw", "ti", "tr", "uk")
FEW = ("ar", "en", "ru", "so", "uk")
FACTS = {
    "091": NewFacts(MOST, "here", "hard", note="Tulkit yhteishankinnasta, muut kielet etätulkkauksella."),
    "092": NewFacts(MOST[:-3], "here", "fair"),
    "049": NewFacts(("ar", "en", "fa", "ru", "so", "sw"), "here", "hard"),
    "106": NewFacts((*FEW, "fa"), "here", "good"),
    "444": NewFacts((*FEW, "sw"), "near", "good", ("public-transport",), "Länsirata ei vielä kulje."),
    "638": NewFacts((*FEW, "fa"), "here", "fair"),
    "186": NewFacts(FEW, "near", "fair"),
    "245": NewFacts(("ar", "ru", "so"), "near"),
}
"""What they have told of themselves; Porvoo's was told by the region, Kerava's is old."""
BY_REGION, OLD = "638", "245"
TEXT = "Kertokaa, kuinka monta kuntapaikkaa tarjoatte ensi vuodeksi. Vastaaminen on vapaaehtoista."


def play(actor_of: ActorOf, day: date) -> None:
    ministry, vantaa, region = (actor_of(name) for name in ("ministry", "kunta.vantaa", "evk.uusimaa"))
    year = day.year
    for code, persons in PLACES.items():
        municipality = vantaa if code == "092" else leader_of(region, code)
        _agreement(region, municipality, year)
        at(region)
        actions.agree_places(
            municipality.organisation_id or 0, year, _spread(persons), actor=region, expected_version=0
        )
    at(ministry)
    for ahead, target in ((0, 350), (1, 400)):
        actions.set_target(year + ahead, region.organisation_id or 0, target, actor=ministry)
    _question(region, day)
    _facts(region, vantaa, day)


def _agreement(region: Viewer, municipality: Viewer, year: int) -> None:
    """Signed by both; Helsinki has no county of its own to hear."""
    at(region)
    groups = tuple(group for group in Group.values if group != Group.MINOR)
    draft = AgreementContent(municipality.organisation_id, date(year, 1, 1), None, groups, READY)
    made = actions.draft_agreement(draft, actor=region)
    at(municipality)
    if made.county_id is not None:
        actions.ask_county(made.pk, actor=municipality)
        made = actions.record_statement(
            made.pk, "Hyvinvointialueen palvelut riittävät.", municipality.day, actor=municipality
        )
    decision = Decision("Kunnanhallitus", municipality.day, f"{year}/117")
    made = actions.decide_agreement(made.pk, decision, actor=municipality, expected_version=made.version)
    for side in (municipality, region):
        at(side)
        made = actions.sign_agreement(made.pk, actor=side, expected_version=made.version)


def _question(region: Viewer, day: date) -> None:
    """Asked four weeks ago; three have answered, Vantaa has not."""
    then = at(replace(region, day=day - timedelta(weeks=4)))
    with clock.at(then.day):
        asked = actions.send_request(day.year + 1, date(day.year, 12, 31), TEXT, actor=then)
    for code, persons in list(PLACES.items())[2:5]:
        leader = at(leader_of(region, code))
        answer = NewAnswer(_spread(persons + 4), "Kunnanhallitus")
        actions.answer_request(asked.pk, answer, actor=leader, expected_version=0)


def _facts(region: Viewer, vantaa: Viewer, day: date) -> None:
    """Told two weeks ago; by one so long ago that it must be told again."""
    for code, told in FACTS.items():
        leader = vantaa if code == "092" else leader_of(region, code)
        then = day - (timedelta(days=430) if code == OLD else timedelta(weeks=2))
        teller = at(replace(region if code == BY_REGION else leader, day=then))
        with clock.at(then):
            actions.tell_facts(leader.organisation_id or 0, told, actor=teller)


def _spread(persons: int) -> dict[tuple[int, str], int]:
    """A year's persons by quarter and group, with homes that take about as many."""
    figures: dict[tuple[int, str], int] = {}
    for quarter in QUARTERS:
        share = persons // 4 + (1 if quarter <= persons % 4 else 0)
        figures[quarter, "persons-quota"] = share - share // 2
        figures[quarter, "persons-asylum"] = share // 2 - share // 6
        figures[quarter, "persons-temporary"] = share // 6
        for home, takes in (("home-2", 6), ("home-4", 8), ("home-6", 16), ("home-7", 20)):
            figures[quarter, home] = max(1, share // takes)
        figures[quarter, "school"] = share // 3
        figures[quarter, "daycare"] = share // 4
        figures[quarter, "accessible"] = share // 10
        figures[quarter, "special"] = share // 8
    return figures


def leader_of(region: Viewer, code: str) -> Viewer:
    """A team leader of a municipality that has no persona: in the journal the municipality stands alone."""
    found = Organisation.objects.get(code=f"kunta-{code}")
    seat = Seat(0, found.pk, found.code, found.kind, found.name, Role.TEAM_LEADER)
    return Viewer(user_id=None, name=found.name, day=region.day, seat=seat)


def at(viewer: Viewer) -> Viewer:
    rowsecurity.apply(viewer)
    return viewer


@contextmanager
def working(viewer: Viewer, day: date) -> Iterator[Viewer]:
    """The viewer at work on another day: clock and row security."""
    with clock.at(day):
        yield at(replace(viewer, day=day))
