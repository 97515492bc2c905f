"""The objects of the public pages and of the shared space that the permission guard asks for: of the City of Vantaa.

A question and a suggested practice go to the centre of expertise; feedback is about Vantaa's pages. Not for: what they
say (``rows.py``).
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.actors.models import Contact, Organisation
from kotopolku.cooperation.models import (
    Attachment,
    AttachmentContent,
    Bulletin,
    BulletinEdition,
    BulletinOrganisation,
    Material,
    MaterialVersion,
    Project,
    PublishedAnswer,
    Question,
    QuestionLine,
    Seminar,
)
from kotopolku.information import xliff
from kotopolku.information.models import (
    CatalogueItem,
    CatalogueSuggestion,
    ContentFile,
    Event,
    Feedback,
    Link,
    LinkUse,
    News,
    NewsText,
    Occurrence,
    Page,
    PageText,
    ReviewComment,
    Service,
    ServicePoint,
    Space,
    SynonymGroup,
    Term,
    TextVersion,
    TranslationFile,
    Trust,
    Venue,
)
from tests.guards import (
    together_bodies,
    together_chain,
    together_councils,
    together_goals,
    together_guidance,
    together_guidelines,
    together_hearings,
    together_measures,
    together_meetings,
    together_minutes,
    together_municipal,
    together_paths,
    together_positions,
    together_programme,
)
from tests.guards.rows import DAY, Filler

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)


def objects(make: Filler, vantaa: Organisation, relationship_id: int) -> dict[str, dict[str, object]]:
    """Parameters of addresses, by the beginning of the address. Runs as the system."""

    def made(model: type[Any], **given: Any) -> Any:
        row = make.owners[model] = make.row(model, **given)
        return row

    space = Space.objects.get(slug="vantaa")
    country = Space.objects.get(slug="suomi")
    make.owners[Space] = space
    national = make.row(Page, space=country, key="guard-national", of=None, parent=None)
    page = made(Page, space=space, key="guard", of=None, parent=None)
    text = made(PageText, page=page, language="fi", latest=None, published=None)
    blocks = [{"id": "b1", "kind": "text", "text": "x"}]
    version = made(
        TextVersion, text=text, number=1, blocks=blocks, made_from=None, minor=False, machine=False
    )
    text.latest = text.published = version
    text.published_at = NOON
    text.state = "published"
    text.save()
    link = made(Link, address="https://example.fi/guard", state="gone")
    made(LinkUse)
    venue = made(Venue, organisation=vantaa, removed_on=None, latitude=None, longitude=None)
    kept = {"organisation": vantaa, "state": "published", "names": {"fi": "x"}, "reason": ""}
    service = made(Service, **kept, places=["092"], awaits=[], proposed=None, for_plans=True)
    made(ServicePoint)
    event = made(
        Event,
        **kept,
        places=["092"],
        awaits=[],
        proposed=None,
        starts=NOON + timedelta(days=9),
        ends=NOON + timedelta(days=9, hours=1),
        rule="FREQ=WEEKLY",
    )
    made(
        Occurrence,
        original=(NOON + timedelta(days=9)).date(),
        starts=event.starts,
        ends=event.ends,
        cancelled=False,
        moved=False,
    )
    known = Organisation.objects.filter(kind="association").first()
    association = known or make.row(Organisation, kind="association", code="guard-association")
    waiting = make.row(
        Service, **kept | {"organisation": association}, places=["092"], awaits=["092"], proposed=None
    )
    news = made(News, space=space, published=True, removed_on=None, shown_until=None)
    made(NewsText, news=news, language="fi", title="x", words="x")
    feedback = made(
        Feedback, space=space, first_space=space, page=page, number="V-GUARD", token=uuid4(), useful=None
    )
    item = made(CatalogueItem, organisation=vantaa, service=service, venue=None, guid=uuid4(), source_id=None)
    unit = xliff.Unit(xliff.UnitId(page.pk, 1, "b1", "text"), "x", "y", "translated")
    paper = xliff.PageFile(f"vantaa/{page.pk}", page.pk, (unit,))
    public = {"language": "fi", "space": "vantaa", "slug": "vantaa", "key": "guard"}
    staff = public | {
        "page_id": page.pk,
        "comment_id": made(ReviewComment, text=text, number=1).pk,
        "number": 1,
        "kind": "addition",
        "file_id": made(ContentFile, space=space).pk,
        "link_id": link.pk,
        "concept": made(Term, concept="guard", language="fi").concept,
        "code": "so",
        "service_id": service.pk,
        "venue_id": venue.pk,
        "event_id": event.pk,
        "original": (NOON + timedelta(days=9)).date().isoformat(),
        "day": (NOON + timedelta(days=9)).date().isoformat(),
        "entry_id": waiting.pk,
        "trust_id": made(Trust, organisation=vantaa, place="092").pk,
        "group_id": made(SynonymGroup, space=space, words=["a", "b"]).pk,
        "news_id": news.pk,
        "item_id": item.pk,
        "suggestion_id": made(CatalogueSuggestion, item=item, state="open", by=None, at=None).pk,
        "contact_id": make.row(Contact, organisation=vantaa, valid=DateRange(DAY, None)).pk,
    }
    return {
        "info/": public
        | {
            "service_id": service.pk,
            "event_id": event.pk,
            "number": feedback.number,
            "file_id": staff["file_id"],
            "name": "x",
        },
        "information/": staff,
        "information/<slug:space>/inherited/": {"page_id": national.pk},
        "information/feedback/": {"number": feedback.number},
        "information/activities/approvals/": {"kind": "service"},
        "information/activities/clients/": {
            "relationship_id": relationship_id,
            "kind": "service",
            "entry_id": service.pk,
        },
        "information/<slug:space>/xliff/": {
            "file_id": made(
                TranslationFile,
                space=space,
                language="sv",
                content=xliff.written([paper], "fi", "sv"),
                confirmed_at=None,
                dropped_at=None,
            ).pk
        },
        "api/info/": public,
        "commons/": _commons(make, vantaa),
        **together_bodies.objects(make, vantaa),
        **together_chain.objects(make, vantaa),
        **together_councils.objects(make, vantaa),
        **together_goals.objects(make, vantaa),
        **together_guidance.objects(make, vantaa),
        **together_guidelines.objects(make, vantaa),
        **together_hearings.objects(make, vantaa),
        **together_measures.objects(make, vantaa),
        **together_meetings.objects(make, vantaa),
        **together_minutes.objects(make, vantaa),
        **together_municipal.objects(make, vantaa),
        **together_paths.objects(make, vantaa),
        **together_positions.objects(make, vantaa),
        **together_programme.objects(make, vantaa),
    }


def _commons(make: Filler, vantaa: Organisation) -> dict[str, object]:
    def made(model: type[Any], **given: Any) -> Any:
        row = make.owners[model] = make.row(model, **given)
        return row

    centre = Organisation.objects.get(code="tem")
    bulletin = made(Bulletin, sender=vantaa, state="sent", told_at=NOON, sent_at=NOON)
    made(BulletinEdition, bulletin=bulletin, number=1)
    made(BulletinOrganisation, bulletin=bulletin, organisation=vantaa, sender_id=vantaa.pk)
    material = made(Material, kind="material", state="published", organisation=vantaa, centre=centre)
    made(MaterialVersion, material=material, number=1)
    attachment = made(
        Attachment, bulletin=bulletin, material=None, organisation=vantaa, scan="clean", kind="pdf"
    )
    made(AttachmentContent, attachment=attachment, organisation_id=vantaa.pk, data=b"x")
    question = made(Question, organisation=vantaa, centre=centre, state="asked")
    made(QuestionLine, question=question)
    return {
        "bulletin_id": bulletin.pk,
        "attachment_id": attachment.pk,
        "material_id": material.pk,
        "project_id": made(Project, organisation=vantaa).pk,
        "seminar_id": made(
            Seminar,
            organiser=vantaa,
            state="published",
            starts_at=NOON + timedelta(days=9),
            ends_at=NOON + timedelta(days=9, hours=2),
            register_by=DAY + timedelta(days=5),
            taken=0,
        ).pk,
        "question_id": question.pk,
        "answer_id": made(PublishedAnswer, centre=centre).pk,
    }
