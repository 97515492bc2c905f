"""Who acts: organisations by date, their succession, duties, contacts and deputies, users, teams and memberships.

Not for: what a role may do (``access``) and who answers for a client (``clients``).
"""

import uuid
from datetime import date, timedelta

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kotopolku.access.capabilities import Role


def date_range(first: date | None, last: date | None) -> DateRange:
    """The stored range of the days first..last, both included; None = open."""
    return DateRange(first, last + timedelta(days=1) if last else None)


def last_day(days: DateRange) -> date | None:
    """The last day inside a stored range; None = until further notice."""
    return days.upper - timedelta(days=1) if days.upper else None


def not_over(field: str, day: date) -> models.Q:
    """Rows whose days in ``field`` reach to ``day`` or further; those that never began are left out."""
    return models.Q(**{f"{field}__endswith__gt": day}) | models.Q(**{f"{field}__upper_inf": True})


class Named(models.Model):
    """Names in the two national languages and English; ``name`` follows the page's language."""

    name_fi = models.CharField(max_length=200)
    name_sv = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        language = (translation.get_language() or "fi")[:2]
        return getattr(self, f"name_{language}", "") or self.name_fi

    def __str__(self) -> str:
        return self.name_fi


class OrganisationKind(models.TextChoices):
    MINISTRY = "ministry", _("ministry")
    NATIONAL = "national", _("national authority")
    ELY = "ely", _("ELY Centre")
    EVK = "evk", _("economic development centre")
    TE = "te", _("TE office")
    EMPLOYMENT_AREA = "employment-area", _("employment authority")
    MUNICIPALITY = "municipality", _("municipality")
    WELLBEING = "wellbeing", _("wellbeing services county")
    BODY = "body", _("cooperation body")
    PROVIDER = "provider", _("training provider")
    ASSOCIATION = "association", _("association")


class Organisation(Named):
    """Organisaatio. An authority or another actor, with the days on which it exists and the area it answers for."""

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    valid = DateRangeField()
    area_kind = models.CharField(max_length=20, blank=True)
    """One of municipality, ely, evk, employment_area, wellbeing_area, country; blank when no area."""
    area_code = models.CharField(max_length=10, blank=True)
    sort_key_fi = models.CharField(max_length=300, blank=True)
    sort_key_sv = models.CharField(max_length=300, blank=True)
    description = models.JSONField(default=dict)
    """What it does, by language, for the directory."""

    class Meta:
        indexes = [
            models.Index(fields=["kind", "area_code"], name="actors_org_kind_area"),
            GistIndex(fields=["valid"], name="actors_org_valid"),
        ]

    @property
    def does(self) -> str:
        """What it does, in the page's language."""
        language = (translation.get_language() or "fi")[:2]
        return self.description.get(language) or self.description.get("en", "")

    @property
    def last_day(self) -> date | None:
        """The last day on which it exists; None = until further notice."""
        return last_day(self.valid)


class Succession(models.Model):
    """Seuraanto. On ``on`` the tasks of ``predecessor`` pass to ``successor`` in the area given by municipalities."""

    predecessor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="successors")
    successor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="predecessors")
    on = models.DateField()
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="actors_succession_once")
        ]


class User(AbstractUser):
    """Käyttäjä. One person who signs in; rights come only from memberships."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, default="fi")
    colour_scheme = models.CharField(max_length=5, default="auto")
    persona = models.BooleanField(default=False)
    """A demo persona: may be signed in with one click in demo mode."""

    def get_full_name(self) -> str:
        return self.full_name or self.username

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.get_full_name().split()[:2]).upper()


class Team(models.Model):
    """Tiimi. A group of workers of one organisation who share their work."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Jäsenyys. A user's seat in an organisation: role and days."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True)
    title = models.CharField(max_length=100, blank=True)
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="actors_membership_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    @property
    def last_day(self) -> date | None:
        """The last day of the seat; None = until further notice."""
        return last_day(self.valid)


