"""What the frame of every page shows: menu by rights, seats, day, languages, new notices. One query, for the last.

Not for: the content of pages.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability, Role
from kotopolku.access.viewer import Seat, Viewer
from kotopolku.actors.models import OrganisationKind
from kotopolku.mypage.languages import Language, current
from kotopolku.notices import queries as notices
from kotopolku.placement.access import REGIONS
from kotopolku.portal import preferences


@dataclass(frozen=True)
class MenuItem:
    name: str
    path: str
    icon: str
    current: bool
    gap: bool = False


@dataclass(frozen=True)
class Frame:
    viewer: Viewer | None
    menu: tuple[MenuItem, ...]
    scheme: str
    languages: tuple[tuple[str, str], ...]
    further: tuple[Language, ...]
    """Languages of readers beside the official ones."""
    language: Language
    demo: bool
    day: date
    travelling: bool
    initials: str
    role: str
    path: str
    may_search: bool
    seats: tuple[tuple[Seat, str], ...]
    unseen: int
    """New notices."""

    def at(self, path: str) -> "Frame":
        """The same frame around another address."""
        return replace(self, path=path)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Template variable ``frame``; made only when a template asks for it."""
    return {"frame": SimpleLazyObject(lambda: make_frame(request))}


def make_frame(request: HttpRequest) -> Frame:
    viewer: Viewer | None = getattr(request, "viewer", None)
    signed_in = viewer if viewer is not None and viewer.user_id is not None else None
    seat = signed_in.seat if signed_in else None
    return Frame(
        viewer=signed_in,
        menu=_menu(signed_in, request.path) if signed_in else (),
        scheme=preferences.scheme_of(request),
        languages=tuple(settings.LANGUAGES),
        further=preferences.further_languages(request),
        language=current(),
        demo=settings.DEMO,
        day=clock.today(),
        travelling=clock.is_travelling(),
        initials=_initials(signed_in.name) if signed_in else "",
        role=_seat_words(seat) if seat else "",
        path=request.get_full_path() if request.method == "GET" else request.path,
        may_search=bool(signed_in and signed_in.may(Capability.CLIENT_VIEW)),
        seats=tuple((other, _seat_words(other)) for other in signed_in.other_seats) if signed_in else (),
        unseen=_unseen(signed_in) if signed_in else 0,
    )


def _unseen(viewer: Viewer) -> int:
    """How many notices are new; none where the database is away: pages of faults have this frame too."""
    try:
        return notices.unseen(viewer)
    except (DatabaseError, InterfaceError):
        return 0


def _menu(viewer: Viewer, path: str) -> tuple[MenuItem, ...]:
    seat = viewer.seat
    rooms = _rooms(seat.capabilities, seat.organisation_kind, get_language()) if seat else ()
    inside = [room.path for room in rooms if room.path != "/" and path.startswith(_under(room.path))]
    here = max(inside, key=lambda room: len(_under(room)), default=path)
    return tuple(replace(room, current=True) if room.path == here else room for room in rooms)


def _under(room: str) -> str:
    """What addresses of the room begin with: of a room of several lists, not only with its first list."""
    return room.removesuffix("services/") if room == reverse("information:services") else room


