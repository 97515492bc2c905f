"""What teachers write: attendance by session, study plans in versions, tests, certificates; and students' feedback.

Not for: courses and who studies (``courses.py``). Rows about a student carry person, relationship and provider, so that
row security asks one table; feedback carries no person at all.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kotopolku.training.models.courses import TeachingLanguage


class SessionRegister(models.Model):
    """Läsnäololista. One session whose attendance has been marked: by whom, when, and whether it is in the month's sums."""

    session = models.OneToOneField(
        "training.CourseSession", on_delete=models.PROTECT, primary_key=True, related_name="register"
    )
    course = models.ForeignKey("training.Course", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    summed = models.BooleanField(default=False)
    """Whether the month's hours have been counted since it was last marked."""

    class Meta:
        indexes = [
            models.Index(
                fields=["course"], condition=models.Q(summed=False), name="training_register_waiting"
            )
        ]


class MarkState(models.TextChoices):
    """As ``teaching_rules.Presence``, with its words."""

    PRESENT = "present", pgettext_lazy("attendance", "present")
    LEAVE = "leave", pgettext_lazy("attendance", "away with leave")
    AWAY = "away", pgettext_lazy("attendance", "away without leave")


class SessionMark(models.Model):
    """Läsnäolomerkintä. One student at one session, as a teacher has marked."""

    session = models.ForeignKey("training.CourseSession", on_delete=models.PROTECT, related_name="marks")
    enrolment = models.ForeignKey("training.Enrolment", on_delete=models.PROTECT, related_name="marks")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    provider = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=MarkState.choices)
    late_minutes = models.PositiveSmallIntegerField(default=0)
    marked_by = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    marked_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="training_mark_once"),
            models.CheckConstraint(
                name="training_mark_late_present",
                condition=models.Q(late_minutes=0) | models.Q(state="present"),
            ),
        ]


class StudyPlan(models.Model):
    """Henkilökohtainen opiskelusuunnitelma. One saved version of it; the newest number is the one in force."""

    enrolment = models.ForeignKey("training.Enrolment", on_delete=models.PROTECT, related_name="study_plans")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.IntegerField()
    goals = models.TextField()
    guidance = models.TextField(blank=True)
    """Support, pace and guidance agreed on."""
    parts = models.JSONField(default=list)
    """By part of the curriculum: ``studies.PlanPart`` as JSON."""
    made_on = models.DateField()
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="training_study_plan_version")
        ]


class TestKind(models.TextChoices):
    ENTRY = "entry", _("entry test")
    FINAL = "final", _("final test")


class TestResult(models.Model):
    """Lähtötason testaus tai päättötestaus. Levels by skill as the provider found them; also in ``progress``."""

    enrolment = models.ForeignKey("training.Enrolment", on_delete=models.PROTECT, related_name="tests")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=5, choices=TestKind.choices)
    language = models.CharField(max_length=2, choices=TeachingLanguage.choices)
    listening = models.CharField(max_length=5, blank=True)
    speaking = models.CharField(max_length=5, blank=True)
    reading = models.CharField(max_length=5, blank=True)
    writing = models.CharField(max_length=5, blank=True)
    """Codes of ``progress.sources.levels``; empty = not tested."""
    tested_on = models.DateField()
    recorded_on = models.DateField()
    recorded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["enrolment", "kind", "-id"], name="training_test_newest")]


class Certificate(models.Model):
    """Todistus (681/2023 §26.4). Its content as issued, never changed; a new one replaces it."""

    enrolment = models.ForeignKey("training.Enrolment", on_delete=models.PROTECT, related_name="certificates")
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.IntegerField()
    content = models.JSONField()
    """``certificate.Content`` as JSON: names of parts are in both languages."""
    issued_on = models.DateField()
    issued_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="training_certificate_once")
        ]


class FeedbackGiven(models.Model):
    """That a student has given feedback, so that nobody is asked twice. What was said is elsewhere, without a person."""

    enrolment = models.OneToOneField(
        "training.Enrolment", on_delete=models.PROTECT, primary_key=True, related_name="feedback_given"
    )
    relationship = models.ForeignKey("clients.Relationship", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("clients.Person", on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField()


class Feedback(models.Model):
    """Opiskelijapalaute. What a student of a course said; nobody, and nothing else in the row, tells who."""

    id = models.UUIDField(primary_key=True)
    """Random, so that no order of giving can be read from it."""
    course = models.ForeignKey("training.Course", on_delete=models.PROTECT, related_name="+")
    answers = ArrayField(models.SmallIntegerField())
    """1–5 by question, in the order of ``feedback.QUESTIONS``."""
    words = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
