"""Municipal integration programmes: who draws them up together, sections in versions, comments, proposals, approvals.

Not for: goals (``goals.py``) and the region's guidance (``guidance.py``).
"""

from datetime import date

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import Named, last_day


class MunicipalState(models.TextChoices):
    DRAFT = "draft", _("being drawn up")
    COUNCILS = "councils", _("before the councils")
    APPROVED = "approved", _("approved")
    ENDED = "ended", _("ended")


class CouncilState(models.TextChoices):
    WAITING = "waiting", _("waits for the council")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned for preparation")
    REJECTED = "rejected", _("rejected")
    LEFT = "left", _("left the programme")


class PartnerRight(models.TextChoices):
    READ = "read", _("reads")
    COMMENT = "comment", _("comments and proposes")
    WRITE = "write", _("writes sections")


class ProposalState(models.TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Stage(models.TextChoices):
    """When the whole text was kept."""

    COMMENTS = "comments", _("sent for comments")
    HEARING = "hearing", _("sent for statements")
    COUNCILS = "councils", _("sent to the councils")
    APPROVED = "approved", _("approved")
    REVIEWED = "reviewed", _("reviewed")


class MunicipalProgramme(Named):
    """Kunnan kotouttamisohjelma. Of one municipality or several together; under 681/2023 a voluntary document."""

    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """The municipality that leads the work."""
    act = models.CharField(max_length=20)
    """The Act under which it is drawn up: its contents come from there."""
    state = models.CharField(max_length=10, choices=MunicipalState.choices, default=MunicipalState.DRAFT)
    days = DateRangeField()
    """The period of the programme."""
    languages = ArrayField(models.CharField(max_length=8), default=list)
    """In which it is written and published; the first is the one it is written in."""
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    participants = ArrayField(models.BigIntegerField(), default=list)
    """Organisations that read the draft (municipalities and partners of the day), for row security. Kept by actions."""
    writers = ArrayField(models.BigIntegerField(), default=list)
    """Those of them that may write some section, for row security. Kept by actions."""
    published_at = models.DateTimeField(null=True, blank=True)
    """From then on everybody reads it."""
    ended_reason = models.CharField(max_length=1_000, blank=True)
    invented = models.BooleanField(default=False)
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    @property
    def last_day(self) -> date | None:
        """The last day of its period."""
        return last_day(self.days)


class ProgrammeMunicipality(models.Model):
    """Ohjelman kunta. A municipality of the programme, and what its council decided."""

    programme = models.ForeignKey(MunicipalProgramme, on_delete=models.CASCADE, related_name="municipalities")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=3)
    """Of the municipality when it joined; a merger adds the new one and ends this."""
    days = DateRangeField()
    """When it takes part."""
    state = models.CharField(max_length=10, choices=CouncilState.choices, default=CouncilState.WAITING)
    decided_on = models.DateField(null=True, blank=True)
    section_number = models.CharField(max_length=40, blank=True)
    """Of the council's minutes, such as § 48."""
    note = models.CharField(max_length=1_000, blank=True)
    recorded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="steering_municipality_once")
        ]
        indexes = [models.Index(fields=["code"], name="steering_municipality_code")]


class ProgrammeSection(models.Model):
    """Ohjelman osa. From the Act's list of contents or the authors' own; what it says stands in its versions too."""

    programme = models.ForeignKey(MunicipalProgramme, on_delete=models.CASCADE, related_name="sections")
    key = models.SlugField(max_length=40)
    """Id of the Act's content (``contents("programme-content", act)``), or ``own-N``."""
    order = models.IntegerField(default=0)
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    """By language, Markdown; as the newest version has them."""
    answers = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who writes it, when that is not the leading municipality."""
    removed_at = models.DateTimeField(null=True, blank=True)
    """Taken out of the programme; its comments and versions stay."""
    removed_reason = models.CharField(max_length=1_000, blank=True)
    number = models.IntegerField(default=1)
    """Of its newest version."""
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="steering_section_key")]


class SectionVersion(models.Model):
    """Osan versio. What a section said from one change to the next; never changed."""

    section = models.ForeignKey(ProgrammeSection, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "number"], name="steering_section_version_once")
        ]


class ProgrammePartner(models.Model):
    """Ohjelman kumppani. An organisation that takes part in the writing, and its rights."""

    programme = models.ForeignKey(MunicipalProgramme, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    right = models.CharField(max_length=8, choices=PartnerRight.choices, default=PartnerRight.COMMENT)
    sections = models.ManyToManyField(ProgrammeSection, related_name="partners", blank=True)
    """Those that it may write; empty with the right to write: every section."""
    days = DateRangeField()
    invited_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation"], name="steering_partner_once")
        ]


class SectionComment(models.Model):
    """Kommentti kappaleeseen. To a paragraph of one version of a section; answered and settled by those who write it."""

    section = models.ForeignKey(ProgrammeSection, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="answers"
    )
    language = models.CharField(max_length=8, default="fi")
    number = models.IntegerField()
    """Of the section's version that was commented."""
    paragraph = models.IntegerField()
    """Counted from 0 in that version."""
    quote = models.CharField(max_length=300)
    """How the paragraph began, so that it is found again when the text has changed."""
    text = models.CharField(max_length=4_000)
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    settled_how = models.CharField(max_length=1_000, blank=True)

    class Meta:
        indexes = [models.Index(fields=["section", "made_at"], name="steering_comment_of")]


class SectionProposal(models.Model):
    """Muutosehdotus. Another wording of one paragraph, accepted into the text or refused with a reason."""

    section = models.ForeignKey(ProgrammeSection, on_delete=models.CASCADE, related_name="proposals")
    language = models.CharField(max_length=8, default="fi")
    number = models.IntegerField()
    """Of the version that it was made to."""
    paragraph = models.IntegerField()
    old = models.TextField()
    """The paragraph as it was."""
    new = models.TextField(blank=True)
    """As proposed; empty: to be taken out."""
    reason = models.CharField(max_length=1_000, blank=True)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=1_000, blank=True)

    class Meta:
        indexes = [models.Index(fields=["section", "state"], name="steering_proposal_of")]


class ProgrammeFigure(models.Model):
    """Ohjelman tilastoluku. A figure as it was when it was put into a section, with its source."""

    section = models.ForeignKey(ProgrammeSection, on_delete=models.CASCADE, related_name="figures")
    key = models.CharField(max_length=60, blank=True)
    """Of the figure that it was, to find it again; empty in rows of older versions, which are found by their Finnish name."""
    name = models.JSONField(default=dict)
    """What it is, by language."""
    place = models.CharField(max_length=20)
    """As an indicator's values name places."""
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=14, decimal_places=2)
    unit = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=300)
    order = models.IntegerField(default=0)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section", "key", "place"], condition=~models.Q(key=""), name="steering_figure_once"
            )
        ]


class ProgrammeVersion(models.Model):
    """Ohjelman versio. The whole text as it was when it was sent somewhere or approved; never changed."""

    programme = models.ForeignKey(MunicipalProgramme, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    stage = models.CharField(max_length=10, choices=Stage.choices)
    content = models.JSONField(default=dict)
    """Names, sections with texts by language, figures, goals."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="steering_programme_version_once")
        ]


class ProgrammeReview(models.Model):
    """Ohjelman tarkistus. That it was looked over and what came of it; the next one is due from there (rule G5)."""

    programme = models.ForeignKey(MunicipalProgramme, on_delete=models.CASCADE, related_name="reviews")
    on = models.DateField()
    text = models.CharField(max_length=4_000)
    changes = models.BooleanField(default=False)
    """It has to be changed, and goes to the councils again."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
