"""Published pages for the tests of search and feedback, written as rows: how they are edited is tested elsewhere."""

from typing import Any

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.information import indexing
from kotopolku.information.models import Page, PageKind, PageText, Space, TextState, TextVersion

Texts = dict[str, tuple[str, str]]
"""Title and text by language."""


def published(space: str, key: str, texts: Texts, **more: Any) -> Page:
    """A page whose texts readers see. ``of``, ``kind``, ``parent`` may be given."""
    page = Page.objects.create(space=Space.objects.get(slug=space), key=key, **more)
    for language, (title, words) in texts.items():
        write(page, language, title, words)
    return page


def write(page: Page, language: str, title: str, words: str) -> PageText:
    """Publishes a version of the page's text, as the last step of publishing does."""
    with rowsecurity.as_system():
        text, _made = PageText.objects.get_or_create(page=page, language=language)
        number = text.versions.count() + 1
        text.latest = text.published = TextVersion.objects.create(
            text=text,
            number=number,
            title=title,
            summary="",
            blocks=[{"id": f"b{number}", "kind": "text", "text": words}],
            made_at=clock.real_now(),
        )
        text.state = TextState.PUBLISHED
        text.save()
        indexing.page_changed(text)
    return text


def many(space: str, number: int) -> None:
    """That many pages in Finnish and English, written at once and indexed at once."""
    home = Space.objects.get(slug=space)
    with rowsecurity.as_system():
        pages = Page.objects.bulk_create([Page(space=home, key=f"many-{one}") for one in range(number)])
        texts = PageText.objects.bulk_create(
            [PageText(page=page, language=language) for page in pages for language in ("fi", "en")]
        )
        versions = TextVersion.objects.bulk_create(
            [
                TextVersion(
                    text=text,
                    number=1,
                    title=f"{'Kurssi' if text.language == 'fi' else 'Course'} {text.page_id}",
                    made_at=clock.real_now(),
                )
                for text in texts
            ]
        )
        for text, version in zip(texts, versions, strict=True):
            text.published = version
        PageText.objects.bulk_update(texts, ["published"])
        indexing.pages_changed([page.pk for page in pages])


def withdrawn(text: PageText) -> None:
    text.published = None
    text.save()
    indexing.page_changed(text)


def hidden(space: str, page: Page) -> Page:
    """The space hides a page from above."""
    return published(space, f"hides-{page.pk}", {}, kind=PageKind.HIDDEN, of=page)


def guide() -> dict[str, Page]:
    """A few pages of the country in several languages."""
    return {
        "plan": published(
            "suomi",
            "integration-plan",
            {
                "fi": ("Kotoutumissuunnitelma", "Suunnitelma laaditaan yhdessä työvoimaviranomaisen kanssa."),
                "sv": ("Integrationsplan", "Planen görs upp tillsammans med arbetskraftsmyndigheten."),
                "en": ("Integration plan", "The plan is made together with the employment authority."),
                "ar": ("خطة الاندماج", "توضع الخطة مع سلطة التوظيف."),
                "ru": ("План интеграции", "План составляется вместе с органом по трудоустройству."),
                "zh-hans": ("融入计划", "该计划与就业机构共同制定。在这里可以学习芬兰语课程。"),
            },
        ),
        "language": published(
            "suomi",
            "language-training",
            {
                "fi": (
                    "Suomen kielen opiskelu",
                    "Kursseja järjestävät kunnat ja opistot. Kurssi on maksuton.",
                ),
                "en": ("Learning Finnish", "You can learn Finnish on a course. Courses are free of charge."),
                "uk": ("Вивчення фінської мови", "Курси фінської мови безкоштовні."),
                "ar": ("تعلم اللغة الفنلندية", "دورات اللغة الفنلندية مجانية."),
                "fa": ("یادگیری زبان فنلاندی", "دوره‌های زبان فنلاندی رایگان است."),
            },
        ),
        "benefit": published(
            "suomi",
            "basic-social-assistance",
            {
                "fi": ("Perustoimeentulotuki", "Tukea maksetaan, kun rahat eivät riitä."),
                "en": ("Basic social assistance", "Paid when your income does not cover daily costs."),
            },
        ),
        "day-care": published(
            "suomi",
            "day-care",
            {
                "fi": ("Päiväkoti", "Lapsi pääsee päiväkotiin."),
                "en": ("Day care", "A child may go to day care."),
            },
        ),
    }
