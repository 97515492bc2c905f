"""Acts on the page tree of a space: added, moved, changed, taken out, put back. The keeper's own pages only.

The space's row is held while its tree changes, so that moves at once never tangle it. Not for: texts (``texts.py``).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import access, page_rules
from kotopolku.information.actions.spaces import touch
from kotopolku.information.actions.texts import TextContent, first_text
from kotopolku.information.indexing import pages_changed
from kotopolku.information.models import Page, PageKind, Space
from kotopolku.journal.actions import record

PAGE = "information.page"
RESERVED_KEYS = frozenset(
    {
        "services",
        "events",
        "contacts",
        "search",
        "feedback",
        "news",
        "figures",
        "guide",
        "offline",
        "counts",
        "p",
    }
)
"""Parts of addresses that mean something else than a page."""


@dataclass(frozen=True)
class PagePlace:
    """Where a page stands. ``of``: the page from above that it adds to, replaces or hides; its key is then that one's."""

    kind: str = PageKind.OWN
    of: int | None = None
    parent: int | None = None
    key: str = ""
    icon: str = ""
    review_by: date | None = None


@transaction.atomic
def add_page(
    space_slug: str,
    place: PagePlace,
    content: TextContent | None = None,
    *,
    actor: Viewer,
    token: UUID | None = None,
) -> Page:
    """A new page, the last among its siblings, with a first draft in the space's own language.

    ``content`` None for a page that hides another. Raises ``Refusals``, ``NotVisible``.
    """
    _require_place(actor, place.kind)
    if (before := done_before(token, PAGE)) is not None:
        return access.own_page(actor, before)
    space = access.own_space(actor, space_slug, lock=True)
    found, of = _check(space, place, None)
    if place.kind != PageKind.HIDDEN and content is None:
        raise ValueError("a page that is shown has a text")
    refuse(found)
    page = Page(
        space=space,
        kind=place.kind,
        of=of,
        parent_id=of.parent_id if of else place.parent,
        key=of.key if of else slugify(place.key)[:80],
        icon=place.icon,
        review_by=place.review_by,
    )
    siblings = _siblings(space, page.parent_id)
    page.order = (siblings[-1].order if siblings else 0) + page_rules.STEP
    _free_key(space, page.key)
    page.save()
    if content is not None and place.kind != PageKind.HIDDEN:
        first_text(page, content, actor=actor)
        _grow(space)
    else:
        _changed(space)
    record("information.page.added", actor=actor, object=(PAGE, page.pk), token=token)
    return page


def _free_key(space: Space, key: str, page_id: int = 0) -> None:
    """A page that was taken out, or a variant of a page that has another key by now, gives this key to the page."""
    for gone in Page.objects.filter(space=space, key=key).exclude(pk=page_id):
        gone.key = f"{gone.key[:60]}-{gone.pk}"
        gone.save(update_fields=["key"])


def _require_place(actor: Viewer, kind: str) -> None:
    """Whoever writes may add a draft; to hide what others publish is publishing."""
    require(actor, Capability.CONTENT_PUBLISH if kind == PageKind.HIDDEN else Capability.CONTENT_EDIT)


@transaction.atomic
def move_page(page_id: int, *, parent: int | None, before: int | None, actor: Viewer) -> Page:
    """Moves a page under ``parent`` (None: the first level), before the page ``before`` (None: to the end).

    Raises ``Refusals`` when it would stand under itself, ``NotVisible``.
    """
    page, space = _held(actor, page_id)
    if page.kind != PageKind.OWN:
        refuse([Refusal("", "variant", _("It stands where the page from above stands. Move an own page."))])
    _refuse_parent(space, page, parent)
    siblings = [one for one in _siblings(space, parent) if one.pk != page.pk]
    place = next((n for n, one in enumerate(siblings) if one.pk == before), len(siblings))
    left = siblings[place - 1].order if place else None
    right = siblings[place].order if place < len(siblings) else None
    order = page_rules.order_between(left, right)
    if order is None:
        own = [*siblings[:place], page, *siblings[place:]]
        for number, one in enumerate(own, start=1):
            one.order = number * page_rules.STEP
        Page.objects.bulk_update(own, ["order"])
        order = page.order
    page.parent_id, page.order = parent, order
    page.version += 1
    page.save(update_fields=["parent", "order", "version"])
    _changed(space)
    record("information.page.moved", actor=actor, object=(PAGE, page.pk))
    return page


@transaction.atomic
def change_page(page_id: int, place: PagePlace, *, actor: Viewer, expected_version: int) -> Page:
    """Changes key, icon and the day of the next look. Raises ``EditClash``, ``Refusals``, ``NotVisible``."""
    page, space = _held(actor, page_id)
    if page.version != expected_version:
        raise EditClash(theirs={"key": page.key}, version=page.version, who="", when=clock.now())
    if page.kind == PageKind.OWN:
        found, _of = _check(space, place, page)
        refuse(found)
        page.key = slugify(place.key)[:80]
        _free_key(space, page.key, page.pk)
    page.icon, page.review_by = place.icon, place.review_by
    page.version += 1
    page.save(update_fields=["key", "icon", "review_by", "version"])
    _changed(space)
    pages_changed([page.pk])
    record("information.page.changed", actor=actor, object=(PAGE, page.pk))
    return page


