"""Meetings of bodies: series, those called, the agenda with its papers, presence, speeches, votes, decisions, minutes.

Who reads a meeting follows from the invitation, not from the membership. Not for: who sits on which seat (``bodies.py``).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    CALLED = "called", _("invitations sent")
    OPEN = "open", _("under way")
    CLOSED = "closed", _("held")
    CANCELLED = "cancelled", _("cancelled")


class CallAs(models.TextChoices):
    MEMBER = "member", _("member")
    DEPUTY = "deputy", _("personal deputy")
    SECRETARY = "secretary", _("secretary")
    EXPERT = "expert", _("expert")
    GUEST = "guest", _("guest")


class CallAnswer(models.TextChoices):
    NONE = "none", _("has not answered")
    YES = "yes", _("comes")
    REMOTE = "remote", _("comes by remote link")
    NO = "no", _("does not come")


class ItemKind(models.TextChoices):
    FORMAL = "formal", _("opening and order")
    NEWS = "news", _("information")
    TALK = "talk", _("discussion")
    DECISION = "decision", _("decision")
    POSITION = "position", _("position")


class ItemState(models.TextChoices):
    PROPOSED = "proposed", _("proposed by a member")
    REFUSED = "refused", _("not taken on the agenda")
    AGENDA = "agenda", _("on the agenda")
    OPEN = "open", _("being dealt with")
    DONE = "done", _("dealt with")
    TABLED = "tabled", _("left on the table")


class ItemAccess(models.TextChoices):
    """Who reads the item and its papers."""

    PUBLIC = "public", _("public")
    CALLED = "called", _("those called to the meeting")
    SECRET = "secret", _("secret: those called, never in published minutes")


class SpeechKind(models.TextChoices):
    SPEECH = "speech", _("speech")
    REPLY = "reply", _("reply")
    ORDER = "order", _("point of order")


class VoteState(models.TextChoices):
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    VOID = "void", _("annulled")


class MinutesState(models.TextChoices):
    DRAFT = "draft", _("draft")
    CHECKING = "checking", _("being checked")
    SIGNED = "signed", _("signed")
    PUBLISHED = "published", _("published")


class TaskState(models.TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("done")
    DROPPED = "dropped", _("given up")


class MeetingSeries(models.Model):
    """Kokoussarja. How often a body meets, where and when: the pattern of which meetings are made."""

    body = models.ForeignKey("cooperation.Body", on_delete=models.CASCADE, related_name="series")
    first_on = models.DateField()
    last_on = models.DateField()
    every_weeks = models.PositiveSmallIntegerField()
    starts_at = models.TimeField()
    minutes_long = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=500, blank=True)
    version = models.IntegerField(default=1)


class Meeting(models.Model):
    """Kokous."""

    body = models.ForeignKey("cooperation.Body", on_delete=models.PROTECT, related_name="meetings")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """The body's keeper again, for row security."""
    series = models.ForeignKey(
        MeetingSeries, on_delete=models.SET_NULL, null=True, blank=True, related_name="meetings"
    )
    term = models.ForeignKey("cooperation.BodyTerm", on_delete=models.PROTECT, related_name="meetings")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    """Within the body and year."""
    title = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, default="fi")
    state = models.CharField(max_length=10, choices=MeetingState.choices, default=MeetingState.DRAFT)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=500, blank=True)
    """Remote link: shown to those called only."""
    items_until = models.DateField(null=True, blank=True)
    """Until when members propose items."""
    called_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    """Of the calendar entry; one more at each change that was told."""
    readers = ArrayField(models.BigIntegerField(), default=list)
    """Users called, for row security. Kept by actions with the calls."""
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    quorum = models.PositiveSmallIntegerField(null=True, blank=True)
    """How many must be present, fixed at the opening."""
    reason = models.CharField(max_length=1_000, blank=True)
    """Why it was cancelled."""
    invented = models.BooleanField(default=False)
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "number"], name="cooperation_meeting_number")
        ]
        indexes = [models.Index(fields=["body", "-starts_at"], name="cooperation_meeting_of")]


