"""The pages of evaluation and award, walked as people do from opened bids to a decision, and who gets which."""

from datetime import date

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.procurement.models import AwardDecision, Challenge, Clarification, OpenedBid
from kotopolku.procurement.tests import awards_world as world
from kotopolku.procurement.tests.awards_world import ON, A, B, C

pytestmark = pytest.mark.django_db


def test_from_opened_bids_to_a_decision_and_a_correction_request_on_the_pages() -> None:
    helmi = Worker(world.BUYER, ON, Role.PROCUREMENT_OFFICER)
    otto = Worker(world.BUYER, ON, Role.PROCUREMENT_OFFICER)
    for code in (A, B, C):
        world.provider(code)
    loser = Worker(B, ON, Role.PROVIDER)
    tender = world.opened(actor=helmi.viewer)
    with make.working(helmi.viewer):
        [lot] = world.lots_of(tender)
        bidders = {row.bidder.code: row.bidder_id for row in OpenedBid.objects.select_related("bidder")}
        criterion = tender.criteria.get().pk
    base, here = f"/procurement/tenders/{tender.pk}/evaluation/", f"/procurement/lots/{lot.pk}/"
    assert "Nobody has been named yet." in words(helmi.get(base))
    assert helmi.post(base + "evaluators/").status_code == 422
    people = [helmi.viewer.user_id, otto.viewer.user_id]
    assert helmi.post(base + "evaluators/", users=people).status_code == 302
    assert helmi.get(here + "scores/").status_code == 302
    for person in (helmi, otto):
        assert person.post(base + "interest/", conflict="yes").status_code == 422
        assert person.post(base + "interest/", conflict="no").status_code == 302
    for code, pk in bidders.items():
        checks = {"exclusion-bribery-result": "met", "requirement-licence-result": "met"}
        assert helmi.post(f"{base}bidders/{pk}/", **checks).status_code == 302, code
    conform = {f"conforming-{pk}": "yes" for pk in bidders.values()}
    bad = conform | {f"conforming-{bidders[C]}": "no"}
    assert helmi.post(here + "conformity/", **bad).status_code == 422
    assert helmi.post(here + "conformity/", **conform).status_code == 302
    ask = f"{base}bidders/{bidders[B]}/ask/"
    typed = {
        "token": helmi.hidden(ask)["token"],
        "kind": "bid",
        "question": "Missä tilat ovat?",
        "answer_by": "4.12.2026",
    }
    for _twice in range(2):
        assert helmi.post(ask, **typed).status_code == 302
    with make.working(helmi.viewer):
        [asked] = Clarification.objects.all()
    assert "Fri 4 Dec" in words(loser.get("/procurement/clarifications/"))
    answer = f"/procurement/clarifications/{asked.pk}/"
    assert loser.post(answer, answer="").status_code == 422
    assert loser.post(answer, answer="Myyrmäessä.").status_code == 302
    for person, given in ((helmi, world.TEACHERS), (otto, world.TEACHERS | {A: 66})):
        version = person.hidden(here + "scores/")["version"]
        sheet = {f"p-{criterion}-{bidders[code]}": str(points) for code, points in given.items()}
        wrong = sheet | {f"p-{criterion}-{bidders[A]}": "paljon"}
        assert person.post(here + "scores/", version=version, do="hand-in", **wrong).status_code == 422
        sheet |= {f"w-{criterion}-{pk}": "Perusteltu." for pk in bidders.values()}
        assert person.post(here + "scores/", version=version, do="hand-in", **sheet).status_code == 302
    shown = words(helmi.get(here + "moderation/"))
    assert "24 points apart: talk first" in shown
    agreed = {f"p-{criterion}-{bidders[code]}": str(points) for code, points in world.TEACHERS.items()}
    assert helmi.post(here + "moderation/", **agreed).status_code == 422
    agreed[f"w-{criterion}-{bidders[A]}"] = "Sovittiin 90."
    assert helmi.post(here + "moderation/", **agreed).status_code == 302
    assert helmi.post(here + "rank/").status_code == 302
    shown = words(helmi.get(here + "evaluation/"))
    assert "Computed again from the record just now: the same result." in shown
    assert "91.50" in shown
    draft = here + "award/"
    proposed = helmi.get(draft).content.decode()
    assert "Tarjoaja koul-a" in proposed
    typed = {"token": helmi.hidden(draft)["token"], "reasons_fi": "Paras.", "reasons_sv": ""}
    assert helmi.post(draft, **typed).status_code == 422
    assert helmi.post(draft, **(typed | {"reasons_sv": "Bäst."})).status_code == 302
    with make.working(helmi.viewer):
        [decision] = AwardDecision.objects.all()
    page = f"/procurement/decisions/{decision.pk}/"
    version = helmi.hidden(page)["version"]
    assert helmi.post(page + "send/", version=version).status_code == 302
    assert "Make the decision" in words(otto.get(page))
    assert "You drafted this. Somebody else makes it." in words(helmi.get(page))
    version = otto.hidden(page + "make/")["version"]
    assert otto.post(page + "make/", version=version, number="").status_code == 422
    assert otto.post(page + "make/", version=version, number=tender.number).status_code == 302
    assert otto.post(page + "make/", version=version, number=tender.number).status_code == 409
    shown = words(helmi.get(page))
    assert "At the earliest Sat 12 Dec" in shown
    awards = words(helmi.get(f"/procurement/tenders/{tender.pk}/awards/"))
    assert "The standstill runs until 11 December 2026" in awards
    for language in ("fi", "sv", "en"):
        assert helmi.get(f"{page}{language}.pdf").content.startswith(b"%PDF-")
    assert helmi.get(page + "xx.pdf").status_code == 404
    assert helmi.post(f"/procurement/tenders/{tender.pk}/awards/report/").status_code == 302
    paper = helmi.get(f"/procurement/tenders/{tender.pk}/awards/report/1/fi.pdf")
    assert paper.content.startswith(b"%PDF-")
    told = f"/procurement/told/{decision.pk}/"
    assert "not opened yet" in words(loser.get("/procurement/told/"))
    assert "Fri 11 Dec" in words(loser.get(told))
    filed = {"token": loser.hidden(told + "challenge/")["token"], "kind": "correction", "words": "Pisteet."}
    for _twice in range(2):
        assert loser.post(told + "challenge/", **filed).status_code == 302
    with make.working(helmi.viewer):
        [challenge] = Challenge.objects.all()
    assert "A correction request is pending." in words(helmi.get(page))
    resolve = {"state": "rejected", "words": "Pisteet olivat oikein.", "resolved_on": "27.11.2026"}
    assert otto.post(f"{page}challenges/{challenge.pk}/", **resolve).status_code == 302
    extracts = {
        f"extract-{key}-{part}": value
        for key in ("criminal", "tax", "pension", "trade-register")
        for part, value in (("result", "met"), ("day", "1.11.2024"))
    }
    see = f"{base}bidders/{bidders[A]}/extracts/"
    old = helmi.post(see, **extracts)
    assert old.status_code == 422
    assert "at most 12 months old" in words(old)
    fresh = {name: "1.11.2026" if name.endswith("day") else value for name, value in extracts.items()}
    assert helmi.post(see, **fresh).status_code == 302
    with helmi.on(date(2026, 12, 12)):
        assert "Nothing bars the contract today." in words(helmi.get(page))


