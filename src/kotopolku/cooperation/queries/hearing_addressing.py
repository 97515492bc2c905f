"""Which organisations and bodies a hearing asks, and how many of them are waited for.

Not for: the words of the choice (``forms_hearings.py``).
"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.cooperation import access_bodies
from kotopolku.cooperation.hearing_rules import Asked
from kotopolku.cooperation.models import Body, Bulletin, Hearing, HearingInvitee, Statement
from kotopolku.cooperation.queries.addressing import organisations_addressed
from kotopolku.reference import queries as reference


def meant(asked: Asked, by: Organisation, day: date) -> list[Organisation]:
    """The organisations that are meant on a day, each once, in alphabetical order. Addressed as bulletins are."""
    named = Bulletin(to_organisations=list(asked.organisations))
    wide = Bulletin(to_kinds=list(asked.kinds), to_duties=list(asked.duties))
    found = {one.pk: one for one in organisations_addressed(named, day)} if asked.organisations else {}
    if asked.kinds or asked.duties:
        own = _municipalities(by, day) if asked.near else frozenset()
        for one in organisations_addressed(wide, day):
            if not asked.near or own & _municipalities(one, day):
                found[one.pk] = one
    return sorted(found.values(), key=lambda one: (one.sort_key_fi, one.code))


def _municipalities(of: Organisation, day: date) -> frozenset[str]:
    """Codes of the municipalities in an organisation's area; none for one without an area."""
    if of.area_kind == "municipality":
        return frozenset({of.area_code})
    if of.area_kind == "country":
        return frozenset(one.code for one in reference.municipalities_on(day))
    if not of.area_kind:
        return frozenset()
    return frozenset(one.code for one in reference.municipalities_in(of.area_kind, of.area_code, day))


def unanswered(hearing: Hearing) -> "QuerySet[HearingInvitee]":
    """Those asked who have neither given a statement nor said that they give none. For who keeps the hearing."""
    return silent().filter(hearing=hearing)


def silent() -> "QuerySet[HearingInvitee]":
    """Those asked, in any hearing, who have not answered; to be narrowed."""
    given = Statement.objects.filter(
        hearing=OuterRef("hearing"), organisation=OuterRef("organisation"), given_at__isnull=False
    )
    given = given.annotate(whose=Coalesce("body", 0)).filter(whose=Coalesce(OuterRef("body"), 0))
    return HearingInvitee.objects.filter(~Exists(given), declined_at=None)


def bodies_to_ask(viewer: Viewer) -> "QuerySet[Body]":
    """Bodies that have not ended, of organisations of today, the own organisation's too, by name."""
    rows = access_bodies.bodies(viewer).filter(Q(ended_on=None) | Q(ended_on__gte=viewer.day))
    rows = rows.filter(organisation__valid__contains=viewer.day)
    return rows.order_by("name_fi", "organisation__sort_key_fi", "pk")


def waiting(hearing: Hearing) -> int:
    """How many are waited for. One statement."""
    return unanswered(hearing).count()