class MeetingCall(models.Model):
    """Kutsu kokoukseen. One person called, the answer, and whose place it is; the access to the meeting comes from here."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="calls")
    seat = models.ForeignKey(
        "cooperation.BodySeat", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Empty for guests."""
    holder = models.ForeignKey(
        "cooperation.SeatHolder", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    part = models.CharField(max_length=10, choices=CallAs.choices, default=CallAs.MEMBER)
    name = models.CharField(max_length=200)
    """As it was at the call."""
    email = models.EmailField(blank=True)
    """Where a guest without an account gets the letter; members' addresses are read from their seats."""
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    instead_of = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="deputy"
    )
    """A deputy's: the call of the member who declined."""
    answer = models.CharField(max_length=6, choices=CallAnswer.choices, default=CallAnswer.NONE)
    reason = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_sequence = models.PositiveSmallIntegerField(null=True, blank=True)
    """Of the meeting when the last letter went to one who does not sign in here; empty before the first."""
    ended_at = models.DateTimeField(null=True, blank=True)
    """A deputy's call that is not needed after all; a guest's taken back."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "seat"],
                condition=models.Q(ended_at=None) & ~models.Q(answer="no"),
                name="cooperation_one_call_a_seat",
            )
        ]
        indexes = [models.Index(fields=["user", "meeting"], name="cooperation_call_user")]


class Presence(models.Model):
    """Läsnäolo. From when to when somebody was there; by item it follows from the items' times."""

    call = models.ForeignKey(MeetingCall, on_delete=models.CASCADE, related_name="presence")
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    remote = models.BooleanField(default=False)


class Recess(models.Model):
    """Tauko. The meeting is interrupted: nobody has the floor and nothing is decided until it goes on."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="recesses")
    began_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    """When it is to go on, as it was said."""
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=models.Q(ended_at=None), name="cooperation_one_recess"
            )
        ]


class AgendaItem(models.Model):
    """Asia esityslistalla, and what the minutes say of it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    order = models.IntegerField(default=0)
    kind = models.CharField(max_length=10, choices=ItemKind.choices, default=ItemKind.TALK)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.AGENDA)
    access = models.CharField(max_length=6, choices=ItemAccess.choices, default=ItemAccess.PUBLIC)
    access_reason = models.CharField(max_length=200, blank=True)
    """Section of the Act on which secrecy stands, such as 621/1999 § 24.1 (20)."""
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    """Presentation, Markdown."""
    proposal = models.TextField(blank=True)
    """What is proposed to be decided."""
    minutes_planned = models.PositiveSmallIntegerField(null=True, blank=True)
    presenter = models.CharField(max_length=200, blank=True)
    proposed_by = models.ForeignKey(
        "cooperation.SeatHolder", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The member who proposed it."""
    refused_reason = models.CharField(max_length=1_000, blank=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    """A position, guideline or hearing that is dealt with, as the journal names it."""
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    discussion = models.TextField(blank=True)
    """For the minutes, Markdown."""
    decision = models.TextField(blank=True)
    continued = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="continued_by"
    )
    """The item of an earlier meeting that was left on the table."""
    version = models.IntegerField(default=1)


class MeetingPaper(models.Model):
    """Kokousasiakirja. A file of an item; one withdrawn after sending leaves its name, its reason and no content."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="papers")
    title = models.CharField(max_length=200)
    order = models.IntegerField(default=0)
    access = models.CharField(max_length=6, choices=ItemAccess.choices, default=ItemAccess.CALLED)
    sent_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=1_000, blank=True)
    version = models.IntegerField(default=1)


