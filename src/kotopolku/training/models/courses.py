"""Courses of integration training, their sessions, and who waits for a place, has been offered one, or studies.

Not for: attendance, study plans and feedback (``teaching.py``), needs (``needs.py``). An enrolment carries person and
relationship so that row security asks one table; where a client lives stands nowhere here.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CourseKind(models.TextChoices):
    INTEGRATION = "integration", _("integration training")
    LITERACY = "literacy", _("literacy training")
    VOCATIONAL = "vocational", _("vocational labour-market training")
    SELF_STUDY = "self-study", _("self-motivated study")
    ORIENTATION = "orientation", _("civic orientation")


class Track(models.TextChoices):
    SLOW = "slow", pgettext_lazy("track", "slowly progressing")
    BASIC = "basic", pgettext_lazy("track", "basic")
    FAST = "fast", pgettext_lazy("track", "fast progressing")


class Attending(models.TextChoices):
    PLACE = "place", _("at a place")
    REMOTE = "remote", _("remote")
    HYBRID = "hybrid", _("partly remote")


class TeachingLanguage(models.TextChoices):
    FINNISH = "fi", pgettext_lazy("language", "Finnish")
    SWEDISH = "sv", pgettext_lazy("language", "Swedish")


class CourseState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("course", "draft")
    PUBLISHED = "published", pgettext_lazy("course", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("course", "withdrawn")


class Course(models.Model):
    """Koulutus, ryhmä. One group of a training that an authority has bought or arranges, with its seats.

    No row of it is about a person. ``taken`` counts seats offered, accepted or in use and never passes ``seats``.
    """

    organiser = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The authority that has bought it, or arranges it, and selects."""
    provider = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=CourseKind.choices)
    curriculum = models.CharField(max_length=40)
    """Id of ``curricula.curricula``."""
    track = models.CharField(max_length=6, choices=Track.choices, blank=True)
    target_level = models.CharField(max_length=5, blank=True)
    entry_from = models.CharField(max_length=5, blank=True)
    entry_to = models.CharField(max_length=5, blank=True)
    """Codes of ``progress.sources.levels``; empty = no bound."""
    entry_from_rank = models.SmallIntegerField(null=True)
    entry_to_rank = models.SmallIntegerField(null=True)
    """Ranks of the two, for searching."""
    field = models.CharField(max_length=4, blank=True)
    """Code of an occupation group (ISCO-08) for vocational training."""
    attending = models.CharField(max_length=8, choices=Attending.choices, default=Attending.PLACE)
    municipality = models.CharField(max_length=3, blank=True)
    address = models.CharField(max_length=200, blank=True)
    link = models.URLField(blank=True)
    """Where it is followed remotely; told to students only."""
    starts_on = models.DateField()
    ends_on = models.DateField()
    timetable = models.TextField(blank=True)
    """The timetable in words."""
    slots = models.JSONField(default=list)
    """Weekly times as ``rules.Slot.to_json``: [{"weekday": 1, "starts": "09:00", "ends": "14:00"}]."""
    hours = models.PositiveIntegerField(default=0)
    """Whole hours of teaching planned: of the sessions when made, or as typed."""
    scope = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    """Study points or study weeks of the curriculum."""
    seats = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(
        max_length=2, choices=TeachingLanguage.choices, default=TeachingLanguage.FINNISH
    )
    support_languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    """Codes of ``reference.Language`` in which students are supported."""
    child_care = models.BooleanField(default=False)
    fee_free = models.BooleanField(default=True)
    contract_reference = models.CharField(max_length=60, blank=True)
    """The contract by which it was bought, as the room above names it."""
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=CourseState.choices, default=CourseState.DRAFT)
    published_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    made_on = models.DateField()
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="training_course_never_over", condition=models.Q(taken__lte=models.F("seats"))
            ),
            models.CheckConstraint(
                name="training_course_days", condition=models.Q(ends_on__gte=models.F("starts_on"))
            ),
        ]
        indexes = [
            models.Index(fields=["organiser", "-starts_on", "-id"], name="training_course_organiser"),
            models.Index(fields=["provider", "-starts_on", "-id"], name="training_course_provider"),
            models.Index(
                fields=["starts_on", "id"],
                condition=models.Q(state="published"),
                name="training_course_published",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def free(self) -> int:
        return self.seats - self.taken


class CourseSession(models.Model):
    """Opetuskerta. One meeting of a course, made from the weekly times without public holidays, or added by hand."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sessions")
    date = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    room = models.CharField(max_length=100, blank=True)
    link = models.URLField(blank=True)
    cancelled = models.BooleanField(default=False)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "date", "starts"], name="training_session_once"),
            models.CheckConstraint(
                name="training_session_times", condition=models.Q(ends__gt=models.F("starts"))
            ),
        ]
        indexes = [models.Index(fields=["date", "course"], name="training_session_day")]


class EnrolmentState(models.TextChoices):
    WISHED = "wished", pgettext_lazy("enrolment", "wished for")
    QUEUED = "queued", pgettext_lazy("enrolment", "in the queue")
    OFFERED = "offered", pgettext_lazy("enrolment", "place offered")
    ACCEPTED = "accepted", pgettext_lazy("enrolment", "place accepted")
    STARTED = "started", pgettext_lazy("enrolment", "studies")
    DECLINED = "declined", pgettext_lazy("enrolment", "place declined")
    EXPIRED = "expired", pgettext_lazy("enrolment", "not answered in time")
    CANCELLED = "cancelled", pgettext_lazy("enrolment", "taken out of the queue")
    ENDED = "ended", pgettext_lazy("enrolment", "completed")
    INTERRUPTED = "interrupted", pgettext_lazy("enrolment", "interrupted")
    MOVED = "moved", pgettext_lazy("enrolment", "moved to another group")
    TURNED_DOWN = "turned-down", pgettext_lazy("enrolment", "wish not met")


SEATED = (EnrolmentState.OFFERED.value, EnrolmentState.ACCEPTED.value, EnrolmentState.STARTED.value)
"""States that hold a seat of the course."""
OPEN = (EnrolmentState.WISHED.value, EnrolmentState.QUEUED.value, *SEATED)
"""States in which something is still to happen."""
STUDENT = (
    EnrolmentState.ACCEPTED.value,
    EnrolmentState.STARTED.value,
    EnrolmentState.ENDED.value,
    EnrolmentState.INTERRUPTED.value,
    EnrolmentState.MOVED.value,
)
"""States in which the provider knows of the student."""


class EndReason(models.TextChoices):
    COMPLETED = "completed", pgettext_lazy("end of training", "completed")
    EMPLOYED = "employed", pgettext_lazy("end of training", "found work")
    STUDY = "study", pgettext_lazy("end of training", "other studies")
    MOVED_AWAY = "moved-away", pgettext_lazy("end of training", "moved away")
    HEALTH = "health", pgettext_lazy("end of training", "health")
    FAMILY = "family", pgettext_lazy("end of training", "care of a child, or family")
    ABSENCE = "absence", pgettext_lazy("end of training", "absence without leave")
    LEVEL = "level", pgettext_lazy("end of training", "the group did not suit")
    OTHER = "other", pgettext_lazy("end of training", "another reason")


class Enrolment(models.Model):
    """Opiskelijavalinta ja opiskelija. One client and one course: from the wish or the queue to the end of the studies.

    The queue is ordered by ``queued_on`` and then by number. What the selection needs of the client (level, case number)
    is written here when the client is put into the queue, so that an organiser who is not the client's own authority
    selects without opening the client's data.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(
        "clients.Measure", on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    """The measure of the client's plan that it carries out; set at the start at the latest, when there is a plan."""
    organiser = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    provider = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Copies of the course's, for row security."""
    case_number = models.CharField(max_length=20)
    entry_level = models.CharField(max_length=5, blank=True)
    entry_rank = models.SmallIntegerField(null=True)
    """The lowest of the four skills in the language of teaching when the client came into the queue; empty = not tested."""
    state = models.CharField(max_length=12, choices=EnrolmentState.choices, default=EnrolmentState.QUEUED)
    wished_on = models.DateField(null=True, blank=True)
    """The day on which the client asked for it at the own page; stays when the wish comes into the queue."""
    wish_words = models.TextField(blank=True)
    """What the client wrote with the wish."""
    wish_answer = models.TextField(blank=True)
    """Why not, in words that the client reads."""
    queued_on = models.DateField()
    """Of a wish: the day of the wish."""
    queued_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    queue_reason = models.TextField(blank=True)
    """Why this course, in the words of the client's worker."""
    offered_on = models.DateField(null=True, blank=True)
    offered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    offer_reason = models.TextField(blank=True)
    """Why this client was selected; needed when not the first in the queue."""
    answer_by = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    """The worker who answered for the client; empty when the client did at the own page."""
    answer_reason = models.TextField(blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    """The last day of the studies, of any kind of end."""
    end_reason = models.CharField(max_length=12, choices=EndReason.choices, blank=True)
    end_note = models.TextField(blank=True)
    moved_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "relationship"],
                condition=models.Q(state__in=["wished", "queued", "offered", "accepted", "started"]),
                name="training_one_open_enrolment",
            )
        ]
        indexes = [
            models.Index(fields=["course", "queued_on", "id"], name="training_enrolment_queue"),
            models.Index(fields=["relationship", "-id"], name="training_enrolment_client"),
            models.Index(fields=["person"], name="training_enrolment_person"),
            models.Index(fields=["provider", "state"], name="training_enrolment_provider"),
            models.Index(fields=["organiser", "state"], name="training_enrolment_organiser"),
            models.Index(
                fields=["answer_by"], condition=models.Q(state="offered"), name="training_enrolment_answer"
            ),
        ]
