"""Hand-overs of the demo world: one offered each way and one whose receipt is ready, referrals, and a spring of advice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.access import responsibilities
from kotopolku.clients.models import Person, Responsibility
from kotopolku.demo.scenes import ActorOf
from kotopolku.handover import actions
from kotopolku.handover.rules import NewOffer, NewReferral

AGREED = "Viranomaiset ovat sopineet, että vastuu siirtyy."
ADVICE = (
    ("language", "uk", "in-person", 6),
    ("work", "ru", "telephone", 5),
    ("permits", "so", "message", 1),
)


def play(actor_of: ActorOf, day: date) -> None:
    vantaa, area, kajaani = (actor_of(name) for name in ("kunta.vantaa", "tyo.vantaa", "kunta.kajaani"))
    _offers(vantaa, area, day)
    _at(kajaani, day)
    for row in _mine(kajaani, 1):
        wanted = NewOffer(
            vantaa.organisation_id, reason="Muuttaa opiskelemaan Vantaalle.", message="Soittakaa."
        )
        actions.offer_client(row.relationship_id, wanted, actor=kajaani)
    _referrals(actor_of("evk.uusimaa"), vantaa)
    _at(vantaa, day)
    for theme, language, channel, times in ADVICE:
        for _time in range(times):
            actions.count_advice(theme, language, channel, actor=vantaa)


def _offers(vantaa: Viewer, area: Viewer, day: date) -> None:
    """The municipality has offered three: one waits too long, one was refused, one was accepted yesterday."""
    earlier, yesterday = _at(vantaa, day - timedelta(days=8)), day - timedelta(days=1)
    with clock.at(earlier.day):
        offers = [
            actions.offer_client(
                row.relationship_id,
                NewOffer(area.organisation_id, reason=AGREED, message="Työnhaku alkaa ensi viikolla."),
                actor=earlier,
            )
            for row in _mine(earlier, 3)
        ]
    receiver = _at(area, yesterday)
    with clock.at(yesterday):
        for offer in offers[1:2]:
            actions.refuse_offer(offer.pk, "Työnhaku ei ole voimassa.", actor=receiver)
        for offer in offers[2:]:
            actions.accept_offer(offer.pk, area.user_id, actor=receiver)


def _referrals(officer: Viewer, vantaa: Viewer) -> None:
    rowsecurity.apply(officer)
    told = NewReferral(
        family_name="Kuvitelma",
        given_names="Samira",
        birth_date=date(1994, 5, 2),
        service_language="ar",
        interpreter_needed=True,
        municipality="092",
        need="Muutti kesällä, ei tiedä mistä kielikurssille haetaan.",
        consent=True,
        consent_on=officer.day,
        consent_how="spoken",
        telephone="040 000 0001",
    )
    actions.send_referral(told, actor=officer)
    second = replace(
        told, family_name="Näytteinen", given_names="Andriy", service_language="uk", telephone="040 000 0002"
    )
    sent = actions.send_referral(second, actor=officer)
    rowsecurity.apply(vantaa)
    actions.close_referral(sent.pk, "no-need", actor=vantaa, note="Neuvottu puhelimessa.")


def _at(viewer: Viewer, day: date) -> Viewer:
    """The persona on the day, with what it sees then."""
    there = replace(viewer, day=day)
    rowsecurity.apply(there)
    return there


def _mine(viewer: Viewer, number: int) -> Iterator[Responsibility]:
    """Clients of the persona's authority under no order, who were there on the day and still are; the last ones."""
    ordered = Person.objects.filter(pk=OuterRef("person_id"), non_disclosure=True)
    rows = responsibilities(viewer).filter(~Exists(ordered), ended_on=None, days__upper_inf=True)
    return iter(rows.order_by("-id")[:number])
