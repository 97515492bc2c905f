"""Pages of an approved municipal programme's life: review, ending, publication, mergers, kept versions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.placement.forms_places import VersionForm
from kotopolku.placement.pages import run, saving, show_form
from kotopolku.steering import access_councils, access_municipal
from kotopolku.steering import wording_councils as wording
from kotopolku.steering.actions import programme_life as acts
from kotopolku.steering.forms_councils import MergeForm, ReasonForm, ReviewForm
from kotopolku.steering.pages_councils import address, posted, reasoned
from kotopolku.steering.queries import programme_kept, programme_public
from kotopolku.steering.queries.programme_mergers import gone, municipality_organisations


@needs(Capability.PROGRAMME_KEEP)
def review(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Records a review; with changes a draft that follows is begun and shown."""
    viewer = request.viewer
    found = access_municipal.own_programme(viewer, programme_id)
    form = ReviewForm(posted(request), initial={"version": found.version, "on": viewer.day})
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.review(
                programme_id, form.review(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if made is not None:
            follower = made[1]
            if follower is None:
                messages.success(request, _("The review was recorded. The next one is counted from it."))
                return redirect(address(programme_id))
            messages.success(request, _("The review was recorded, and a draft that follows was begun."))
            return redirect("steering:municipal", follower.pk)
    return show_form(
        request,
        form,
        title=_("Record a review"),
        lead=found.name,
        button=_("Save"),
        back=address(programme_id),
    )


@needs(Capability.PROGRAMME_KEEP)
def end(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Ends a programme in mid-period."""
    viewer = request.viewer
    found = access_municipal.own_programme(viewer, programme_id)
    lead = _(
        "The programme is not in force any more in any of its municipalities. It stays readable, and this cannot be undone."
    )
    if found.published_at:
        lead += " " + _("Everybody reads the reason on the public page.")
    return reasoned(
        request,
        found,
        lambda reason, version: acts.end(programme_id, reason, actor=viewer, expected_version=version),
        title=_("End the programme"),
        lead=lead,
        button=_("End the programme"),
        done=_("The programme was ended."),
        danger=True,
    )


@needs(Capability.PROGRAMME_KEEP)
def publish(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Publishes a programme, after a look at what its public page lacks."""
    viewer = request.viewer
    found = access_municipal.own_programme(viewer, programme_id)
    form = VersionForm(posted(request), initial={"version": found.version})
    return saving(
        request,
        form,
        lambda: acts.publish(programme_id, actor=viewer, expected_version=form.expected_version),
        done=_("The programme was published. Everybody reads it now."),
        template="steering/council_send.html",
        title=_("Publish the programme"),
        lead=_("Everybody reads it without signing in, in Finnish and in Swedish."),
        button=_("Publish"),
        back=address(programme_id),
        lacks=programme_public.lacking(found),
    )


@needs(Capability.PROGRAMME_KEEP)
def unpublish(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Takes the public page away."""
    viewer = request.viewer
    return reasoned(
        request,
        access_municipal.own_programme(viewer, programme_id),
        lambda reason, version: acts.unpublish(programme_id, reason, actor=viewer, expected_version=version),
        title=_("Take the public page away"),
        button=_("Take away"),
        done=_("The programme is not public any more."),
    )


@needs(Capability.PROGRAMME_KEEP)
def merge(request: ViewerRequest, programme_id: int, municipality_id: int) -> HttpResponse:
    """Puts a new municipality in place of one that has ended."""
    viewer = request.viewer
    seat = access_councils.led_seat(viewer, programme_id, municipality_id)
    ended = gone(seat.municipality.code, viewer.day)
    municipalities = municipality_organisations(viewer.day)
    initial: dict[str, object] = {"version": seat.municipality.version}
    if ended is not None:
        new = next((one for one in municipalities if one.area_code == ended.successor_code), None)
        initial |= {
            "organisation": str(new.pk) if new else "",
            "on": ended.since,
            "carries": seat.municipality.state == "approved",
        }
    form = MergeForm(municipalities, posted(request), initial=initial)
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.merge(
                programme_id,
                municipality_id,
                form.merged(),
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if made is not None:
            messages.success(
                request, _("%(name)s takes part in the programme now.") % {"name": made.organisation.name}
            )
            return redirect(address(programme_id))
    name = seat.municipality.organisation.name
    return show_form(
        request,
        form,
        title=_("A municipality in place of %(name)s") % {"name": name},
        lead=_("The old municipality ends in the programme; its decision, texts and goals stay."),
        button=_("Save"),
        back=address(programme_id),
    )


@needs(Capability.PROGRAMME_KEEP)
def take_over(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Takes over the programme of a municipality that was merged into the own one."""
    viewer = request.viewer
    found = access_councils.to_take_over(viewer, programme_id)
    form = ReasonForm(posted(request), initial={"version": found.version})
    return saving(
        request,
        form,
        lambda: acts.take_over(programme_id, form.cleaned_data["reason"], actor=viewer),
        done=_("Your municipality leads the programme now."),
        onward=lambda _done: address(programme_id),
        title=_("Take over the programme: %(name)s") % {"name": found.name},
        lead=_("Its leading municipality has been merged into yours."),
        button=_("Take over"),
        back=reverse("steering:councils"),
    )


@needs(Capability.SIGNED_IN)
@require_GET
def versions(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Every kept version; with ``?from=&to=`` what differs between two of them."""
    viewer = request.viewer
    found = access_municipal.programme(viewer, programme_id)
    rows = list(access_councils.versions(viewer, found))
    numbers = {str(one.number): one for one in rows}
    old, new = numbers.get(request.GET.get("from", "")), numbers.get(request.GET.get("to", ""))
    if (old is None or new is None) and len(rows) > 1 and not request.GET:
        old, new = rows[1], rows[0]
    if old is not None and new is not None and old.number > new.number:
        old, new = new, old
    context = {
        "programme": found,
        "versions": [(one, wording.version_words(one.number, one.stage, one.made_at)) for one in rows],
        "old": old,
        "new": new,
        "differences": programme_kept.differences(old.content, new.content, language())
        if old is not None and new is not None and old is not new
        else None,
    }
    return render(request, "steering/council_versions.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def version(request: ViewerRequest, programme_id: int, number: int) -> HttpResponse:
    """One kept version as it was, in a language of its own: ``?language=``."""
    viewer = request.viewer
    found = access_municipal.programme(viewer, programme_id)
    if number > 2_000_000_000:
        raise NotVisible
    kept = access_councils.version(viewer, found, number)
    asked = request.GET.get("language", "")
    languages = kept.content.get("languages") or ["fi"]
    wanted = asked if asked in languages else (language() if language() in languages else languages[0])
    context = {
        "programme": found,
        "version": kept,
        "title": wording.version_words(kept.number, kept.stage, kept.made_at),
        "wanted": wanted,
        "languages": [(code, wording.LANGUAGE_NAMES.get(code, code)) for code in languages],
        "shown": programme_kept.shown(kept.content, wanted),
    }
    return render(request, "steering/council_version.html", context)