@lru_cache(maxsize=256)
def _rooms(rights: frozenset[Capability], kind: str, _language: str | None) -> tuple[MenuItem, ...]:
    """The menu for these rights in an organisation of a kind, in the language that is on: made once, not for every page."""
    quality, quality_right = reverse("quality:overview"), Capability.TEAM_VIEW
    if quality_right not in rights:
        quality, quality_right = reverse("quality:authorities"), Capability.COUNTS_VIEW
    menu = [
        (_("My work"), reverse("my-work"), "inbox", Capability.SIGNED_IN, False),
        (_("Clients"), reverse("clients:list"), "users", Capability.CLIENT_VIEW, False),
        (_("My desk"), reverse("desk:desk"), "edit", Capability.CLIENT_VIEW, False),
        (_("Calendar"), reverse("appointments:calendar"), "calendar", Capability.CLIENT_VIEW, False),
        (_("Hand-overs"), reverse("handover:index"), "handover", Capability.CLIENT_HANDOVER, False),
        (_("Referrals"), reverse("handover:referrals"), "pin", Capability.CLIENT_REFER, False),
        (_("Placements"), reverse("placement:index"), "house", Capability.PLACEMENT_VIEW, True),
        (_("Municipal places"), reverse("placement:places"), "pin", Capability.PLACEMENT_VIEW, False),
        (_("Agreements"), reverse("placement:agreements"), "edit", Capability.PLACEMENT_VIEW, False),
        (_("Compensation"), reverse("placement:money"), "table", Capability.PLACEMENT_VIEW, False),
        (_("Courses"), reverse("training:courses"), "book", Capability.TRAINING_VIEW, True),
        (_("Need for training"), reverse("training:need"), "chart", Capability.TRAINING_MANAGE, False),
        (_("Results of training"), reverse("training:results"), "chart", Capability.TRAINING_VIEW, False),
        (_("Tenders"), reverse("procurement:tenders"), "tender", Capability.PROCUREMENT_VIEW, False),
        (_("Contracts"), reverse("procurement:contracts"), "table", Capability.PROCUREMENT_VIEW, False),
        (_("Teaching"), reverse("training:teaching"), "book", Capability.ATTENDANCE_REPORT, True),
        (_("Our results"), reverse("training:results-own"), "chart", Capability.ATTENDANCE_REPORT, False),
        (_("Tenders to bid on"), reverse("procurement:bids"), "tender", Capability.BID_SUBMIT, False),
        (_("Clarifications"), reverse("procurement:clarifications"), "talk", Capability.BID_SUBMIT, False),
        (_("Decisions"), reverse("procurement:decisions-told"), "law", Capability.BID_SUBMIT, False),
        (_("Our contracts"), reverse("procurement:contracts-ours"), "table", Capability.BID_SUBMIT, False),
        (_("Team"), reverse("clients:team"), "group", Capability.TEAM_LEAD, True),
        (_("Training providers"), reverse("progress:providers"), "book", Capability.TEAM_LEAD, False),
        (_("Public pages"), reverse("information:front"), "globe", Capability.CONTENT_EDIT, True),
        (
            _("Services and events"),
            reverse("information:services"),
            "calendar",
            Capability.ACTIVITY_KEEP,
            False,
        ),
        (
            _("Entries to approve"),
            reverse("information:approvals"),
            "check",
            Capability.ACTIVITY_APPROVE,
            False,
        ),
        (_("Feedback on pages"), reverse("information:feedback"), "talk", Capability.CONTENT_EDIT, False),
        (
            _("Service catalogue"),
            reverse("information:catalogue"),
            "table",
            Capability.CONTENT_PUBLISH,
            False,
        ),
        (_("Data quality"), quality, "check", quality_right, False),
        (_("Follow-ups"), reverse("progress:follow-ups"), "flag", Capability.CLIENT_VIEW, False),
        (_("Training absences"), reverse("progress:absences"), "wait", Capability.CLIENT_VIEW, False),
        (_("Import and export"), reverse("exchange:imports"), "table", Capability.CLIENT_IMPORT, False),
        (_("National system"), reverse("exchange:national"), "scheme", Capability.CLIENT_IMPORT, False),
        (_("Requests to correct"), reverse("mypage:corrections"), "edit", Capability.CLIENT_EDIT, False),
        (_("Letters"), reverse("letters:register"), "mail", Capability.CLIENT_VIEW, False),
        (_("Counts"), reverse("counts"), "chart", Capability.COUNTS_VIEW, False),
        (_("What happened later"), reverse("progress:counts"), "chart", Capability.COUNTS_VIEW, False),
        (_("Attendance"), reverse("progress:attendance"), "book", Capability.ATTENDANCE_REPORT, False),
        (_("Shared space"), reverse("cooperation:front"), "group", Capability.SIGNED_IN, True),
        (_("Steering"), reverse("steering:front"), "scheme", Capability.SIGNED_IN, False),
        (_("Who answers"), reverse("actors:who_answers"), "flag", Capability.SIGNED_IN, False),
        (_("Directory"), reverse("actors:directory"), "contacts", Capability.SIGNED_IN, False),
        (_("Municipalities"), reverse("reference:municipalities"), "pin", Capability.SIGNED_IN, False),
        (_("Law"), reverse("law-rules"), "law", Capability.SIGNED_IN, False),
        (
            _("How long data are kept"),
            reverse("retention:overview"),
            "shield",
            Capability.RETENTION_MANAGE,
            True,
        ),
        (_("Journal"), reverse("journal-looks"), "history", Capability.JOURNAL_VIEW, True),
        (_("Members"), reverse("actors:members"), "group", Capability.MEMBERS_MANAGE, True),
        (_("API tokens"), reverse("actors:tokens"), "key", Capability.TOKENS_MANAGE, False),
    ]
    no_party = _no_party(kind)
    return tuple(
        MenuItem(name, address, icon, False, gap)
        for name, address, icon, right, gap in menu
        if right in rights and address not in no_party
    )


def _no_party(kind: str) -> set[str]:
    """Addresses of municipal places that an organisation of the kind has no part in, whatever its people may do."""
    agree = {OrganisationKind.MUNICIPALITY, *REGIONS}
    parties = {
        "placement:index": agree | {OrganisationKind.MINISTRY, OrganisationKind.WELLBEING},
        "placement:agreements": agree | {OrganisationKind.MINISTRY, OrganisationKind.WELLBEING},
        "placement:places": agree | {OrganisationKind.MINISTRY},
        "placement:money": agree | {OrganisationKind.WELLBEING},
    }
    return {reverse(address) for address, kinds in parties.items() if kind not in kinds}