@transaction.atomic
def remove_page(page_id: int, *, actor: Viewer) -> Page:
    """Takes a page out of the tree; it can be put back. Refused while own pages stand under it. Safe to repeat."""
    require(actor, Capability.CONTENT_PUBLISH)
    page, space = _held(actor, page_id)
    if page.removed_on is not None:
        return page
    if Page.objects.filter(parent=page, space=space, removed_on=None).exists():
        words = _("There are pages under it. Move them elsewhere or take them out first.")
        refuse([Refusal("", "children", words)])
    page.removed_on = clock.today()
    page.version += 1
    page.save(update_fields=["removed_on", "version"])
    _changed(space)
    pages_changed([page.pk])
    record("information.page.removed", actor=actor, object=(PAGE, page.pk))
    return page


@transaction.atomic
def put_back_page(page_id: int, *, actor: Viewer) -> Page:
    """Puts a page back where it stood, or on the first level when that place is gone. Safe to repeat."""
    require(actor, Capability.CONTENT_PUBLISH)
    page, space = _held(actor, page_id)
    if page.removed_on is None:
        return page
    if page.of_id and Page.objects.filter(space=space, of_id=page.of_id, removed_on=None).exists():
        words = _("There is another page in its place now. Take that one out first.")
        refuse([Refusal("", "taken", words)])
    if page.kind == PageKind.OWN:
        refuse(_key_faults(space, page.key, page))
    if page.parent_id and Page.objects.filter(pk=page.parent_id).exclude(removed_on=None).exists():
        page.parent_id = None
    page.removed_on = None
    page.version += 1
    page.save(update_fields=["removed_on", "parent", "version"])
    _changed(space)
    pages_changed([page.pk])
    record("information.page.put-back", actor=actor, object=(PAGE, page.pk))
    return page


def _held(actor: Viewer, page_id: int) -> tuple[Page, Space]:
    """The page and its space, whose row is locked: one change of a tree at a time."""
    space_id = access.own_page(actor, page_id).space_id
    space = Space.objects.select_for_update().get(pk=space_id)
    page = Page.objects.select_related("of").filter(pk=page_id).first()
    if page is None:
        raise NotVisible
    page.space = space
    return page, space


def chain_ids(space: Space) -> list[int]:
    """The space and those that it inherits from, the nearest first. At most two statements."""
    found = [space.pk]
    current = space
    while current.parent_id is not None:
        found.append(current.parent_id)
        current = Space.objects.get(pk=current.parent_id)
    return found


def _check(space: Space, place: PagePlace, page: Page | None) -> tuple[list[Refusal], Page | None]:
    found: list[Refusal] = []
    chain = chain_ids(space)
    if place.kind not in PageKind.values:
        return [Refusal("kind", "unknown", _("Choose what kind of page it is."))], None
    if page is None and place.kind != PageKind.OWN:
        of = Page.objects.filter(
            pk=place.of or 0, space_id__in=chain[1:], kind=PageKind.OWN, removed_on=None
        ).first()
        if of is None:
            found.append(Refusal("of", "unknown", _("Choose a page that comes from above.")))
        elif Page.objects.filter(space=space, of=of, removed_on=None).exists():
            words = _("Your pages say something about this page already. Change that instead.")
            found.append(Refusal("of", "twice", words))
        return found, of
    found += _key_faults(space, slugify(place.key)[:80], page)
    if page is None and place.parent is not None and not _can_stand_under(chain, place.parent):
        found.append(Refusal("parent", "unknown", _("Choose a page of this site to stand under.")))
    return found, None


def _key_faults(space: Space, key: str, page: Page | None) -> list[Refusal]:
    """Why an own page cannot have this key. ``page``: the one that has it, or is to have it."""
    if not key:
        return [Refusal("key", "required", _("Write the last part of the address, for example housing."))]
    if key in RESERVED_KEYS:
        return [Refusal("key", "reserved", _("This address means something else. Choose another word."))]
    others = Page.objects.filter(key=key, kind=PageKind.OWN, removed_on=None).exclude(
        pk=page.pk if page else 0
    )
    if others.filter(space_id__in=[*chain_ids(space), *_below(space)]).exists():
        words = _("Another page has this address already: %(key)s. Choose another word.")
        return [Refusal("key", "twice", words, {"key": key})]
    return []


def _below(space: Space) -> list[int]:
    """Spaces that inherit from this one."""
    first = list(Space.objects.filter(parent=space).values_list("pk", flat=True))
    return first + list(Space.objects.filter(parent__in=first).values_list("pk", flat=True))


def _can_stand_under(chain: list[int], parent: int) -> bool:
    return Page.objects.filter(pk=parent, space_id__in=chain, kind=PageKind.OWN, removed_on=None).exists()


def _refuse_parent(space: Space, page: Page, parent: int | None) -> None:
    if parent is None:
        return
    chain = chain_ids(space)
    if not _can_stand_under(chain, parent):
        refuse([Refusal("parent", "unknown", _("Choose a page of this site to stand under."))])
    parents = dict(Page.objects.filter(space_id__in=chain).values_list("pk", "parent_id"))
    if page_rules.leads_to_itself(page.pk, parent, parents):
        refuse([Refusal("parent", "itself", _("A page cannot stand under itself."))])


def _siblings(space: Space, parent: int | None) -> list[Page]:
    """The space's own pages on one level, in their order. Those that it inherits stand before them."""
    rows = Page.objects.filter(space=space, parent_id=parent, kind=PageKind.OWN, removed_on=None)
    return list(rows.order_by("order", "pk"))


def _grow(space: Space) -> None:
    space.tree_version += 1
    space.save(update_fields=["tree_version"])


def _changed(space: Space) -> None:
    """The tree that readers see is another one now."""
    _grow(space)
    touch([space.pk])