class Recusal(models.Model):
    """Esteellisyys. Somebody stays out of an item; does not count there for the quorum and has no vote."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="recusals")
    call = models.ForeignKey(MeetingCall, on_delete=models.CASCADE, related_name="recusals")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "call"], name="cooperation_recusal_once")]


class Speech(models.Model):
    """Puheenvuoro. Asked for, given by the chair in turn, ended."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="speeches")
    call = models.ForeignKey(MeetingCall, on_delete=models.CASCADE, related_name="speeches")
    kind = models.CharField(max_length=6, choices=SpeechKind.choices, default=SpeechKind.SPEECH)
    order = models.IntegerField(default=0)
    """As the chair has put them; the same number: by time."""
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)


class Vote(models.Model):
    """Äänestys. Recorded: each ballot is in the minutes by name."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="votes")
    question = models.CharField(max_length=500)
    options = ArrayField(models.CharField(max_length=200), default=list)
    """In their order; "abstains" is not among them."""
    state = models.CharField(max_length=6, choices=VoteState.choices, default=VoteState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    present = models.PositiveSmallIntegerField(default=0)
    """Entitled to vote and present when it was closed."""
    chair_decided = models.BooleanField(default=False)
    """The votes were even, and the chair's decided."""
    result = models.CharField(max_length=200, blank=True)
    void_reason = models.CharField(max_length=500, blank=True)
    version = models.IntegerField(default=1)


class Ballot(models.Model):
    """Ääni. One a seat, whoever sits on it; changed until the vote is closed."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="ballots")
    call = models.ForeignKey(MeetingCall, on_delete=models.PROTECT, related_name="ballots")
    seat = models.ForeignKey("cooperation.BodySeat", on_delete=models.PROTECT, related_name="+")
    option = models.PositiveSmallIntegerField(null=True)
    """Index in the vote's options; empty: abstains."""
    cast_at = models.DateTimeField()
    entered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    """Who pressed the button: the member, or the secretary for one who votes aloud."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vote", "seat"], name="cooperation_one_vote_a_seat")]


class Dissent(models.Model):
    """Eriävä mielipide. Of somebody who took part in the decision."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="dissents")
    call = models.ForeignKey(MeetingCall, on_delete=models.PROTECT, related_name="dissents")
    text = models.CharField(max_length=4_000)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "call"], name="cooperation_dissent_once")]


class MeetingTask(models.Model):
    """Kokouksessa annettu tehtävä. With its owner and day; it lives on after the meeting."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="tasks")
    text = models.CharField(max_length=500)
    owner_name = models.CharField(max_length=200)
    owner = models.ForeignKey(
        "actors.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due = models.DateField()
    state = models.CharField(max_length=7, choices=TaskState.choices, default=TaskState.OPEN)
    outcome = models.CharField(max_length=1_000, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)


class Minutes(models.Model):
    """Pöytäkirja. Frozen when it goes to be checked; signed by two; the published form lacks the secret items."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    state = models.CharField(max_length=10, choices=MinutesState.choices, default=MinutesState.DRAFT)
    content = models.JSONField(default=dict)
    """As it was frozen: presence, items, votes, decisions, dissents."""
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the content that was signed."""
    signed_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)


class MinutesCheck(models.Model):
    """Pöytäkirjan tarkastus. By one of the two who check: signed, or sent back with remarks."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="checks")
    call = models.ForeignKey(MeetingCall, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    """What was signed."""
    signed_at = models.DateTimeField(null=True, blank=True)
    remarks = models.CharField(max_length=4_000, blank=True)
    """Why it was sent back."""
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minutes", "call"], name="cooperation_check_once")]


class PublishedMinutes(models.Model):
    """Julkaistu pöytäkirja. Without secret items and remote links; read by everybody, found over the years."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="published")
    body = models.ForeignKey("cooperation.Body", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    language = models.CharField(max_length=8)
    held_on = models.DateField()
    content = models.JSONField(default=dict)
    text = models.TextField()
    """The whole as Markdown: the page, the paper and what is searched."""
    left_out = models.PositiveSmallIntegerField(default=0)
    """Secret items that are not here."""
    published_at = models.DateTimeField()
