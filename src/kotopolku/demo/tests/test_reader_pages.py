"""What anybody may read of steering and cooperation, in the languages of readers: no text of the pages is Finnish there."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from kotopolku import clock
from kotopolku.demo.tests.conftest import TODAY
from kotopolku.portal import translations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("played_world")]

STARTS = (
    "/steering/public/",
    "/steering/public/municipal/",
    "/steering/indicators/",
    "/commons/guidelines/?occupation=9112&municipality=091&on=1.10.2026",
    "/commons/minutes/",
    "/commons/minutes/decisions/",
    "/commons/positions/published/",
    "/commons/hearings/published/",
)
FURTHER = re.compile(
    r"/steering/(public|indicators)/[a-z\d/]*/|/commons/(guidelines|minutes|positions|hearings)/[a-z]*/?\d+/(summary/|differences/)?"
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Texts that pages ask for in Arabic, as catalogues have them: with the context before. Minutes speak their own."""
    found: set[str] = set()
    real = translation._trans  # type: ignore[attr-defined]

    def ask(text: str) -> None:
        if translation.get_language() == "ar":
            found.add(text)

    def gettext(text: str) -> str:
        ask(str(text))
        return trans_real.gettext(text)

    def pgettext(context: str, text: str) -> str:
        ask(f"{context}\x04{text}")
        return trans_real.pgettext(context, text)

    monkeypatch.setattr(real, "gettext", gettext)
    monkeypatch.setattr(real, "pgettext", pgettext)
    return found


def test_no_text_of_a_reader_s_page_falls_back_to_finnish(asked: set[str]) -> None:
    client = Client(headers={"Accept-Language": "ar"})
    waiting, kinds = list(STARTS), set()
    with clock.at(TODAY):
        for address in waiting:
            page = client.get(address)
            assert page.status_code == 200, address
            html = page.content.decode()
            assert '<html lang="ar" dir="rtl"' in html, address
            for path in re.findall(r'href="([^"#?]+)', html):
                kind = re.sub(r"\d+", "0", urlsplit(path).path)
                if FURTHER.fullmatch(path) and kind not in kinds:
                    kinds.add(kind)
                    waiting.append(path)
    assert len(kinds) >= 6, kinds
    for code in translations.CLIENT_LANGUAGES:
        known = trans_real.translation(code)._catalog  # type: ignore[attr-defined]
        lacking = [text for text in asked if re.search(r"\w", text) and known.get(text) is None]
        assert not lacking, (code, lacking)