def test_who_gets_the_pages_of_evaluation_and_award() -> None:
    officer = Worker(world.BUYER, ON, Role.PROCUREMENT_OFFICER)
    other = Worker(world.OTHER_BUYER, ON, Role.PROCUREMENT_OFFICER)
    leader = Worker(world.BUYER, ON, Role.TEAM_LEADER)
    for code in (A, B, C):
        world.provider(code)
    provider = Worker(A, ON, Role.PROVIDER)
    tender = world.opened(actor=officer.viewer)
    with make.working(officer.viewer):
        [lot] = world.lots_of(tender)
    expected = {
        f"/procurement/tenders/{tender.pk}/evaluation/": (200, 404, 200, 403),
        f"/procurement/tenders/{tender.pk}/evaluation/evaluators/": (200, 404, 403, 403),
        f"/procurement/tenders/{tender.pk}/awards/": (200, 404, 200, 403),
        f"/procurement/lots/{lot.pk}/evaluation/": (200, 404, 200, 403),
        f"/procurement/lots/{lot.pk}/conformity/": (200, 404, 403, 403),
        f"/procurement/lots/{lot.pk}/scores/": (404, 404, 403, 403),
        "/procurement/decisions/999999/": (404, 404, 404, 403),
        "/procurement/told/": (403, 403, 403, 200),
        "/procurement/told/999999/": (403, 403, 403, 404),
        "/procurement/clarifications/": (403, 403, 403, 200),
    }
    for address, wanted in expected.items():
        got = tuple(one.get(address).status_code for one in (officer, other, leader, provider))
        assert got == wanted, address
