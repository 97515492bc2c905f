"""The public pages over HTTP: no cookies, languages in the address, faults in words, right-to-left, the phone's shell."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import translation

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, User
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.information import cards, guide, languages
from kotopolku.information.actions.news import NewsContent, add_news, change_news
from kotopolku.information.actions.texts import approve_machine, publish, save_text
from kotopolku.information.languages import Language
from kotopolku.information.models import ContentLanguage, NewsText, PageText, Space
from kotopolku.information.pages_public import forget_fronts
from kotopolku.information.revisions import reader_of
from kotopolku.information.templatetags.public import marked
from kotopolku.information.tests.public_world import DAY, content, page, system, translated, variant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", DAY.isoformat())
    rowsecurity.apply(system())


def get(path: str, status: int = 200, **headers: str) -> str:
    rowsecurity.apply(Viewer(None, "", DAY, None))
    response = Client(headers=headers).get(path)
    rowsecurity.apply(system())
    assert response.status_code == status, response.status_code
    return response.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/info/fi/",
        "/info/fi/vantaa/",
        "/info/ar/vantaa/news/",
        "/info/fi/vantaa/figures/",
        "/info/fi/offline/",
    ],
)
def test_no_public_page_sets_a_cookie_or_asks_for_a_session(path: str) -> None:
    client = Client()
    client.cookies["sessionid"] = "somebody"
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert "public" in response.headers["Cache-Control"]


def test_a_page_with_an_etag_says_how_long_it_may_be_kept() -> None:
    response = Client().get("/info/fi/vantaa/")
    assert {"public", "max-age=60", "must-revalidate"} <= set(response.headers["Cache-Control"].split(", "))
    assert response.headers["ETag"].strip('W/"')


def test_pages_come_compressed() -> None:
    response = Client().get("/info/fi/", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ("ar,en;q=0.8", "ar"),
        ("zh-CN", "zh-hans"),
        ("prs", "fa"),
        ("de-DE,uk;q=0.5", "uk"),
        ("de", "fi"),
        ("", "fi"),
    ],
)
def test_the_entrance_leads_to_the_language_that_the_browser_wishes(wish: str, code: str) -> None:
    response = Client(headers={"Accept-Language": wish}).get("/info/")
    assert response.status_code == 302
    assert response.headers["Location"] == f"/info/{code}/"
    assert response.headers["Vary"] == "Accept-Language"


def test_a_retired_language_is_wished_in_vain() -> None:
    assert (
        languages.wished("so,sv;q=0.5", [Language("so", "Soomaali", retired=True), Language("sv", "svenska")])
        == "sv"
    )


def test_the_form_of_region_and_language_leads_to_an_address_and_keeps_nothing() -> None:
    response = Client().get("/info/go/?region=vantaa&language=ar")
    assert response.headers["Location"] == "/info/ar/vantaa/"
    assert not response.cookies
    assert Client().get("/info/go/?region=nowhere&language=ar").headers["Location"] == "/info/"
    assert Client().get("/info/go/?region=%00&language=%00").headers["Location"] == "/info/"
    wrong = Client(headers={"Accept-Language": "sv"}).get("/info/go/?region=vantaa&language=%00")
    assert wrong.headers["Location"] == "/info/sv/vantaa/"


def test_a_word_with_a_sign_that_the_database_refuses_is_sought_without_it() -> None:
    for kind in ("services", "events"):
        get(f"/info/fi/vantaa/{kind}/?q=a%00b")


def test_the_day_on_paper_is_the_finnish_one() -> None:
    made = page("suomi", "alku", "Ensiaskeleet")
    PageText.objects.filter(page=made).update(published_at=datetime(2026, 11, 22, 22, 30, tzinfo=UTC))
    with translation.override("fi"):
        found = guide.of_page(reader_of("fi", "vantaa"), "alku")
    assert found is not None
    assert found["pages"][0]["notes"] == ["Päivitetty 23. marraskuuta 2026"]


def test_a_name_that_is_sure_leads_to_its_place_and_another_offers_places() -> None:
    assert Client().get("/info/ru/?q=Вантаа").headers["Location"] == "/info/ru/vantaa/"
    assert Client().get("/info/sv/?q=vanda").headers["Location"] == "/info/sv/vantaa/"
    assert 'href="/info/ru/vantaa/"' in get("/info/ru/?q=Ванта").split('id="list-title"')[0]
    assert 'value="&lt;script&gt;"' in get("/info/fi/?q=<script>")


def test_only_the_chooser_may_ask_for_the_position() -> None:
    assert "geolocation=(self)" in Client().get("/info/fi/").headers["Permissions-Policy"]
    assert "geolocation=()" in Client().get("/info/fi/vantaa/").headers["Permissions-Policy"]


def test_the_chooser_lists_every_place_and_draws_every_municipality() -> None:
    text = get("/info/fi/")
    places, drawn = text.split('id="map-title"')
    missing = [
        one.slug
        for one in Space.objects.exclude(kind="national")
        if f'href="/info/fi/{one.slug}/"' not in places
    ]
    assert missing == []
    assert drawn.count("<rect") == Space.objects.filter(kind="municipality").count()


@pytest.mark.parametrize("path", ["/info/xx/", "/info/xx/vantaa/", "/info/so/vantaa/"])
def test_an_unknown_or_retired_language_is_told_in_words_with_those_offered(path: str) -> None:
    ContentLanguage.objects.filter(code="so").update(retired_on=DAY)
    text = get(path, 404, **{"Accept-Language": "en"})
    assert 'href="/info/ar/"' in text
    assert 'href="/info/so/"' not in text
    if "/xx/" in path:
        assert "Choose one of these languages." in text


def test_a_page_that_is_not_there_is_told_in_the_language_of_the_address() -> None:
    assert 'lang="ar" dir="rtl"' in get("/info/ar/vantaa/ei-ole/", 404)
    assert 'lang="fi"' in get("/info/fi/ei-ole/", 404)
    assert 'lang="en"' in get("/info/en/vantaa/x/y/z/", 404)


def test_a_fault_of_the_server_is_told_in_the_language_of_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_given: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kotopolku.information.queries.reading.front", broken)
    forget_fronts()
    response = Client(raise_request_exception=False).get("/info/ar/vantaa/")
    assert response.status_code == 500
    assert '<html lang="ar" dir="rtl"' in response.content.decode()


def test_an_address_without_its_last_slash_is_led_on() -> None:
    response = Client().get("/info/fi/vantaa")
    assert response.status_code == 301
    assert response.headers["Location"] == "/info/fi/vantaa/"


def test_a_post_to_a_page_is_refused_in_words() -> None:
    response = Client().post("/info/fi/vantaa/")
    assert response.status_code == 405
    assert response.content


def test_the_front_page_shows_the_first_level_with_icons_news_figures_and_the_emergency_number() -> None:
    first = page(
        "suomi", "alku", "Ensiaskeleet", icon="flag", summary="Tee nämä.", review_by=date(2027, 1, 20)
    )
    page("suomi", "alempi", "Alempi", parent=first.pk)
    add_news("uusimaa", NewsContent("fi", "Uusi neuvonta", "Auki.", DAY), actor=system())
    text = get("/info/fi/vantaa/")
    assert '<a href="/info/fi/vantaa/alku/">Ensiaskeleet</a>' in text
    assert "#flag" in text
    assert "Tee nämä." in text
    assert "Alempi" not in text
    assert "Uusi neuvonta" in text
    assert '<bdi dir="ltr">112</bdi>' in text
    assert 'href="/info/fi/vantaa/figures/"' in text
    with translation.override("fi"):
        assert "20. tammikuuta 2027" in text


def test_a_page_shows_blocks_additions_who_wrote_them_and_the_pages_below() -> None:
    blocks = [
        {"kind": "text", "heading": "Otsikko", "text": "Tee **näin** [täällä](https://example.fi/x)."},
        {"kind": "steps", "items": [{"title": "Ensin", "text": "Varaa aika."}]},
        {"kind": "notice", "text": "Muista.", "tone": "warn"},
        {"kind": "form", "label": "Lomake", "address": "https://example.fi/lomake"},
        {"kind": "contact", "target": 999_999},
    ]
    top = page("suomi", "alku", "Ensiaskeleet", blocks=blocks)
    page("suomi", "alempi", "Alempi sivu", parent=top.pk)
    variant("uusimaa", "addition", top, "Uudellamaalla")
    text = get("/info/fi/vantaa/alku/")
    for part in (
        "<strong>näin</strong>",
        'href="https://example.fi/x"',
        "Ensin",
        'data-tone="warn"',
        "Lomake",
    ):
        assert part in text
    assert "Uudellamaalla" in text
    assert "Uudenmaan elinvoimakeskus" in text
    assert 'href="/info/fi/vantaa/alempi/"' in text
    assert 'href="/info/fi/vantaa/alku/"' in get("/info/fi/vantaa/alempi/")
    assert 'property="og:title" content="Ensiaskeleet"' in text
    assert 'rel="canonical"' in text
    assert 'content="Tee näin täällä."' in text


def test_a_page_leads_to_its_paper_a_space_to_its_guide_and_news_to_their_feed() -> None:
    page("suomi", "alku", "Ensiaskeleet")
    for address, to in (("alku/", "alku/page.pdf"), ("", "guide.pdf"), ("news/", "news.rss")):
        assert f'href="/info/fi/vantaa/{to}"' in get(f"/info/fi/vantaa/{address}")


def test_who_answers_is_named_in_english_where_there_is_no_name_in_the_language() -> None:
    keeper = Space.objects.get(slug="uusimaa").organisation
    for language, name in (("fi", keeper.name_fi), ("sv", keeper.name_sv), ("ar", keeper.name_en)):
        assert name in get(f"/info/{language}/uusimaa/").split('<footer class="footer">')[1]


def test_hreflang_names_the_languages_in_which_the_page_itself_stands() -> None:
    made = page("suomi", "alku", "Ensiaskeleet")
    translated(made, "ar", "الخطوات الأولى")
    found = re.findall(r'<link rel="alternate" hreflang="([a-z-]+)"', get("/info/fi/vantaa/alku/"))
    assert sorted(found) == ["ar", "fi"]


def test_a_text_in_another_language_is_labelled_and_turned_its_own_way() -> None:
    page("suomi", "alku", "Ensiaskeleet")
    text = get("/info/ar/vantaa/alku/")
    assert '<html lang="ar" dir="rtl"' in text
    assert '<article class="content" lang="fi" dir="ltr">' in text
    assert 'class="notice nearest"' in text
    assert 'class="notice nearest"' not in get("/info/fi/vantaa/alku/")
    assert '<a href="/info/ar/vantaa/alku/" lang="fi" dir="ltr">Ensiaskeleet</a>' in get("/info/ar/vantaa/")


def test_a_machine_s_text_says_so_until_a_person_has_approved_it() -> None:
    made = page("suomi", "alku", "Ensiaskeleet")
    translated(made, "en", "First steps", machine=True)
    assert "A machine made this translation." in get("/info/en/vantaa/alku/")
    approve_machine(made.pk, "en", actor=system())
    publish(made.pk, "en", actor=system())
    assert "A machine made this translation." not in get("/info/en/vantaa/alku/")


def test_scripts_in_stored_words_never_reach_a_page() -> None:
    made = page("suomi", "alku", "Sivu <script>alert(1)</script>", words="Kuva <img src=x onerror=alert(1)>")
    save_text(
        made.pk,
        "fi",
        content("T", "Teksti <b onclick=x>lihava</b>"),
        actor=system(),
        expected_version=PageText.objects.get(page=made).version,
    )
    publish(made.pk, "fi", actor=system())
    text = get("/info/fi/vantaa/alku/")
    assert "onerror=" not in text
    assert "onclick=" not in text
    assert "<script>alert" not in text


def test_cards_of_a_kind_are_loaded_at_once_and_one_that_is_gone_is_left_out() -> None:
    asked: list[list[int]] = []

    def loader(ids: list[int], space: Space, language: str, day: date) -> dict[int, str]:
        asked.append(list(ids))
        return {5: "viides"}

    before = dict(cards._LOADERS)
    cards.register("service", loader)  # type: ignore[arg-type]
    try:
        blocks = [{"kind": "service", "target": 5}, {"kind": "service", "target": 6}]
        shown = cards.ready(blocks, Space(), "fi", DAY)
    finally:
        cards._LOADERS.clear()
        cards._LOADERS.update(before)
    assert asked == [[5, 6]]
    assert [block["card"] for block in shown] == ["viides"]


def test_groups_of_digits_in_a_text_are_kept_from_left_to_right() -> None:
    text = marked("اتصلوا بالرقم 0295 020 700 من 8–16. [112](tel:0295020700) +358 40 123 4567, 2026")
    assert '<bdi dir="ltr">0295 020 700</bdi>' in text
    assert '<bdi dir="ltr">8–16</bdi>' in text
    assert '<bdi dir="ltr">+358 40 123 4567</bdi>' in text
    assert 'href="tel:0295020700"' in text
    assert text.count("<bdi") == 3


def test_the_manifest_puts_a_place_on_the_home_screen_in_its_language() -> None:
    found = json.loads(get("/info/ar/vantaa/manifest.webmanifest"))
    assert found["start_url"] == "/info/ar/vantaa/"
    assert found["scope"] == "/info/"
    assert found["lang"] == "ar"
    assert found["dir"] == "rtl"
    assert found["icons"][0]["src"].startswith("/static/brand")
    assert json.loads(get("/info/fi/manifest.webmanifest"))["start_url"] == "/info/fi/"


def test_the_service_worker_serves_the_public_pages_only() -> None:
    response = Client().get("/info/sw.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in response.headers["Cache-Control"]
    text = response.content.decode()
    assert "{version}" not in text
    assert '"/info/"' in text


def test_the_policy_allows_the_manifest_and_nothing_inline() -> None:
    policy = Client().get("/info/fi/vantaa/").headers["Content-Security-Policy"]
    assert "manifest-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_centres_of_all_municipalities_are_given_out_once_for_the_device_to_choose() -> None:
    found = json.loads(get("/info/places.json"))["places"]
    assert len(found) == Space.objects.filter(kind="municipality").count()
    assert next(one for one in found if one[0] == "vantaa")[2] == pytest.approx(60.3, abs=0.1)


def test_figures_have_source_and_year_and_a_place_without_any_says_so() -> None:
    text = get("/info/en/uusimaa/figures/")
    assert "Statistics Finland" in text
    assert "31 December 2025" in text
    assert "Russian" in text
    assert "More than half of the people in Finland with another mother tongue live in Uusimaa" in text


# News, kept by staff --------------------------------------------------------------------------------------------------


def test_news_with_faults_is_refused_field_by_field() -> None:
    wrong = NewsContent("xx", " ", "[x](ftp://example.fi/x)", DAY, date(2026, 1, 1))
    with pytest.raises(Refusals) as told:
        add_news("vantaa", wrong, actor=system())
    assert {(one.field, one.code) for one in told.value.refusals} == {
        ("language", "unknown-language"),
        ("title", "empty"),
        ("shown_until", "before"),
        ("words", "bad-address"),
    }


def test_two_people_at_one_piece_of_news_do_not_overwrite_each_other() -> None:
    made = add_news("vantaa", NewsContent("fi", "Otsikko", "Teksti.", DAY), actor=system())
    change_news(made.pk, NewsContent("sv", "Rubrik", "Text.", DAY), actor=system(), expected_version=1)
    assert NewsText.objects.filter(news=made).count() == 2
    with pytest.raises(EditClash):
        change_news(made.pk, NewsContent("fi", "Toinen", "Teksti.", DAY), actor=system(), expected_version=1)


def test_only_the_keeper_of_a_space_sees_and_writes_its_news(editor: Client) -> None:
    assert editor.get("/information/vantaa/news/").status_code == 200
    assert editor.get("/information/espoo/news/").status_code == 404
    form = {
        "language": "fi",
        "title": "Uusi",
        "words": "Teksti.",
        "shown_from": "23.11.2026",
        "published": "on",
    }
    token = {"token": "7d444840-9dc0-11d1-b245-5ffdce74fad2"}
    for _again in range(2):
        assert editor.post("/information/vantaa/news/add/", form | token).status_code == 302
    assert NewsText.objects.filter(title="Uusi").count() == 1
    assert editor.post("/information/espoo/news/add/", form | token).status_code == 404
    made = NewsText.objects.get(title="Uusi").news
    wrong = editor.post(f"/information/vantaa/news/{made.pk}/", form | token | {"version": "1", "words": ""})
    assert wrong.status_code == 422
    assert "Uusi" in wrong.content.decode()
    clash = editor.post(f"/information/vantaa/news/{made.pk}/", form | token | {"version": "7"})
    assert clash.status_code == 409
    assert editor.post(f"/information/vantaa/news/{made.pk}/remove/").status_code == 302
    assert "Uusi" not in get("/info/fi/vantaa/news/")
    assert Client().get("/information/vantaa/news/").status_code == 302


@pytest.fixture
def editor(settings: object) -> Client:
    """An editor of the City of Vantaa, signed in."""
    from psycopg.types.range import DateRange

    from kotopolku.actors.models import Membership

    settings.SECOND_FACTOR_REQUIRED = False  # type: ignore[attr-defined]
    user = User.objects.create(username="viestinta", full_name="Kerttu Kertoja", language="fi")
    Membership.objects.create(
        user=user,
        organisation=Organisation.objects.get(code="kunta-092"),
        role="editor",
        valid=DateRange(date(2020, 1, 1), None),
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
