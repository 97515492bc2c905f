"""The public pages of the demo world: Vantaa's own words beside the country's, work in progress, services, feedback.

Acts only through the room's own actions, each by the persona whose work it is. Not for: the country's pages themselves,
which every installation has (``information/data/start``).
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.information.actions import (
    approvals,
    events,
    feedback,
    news,
    pages,
    services,
    start_content,
    texts,
    venues,
)
from kotopolku.information.activity_rules import EventContent, PointContent, ServiceContent, VenueContent
from kotopolku.information.models import EntryState, Page, PageText, Space

VANTAA, UUSIMAA, MUNICIPALITY = "vantaa", "uusimaa", "092"
TRANSLATED = ("sv", "en")
Content = Mapping[str, str]


def play(actor_of: Callable[[str], Viewer], day: date) -> None:
    """Loads the country's pages, then lets the editors of Vantaa, Uusimaa and the association do their work."""
    _as_system(day)
    start_content.load_start_content(actor=Viewer.for_system("demo", day))
    told = tomllib.loads((Path(__file__).parents[1] / "data/information.toml").read_text(encoding="utf-8"))
    editor = actor_of("viestinta.vantaa")
    for addition in told["additions"]:
        of = Page.objects.get(space__slug="suomi", key=addition["key"])
        page = _published(VANTAA, pages.PagePlace(kind="addition", of=of.pk), addition, editor)
        for language in TRANSLATED:
            _translated(page, language, addition[language], editor)
    _own_page(told["own"], editor)
    _draft_in_review(told["draft"], actor_of)
    _hidden_page(told["regional"], actor_of)
    editor = actor_of("viestinta.vantaa")
    for number, item in enumerate(told["news"]):
        _news(item, day - timedelta(days=number), editor)
    for service in told["services"]:
        _service(service, actor_of)
    for event in told["events"]:
        _event(event, day, actor_of)
    _feedback(told["feedback"], day)


def _as_system(day: date) -> None:
    rowsecurity.apply(Viewer.for_system("demo", day))


def _content(said: Content, **more: Any) -> texts.TextContent:
    blocks = [{"id": "alku", "kind": "text", "text": said["text"]}]
    return texts.TextContent(said["title"], said.get("summary", ""), blocks, **more)


def _published(slug: str, place: pages.PagePlace, said: Mapping[str, Content], actor: Viewer) -> Page:
    page = pages.add_page(slug, place, _content(said["fi"]), actor=actor)
    texts.publish(page.pk, "fi", actor=actor)
    return page


def _translated(page: Page, language: str, said: Content, actor: Viewer, made_from: int = 1) -> None:
    known = PageText.objects.filter(page=page, language=language).first()
    texts.save_text(
        page.pk,
        language,
        _content(said, made_from=made_from),
        actor=actor,
        expected_version=known.version if known else 0,
    )
    texts.publish(page.pk, language, actor=actor)


def _own_page(own: Mapping[str, Any], actor: Viewer) -> None:
    """An own page whose Finnish text was changed later: English has followed, Swedish is stale."""
    page = _published(VANTAA, pages.PagePlace(key=own["key"], icon=own["icon"]), own, actor)
    for language in TRANSLATED:
        _translated(page, language, own[language], actor)
    known = PageText.objects.get(page=page, language="fi")
    texts.save_text(page.pk, "fi", _content(own["changed"]), actor=actor, expected_version=known.version)
    texts.publish(page.pk, "fi", actor=actor)
    _translated(page, "en", own["changed_en"], actor, made_from=2)


def _draft_in_review(draft: Mapping[str, str], actor_of: Callable[[str], Viewer]) -> None:
    """A team leader has written a page and asked the editor to look at it; the editor has said a word."""
    reviewer = actor_of("viestinta.vantaa").user_id
    writer = actor_of("kunta.vantaa")
    page = pages.add_page(VANTAA, pages.PagePlace(key=draft["key"]), _content(draft), actor=writer)
    texts.ask_review(page.pk, "fi", actor=writer, reviewer=reviewer, words=draft["ask"])
    texts.comment(page.pk, "fi", draft["comment"], actor=actor_of("viestinta.vantaa"), block="alku")


def _hidden_page(said: Content, actor_of: Callable[[str], Viewer]) -> None:
    """A page of the region that Vantaa does not show, because it has evenings of its own."""
    regional = actor_of("evk.uusimaa")
    page = pages.add_page(UUSIMAA, pages.PagePlace(key=said["key"]), _content(said), actor=regional)
    texts.publish(page.pk, "fi", actor=regional)
    pages.add_page(VANTAA, pages.PagePlace(kind="hidden", of=page.pk), actor=actor_of("viestinta.vantaa"))


def _news(item: Mapping[str, Content], shown_from: date, actor: Viewer) -> None:
    made = None
    for language in ("fi", *TRANSLATED):
        said = news.NewsContent(language, item[language]["title"], item[language]["words"], shown_from)
        if made is None:
            made = news.add_news(VANTAA, said, actor=actor)
        else:
            made = news.change_news(made.pk, said, actor=actor, expected_version=made.version)


def _service(row: Mapping[str, Any], actor_of: Callable[[str], Viewer]) -> None:
    """A service at a place of its own. Vantaa approves what the association says."""
    keeper = actor_of(row["by"])
    place = VenueContent(
        names=row["place"],
        street=row["street"],
        postal_code="01300",
        city="Vantaa",
        municipality=MUNICIPALITY,
        hours={"kind": "weekly", "weekly": row["days"], "exceptions": [], "notes": {}},
    )
    venue = venues.add_venue(place, actor=keeper)
    content = ServiceContent(
        names=row["names"],
        summaries=row["summaries"],
        how_to=row["how_to"],
        topics=tuple(row["topics"]),
        languages=tuple(row["languages"]),
        municipalities=(MUNICIPALITY,),
        telephone=row["telephone"],
        for_plans=True,
        points=(PointContent(venue.pk),),
    )
    made = services.publish_service(services.add_service(content, actor=keeper).pk, actor=keeper)
    _approved("service", made, actor_of)


def _event(row: Mapping[str, Any], day: date, actor_of: Callable[[str], Viewer]) -> None:
    keeper = actor_of(row["by"])
    content = EventContent(
        names=row["names"],
        on=day + timedelta(days=row["in_days"]),
        at=row["at"],
        ends_at=row["ends_at"],
        rule=row.get("rule", ""),
        descriptions=row["descriptions"],
        place_note=row["where"],
        topics=tuple(row["topics"]),
        municipalities=(MUNICIPALITY,),
    )
    made = events.publish_event(events.add_event(content, actor=keeper).pk, actor=keeper)
    _approved("event", made, actor_of)


def _approved(kind: str, entry: Any, actor_of: Callable[[str], Viewer]) -> None:
    if entry.state != EntryState.PUBLISHED:
        approvals.approve(kind, entry.pk, actor=actor_of("viestinta.vantaa"))


def _feedback(rows: list[Mapping[str, Any]], day: date) -> None:
    """Readers without a name, each from a network address that nobody has."""
    space = Space.objects.get(slug=VANTAA)
    nobody = Viewer(None, "", day, None)
    for number, row in enumerate(rows, start=1):
        rowsecurity.apply(nobody)
        said = feedback.FeedbackContent(row["words"], row["useful"], row["language"], key=row["key"])
        feedback.receive(
            space.pk, said, actor=nobody, token=UUID(int=number), network_address=f"192.0.2.{number}"
        )
