"""Acts on the addresses that texts lead to: what a check found, trust of a person, one address put in place of another.

Not for: asking the address (``link_checking.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusal, refuse
from kotopolku.information import blocks, link_checking, parts
from kotopolku.information.actions.texts import TextContent, publish, save_text
from kotopolku.information.models import Link
from kotopolku.information.queries import links as queries
from kotopolku.information.queries.translating import content_of
from kotopolku.journal.actions import record

LINK = "information.link"


@transaction.atomic
def write_checks(found: Mapping[int, link_checking.Found], *, actor: Viewer) -> int:
    """Stores what checks of the day found, by the link's id; returns how many. Links that are gone by now are passed over."""
    require(actor, Capability.CONTENT_EDIT)
    if not found:
        return 0
    now = clock.now()
    rows = list(Link.objects.select_for_update().filter(pk__in=sorted(found)).order_by("pk"))
    for row in rows:
        one = found[row.pk]
        last = row.checked_at.astimezone(clock.HELSINKI).date() if row.checked_at else None
        judged = link_checking.judged(one, failures=row.failures, last_day=last, day=now.date())
        row.state, row.failures, row.cause = judged.state, judged.failures, judged.cause
        row.status, row.milliseconds, row.checked_at = one.status, one.milliseconds, now
        row.moved_to = judged.moved_to if len(judged.moved_to) <= 1_000 else ""
    Link.objects.bulk_update(
        rows, ["state", "failures", "cause", "status", "milliseconds", "checked_at", "moved_to"]
    )
    record("information.links.checked", actor=actor, details={"links": len(rows)})
    return len(rows)


@transaction.atomic
def trust_link(link_id: int, *, actor: Viewer, trusted: bool) -> Link:
    """A person says that an address works: no more warnings of it. Or takes that back. Safe to repeat."""
    row = queries.link(actor, link_id, lock=True)
    if row.ignored != trusted:
        row.ignored = trusted
        row.save(update_fields=["ignored"])
        record("information.link.trusted", actor=actor, object=(LINK, row.pk), details={"trusted": trusted})
    return row


@dataclass(frozen=True)
class Replaced:
    """How many texts got a new version, and how many of these readers see already."""

    texts: int
    published: int


@transaction.atomic
def replace_everywhere(link_id: int, new: str, *, actor: Viewer, expected_mark: str) -> Replaced:
    """Puts another address in place of this one in every text that the own organisation keeps, as a minor version.

    A text whose newest version readers see is published again, and one that waits for its time goes on waiting, when the
    actor may publish. Texts of others stay as they are. ``expected_mark``: of the list that was looked at. Raises
    ``Refusals``, ``EditClash``, ``NotVisible``.
    """
    row = queries.link(actor, link_id, lock=True)
    new = new.strip()
    refuse(check_address(row.address, new))
    uses = queries.uses(actor, row)
    own = [one for one in uses if one.own and one.newest]
    if not own:
        refuse([Refusal("", "nothing", _("No newest version of your pages leads to this address."))])
    if queries.mark_of(uses) != expected_mark:
        raise EditClash(theirs={}, version=0, who="", when=clock.now())
    published = 0
    for one in own:
        text, latest = one.text, one.text.latest
        if latest is None:
            raise NotVisible
        was_seen = text.published_id == latest.pk
        changed = parts.replaced(content_of(latest), row.address, new)
        content = TextContent(
            changed.title,
            changed.summary,
            changed.blocks,
            minor=True,
            machine=latest.machine,
            made_from=latest.made_from.number if latest.made_from else None,
        )
        save_text(text.page_id, text.language, content, actor=actor, expected_version=text.version)
        if was_seen and actor.may(Capability.CONTENT_PUBLISH):
            publish(text.page_id, text.language, actor=actor, until=text.unpublish_at)
            published += 1
        elif text.publish_at is not None and actor.may(Capability.CONTENT_PUBLISH):
            publish(text.page_id, text.language, actor=actor, at=text.publish_at, until=text.unpublish_at)
    record("information.link.replaced", actor=actor, object=(LINK, row.pk), details={"texts": len(own)})
    return Replaced(len(own), published)


def check_address(old: str, new: str) -> list[Refusal]:
    """What is wrong with an address that is to take another's place."""
    if not new:
        return [Refusal("new", "required", _("Write the new address."))]
    if len(new) > 1_000 or not new.startswith(("https://", "http://")) or not blocks.is_safe_address(new):
        return [Refusal("new", "bad-address", _("Write a whole web address. Begin it with https://"))]
    if any(sign in new for sign in " <>()\n\t"):
        words = _("The address has a space or a bracket in it. Copy it from the browser's address line.")
        return [Refusal("new", "bad-address", words)]
    if new == old:
        return [Refusal("new", "same", _("This is the same address."))]
    return []
