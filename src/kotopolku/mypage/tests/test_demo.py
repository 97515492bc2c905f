"""The demo's scene: example clients with a page of their own, one press away, and a request that waits for an answer."""

from datetime import date

import pytest
from django.db import transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.mypage import queries
from kotopolku.mypage.models import CorrectionRequest, OwnAccount

DAY = date(2026, 11, 23)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_demo_has_example_clients_in_several_languages() -> None:
    from kotopolku.demo.actions import load_demo
    from kotopolku.demo.scenes import _actor_on, mypage

    load_demo(persons=300, seed=1, today=DAY)
    with transaction.atomic(), clock.at(DAY):
        rowsecurity.apply(Viewer.for_system("test", DAY))
        if not OwnAccount.objects.exists():
            mypage.play(_actor_on(DAY), DAY)
        rowsecurity.apply(Viewer.for_system("test", DAY))
        examples = queries.demo_accounts()
        assert len(examples) >= 3
        assert len({one.person.service_language for one in examples if one.person}) > 1
        assert CorrectionRequest.objects.exists()
