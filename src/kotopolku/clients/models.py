"""Clients: person, contact data, permit, household, client relationship, who answers, assessment, plan, clocks.

Not for: what the law says about them (``law``, ``rules.py``), who may see them (``access.py``), writing (``actions``).
Every table with a person's data has row security (``migrations/``): the authority that answers on the day sees it.
"""

import uuid

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sex(models.TextChoices):
    FEMALE = "female", _("woman")
    MALE = "male", _("man")
    OTHER = "other", _("other")
    UNKNOWN = "unknown", _("not known")


@pghistory.track(model_name="PersonEvent")
class Person(models.Model):
    """Henkilö. A person as the authorities know one; address and municipality stand apart (``ProtectedContact``)."""

    identity_code = models.CharField(max_length=11, null=True, blank=True, unique=True)
    """Henkilötunnus, checked; may be missing; temporary codes 900–999 allowed."""
    family_name = models.CharField(max_length=100)
    given_names = models.CharField(max_length=150, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    name_phonetic = models.CharField(max_length=80, blank=True)
    """Phonetic key of the whole name for duplicate warnings (``rules.phonetic_key``)."""
    mother_tongue = models.CharField(max_length=10, blank=True)
    """Code of ``reference.Language``."""
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    service_language = models.CharField(max_length=10, blank=True)
    interpreter_needed = models.BooleanField(default=False)
    interpreter_wish = models.CharField(max_length=200, blank=True)
    citizenships = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    """Finnish numeric country codes of ``reference.Country``."""
    non_disclosure_until = models.DateField(null=True, blank=True)
    """Turvakielto in force to this day (661/2009 §§36–37); ``non_disclosure`` without a day: until further notice."""
    non_disclosure = models.BooleanField(default=False)
    education = models.CharField(max_length=100, blank=True)
    occupation = models.CharField(max_length=200, blank=True)
    unaccompanied = models.BooleanField(default=False, db_default=False)
    """Came to the country as a minor without a guardian (1386/2010 §15; 681/2023 §§2.6, 14)."""
    trafficking_victim = models.BooleanField(default=False, db_default=False)
    """Identified as a victim of trafficking, whatever the ground of the permit (681/2023 §§14, 20)."""
    confirmed_on = models.DateField(null=True, blank=True)
    """Day on which the data was last confirmed with the person (own target for stale data)."""
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["birth_date", "name_phonetic"], name="clients_person_duplicate")]

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()


class ProtectedContact(models.Model):
    """Yhteystiedot. Municipality, address, telephone and e-mail: what a non-disclosure order hides."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="contact")
    municipality = models.CharField(max_length=3, blank=True)
    street_address = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    post_office = models.CharField(max_length=100, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)


class PermitKind(models.TextChoices):
    PERMIT = "permit", _("residence permit")
    CARD = "card", _("residence card")
    REGISTRATION = "registration", _("registered right of residence")


class PermitBasis(models.TextChoices):
    QUOTA = "quota", _("quota refugee")
    ASYLUM = "asylum", _("international protection after asylum")
    TEMPORARY_PROTECTION = "temporary-protection", _("temporary protection")
    FAMILY = "family", _("family tie")
    WORK = "work", _("work")
    STUDY = "study", _("study")
    EU = "eu", _("EU citizen")
    NORDIC = "nordic", _("Nordic citizen")
    TRAFFICKING = "trafficking", _("victim of trafficking in human beings")
    OTHER = "other", _("other ground")


class Permit(models.Model):
    """Oleskelulupa, oleskelukortti tai oleskeluoikeuden rekisteröinti. The first one starts clock A3."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="permits")
    kind = models.CharField(max_length=20, choices=PermitKind.choices)
    basis = models.CharField(max_length=30, choices=PermitBasis.choices)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)


class Household(models.Model):
    """Kotitalous. Persons who live together; members are in ``HouseholdMember``."""

    created_on = models.DateField()


class HouseholdRole(models.TextChoices):
    ADULT = "adult", _("adult")
    SPOUSE = "spouse", _("spouse")
    CHILD = "child", _("child")
    GUARDIAN = "guardian", _("guardian")
    OTHER = "other", _("other member")


class HouseholdMember(models.Model):
    """Kotitalouden jäsen."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="household_memberships")
    role = models.CharField(max_length=20, choices=HouseholdRole.choices)
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="clients_one_household_a_day",
                expressions=[("person", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]


class Consent(models.Model):
    """Suostumus. What the person has agreed to, when, and whether it was taken back."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=60)
    given_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)


