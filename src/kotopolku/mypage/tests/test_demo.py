"""The demo's scene: example clients with a page of their own, one press away, and a request that waits for an answer."""

from datetime import date

import pytest
from django.db import transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.mypage import queries
from kotopolku.mypage.models import CorrectionRequest

DAY = date(2026, 11, 23)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_demo_has_example_clients_in_several_languages(invented_world: None) -> None:
    with transaction.atomic(), clock.at(DAY):
        rowsecurity.apply(Viewer.for_system("test", DAY))
        examples = queries.demo_accounts()
        assert len(examples) >= 3
        assert len({one.person.service_language for one in examples if one.person}) > 1
        assert CorrectionRequest.objects.exists()