class Invitation(models.Model):
    """Kutsu. An offer of a seat, sent by the organisation's own administrator; single use, expires."""

    token = models.UUIDField(default=uuid.uuid4, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    email = models.EmailField()
    full_name = models.CharField(max_length=200)
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_on = models.DateField()
    expires_on = models.DateField()
    accepted_on = models.DateField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)


class Contact(models.Model):
    """Yhteyshenkilö. A person or a role to ask, with topics, areas and days; may have deputies."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=200, blank=True)
    """Empty when the contact is a role (for example a service desk)."""
    title = models.JSONField(default=dict)
    """Title by language: {"fi": …, "sv": …, "en": …}."""
    telephone = models.CharField(max_length=30, blank=True)
    """As people write it, Finnish grouping kept ("0295 021 500")."""
    email = models.EmailField(blank=True)
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    municipalities = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    """Municipality codes answered for; empty means the organisation's whole area."""
    valid = DateRangeField()
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, db_default=[], blank=True)
    """Codes of the languages in which one is served (``reference.Language``)."""
    order = models.IntegerField(default=0, db_default=0)
    """Place among the organisation's contacts: the smallest first, the same by name."""
    public = models.BooleanField(default=True, db_default=True)
    """Shown on public pages; one that is not stands only in the directory of professionals."""
    version = models.IntegerField(default=1)

    @property
    def title_text(self) -> str:
        """The title in the page's language, else in the first language that has one."""
        language = (translation.get_language() or "fi")[:2]
        return self.title.get(language) or next((text for text in self.title.values() if text), "")

    @property
    def display_name(self) -> str:
        """The person's name, or the title of a role without a person."""
        return self.name or self.title_text

    def __str__(self) -> str:
        return self.display_name


class Deputy(models.Model):
    """Sijainen. ``deputy`` answers for ``contact`` on the days of ``days``, both ends included when written."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="deputies")
    deputy = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="stands_in_for")
    days = DateRangeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="actors_one_deputy_a_day",
                expressions=[("contact", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            )
        ]

    @property
    def last_day(self) -> date | None:
        """The last day on which the deputy answers; None = until further notice."""
        return last_day(self.days)


class Absence(models.Model):
    """Poissaolo. Days on which ``deputy`` does the work of ``user`` in an organisation. Why is nobody's business here."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="stands_in_for")
    days = DateRangeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="actors_one_absence_a_day",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
            )
        ]
        indexes = [models.Index(fields=["deputy", "organisation"], name="actors_absence_deputy")]

    @property
    def last_day(self) -> date | None:
        """The last day away."""
        return last_day(self.days)


class ApiToken(models.Model):
    """Rajapinta-avain. Lets a system of an organisation use the API with a role's capabilities; only a hash is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    token_hash = models.BinaryField(max_length=32, unique=True)
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    valid = DateRangeField()
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    capabilities = ArrayField(models.CharField(max_length=40), default=list, db_default=[], blank=True)
    """Rights that it is limited to, out of the role's; empty means all of the role's."""

    @property
    def last_day(self) -> date | None:
        """The last day on which it works; None = until further notice."""
        return last_day(self.valid)


class TokenUse(models.Model):
    """Avaimen käyttö. Calls of a token in the window of time at hand, and the last one: one row a token."""

    token = models.OneToOneField(ApiToken, on_delete=models.CASCADE, primary_key=True, related_name="use")
    window = models.BigIntegerField()
    """Running number of the window since 1970."""
    calls = models.IntegerField()
    last_at = models.DateTimeField()


class ApiCall(models.Model):
    """Rajapintakutsu. What a writing call with an idempotency key was answered, so that a repeat gets the same."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    asked = models.BinaryField(max_length=32)
    """SHA-256 of method, address and body."""
    status = models.IntegerField(default=0)
    content_type = models.CharField(max_length=100, blank=True)
    answer = models.BinaryField(default=b"")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "key"], name="actors_call_once")
        ]
        indexes = [models.Index(fields=["at"], name="actors_call_at")]