class EndReason(models.TextChoices):
    GOAL_REACHED = "goal-reached", _("integration goals reached")
    MAXIMUM = "maximum", _("longest time ended")
    EMPLOYED = "employed", _("permanent employment")
    STUDY = "study", _("study outside the plan")
    MOVED = "moved", _("moved to another municipality")
    LEFT_COUNTRY = "left-country", _("moved abroad")
    NOT_ENTITLED = "not-entitled", _("not entitled")
    CLIENT_WISH = "client-wish", _("the client's own wish")
    DECEASED = "deceased", _("deceased")
    OTHER = "other", _("other reason")


@pghistory.track(model_name="RelationshipEvent")
class Relationship(models.Model):
    """Asiakkuus. The client relationship: one path from start to end, whoever answers on the way."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relationships")
    case_number = models.CharField(max_length=20, unique=True)
    """Year of start and running number, "2024-00317"."""
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    """First day after the relationship."""
    end_reason = models.CharField(max_length=20, choices=EndReason.choices, blank=True)
    end_note = models.TextField(blank=True)
    request_on = models.DateField(null=True, blank=True)
    """Day of the client's own request, if that is how it began."""


class JobseekerPeriod(models.Model):
    """Työnhaun voimassaolo. Days on which the person is a registered jobseeker: decides who answers."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="jobseeker_periods")
    days = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="clients_jobseeker_no_overlap",
                expressions=[("person", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            )
        ]


class Responsibility(models.Model):
    """Vastuu. Which authority answers for the relationship on which days; row security of all client data follows it.

    Carries what the list sorts, searches and filters by, so that a list of an authority reads one table.
    ``actions.case.renew`` keeps these copies; what they copy is never written here first.
    """

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="responsibilities")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="responsibilities")
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    worker = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    days = DateRangeField()
    duty = models.CharField(max_length=40)
    """The duty of law by which the authority answers, e.g. ``assessment-jobseeker``."""
    section = models.CharField(max_length=60)
    reason = models.CharField(max_length=60, blank=True)
    """Why it began: registered, jobseeker-changed, reform, handed-over."""
    sort_key = models.CharField(max_length=300)
    """``reference.alphabet.sort_key`` of "family name, given names"."""
    search_text = models.TextField()
    """``rules.search_text`` of names and case number."""
    service_language = models.CharField(max_length=10, blank=True)
    municipality = models.CharField(max_length=3, blank=True)
    """For filters and counts; empty while a non-disclosure order is in force."""
    started_on = models.DateField()
    """Day on which the relationship began, whoever answered then."""
    assessment_on = models.DateField(null=True, blank=True)
    assessed_on = models.DateField(null=True, blank=True)
    plan_needed = models.BooleanField(null=True, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    referred_on = models.DateField(null=True, blank=True)
    plan_ended_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    """This and the six before are ``rules.Milestones``: what the list needs to know the stage on any day."""

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="clients_one_authority_a_day",
                expressions=[("relationship", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            )
        ]
        indexes = [
            # In the list's order, with all that it filters by: a page is read from the index and stops when it is full.
            models.Index(
                fields=["authority", "sort_key", "id"],
                include=[
                    "days",
                    "ended_on",
                    "service_language",
                    "worker",
                    "municipality",
                    "started_on",
                    "assessment_on",
                    "assessed_on",
                    "plan_needed",
                    "planned_on",
                    "referred_on",
                    "plan_ended_on",
                    "relationship",
                    "person",
                ],
                name="clients_resp_list",
            ),
            models.Index(fields=["worker", "sort_key"], name="clients_resp_worker"),
            models.Index(fields=["relationship", "authority"], name="clients_resp_relationship"),
            models.Index(fields=["person", "authority"], name="clients_resp_person"),
            GinIndex(
                fields=["authority", "search_text"],
                name="clients_resp_search",
                opclasses=["int8_ops", "gin_trgm_ops"],
            ),
        ]


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    COMPLETED = "completed", _("completed")


@pghistory.track(model_name="AssessmentEvent")
class Assessment(models.Model):
    """Alkukartoitus (1386/2010 §9) or osaamisen ja kotoutumisen palvelutarpeen arviointi (681/2023 §14)."""

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="assessments")
    act = models.CharField(max_length=20)
    started_on = models.DateField()
    completed_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    items = models.JSONField(default=dict)
    """Text by item id of the Act's decree (``law.assessment_items``)."""
    measures = models.JSONField(default=dict)
    """Further measures: id → {"done": bool, "note": str}."""
    told = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    """Ids of what the client has been told (``law.told_to_client``)."""
    participants = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    interpreter_used = models.BooleanField(default=False)
    plan_needed = models.BooleanField(null=True, blank=True)
    conclusion = models.TextField(blank=True)
    planned_plan_on = models.DateField(null=True, blank=True)
    completed_by = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.IntegerField(default=1)


class PlanStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_FORCE = "in-force", _("in force")
    ENDED = "ended", _("ended")


class PlanKind(models.TextChoices):
    OWN = "own", _("integration plan")
    MINOR = "minor", _("minor's integration plan")


class SignedHow(models.TextChoices):
    PAPER = "paper", _("on paper")
    SCREEN = "screen", _("by the client on screen")


@pghistory.track(model_name="PlanEvent")
class Plan(models.Model):
    """Kotoutumissuunnitelma. Goals and measures are its current content; each saved state is a ``PlanVersion``."""

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="plans")
    act = models.CharField(max_length=20, blank=True)
    """The Act under which it was made (regime of the maximum)."""
    kind = models.CharField(
        max_length=10, choices=PlanKind.choices, default=PlanKind.OWN, db_default=PlanKind.OWN
    )
    """An adult's, or a minor's (1386/2010 §15)."""
    status = models.CharField(max_length=12, choices=PlanStatus.choices, default=PlanStatus.DRAFT)
    drafted_on = models.DateField()
    """Day on which drafting began (closes A2)."""
    made_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    signed_how = models.CharField(max_length=10, choices=SignedHow.choices, blank=True)
    signed_name = models.CharField(max_length=200, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    """Last day the plan is meant to be in force; never past the latest end by law."""
    first_ends_on = models.DateField(null=True, blank=True)
    """Last day of the first plan as made (at most D1)."""
    latest_end = models.DateField(null=True, blank=True)
    """Latest end by law with extensions and interruptions (D2/D3 + D4 + D5), recomputed with the clocks."""
    makers = models.TextField(blank=True)
    justification = models.TextField(blank=True)
    """Why the agreed services serve the goal (681/2023 §19)."""
    referred_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason.choices, blank=True)
    end_note = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["relationship"], condition=~models.Q(status="ended"), name="clients_one_open_plan"
            )
        ]


class Goal(models.Model):
    """Tavoite."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="goals")
    position = models.IntegerField(default=0)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    state = models.CharField(
        max_length=12,
        choices=[
            ("planned", pgettext_lazy("goal", "planned")),
            ("under-way", pgettext_lazy("goal", "under way")),
            ("reached", _("reached")),
            ("dropped", pgettext_lazy("goal", "dropped")),
        ],
        default="planned",
    )
    removed = models.BooleanField(default=False)


class MeasureKind(models.TextChoices):
    LANGUAGE = "language", _("Finnish or Swedish studies")
    LITERACY = "literacy", _("literacy training")
    INTEGRATION_TRAINING = "integration-training", _("integration training")
    VOCATIONAL = "vocational", _("vocational education")
    WORK_TRYOUT = "work-tryout", _("work try-out")
    ORIENTATION = "orientation", _("society orientation")
    ASSOCIATION = "association", _("activity of an association")
    HEALTH = "health", _("health guidance")
    GUIDANCE = "guidance", _("other guidance")
    JOB_SEARCH = "job-search", _("job search")
    SELF_STUDY = "self-study", _("self-motivated study")
    OTHER = "other", _("other measure")


class MeasureState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("measure", "planned")
    UNDER_WAY = "under-way", pgettext_lazy("measure", "under way")
    DONE = "done", _("done")
    DROPPED = "dropped", pgettext_lazy("measure", "dropped")


class Measure(models.Model):
    """Toimenpide. A service or activity that serves a goal: kind, who answers for it, when, how it went."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="measures")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="measures")
    position = models.IntegerField(default=0)
    kind = models.CharField(max_length=30, choices=MeasureKind.choices)
    title = models.CharField(max_length=300)
    responsible = models.CharField(max_length=200, blank=True)
    provider = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who arranges it, when that is an organisation of the directory; it may report attendance."""
    hours_planned = models.IntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=MeasureState.choices, default=MeasureState.PLANNED)
    result = models.TextField(blank=True)
    removed = models.BooleanField(default=False)


class PlanVersion(models.Model):
    """Suunnitelman versio. The whole content as saved: number, day, who, why; differences are made of two of these."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    occasion = models.CharField(max_length=20)
    """draft, made, edited, reviewed, extended, interrupted, signed, ended."""
    note = models.TextField(blank=True)
    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="clients_plan_version_once")]


