"""Deny by default: every page and API operation declares the capability it needs, once, with ``needs`` or ``open_to_all``.

A guard test walks all addresses and fails for one that declares nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer


class ViewerRequest(HttpRequest):
    """A request as pages get it: the actors' middleware has set who asks."""

    viewer: Viewer


View = TypeVar("View", bound=Callable[..., Any])
Row = TypeVar("Row", bound=Model)


def require(viewer: Viewer, capability: Capability) -> None:
    """Raises ``MissingCapability`` unless the viewer has the right. Actions call it too: no page is the only guard."""
    if not viewer.may(capability):
        raise MissingCapability(capability)


def one_of(rows: "QuerySet[Row]", row_id: int, lock: bool = False) -> Row:
    """The row of that id among those the viewer may see, locked if wished. Raises ``NotVisible``: missing or forbidden alike."""
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=row_id).first()
    if found is None:
        raise NotVisible
    return found


def needs(capability: Capability) -> Callable[[View], View]:
    """Marks a page: only for viewers with ``capability``. ``request.viewer`` is set by the actors' middleware."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            require(request.viewer, capability)
            return view(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def open_to_all(view: View) -> View:
    """Marks a page that anybody may open (sign-in, health, accessibility statement)."""
    view.capability = None  # type: ignore[attr-defined]
    return view
