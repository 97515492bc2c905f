"""Pages of municipal programmes: the list, one of them, drawing one up, its frame, its partners, the whole draft.

Not for: sections (``pages_municipal_sections.py``), comments and proposals (``pages_municipal_talk.py``).
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku import law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.placement.pages import act, pager, run, show_form
from kotopolku.reference import queries as reference
from kotopolku.steering import access_municipal as access
from kotopolku.steering import municipal_rules as rules
from kotopolku.steering.actions import municipal as acts
from kotopolku.steering.actions import municipal_partners as partner_acts
from kotopolku.steering.forms_municipal import (
    FrameForm,
    MunicipalFilter,
    NewPartnersForm,
    NewProgrammeForm,
    PartnerForm,
)
from kotopolku.steering.marks import municipal_mark
from kotopolku.steering.models import CouncilState, MunicipalProgramme, MunicipalState
from kotopolku.steering.queries import councils, goals
from kotopolku.steering.queries import municipal as queries
from kotopolku.steering.queries import municipal_text as texts
from kotopolku.steering.queries.measures import regions_on
from kotopolku.steering.queries.programme import said
from kotopolku.steering.wording_programme import LANGUAGE_NAMES


def address(programme_id: int) -> str:
    return reverse("steering:municipal", args=[programme_id])


@needs(Capability.SIGNED_IN)
@require_GET
def municipals(request: ViewerRequest) -> HttpResponse:
    """The list: own ones, those one takes part in, all that have been approved."""
    viewer = request.viewer
    places = [(one.code, one.name()) for one in reference.municipalities_on(viewer.day)]
    form = MunicipalFilter(places, regions_on(viewer.day), request.GET)
    page = Paginator(queries.programmes(viewer, form.wanted()), queries.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "filters": form,
        "rows": queries.rows_of(viewer, page.object_list),
        "number": page.paginator.count,
        "page": pager(page),
        "keeps": access.keeps(viewer),
    }
    return render(request, "steering/municipals.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def municipal(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """One programme: sections, who writes what, municipalities, partners, what waits."""
    viewer = request.viewer
    found = access.programme(viewer, programme_id)
    detail = queries.detail(viewer, found)
    draft = found.state == MunicipalState.DRAFT
    context = {
        "programme": found,
        "detail": detail,
        "draft": draft,
        "leads": detail.rights.leads,
        "can_change": detail.rights.leads and draft,
        "act_name": law.cited(found.act, language()),
        "voluntary": rules.is_voluntary(found.act),
        "waiting": sum(one.comments + one.proposals for one in detail.sections),
        "changes": queries.last_changes(viewer, found),
        "languages": [LANGUAGE_NAMES[one] for one in found.languages],
        "replaces": access.programmes(viewer).filter(pk=found.replaces_id or 0).first(),
        "replaced_by": list(access.programmes(viewer).filter(replaces=found).order_by("id")),
        "councils": councils.box(viewer, found),
        "goals": goals.box(viewer, found),
    }
    return render(request, "steering/municipal.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def draft(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """The whole text on one page, for reading and printing, with what is still empty and who writes it."""
    viewer = request.viewer
    found = access.programme(viewer, programme_id)
    lang = texts.language_of(found, request.GET.get("lang", ""))
    rows = texts.whole(viewer, found, lang)
    context = {
        "programme": found,
        "mark": municipal_mark(found, viewer.day),
        "municipalities": queries.municipalities_of(viewer, found),
        "rows": rows,
        "empty": [one for one in rows if not one.text.strip()],
        "lang": lang,
        "languages": [(one, LANGUAGE_NAMES[one], one == lang) for one in found.languages],
        "takes_part": access.takes_part(viewer, found),
    }
    return render(request, "steering/municipal_draft.html", context)


# The frame -----------------------------------------------------------------------------------------------------------


def _show(
    request: ViewerRequest, form: FrameForm, *, title: str, lead: str, button: str, back: str, **more: Any
) -> HttpResponse:
    if form.wants_to_find:
        # Only looking for municipalities: what is typed stays, and nothing is complained of yet.
        form.errors.clear()
    template = "steering/municipal_form.html"
    return show_form(
        request, form, template=template, title=title, lead=lead, button=button, back=back, **more
    )


def _tell(request: ViewerRequest, saved: MunicipalProgramme, words: str) -> None:
    messages.success(request, words)
    hint = queries.unlike_languages(saved, request.viewer.day)
    if hint:
        messages.info(request, hint)


@needs(Capability.PROGRAMME_KEEP)
def new(request: ViewerRequest) -> HttpResponse:
    """A programme of the own municipality, from the list of the Act in force."""
    viewer = request.viewer
    own = access.require_municipality(viewer)
    choices = [(str(one.pk), one.name) for one in acts.replaceable(viewer).order_by("-days", "-id")[:50]]
    posted = request.POST if request.method == "POST" else None
    form = NewProgrammeForm(choices, viewer.day, posted, initial={"languages": "fi"})
    if posted is not None and not form.wants_to_find:
        made = run(
            form,
            lambda: acts.draw_up(
                form.content(),
                actor=viewer,
                token=form.cleaned_data["token"],
                replaces=form.replaces_id,
                take_texts=bool(form.cleaned_data.get("take_texts")),
            ),
        )
        if made is not None:
            _tell(request, made, _("The programme was begun. Its sections come from the Act."))
            return redirect(address(made.pk))
    law_act = rules.act_on(viewer.day)
    return _show(
        request,
        form,
        title=_("Draw up a programme"),
        lead=own.name,
        button=_("Begin"),
        back=reverse("steering:municipals"),
        template_items=[
            (one.texts.get(language()) or one.texts["fi"], one.citation(language()))
            for one in rules.template(law_act, viewer.day)
        ],
        act_name=law.cited(law_act, language()),
        voluntary=rules.is_voluntary(law_act),
    )


@needs(Capability.PROGRAMME_KEEP)
def edit(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Changing the frame of a draft."""
    viewer = request.viewer
    found = access.own_programme(viewer, programme_id)
    rows = found.municipalities.filter(days__contains=viewer.day).exclude(state=CouncilState.LEFT)
    others = rows.exclude(organisation=found.organisation_id).values_list("organisation_id", flat=True)
    posted = request.POST if request.method == "POST" else None
    form = FrameForm(viewer.day, posted, initial=FrameForm.initial_of(found, others))
    if posted is not None and not form.wants_to_find:
        saved = run(
            form,
            lambda: acts.change(
                programme_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if saved is not None:
            _tell(request, saved, _("The programme was changed."))
            return redirect(address(programme_id))
    return _show(
        request,
        form,
        title=_("Change the programme"),
        lead=found.name,
        button=_("Save"),
        back=address(programme_id),
    )


# Partners ------------------------------------------------------------------------------------------------------------


def _section_choices(request: ViewerRequest, of: MunicipalProgramme) -> list[tuple[str, str]]:
    rows = access.sections(request.viewer).filter(programme=of, removed_at=None).order_by("order", "id")
    return [(str(one.pk), said(one.title, language())[0]) for one in rows]


@needs(Capability.PROGRAMME_KEEP)
def partners(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Who takes part in the writing and how; inviting more."""
    viewer = request.viewer
    found = access.own_programme(viewer, programme_id)
    posted = request.POST if request.method == "POST" else None
    form = NewPartnersForm(viewer.day, _section_choices(request, found), posted, initial={"right": "comment"})
    back = reverse("steering:municipal-partners", args=[programme_id])
    if posted is not None and not form.wants_to_find:
        done = run(
            form,
            lambda: partner_acts.invite(
                programme_id, form.chosen(), form.cleaned_data["right"], form.named(), actor=viewer
            ),
        )
        if done is not None:
            messages.success(request, _("The partners were invited and told."))
            return redirect(back)
    if form.wants_to_find:
        form.errors.clear()
    return show_form(
        request,
        form,
        template="steering/municipal_partners.html",
        title=_("Partners"),
        lead=found.name,
        button=_("Invite"),
        back=address(programme_id),
        programme=found,
        rows=queries.partners_of(viewer, found),
        municipalities=queries.municipalities_of(viewer, found),
        draft=found.state == MunicipalState.DRAFT,
    )


@needs(Capability.PROGRAMME_KEEP)
def partner(request: ViewerRequest, partner_id: int) -> HttpResponse:
    """Changing what a partner may do."""
    viewer = request.viewer
    found = access.own_partner(viewer, partner_id)
    if not access.partners(viewer).filter(pk=partner_id, days__contains=viewer.day).exists():
        raise NotVisible
    first = {"right": found.right, "sections": [str(one.pk) for one in found.sections.all()]}
    posted = request.POST if request.method == "POST" else None
    form = PartnerForm(_section_choices(request, found.programme), posted, initial=first)
    back = reverse("steering:municipal-partners", args=[found.programme_id])
    if posted is not None:
        done = run(
            form,
            lambda: partner_acts.give(
                found.programme_id,
                found.organisation_id,
                form.cleaned_data["right"],
                form.named(),
                actor=viewer,
            ),
        )
        if done is not None:
            messages.success(request, _("The right was changed, and the partner was told."))
            return redirect(back)
    return show_form(
        request,
        form,
        title=_("What the partner may do"),
        lead=found.organisation.name,
        button=_("Save"),
        back=back,
    )


@needs(Capability.PROGRAMME_KEEP)
@require_POST
def partner_end(request: ViewerRequest, partner_id: int) -> HttpResponse:
    """Ends a partner's part at once; what it wrote stays."""
    found = access.own_partner(request.viewer, partner_id)
    back = reverse("steering:municipal-partners", args=[found.programme_id])
    words = _("The part of %(name)s was ended. What it wrote and commented stays.") % {
        "name": found.organisation.name
    }
    return act(request, lambda: partner_acts.end(partner_id, actor=request.viewer), words, back)
