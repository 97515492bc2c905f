"""Pages on which a space's keeper writes news: the list, adding, changing in one language, taking away.

Not for: how readers see them (``pages_public.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.information import access
from kotopolku.information.actions import news as actions
from kotopolku.information.forms_news import NewsForm
from kotopolku.information.models import ContentLanguage, News, NewsText
from kotopolku.placement.pages import run, show_form

SHOWN = 100


def _languages() -> list[tuple[str, str]]:
    return list(ContentLanguage.objects.filter(retired_on=None).values_list("code", "name"))


@needs(Capability.CONTENT_EDIT)
@require_GET
def news(request: ViewerRequest, slug: str) -> HttpResponse:
    """News of a space, the newest first, with the languages each is written in."""
    space = access.own_space(request.viewer, slug)
    rows = News.objects.filter(space=space, removed_on=None).order_by("-shown_from", "-pk")[:SHOWN]
    texts: dict[int, list[NewsText]] = {}
    for text in NewsText.objects.filter(news__in=list(rows)).order_by("pk"):
        texts.setdefault(text.news_id, []).append(text)
    names = dict(_languages())
    lines = [
        {
            "news": one,
            "title": next(
                (text.title for text in texts.get(one.pk, []) if text.language == space.source_language), ""
            )
            or next((text.title for text in texts.get(one.pk, [])), ""),
            "languages": [names.get(text.language, text.language) for text in texts.get(one.pk, [])],
            "coming": one.shown_from > request.viewer.day,
            "over": one.shown_until is not None and one.shown_until < request.viewer.day,
        }
        for one in rows
    ]
    context = {"space": space, "lines": lines, "publishes": request.viewer.may(Capability.CONTENT_PUBLISH)}
    return render(request, "information/news/list.html", context)


@needs(Capability.CONTENT_PUBLISH)
@require_http_methods(["GET", "POST"])
def add(request: ViewerRequest, slug: str) -> HttpResponse:
    """News in its first language."""
    space = access.own_space(request.viewer, slug)
    start = {"language": space.source_language, "shown_from": request.viewer.day, "published": True}
    form = NewsForm(request.POST or None, initial=start, languages=_languages())
    if request.method == "POST" and form.is_valid():
        token = form.cleaned_data["token"]
        made = run(form, lambda: actions.add_news(slug, form.content(), actor=request.viewer, token=token))
        if made is not None:
            messages.success(request, _("The news was saved."))
            return redirect("information:news", slug=slug)
    return show_form(
        request,
        form,
        title=_("Add news: %(place)s") % {"place": space.name()},
        button=_("Save"),
        back=reverse("information:news", args=[slug]),
    )


@needs(Capability.CONTENT_PUBLISH)
@require_http_methods(["GET", "POST"])
def change(request: ViewerRequest, slug: str, news_id: int) -> HttpResponse:
    """The days, and the text in one language: ``language`` in the query string, by default the space's own."""
    space = access.own_space(request.viewer, slug)
    found = actions.own_news(request.viewer, news_id)
    asked = request.GET.get("language", "")
    asked = asked if asked in dict(_languages()) else space.source_language
    text = NewsText.objects.filter(news=found, language=asked).first()
    start = {
        "version": found.version,
        "language": asked,
        "title": text.title if text else "",
        "words": text.words if text else "",
        "shown_from": found.shown_from,
        "shown_until": found.shown_until,
        "published": found.published,
    }
    form = NewsForm(request.POST or None, initial=start, languages=_languages())
    # Which language is written is chosen above the form: chosen in it, the words would go over another language's.
    form.fields["language"].widget = form.fields["language"].hidden_widget()
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        changed = run(
            form,
            lambda: actions.change_news(
                news_id, form.content(), actor=request.viewer, expected_version=version
            ),
        )
        if changed is not None:
            messages.success(request, _("The news was saved."))
            return redirect("information:news", slug=slug)
    return show_form(
        request,
        form,
        title=_("Change news: %(place)s") % {"place": space.name()},
        button=_("Save"),
        back=reverse("information:news", args=[slug]),
        template="information/news/change.html",
        languages=_languages(),
        asked=asked,
        written=set(NewsText.objects.filter(news=found).values_list("language", flat=True)),
        news=found,
        space=space,
    )


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def remove(request: ViewerRequest, slug: str, news_id: int) -> HttpResponse:
    """Takes news away from readers."""
    actions.remove_news(news_id, actor=request.viewer)
    messages.success(request, _("The news was taken away."))
    return redirect("information:news", slug=slug)
