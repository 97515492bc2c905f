"""Seats, teams and invitations: an administrator's own organisation and no other."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.actors import actions, signin
from kotopolku.actors.models import Invitation, Membership, Team, User
from kotopolku.actors.rules import Refusal
from kotopolku.actors.tests.people import DAY, authority, browser_of, member, operator, viewer_of
from kotopolku.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


@pytest.fixture
def administrator() -> User:
    return member("admin.vantaa", "kunta-092", Role.ADMINISTRATOR)


def invitation_of(administrator: User, email: str = "uusi@example.fi") -> Invitation:
    return actions.invite(
        actor=viewer_of(administrator),
        organisation=authority("kunta-092"),
        email=email,
        full_name="Uusi Malli",
        role=Role.CASEWORKER,
        invited_by=administrator,
    )


def test_a_seat_is_valid_on_its_days_only() -> None:
    user = member("worker", "kunta-092", Role.CASEWORKER, first=date(2026, 1, 1), last=date(2026, 6, 30))
    assert signin.entry_of_user(user, day=date(2025, 12, 31)).viewer.seat is None
    assert signin.entry_of_user(user, day=date(2026, 6, 30)).viewer.seat is not None
    assert signin.entry_of_user(user, day=date(2026, 7, 1)).viewer.seat is None


def test_a_seat_ends_with_its_organisation() -> None:
    user = member("worker", "te-01", Role.CASEWORKER)
    assert signin.entry_of_user(user, day=date(2024, 12, 31)).viewer.seat is not None
    assert signin.entry_of_user(user, day=date(2025, 1, 1)).viewer.seat is None


def test_the_chosen_seat_is_taken_and_a_strange_one_is_not() -> None:
    user = member("two.seats", "kunta-092", Role.CASEWORKER)
    second = actions.add_membership(
        actor=operator(),
        user=user,
        organisation=authority("kunta-205"),
        role=Role.READER,
        valid_from=date(2020, 1, 1),
    )
    chosen = signin.entry_of_user(user, chosen=second.pk).viewer
    assert chosen.seat is not None
    assert chosen.seat.organisation_code == "kunta-205"
    assert len(chosen.other_seats) == 1
    strange = signin.entry_of_user(user, chosen=999_999).viewer
    assert strange.seat is not None
    assert strange.seat.organisation_code == "kunta-092"


def test_the_seat_is_chosen_on_the_page() -> None:
    user = member("two.seats", "kunta-092", Role.CASEWORKER)
    second = actions.add_membership(
        actor=operator(),
        user=user,
        organisation=authority("kunta-092"),
        role=Role.ADMINISTRATOR,
        valid_from=date(2020, 1, 1),
    )
    browser = browser_of(user)
    assert browser.get("/organisation/members/").status_code == 403
    assert (
        browser.post("/seat/", {"seat": second.pk, "next": "//elsewhere.example"}).headers["Location"] == "/"
    )
    assert browser.get("/organisation/members/").status_code == 200


def test_an_administrator_manages_only_the_own_organisation(administrator: User) -> None:
    actor = viewer_of(administrator)
    stranger = member("worker.kajaani", "kunta-205", Role.CASEWORKER)
    seat = Membership.objects.get(user=stranger)
    with pytest.raises(NotVisible):
        actions.end_membership(actor=actor, membership=seat, last_day=DAY)
    with pytest.raises(NotVisible):
        actions.add_membership(
            actor=actor, user=stranger, organisation=authority("kunta-205"), role=Role.READER, valid_from=DAY
        )
    with pytest.raises(NotVisible):
        actions.create_team(actor=actor, organisation=authority("kunta-205"), name="Tiimi")
    browser = browser_of(administrator)
    assert browser.get(f"/organisation/members/{seat.pk}/").status_code == 404
    assert browser.post(f"/organisation/members/{seat.pk}/end/", {"last_day": "1.1.2026"}).status_code == 404
    seat.refresh_from_db()
    assert seat.valid.upper is None


def test_a_worker_cannot_manage_members() -> None:
    worker = member("worker", "kunta-092", Role.CASEWORKER)
    with pytest.raises(MissingCapability):
        actions.create_team(actor=viewer_of(worker), organisation=authority("kunta-092"), name="Tiimi")
    browser = browser_of(worker)
    before = Entry.objects.filter(action="access.denied").count()
    assert browser.get("/organisation/members/").status_code == 403
    assert browser.post("/organisation/teams/", {"name": "Tiimi"}).status_code == 403
    assert Team.objects.count() == 0
    assert Entry.objects.filter(action="access.denied").count() == before + 2


def test_a_municipality_cannot_make_ministry_officers(administrator: User) -> None:
    with pytest.raises(Refusal):
        actions.add_membership(
            actor=viewer_of(administrator),
            user=administrator,
            organisation=authority("kunta-092"),
            role=Role.MINISTRY_OFFICER,
            valid_from=DAY,
        )


def test_a_new_role_begins_today_and_the_old_one_stays_in_history(administrator: User) -> None:
    worker = member("worker", "kunta-092", Role.CASEWORKER)
    seat = Membership.objects.get(user=worker)
    actions.change_membership(
        actor=viewer_of(administrator),
        membership=seat,
        role=Role.TEAM_LEADER,
        team=None,
        title="johtaja",
        on=DAY,
    )
    seats = list(Membership.objects.filter(user=worker).order_by("valid"))
    assert [(row.role, row.valid.lower, row.last_day) for row in seats] == [
        ("caseworker", date(2020, 1, 1), DAY - timedelta(days=1)),
        ("team-leader", DAY, None),
    ]
    now = signin.entry_of_user(worker).viewer.seat
    assert now is not None
    assert now.role == Role.TEAM_LEADER


def test_administrators_cannot_lock_themselves_out(administrator: User) -> None:
    seat = Membership.objects.get(user=administrator)
    actor = viewer_of(administrator)
    with pytest.raises(Refusal):
        actions.end_membership(actor=actor, membership=seat, last_day=DAY)
    with pytest.raises(Refusal):
        actions.change_membership(actor=actor, membership=seat, role=Role.READER, team=None, title="", on=DAY)


def test_an_invitation_opens_an_account_once(administrator: User) -> None:
    invitation = invitation_of(administrator)
    browser = browser_of()
    address = f"/invitation/{invitation.token}/"
    assert browser.get(address).status_code == 200
    typed = {"username": "uusi.malli", "password": "a long new password", "again": "a long new password"}
    answer = browser.post(address, typed)
    assert answer.status_code == 302
    user = User.objects.get(username="uusi.malli")
    assert signin.entry_of_user(user).viewer.organisation_id == authority("kunta-092").pk
    assert browser.get("/who-answers/").status_code == 200
    other = browser_of()
    assert other.get(address).status_code == 410
    assert other.post(address, typed | {"username": "second"}).status_code == 410
    assert not User.objects.filter(username="second").exists()


def test_a_signed_in_person_accepts_for_the_own_account(administrator: User) -> None:
    worker = member("worker", "kunta-205", Role.CASEWORKER)
    invitation = invitation_of(administrator)
    assert browser_of(worker).post(f"/invitation/{invitation.token}/").status_code == 302
    assert Membership.objects.filter(user=worker).count() == 2


def test_an_expired_or_withdrawn_invitation_opens_nothing(administrator: User) -> None:
    expired, withdrawn = (
        invitation_of(administrator, "a@example.fi"),
        invitation_of(administrator, "b@example.fi"),
    )
    Invitation.objects.filter(pk=expired.pk).update(expires_on=DAY - timedelta(days=1))
    actions.withdraw_invitation(actor=viewer_of(administrator), invitation=withdrawn)
    for invitation in (expired, withdrawn):
        typed = {"username": "uusi.malli", "password": "a long new password", "again": "a long new password"}
        assert browser_of().post(f"/invitation/{invitation.token}/", typed).status_code == 410
    assert not User.objects.filter(username="uusi.malli").exists()


def test_an_unknown_invitation_does_not_exist() -> None:
    assert browser_of().get(f"/invitation/{uuid4()}/").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"username": "uusi.malli", "password": "short", "again": "short"},
        {"username": "uusi.malli", "password": "a long new password", "again": "another password"},
        {"username": "admin.vantaa", "password": "a long new password", "again": "a long new password"},
        {"username": "", "password": "", "again": ""},
    ],
)
def test_a_wrong_name_or_password_is_explained(administrator: User, typed: dict[str, str]) -> None:
    invitation = invitation_of(administrator)
    assert browser_of().post(f"/invitation/{invitation.token}/", typed).status_code == 422
    invitation.refresh_from_db()
    assert invitation.accepted_on is None


def test_inviting_twice_makes_one_invitation(administrator: User) -> None:
    assert invitation_of(administrator).pk == invitation_of(administrator).pk


def test_the_administrators_pages(administrator: User, mailoutbox: list[object]) -> None:
    worker = member("worker", "kunta-092", Role.CASEWORKER)
    seat = Membership.objects.get(user=worker)
    browser = browser_of(administrator)
    assert browser.post("/organisation/teams/", {"name": "Länsi"}).status_code == 302
    assert browser.post("/organisation/teams/", {"name": "länsi"}).status_code == 422
    team = Team.objects.get()
    assert browser.post(f"/organisation/teams/{team.pk}/", {"name": "Itä"}).status_code == 302
    assert browser.get(f"/organisation/teams/{team.pk}/").status_code == 200
    invite = {"full_name": "Uusi Malli", "email": "uusi@example.fi", "role": "caseworker"}
    assert browser.post("/organisation/members/invite/", invite).status_code == 302
    assert len(mailoutbox) == 1
    assert browser.post("/organisation/members/invite/", invite | {"email": "no"}).status_code == 422
    assert (
        browser.post("/organisation/members/invite/", invite | {"role": "ministry-officer"}).status_code
        == 422
    )
    page = browser.get("/organisation/members/").content.decode()
    assert "Uusi Malli" in page
    assert "Worker" in page
    change = {"role": "team-leader", "team": str(team.pk), "title": "vastaava"}
    assert browser.post(f"/organisation/members/{seat.pk}/", change).status_code == 302
    new = Membership.objects.get(user=worker, role="team-leader")
    assert browser.get(f"/organisation/members/{new.pk}/").status_code == 200
    assert browser.post(f"/organisation/members/{new.pk}/end/", {"last_day": "23.11.2026"}).status_code == 302
    assert signin.entry_of_user(worker, day=DAY + timedelta(days=1)).viewer.seat is None
    invitation = Invitation.objects.get()
    assert browser.post(f"/organisation/invitations/{invitation.pk}/withdraw/").status_code == 302


def test_mail_that_does_not_go_leaves_the_link(administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_options: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("kotopolku.actors.pages_members.send_mail", broken)
    browser = browser_of(administrator)
    invite = {"full_name": "Uusi Malli", "email": "uusi@example.fi", "role": "caseworker"}
    page = browser.post("/organisation/members/invite/", invite, follow=True).content.decode()
    assert str(Invitation.objects.get().token) in page
