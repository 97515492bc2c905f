"""Invented organisations' people for this room's tests: a user in a seat, a viewer, a signed-in browser."""

from datetime import date

from django.test import Client

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import actions, queries, signin
from kotopolku.actors.models import Organisation, User

DAY = date(2026, 11, 23)


def authority(code: str) -> Organisation:
    """The organisation of that code, which the test database holds."""
    found = queries.organisation(code)
    assert found is not None
    return found


def operator(day: date = DAY) -> Viewer:
    """The operator at the command line, let through row security."""
    viewer = Viewer.for_system("test", day)
    rowsecurity.apply(viewer)
    return viewer


def member(
    username: str,
    code: str,
    role: Role,
    *,
    first: date = date(2020, 1, 1),
    last: date | None = None,
    persona: bool = False,
) -> User:
    """A user with one seat."""
    actor = operator()
    user = actions.create_user(
        actor=actor,
        username=username,
        full_name=username.replace(".", " ").title(),
        email=f"{username}@example.fi",
        password="long enough to pass",
        language="en",
        persona=persona,
    )
    actions.add_membership(
        actor=actor, user=user, organisation=authority(code), role=role, valid_from=first, valid_until=last
    )
    return user


def viewer_of(user: User, day: date = DAY) -> Viewer:
    """The user's viewer on a day, applied to row security."""
    viewer = signin.entry_of_user(user, day=day).viewer
    rowsecurity.apply(viewer)
    return viewer


def browser_of(user: User | None = None) -> Client:
    """A browser, signed in if a user is given."""
    browser = Client()
    if user is not None:
        browser.force_login(user, backend=signin.BACKEND)
    return browser
