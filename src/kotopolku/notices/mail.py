"""E-mail about notices: at once, or once a day. Says how many and of which kind, with a link; never who it is about.

Sent by a job after the notice's transaction: a mail server that is down holds nobody up, and nothing is lost, because a
notice stays to be mailed until a mail with it has gone. Not for: the words of a notice (``notice_kinds.py`` of rooms).
"""

import logging
import smtplib
from collections import Counter
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.notices import actions, kinds, queries
from kotopolku.notices.models import Delivery, Notice, Wish

log = logging.getLogger(__name__)
OWN_PAGES = "/my/"


def send_waiting(delivery: str, viewer: Viewer) -> tuple[int, int]:
    """Sends to every user one mail about the unseen notices that go by ``delivery``. Returns (mails sent, failed)."""
    with transaction.atomic():
        rowsecurity.apply(viewer)
        waiting = Notice.objects.filter(seen_at=None, mailed_at=None)
        users = sorted(set(waiting.values_list("user_id", flat=True)))
    sent = failed = 0
    for user_id in users:
        with transaction.atomic():
            rowsecurity.apply(viewer)
            outcome = _send_to(user_id, delivery, viewer)
        sent += outcome is True
        failed += outcome is False
    return sent, failed


def _send_to(user_id: int, delivery: str, viewer: Viewer) -> bool | None:
    """True: sent. False: the server did not take it, so it waits. None: nothing for this user now."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not user.email:
        return None
    own = dict(Wish.objects.filter(user=user).values_list("kind", "delivery"))
    rows = Notice.objects.select_for_update(skip_locked=True).filter(user=user, seen_at=None, mailed_at=None)
    chosen = [row for row in rows if queries.delivery_of(row.kind, own) == delivery]
    if not chosen:
        return None
    try:
        _letter(user, chosen).send()
    except (OSError, smtplib.SMTPException) as error:
        # Only the kind of fault: an address may stand in its text.
        log.warning("notices: e-mail was not sent (%s); it will be tried again", type(error).__name__)
        return False
    actions.mark_mailed([row.pk for row in chosen], actor=viewer)
    return True


def _page(rows: Iterable[Notice]) -> str:
    """Where they are read: a client has no list of notices, but pages of one's own."""
    return OWN_PAGES if all(row.address.startswith(OWN_PAGES) for row in rows) else "/notices/"


def _letter(user: User, rows: Iterable[Notice]) -> EmailMessage:
    chosen = list(rows)
    with translation.override(user.language):
        counted = Counter(row.kind for row in chosen)
        lines = [f"– {kinds.registered()[kind].title}: {count}" for kind, count in sorted(counted.items())]
        total = sum(counted.values())
        body = [
            ngettext(
                "There is one new notice for you in Kotopolku.",
                "There are %(count)d new notices for you in Kotopolku.",
                total,
            )
            % {"count": total},
            "",
            *lines,
            "",
            _("Sign in to read: %(address)s") % {"address": f"{settings.SITE_ADDRESS}{_page(chosen)}"},
            _("This message holds no personal data. You choose in the product what you get by e-mail."),
        ]
        return EmailMessage(_("Kotopolku: new notices"), "\n".join(body), to=[user.email])


def at_once(viewer: Viewer) -> tuple[int, int]:
    return send_waiting(Delivery.AT_ONCE, viewer)


def daily(viewer: Viewer) -> tuple[int, int]:
    return send_waiting(Delivery.DAILY, viewer)
