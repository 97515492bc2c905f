"""The client's own page: whose account it is, sign-in codes from the office, and requests to correct what is stored.

Not for: what the page shows, which other rooms keep.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OwnAccount(models.Model):
    """Oma tili. The user by whom a client, or a representative who is no client, signs in to the own page.

    The user has no membership: an official signs in with another account.
    """

    user = models.OneToOneField("actors.User", on_delete=models.PROTECT, related_name="own_account")
    person = models.OneToOneField(
        "clients.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="own_account"
    )
    representative = models.OneToOneField(
        "families.Representative",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="own_account",
    )
    """The first task of a representative; other tasks of the same user are found by it."""
    created_on = models.DateField()
    language = models.CharField(max_length=10, blank=True)
    """One of the client languages, once chosen; empty: the service language."""
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None) ^ models.Q(representative=None), name="mypage_account_of_one"
            )
        ]


class SignInCode(models.Model):
    """Kirjautumiskoodi. Given by hand at the office; works once, with the date of birth. Only a hash is kept."""

    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    representative = models.ForeignKey(
        "families.Representative", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Given to the minor's representative; None: to the client. The date of birth asked is the client's."""
    code_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField()
    """The last day on which it works."""
    used_at = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.IntegerField(default=0)
    withdrawn = models.BooleanField(default=False)
    """A newer code was given, or too many wrong dates of birth were tried."""

    class Meta:
        indexes = [models.Index(fields=["relationship", "-made_at"], name="mypage_code_relationship")]


class WrongCode(models.Model):
    """Väärä koodi. How many codes that do not exist came from one place on a day; the place is kept as a hash."""

    place_hash = models.BinaryField(max_length=32)
    day = models.DateField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place_hash", "day"], name="mypage_wrong_code_once")]


class CorrectionPart(models.TextChoices):
    NAME = "name", _("name or date of birth")
    CONTACT = "contact", _("address, telephone or e-mail")
    PERMIT = "permit", _("residence permit")
    LANGUAGE = "language", _("language or need of an interpreter")
    BACKGROUND = "background", _("education or occupation")
    PLAN = "plan", _("plan, courses and activities")
    OTHER = "other", _("something else")


class CorrectionState(models.TextChoices):
    OPEN = "open", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")


class CorrectionRequest(models.Model):
    """Oikaisupyyntö. The client says what is wrong in the stored data (GDPR article 16); the authority answers."""

    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="correction_requests")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20, choices=CorrectionPart.choices)
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=CorrectionState.choices, default=CorrectionState.OPEN)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["relationship", "state"], name="mypage_correction_open"),
            models.Index(fields=["person", "-made_at"], name="mypage_correction_person"),
        ]
