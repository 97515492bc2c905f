"""Pages of one section of a municipal programme: read with what is said of it, written, its versions, place and figures.

Not for: comments and proposals as forms (``pages_municipal_talk.py``).
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors import queries as actors
from kotopolku.clients.pages import attempt
from kotopolku.clients.rules import EditClash
from kotopolku.clients.wording import language
from kotopolku.placement.pages import act, pager, run, saving, show_form
from kotopolku.steering import access_municipal as access
from kotopolku.steering import municipal_rules as rules
from kotopolku.steering.actions import municipal_figures as figure_acts
from kotopolku.steering.actions import municipal_sections as acts
from kotopolku.steering.forms_municipal import (
    FigureForm,
    RemoveSectionForm,
    TitleForm,
    WriteForm,
    WriterForm,
)
from kotopolku.steering.models import CouncilState, MunicipalState, ProgrammeFigure, ProgrammeSection
from kotopolku.steering.queries import municipal as queries
from kotopolku.steering.queries import municipal_figures as figures
from kotopolku.steering.queries import municipal_text as texts
from kotopolku.steering.queries.programme import said
from kotopolku.steering.wording_programme import LANGUAGE_NAMES, figure
from kotopolku.worddiff import pieces


def address(section_id: int, lang: str = "") -> str:
    found = reverse("steering:municipal-section", args=[section_id])
    return f"{found}?lang={lang}" if lang else found


def title_of(section: ProgrammeSection) -> str:
    return said(section.title, language())[0]


@needs(Capability.SIGNED_IN)
@require_GET
def section(request: ViewerRequest, section_id: int) -> HttpResponse:
    """A section in one language, with comments and proposals beside their paragraphs."""
    viewer = request.viewer
    found = access.section(viewer, section_id)
    of = found.programme
    lang = texts.language_of(of, request.GET.get("lang", ""))
    context = {
        "page": texts.section_page(viewer, found, lang),
        "section": found,
        "programme": of,
        "languages": [(one, LANGUAGE_NAMES[one], one == lang) for one in of.languages],
        "draft": of.state == MunicipalState.DRAFT,
    }
    return render(request, "steering/municipal_section.html", context)


# Writing -------------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
def write(request: ViewerRequest, section_id: int, lang: str) -> HttpResponse:
    """Writing a section in one language, with a preview; two who write at once both keep their text."""
    viewer = request.viewer
    found = access.writable_section(viewer, section_id)
    if lang not in found.programme.languages:
        raise Http404
    first = {"number": found.number, "text": found.text.get(lang, "")}
    form = WriteForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method != "POST":
        return _show_write(request, form, found, lang)
    if request.POST.get("do") == "preview":
        seen = rules.clean(str(request.POST.get("text", "")))
        form.is_valid()
        return _show_write(request, form, found, lang, preview=seen)
    try:
        saved = attempt(
            form,
            lambda: acts.write(
                section_id,
                lang,
                form.cleaned_data["text"],
                form.cleaned_data["note"],
                actor=viewer,
                expected_number=form.cleaned_data["number"],
            ),
        )
    except EditClash as clash:
        return _clash(request, form, found, lang, clash)
    if saved is None:
        return _show_write(request, form, found, lang)
    messages.success(request, _("The section was saved as version %(number)s.") % {"number": saved.number})
    return redirect(address(section_id, lang))


def _show_write(
    request: ViewerRequest, form: WriteForm, found: ProgrammeSection, lang: str, **more: Any
) -> HttpResponse:
    others = [(LANGUAGE_NAMES[one], one, words) for one, words in found.text.items() if one != lang and words]
    return show_form(
        request,
        form,
        template="steering/municipal_write.html",
        title=_("Write: %(title)s") % {"title": title_of(found)},
        lead=f"{found.programme.name} · {LANGUAGE_NAMES[lang]}",
        button=_("Save"),
        back=address(found.pk, lang),
        section=found,
        lang=lang,
        others=others,
        **({"preview": None} | more),
    )


def _clash(
    request: ViewerRequest, form: WriteForm, found: ProgrammeSection, lang: str, clash: EditClash
) -> HttpResponse:
    """Somebody else saved first: both texts, what differs, and where it can be one text of both."""
    mine, theirs = rules.clean(form.cleaned_data["text"]), str(clash.theirs["text"])
    base = texts.said_in(found, form.cleaned_data["number"], lang)
    both = rules.merged(base, mine, theirs) if base is not None else None
    again = WriteForm(
        initial={
            "number": clash.version,
            "text": mine if both is None else both,
            "note": form.cleaned_data["note"],
        }
    )
    context = {
        "form": again,
        "section": found,
        "title": title_of(found),
        "clash": clash,
        "mine": mine,
        "theirs": theirs,
        "pieces": pieces(theirs, mine),
        "is_both": both is not None,
        "lang": lang,
        "here": reverse("steering:municipal-write", args=[found.pk, lang]),
        "back": address(found.pk, lang),
    }
    return render(request, "steering/municipal_clash.html", context, status=409)


@needs(Capability.SIGNED_IN)
@require_GET
def versions(request: ViewerRequest, section_id: int) -> HttpResponse:
    """Everything the section has said, each version with what changed; for those who take part."""
    found = access.part_section(request.viewer, section_id)
    page = Paginator(texts.versions(found), texts.VERSIONS_SHOWN).get_page(request.GET.get("page"))
    context = {
        "section": found,
        "programme": found.programme,
        "title": title_of(found),
        "rows": texts.with_changes(page.object_list),
        "page": pager(page),
    }
    return render(request, "steering/municipal_versions.html", context)


# The list of sections ------------------------------------------------------------------------------------------------


@needs(Capability.PROGRAMME_KEEP)
def new(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """An own section beside those of the Act."""
    viewer = request.viewer
    of = access.own_programme(viewer, programme_id)
    form = TitleForm(of.languages, request.POST if request.method == "POST" else None)
    back = reverse("steering:municipal", args=[programme_id])
    return saving(
        request,
        form,
        lambda: acts.add(programme_id, form.titles(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The section was added as the last one."),
        onward=lambda made: f"{back}#section-{made.pk}",
        title=_("Add a section of your own"),
        lead=of.name,
        button=_("Add"),
        back=back,
    )


@needs(Capability.PROGRAMME_KEEP)
def title(request: ViewerRequest, section_id: int) -> HttpResponse:
    """Another title for an own section."""
    viewer = request.viewer
    found = access.own_section(viewer, section_id)
    first = {"version": found.version} | {f"title_{one}": words for one, words in found.title.items()}
    posted = request.POST if request.method == "POST" else None
    form = TitleForm(found.programme.languages, posted, initial=first)
    if posted is not None:
        saved = run(
            form,
            lambda: acts.rename(
                section_id, form.titles(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if saved is not None:
            messages.success(request, _("The title was changed."))
            return redirect(address(section_id))
    return show_form(
        request,
        form,
        title=_("Change the title"),
        lead=title_of(found),
        button=_("Save"),
        back=address(section_id),
    )


@needs(Capability.PROGRAMME_KEEP)
def writer(request: ViewerRequest, section_id: int) -> HttpResponse:
    """Who is to write a section."""
    viewer = request.viewer
    found = access.own_section(viewer, section_id)
    possible = acts.possible_writers(found, viewer)
    names = actors.organisation_names(possible)
    first = {"version": found.version, "writer": str(found.answers_id or found.programme.organisation_id)}
    posted = request.POST if request.method == "POST" else None
    form = WriterForm([(str(one), names[one]) for one in possible if one in names], posted, initial=first)
    back = reverse("steering:municipal", args=[found.programme_id])
    if posted is not None:
        saved = run(
            form,
            lambda: acts.set_writer(
                section_id,
                int(form.cleaned_data["writer"]),
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if saved is not None:
            messages.success(request, _("It was saved who writes the section."))
            return redirect(f"{back}#section-{section_id}")
    return show_form(
        request,
        form,
        title=_("Who writes the section"),
        lead=title_of(found),
        button=_("Save"),
        back=back,
    )


@needs(Capability.PROGRAMME_KEEP)
@require_POST
def up(request: ViewerRequest, section_id: int) -> HttpResponse:
    """One place up."""
    return _step(request, section_id, -1)


@needs(Capability.PROGRAMME_KEEP)
@require_POST
def down(request: ViewerRequest, section_id: int) -> HttpResponse:
    """One place down."""
    return _step(request, section_id, 1)


def _step(request: ViewerRequest, section_id: int, way: int) -> HttpResponse:
    found = access.own_section(request.viewer, section_id)
    back = f"{reverse('steering:municipal', args=[found.programme_id])}#section-{section_id}"
    words = _("%(title)s was moved.") % {"title": title_of(found)}
    return act(request, lambda: acts.step(section_id, way, actor=request.viewer), words, back)


@needs(Capability.PROGRAMME_KEEP)
def remove(request: ViewerRequest, section_id: int) -> HttpResponse:
    """Taking a section out, after saying what stays with it and whether the Act names it."""
    viewer = request.viewer
    found = access.own_section(viewer, section_id)
    content = rules.content_of(found.programme.act, found.key)
    posted = request.POST if request.method == "POST" else None
    form = RemoveSectionForm(content is not None, posted, initial={"version": found.version})
    back = reverse("steering:municipal", args=[found.programme_id])
    kept = queries.kept_with(found)
    if posted is not None:
        done = run(
            form,
            lambda: acts.remove(
                section_id,
                form.cleaned_data["reason"],
                bool(form.cleaned_data.get("known")),
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(request, _("The section was taken out. It can be put back as it was."))
            if kept:
                messages.info(
                    request, _("Its comments, proposals, goals and figures are kept and can be read.")
                )
            return redirect(back)
    return show_form(
        request,
        form,
        template="steering/municipal_remove.html",
        title=_("Take the section out"),
        lead=title_of(found),
        button=_("Take the section out"),
        back=back,
        danger=True,
        kept=kept,
        citation=content.citation(language()) if content else "",
        section=found,
    )


@needs(Capability.PROGRAMME_KEEP)
@require_POST
def put_back(request: ViewerRequest, section_id: int) -> HttpResponse:
    """Puts a section back that was taken out."""
    found = access.own_section(request.viewer, section_id)
    words = _("%(title)s was put back as it was.") % {"title": title_of(found)}
    back = reverse("steering:municipal", args=[found.programme_id])
    return act(request, lambda: acts.put_back(section_id, actor=request.viewer), words, back)


# Figures -------------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
def section_figures(request: ViewerRequest, section_id: int) -> HttpResponse:
    """The section's figures, what is known of them today, and putting in more."""
    viewer = request.viewer
    found = access.writable_section(viewer, section_id)
    joined = found.programme.municipalities.filter(days__contains=viewer.day).exclude(state=CouncilState.LEFT)
    codes = list(joined.order_by("code").values_list("code", flat=True))
    known = figures.known(viewer, codes, viewer.day)
    choices = [(f"{one.key}:{one.place.removeprefix(figures.MUNICIPALITY)}", _figure(one)) for one in known]
    renewing = request.POST.get("do") == "renew"
    posted = request.POST if request.method == "POST" and not renewing else None
    form = FigureForm(choices, posted)
    here = reverse("steering:municipal-figures", args=[section_id])
    if renewing:
        return act(
            request,
            lambda: figure_acts.renew(section_id, actor=viewer),
            _("The figures are as they are known today."),
            here,
        )
    if posted is not None:
        made = run(form, lambda: figure_acts.put(section_id, *form.chosen(), actor=viewer))
        if made is not None:
            messages.success(request, _("The figure was put into the section."))
            return redirect(here)
    rows = figures.renewed(viewer, found, viewer.day)
    return show_form(
        request,
        form,
        template="steering/municipal_figures.html",
        title=_("Figures of the section"),
        lead=title_of(found),
        button=_("Put in"),
        back=address(section_id),
        rows=[(one, figures.lines([one.figure], language())[0]) for one in rows],
        newer=sum(one.now is not None for one in rows),
        section=found,
        here=here,
    )


def _figure(one: figures.Known) -> str:
    words = _("%(name)s, %(place)s, %(year)s: %(value)s %(unit)s")
    return (
        words
        % {
            "name": said(one.name, language())[0],
            "place": figures.place_name(one.place, language()),
            "year": one.year,
            "value": figure(one.value),
            "unit": one.unit,
        }
    ).strip()


@needs(Capability.SIGNED_IN)
@require_POST
def figure_remove(request: ViewerRequest, figure_id: int) -> HttpResponse:
    """Takes a figure out of its section."""
    rows = ProgrammeFigure.objects.filter(pk=figure_id).values_list("section_id", flat=True)
    section_id = rows.first() or 0
    access.writable_section(request.viewer, section_id)
    here = reverse("steering:municipal-figures", args=[section_id])
    words = _("The figure was taken out of the section.")
    return act(request, lambda: figure_acts.take_away(figure_id, actor=request.viewer), words, here)