def role_name(role: Role) -> str:
    """The role in the page's language."""
    return {
        Role.CASEWORKER: _("integration worker"),
        Role.TEAM_LEADER: _("team leader"),
        Role.ADMINISTRATOR: _("administrator"),
        Role.DATA_PROTECTION_OFFICER: _("data protection officer"),
        Role.REGIONAL_OFFICER: _("regional officer"),
        Role.MINISTRY_OFFICER: _("ministry officer"),
        Role.COUNTY_OFFICER: _("county officer"),
        Role.PROCUREMENT_OFFICER: _("procurement officer"),
        Role.READER: _("reader"),
        Role.PROVIDER: _("training provider"),
        Role.EDITOR: _("editor of public pages"),
        Role.COMMUNITY: _("association"),
    }[role]


def capability_name(capability: Capability) -> str:
    """The right in the page's language."""
    return {
        Capability.SIGNED_IN: _("a seat in an organisation on this day"),
        Capability.CLIENT_VIEW: _("see clients"),
        Capability.TRAINING_VIEW: _("see courses and who fits where"),
        Capability.TRAINING_MANAGE: _("plan courses and select students"),
        Capability.PROCUREMENT_VIEW: _("see the own authority's tenders and contracts"),
        Capability.PROCUREMENT_PREPARE: _("draft tenders and evaluate bids"),
        Capability.PROCUREMENT_DECIDE: _("publish, open, award and make contracts"),
        Capability.BID_SUBMIT: _("leave sealed bids"),
        Capability.CLIENT_REGISTER: _("register clients"),
        Capability.CLIENT_EDIT: _("change the data of clients"),
        Capability.CLIENT_EXPORT: _("take clients out as a table"),
        Capability.ASSESSMENT_WRITE: _("write assessments"),
        Capability.PLAN_WRITE: _("write integration plans"),
        Capability.PROTECTED_VIEW: _("see contact details under a non-disclosure order"),
        Capability.TEAM_VIEW: _("see the work of the team and the organisation"),
        Capability.COUNTS_VIEW: _("see counts of clients"),
        Capability.JOURNAL_VIEW: _("see who has looked at whose data"),
        Capability.CLIENT_REFER: _("refer a person to the municipality"),
        Capability.CLIENT_HANDOVER: _("hand clients over to another authority"),
        Capability.CLIENT_IMPORT: _("bring clients in from a file"),
        Capability.TEAM_LEAD: _("lead the work of a team"),
        Capability.RETENTION_MANAGE: _("manage how long data are kept"),
        Capability.ATTENDANCE_REPORT: _("report attendance"),
        Capability.TOKENS_MANAGE: _("manage the organisation's API tokens"),
        Capability.PLACEMENT_VIEW: _("see municipal places and agreements on them"),
        Capability.PLACEMENT_AGREE: _("agree on municipal places and propose cases"),
        Capability.PLACEMENT_ANSWER: _("answer for the municipality on places and proposals"),
        Capability.PLACEMENT_TARGET: _("set the targets of municipal places"),
        Capability.OWN_PATH: _("see one's own path"),
        Capability.CONTENT_EDIT: _("write and translate public pages"),
        Capability.CONTENT_PUBLISH: _("publish public pages"),
        Capability.ACTIVITY_KEEP: _("keep services and events for the public"),
        Capability.ACTIVITY_APPROVE: _("approve the entries of associations"),
        Capability.BULLETIN_SEND: _("send bulletins and arrange trainings for professionals"),
        Capability.EXPERTISE_ANSWER: _("answer for the centre of expertise"),
        Capability.STEERING_NATIONAL: _("prepare the State's programme"),
        Capability.STEERING_REGIONAL: _("write regional measures and reports"),
        Capability.PROGRAMME_KEEP: _("draw up the municipality's integration programme"),
        Capability.PATH_KEEP: _("describe service paths"),
        Capability.HEARING_KEEP: _("ask for statements"),
        Capability.STATEMENT_GIVE: _("give statements"),
        Capability.BODY_KEEP: _("appoint bodies of cooperation"),
        Capability.GUIDELINE_KEEP: _("prepare work-permit guidelines"),
        Capability.MEMBERS_MANAGE: _("manage the organisation's members"),
        Capability.CONTACTS_MANAGE: _("manage contacts"),
    }[capability]


def _seat_words(seat: Seat) -> str:
    return f"{role_name(seat.role)}, {seat.organisation_name}"


def _initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2]).upper()
