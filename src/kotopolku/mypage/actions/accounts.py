"""Accounts of the own page: opened at the first entry, by an identity provider or by a code from the office.

Not for: sessions (pages) and what the provider vouches for (``oidc.py``).
"""

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership, User
from kotopolku.clients import access as clients_access
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Person
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.clients.rules import identity_code as compact_identity_code
from kotopolku.families.models import Representative
from kotopolku.journal.actions import record
from kotopolku.mypage import languages, rules
from kotopolku.mypage.access import account_of, representatives_of
from kotopolku.mypage.models import OwnAccount, SignInCode, WrongCode

CODE = "mypage.code"
ACCOUNT = "mypage.account"


@dataclass(frozen=True)
class GivenCode:
    """A sign-in code as it is handed over; ``text`` is empty when the same form was sent before."""

    text: str
    expires_on: date


@dataclass(frozen=True)
class Entered:
    """The account that was opened, or why none was."""

    account: OwnAccount | None = None
    refusal: Refusal | None = None


@transaction.atomic
def give_code(
    relationship_id: int, *, actor: Viewer, representative_id: int | None = None, token: UUID | None = None
) -> GivenCode:
    """Makes a sign-in code for the client, or for the client's representative of the day.

    Earlier ones that were not used stop working. Raises ``Refusals``, ``NotVisible`` for another's representative.
    """
    case = cases.let_in(actor, Capability.CLIENT_EDIT, relationship_id)
    person = case.relationship.person
    if (before := cases.done_before(token, CODE)) is not None:
        return GivenCode("", SignInCode.objects.get(pk=before).expires_on)
    if person.birth_date is None:
        message = _("Write down the client's date of birth first: it is asked together with the code.")
        refuse([Refusal("", "no-birth-date", message)])
    if representative_id is not None and not representatives_of(person.pk, actor.day).filter(
        pk=representative_id
    ):
        raise NotVisible
    earlier = SignInCode.objects.filter(person=person, used_at=None, withdrawn=False)
    mine = Q(representative=None) if representative_id is None else Q(representative_id=representative_id)
    earlier.filter(mine).update(withdrawn=True)
    text = rules.code_of([secrets.randbelow(len(rules.CODE_LETTERS)) for _letter in range(rules.CODE_LENGTH)])
    due = law.due("O-CODE", clock.today()).due
    code = SignInCode.objects.create(
        person=person,
        relationship=case.relationship,
        representative_id=representative_id,
        code_hash=_code_hash(text),
        made_at=clock.now(),
        made_by_id=actor.user_id or 0,
        expires_on=due or clock.today(),
    )
    record("mypage.code.given", actor=actor, subjects=[person.pk], object=(CODE, code.pk), token=token)
    return GivenCode(text, code.expires_on)


def _code_hash(typed: str) -> bytes:
    return rules.fingerprint(settings.SECRET_KEY, "code", rules.compact_code(typed))


@transaction.atomic
def enter_by_code(typed: str, birth_date: date, place: str, *, actor: Viewer) -> Entered:
    """Opens the account of the client to whom the code was given, if the date of birth is the client's.

    A code works once. Wrong tries are counted, so this never raises: five wrong dates lock a code, and a place (a
    network address) from which many unknown codes come may not try more that day.
    """
    today = clock.today()
    with clients_access.seeing_all(actor):
        WrongCode.objects.filter(day__lt=today).delete()
        tries, _made = WrongCode.objects.select_for_update().get_or_create(
            place_hash=rules.fingerprint(settings.SECRET_KEY, "place", place), day=today
        )
        if tries.count >= rules.MOST_WRONG_CODES:
            return Entered(refusal=Refusal("", "too-many", TOO_MANY))
        code = (
            SignInCode.objects.select_for_update(of=("self",))
            .select_related("person", "representative")
            .filter(code_hash=_code_hash(typed))
            .first()
        )
        if code is None or code.withdrawn or code.used_at is not None or code.expires_on < today:
            tries.count += 1
            tries.save(update_fields=["count"])
            return Entered(refusal=Refusal("code", "unknown", UNKNOWN_CODE))
        if code.person.birth_date != birth_date:
            code.wrong_tries += 1
            code.withdrawn = code.wrong_tries >= rules.MOST_WRONG_DATES
            code.save(update_fields=["wrong_tries", "withdrawn"])
            record("mypage.code.refused", actor=actor, subjects=[code.person_id], object=(CODE, code.pk))
            return Entered(refusal=Refusal("code", "unknown", UNKNOWN_CODE))
        code.used_at = clock.now()
        code.save(update_fields=["used_at"])
        if code.representative is not None:
            return _opened_for_representative(code.representative, actor)
        return _opened(code.person, "code", actor)


