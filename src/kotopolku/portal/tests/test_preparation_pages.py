"""Preparing an installation gives it the pages for newcomers, once."""

import pytest

from kotopolku.information.models import Page
from kotopolku.portal.preparation import load_pages

pytestmark = pytest.mark.django_db


def test_the_pages_for_newcomers_are_loaded_once() -> None:
    said: list[str] = []
    for _time in range(2):
        load_pages(said.append)
    assert Page.objects.filter(space__slug="suomi").count() == 12
    assert said == ["Loading the pages for newcomers"] * 2