class Review(models.Model):
    """Tarkistaminen (1386/2010 §18, 681/2023 §22): participation, results, obstacles, next review (874/2024)."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reviews")
    held_on = models.DateField()
    act = models.CharField(max_length=20)
    participation = models.TextField(blank=True)
    results = models.TextField(blank=True)
    obstacles = models.TextField(blank=True)
    changes = models.TextField(blank=True)
    makers = models.TextField(blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    """Agreed day of the next review; the legal last day is a clock."""
    plan_ends_on = models.DateField(null=True, blank=True)
    """New last day of the plan, if the review prolonged it."""


class Interruption(models.Model):
    """Keskeytys. Days on which the plan could not be carried out; lengthen the latest end (§12.4; §23.4)."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="interruptions")
    ground = models.CharField(max_length=40)
    """Id of ``law.interruption_grounds``."""
    first_day = models.DateField()
    last_day = models.DateField()
    note = models.TextField(blank=True)
    cancelled = models.BooleanField(default=False)


class Extension(models.Model):
    """Pidennys. Months added on a ground of the Act (§12.4; §23.3), decided by a person who says why."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="extensions")
    ground = models.CharField(max_length=40)
    months = models.IntegerField()
    decided_on = models.DateField()
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    why = models.TextField()
    cancelled = models.BooleanField(default=False)


class Clock(models.Model):
    """Määräaika. One legal deadline or own target of one relationship: who answers, nominal and shifted day, and why.

    Recomputed by ``actions.recompute_clocks`` from the case's facts with ``law``; never typed by a person.
    """

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="clocks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="clocks")
    rule = models.CharField(max_length=10)
    act = models.CharField(max_length=20)
    section = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    """act-by, validity, count, without-delay; own targets have ``own``."""
    own = models.BooleanField(default=False)
    opens_on = models.DateField()
    """Day on which the clock began to run (trigger)."""
    nominal = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    """Last day; None for "without delay" with no number."""
    suspended_days = models.IntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)
    """Day of the act that fulfilled it, or on which it lapsed (``lapsed``)."""
    lapsed = models.BooleanField(default=False)
    explanation = models.JSONField(default=dict)
    """``law.Explanation.to_json``."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "rule", "own", "opens_on"], name="clients_clock_once"
            )
        ]
        indexes = [
            # The running clocks of one client: both conditions at once, so that no plan walks the authority's for each row.
            models.Index(
                fields=["relationship", "authority", "due"],
                condition=models.Q(closed_on=None),
                name="clients_clock_client_open",
            ),
            models.Index(
                fields=["authority", "due"],
                condition=models.Q(closed_on=None),
                name="clients_clock_authority_open",
            ),
            models.Index(
                fields=["worker", "due"], condition=models.Q(closed_on=None), name="clients_clock_worker_open"
            ),
            models.Index(
                fields=["authority", "rule", "due"],
                condition=models.Q(closed_on=None),
                name="clients_clock_gaps",
            ),
            models.Index(fields=["authority", "due", "closed_on"], name="clients_clock_authority_all"),
        ]


class FormDraft(models.Model):
    """Luonnos. What a worker has typed into a form and not yet saved: kept until it is saved or thrown away."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    base_version = models.IntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["relationship", "user", "form"], name="clients_one_draft")
        ]


class RecentClient(models.Model):
    """Viimeksi avattu asiakas. Which clients a user opened last, for "My work"."""

    user = models.ForeignKey("actors.User", on_delete=models.CASCADE, related_name="+")
    relationship = models.ForeignKey(Relationship, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "relationship"], name="clients_recent_once")]
        indexes = [models.Index(fields=["user", "-opened_at"], name="clients_recent_user")]


class CaseNumber(models.Model):
    """Asiakasnumeron juokseva numero, one row a year; taken under a row lock."""

    year = models.IntegerField(primary_key=True)
    last = models.IntegerField(default=0)


class Change(models.Model):
    """Muutos. That something about a client changed, for one authority: what a system that follows reads by cursor.

    Written by triggers only (``migrations/0006``), ids and no more. An authority that gave the client away finds its own
    last change here, and nothing after it.
    """

    relationship_id = models.BigIntegerField()
    authority_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["authority_id", "id"], name="clients_change_authority")]
