"""Parts of the own page's templates: days in the client's language, the summary of errors, what the frame needs.

Not for: decisions. Load it in templates of this room.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms, template
from django.conf import settings

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Person
from kotopolku.mypage import languages, queries, wording

register = template.Library()
register.filter("own_day", wording.day)
register.filter("own_long_day", wording.long_day)
register.filter("own_time", wording.time)
register.filter("own_month", wording.month)


@dataclass(frozen=True)
class OwnFrame:
    """What every page of a client shows around its content."""

    language: languages.Language
    languages: tuple[languages.Language, ...]
    is_complete: bool
    """Whether every text of the pages is translated; else some stand in Finnish, and the page says so."""
    checked_by: str
    checked_on: date | None
    needs_check: bool
    signed_in: bool
    person: Person | None
    others: tuple[Person, ...]
    """Persons whose path could be opened instead."""
    for_other: bool
    demo: bool
    day: date
    travelling: bool
    path: str


@register.simple_tag(takes_context=True)
def own_frame(context: dict[str, Any]) -> OwnFrame:
    """One statement when somebody is signed in, none otherwise."""
    request = context["request"]
    viewer: Viewer | None = getattr(request, "viewer", None)
    own = viewer.own if viewer is not None else None
    persons = queries.persons(viewer) if viewer is not None and own is not None else []
    language = languages.current()
    checked = languages.checked(language.code)
    return OwnFrame(
        language=language,
        languages=languages.all_languages(),
        is_complete=languages.is_complete(language.code),
        checked_by=checked.by,
        checked_on=date.fromisoformat(checked.on) if checked.on else None,
        needs_check=language.code not in languages.OFFICIAL and not checked.by,
        signed_in=own is not None,
        person=next((one for one in persons if own and one.pk == own.person_id), None),
        others=tuple(one for one in persons if own and one.pk != own.person_id),
        for_other=bool(own and own.person_id != own.self_id),
        demo=settings.DEMO,
        day=clock.today(),
        travelling=clock.is_travelling(),
        path=request.path if request.method == "GET" else "/my/",
    )


@register.simple_tag
def own_bare_frame() -> languages.Language:
    """The page's language for the fault pages, which ask the database nothing."""
    return languages.current()


@register.inclusion_tag("mypage/parts/errors.html")
def own_errors(form: forms.Form | None) -> dict[str, Any]:
    """The summary of a form's errors, each a link to its field; nothing when there are none."""
    found = [("", "", str(error)) for error in form.non_field_errors()] if form is not None else []
    for bound in form if form is not None else ():
        first = f"{bound.auto_id}_0" if isinstance(bound.field.widget, forms.RadioSelect) else ""
        identifier = first or bound.id_for_label or bound.auto_id
        found += [(identifier, str(bound.label), str(error)) for error in bound.errors]
    return {"errors": found}


@register.simple_tag
def own_token() -> str:
    """A new token for one form of many on a page, so that sending it twice does nothing more."""
    return str(uuid4())