UNKNOWN_CODE = _(
    "We do not know this code with this date of birth. Check both. A code works once. You can ask for a new code at your office."
)
TOO_MANY = _("There have been too many tries today. Try again tomorrow, or call your office.")
CLOSED = _("Your page has been closed. Call your office.")


@transaction.atomic
def enter_by_identity(identity_code: str, *, actor: Viewer) -> Entered:
    """Opens the account of the person whose identity code a provider vouches for; empty when we know no such person."""
    wanted = compact_identity_code(identity_code)
    with clients_access.seeing_all(actor):
        person = Person.objects.filter(identity_code=wanted).first() if wanted else None
        if person is not None:
            return _opened(person, "identity", actor)
    return Entered()


def _opened(person: Person, way: str, actor: Viewer) -> Entered:
    """The person's account, made at the first entry, with the name as it is now."""
    account = OwnAccount.objects.select_related("user").filter(person=person).first()
    if account is None:
        account = OwnAccount.objects.create(
            user=_new_user(person.name), person=person, created_on=clock.today()
        )
    account.person = person
    if _is_closed(account):
        return Entered(refusal=Refusal("", "closed", CLOSED))
    if account.user.full_name != person.name:
        account.user.full_name = person.name
        account.user.save(update_fields=["full_name"])
    record(
        "mypage.account.entered",
        actor=actor,
        subjects=[person.pk],
        object=(ACCOUNT, account.pk),
        details={"way": way},
    )
    return Entered(account)


def _opened_for_representative(representative: Representative, actor: Viewer) -> Entered:
    """The representative's account; the user that a worker has tied to the task already, if there is one."""
    rows = OwnAccount.objects.select_related("user", "person")
    account = rows.filter(representative=representative).first()
    if account is None and representative.user_id is not None:
        account = rows.filter(user_id=representative.user_id).first()
    if account is None:
        account = OwnAccount.objects.create(
            user=representative.user or _new_user(representative.name),
            representative=representative,
            created_on=clock.today(),
        )
    if _is_closed(account):
        return Entered(refusal=Refusal("", "closed", CLOSED))
    if representative.user_id is None:
        representative.user = account.user
        representative.save(update_fields=["user"])
    record(
        "mypage.account.entered",
        actor=actor,
        subjects=[representative.person_id],
        object=(ACCOUNT, account.pk),
        details={"way": "code", "representative": representative.pk},
    )
    return Entered(account)


def _is_closed(account: OwnAccount) -> bool:
    """Closed, or an official's user: officials sign in with a second factor, never here."""
    if account.closed_on is not None or not account.user.is_active:
        return True
    return Membership.objects.filter(user_id=account.user_id).exists()


def _new_user(name: str) -> User:
    """A user without password and without any seat; the user name tells nothing."""
    user = User(username=f"own-{uuid4().hex}", full_name=name)
    user.set_unusable_password()
    user.save()
    return user


@transaction.atomic
def choose_language(language: str, *, actor: Viewer) -> None:
    """Keeps the language that the client chose for the own page, for the next visit on any device."""
    account = account_of(actor)
    if account is None or language not in languages.CODES or account.language == language:
        return
    account.language = language
    account.save(update_fields=["language"])
    record(
        "mypage.account.changed",
        actor=actor,
        subjects=[account.person_id] if account.person_id else [],
        object=(ACCOUNT, account.pk),
        details={"language": language},
    )
