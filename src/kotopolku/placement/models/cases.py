"""Cases of people who need a municipality: what may be known without names, the sealed data, proposals, arrival.

Not for: places (``places.py``), the choice itself (``engine``). A municipality's rows never hold a name until the region
has directed the case to it; what the region alone keeps (source, officer, where the people are now) has a table of its own.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku import law
from kotopolku.placement.models.places import Group

PREFIXES = {Group.QUOTA: "K", Group.ASYLUM: "T", Group.TEMPORARY: "S", Group.MINOR: "Y"}
"""First letter of a case's number: kiintiö, turvapaikka, suojelu, yksin."""


class CaseState(models.TextChoices):
    WAITING = "waiting", _("waits for a municipality")
    PROPOSED = "proposed", _("proposed to a municipality")
    ACCEPTED = "accepted", _("accepted by the municipality")
    DIRECTED = "directed", _("directed to the municipality")
    PLANNED = "planned", _("arrival planned")
    ARRIVED = "arrived", _("arrived")
    WITHDRAWN = "withdrawn", _("withdrawn")
    TRANSFERRED = "transferred", _("transferred to another region")
    INDEPENDENT = "independent", _("moved on their own")


OPEN = (CaseState.WAITING, CaseState.PROPOSED, CaseState.ACCEPTED, CaseState.DIRECTED, CaseState.PLANNED)
"""States of a case that has not come to its end."""


class Closeness(models.TextChoices):
    CLOSE = "close", _("close family or a person they rely on")
    RELATIVE = "relative", _("other relatives")
    FRIEND = "friend", _("friends")


class Case(models.Model):
    """Kuntasijoitustapaus. A family or a person who needs a municipality, described without names."""

    number = models.CharField(max_length=20, unique=True)
    """Letter of the group, year, running number: K-26-118."""
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    group = models.CharField(max_length=12, choices=Group.choices)
    received_on = models.DateField()
    deadline = models.DateField(null=True, blank=True)
    """The day by which a municipality is needed, as when the plane comes or the reception centre closes."""
    emergency = models.BooleanField(default=False)
    persons = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.WAITING)
    wishes = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    """Municipality codes in the order wished, at most five. Empty is no opinion."""
    vetoes = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    ties = models.JSONField(default=list, blank=True)
    """[{"municipality": code, "near": ``Closeness``}, …]"""
    needs = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    """Ids of the agreed categories (``needs``)."""
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    description = models.TextField(blank=True)
    non_disclosure = models.BooleanField(default=False)
    """Nobody but the case's officer and the municipality itself learns which municipality it is (661/2009 §36)."""
    directed_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    close_reason = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="placement_case_persons", condition=models.Q(persons__gte=1)),
        ]
        indexes = [
            models.Index(fields=["authority", "state", "received_on"], name="placement_case_list"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def act(self) -> str:
        """The Act under which it came: both have the direction in their § 43."""
        return law.rule("P2", self.received_on).act

    @property
    def section(self) -> str:
        """The section of the direction, as it is kept: "681/2023 § 43"."""
        return f"{self.act} § 43"


class Relation(models.TextChoices):
    APPLICANT = "applicant", _("the person in whose name the case is")
    SPOUSE = "spouse", _("spouse")
    CHILD = "child", _("child")
    PARENT = "parent", _("parent")
    SIBLING = "sibling", _("brother or sister")
    GRANDPARENT = "grandparent", _("grandparent")
    OTHER = "other", _("other member of the family")


class CaseMember(models.Model):
    """Tapauksen henkilö. One person of a case by age and background; no name, birth date or number."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="members")
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    age = models.PositiveSmallIntegerField()
    """Whole years on ``age_on``."""
    age_on = models.DateField()
    relation = models.CharField(max_length=12, choices=Relation.choices, default=Relation.APPLICANT)
    schooling = models.CharField(max_length=200, blank=True)
    work = models.CharField(max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="placement_member_once"),
        ]

    @property
    def adult(self) -> bool:
        return self.age >= 18


class CaseFile(models.Model):
    """Alueen omat tiedot. What the region keeps of a case to itself."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="file")
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    officer = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    """Who handles it: under a non-disclosure order the only one at the region to whom the municipality shows."""
    source = models.CharField(max_length=20)
    """From whom it came: migri, reception, form."""
    reference = models.CharField(max_length=60)
    """The source's own number of the case."""
    digest = models.BinaryField(max_length=32, default=b"")
    """SHA-256 of the rows of a list from which it was last taken: the same rows again change nothing."""
    reception_municipality = models.CharField(max_length=3, blank=True)
    """Where the people stay now: their reception centre's municipality."""
    moved_to = models.CharField(max_length=3, blank=True)
    """Where they moved on their own; empty under a non-disclosure order."""
    transferred_to = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "source", "reference"], name="placement_source_once")
        ]
        indexes = [models.Index(fields=["officer"], name="placement_file_officer")]


class Sealed(models.Model):
    """Sinetöidyt tiedot. A member's name, birth date and identity code: region's officers, later the named workers."""

    member = models.OneToOneField(
        CaseMember, on_delete=models.CASCADE, primary_key=True, related_name="sealed"
    )
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    family_name = models.CharField(max_length=100)
    given_names = models.CharField(max_length=150, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    identity_code = models.CharField(max_length=11, blank=True)


class SealedPaper(models.Model):
    """Sinetöity asiakirja. A paper with names, kept as a client's documents are, opened with the names."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="papers")
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=4)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    added_on = models.DateField()
    added_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")


class ProposalState(models.TextChoices):
    OPEN = "open", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")


class DeclineReason(models.TextChoices):
    NO_HOME = "no-home", _("no home that fits")
    NO_SERVICE = "no-service", _("a service that the family needs is missing")
    NO_PLACES = "no-places", _("the places have been used in another way")
    CONTENT = "content", _("the description does not fit what was agreed")
    OTHER = "other", _("other reason")


class Proposal(models.Model):
    """Ehdotus kunnalle. One case proposed to one municipality, with its answer (1386/2010 §43; 681/2023 §43)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    number = models.CharField(max_length=20)
    """The case's number: all that a municipality keeps of one that it has not taken."""
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    municipality = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    protected = models.BooleanField(default=False)
    """A non-disclosure order: at the region only the case's officer sees it."""
    reason = models.TextField()
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    """Of which quarter the places are held."""
    proposed_on = models.DateField()
    proposed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    answer_by = models.DateField()
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    decline_reason = models.CharField(max_length=12, choices=DeclineReason.choices, blank=True)
    note = models.TextField(blank=True)
    """What was written with the answer, or why it was taken back."""
    home_ready_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    escalated_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state__in=["open", "accepted"]),
                name="placement_one_live_proposal",
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "state", "answer_by"], name="placement_proposal_mun"),
            models.Index(fields=["authority", "state", "answer_by"], name="placement_proposal_auth"),
            models.Index(
                fields=["answer_by"], condition=models.Q(state="open"), name="placement_proposal_open"
            ),
        ]

    @property
    def is_live(self) -> bool:
        return self.state in (ProposalState.OPEN, ProposalState.ACCEPTED)

    @property
    def late(self) -> bool:
        """Answered after the day."""
        return self.answered_on is not None and self.answered_on > self.answer_by


class ProposalWord(models.Model):
    """Kysymys tai vastaus. What municipality and region write to each other about a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="words")
    by_region = models.BooleanField()
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")


class CountyHearing(models.Model):
    """Hyvinvointialueen kuuleminen (681/2023 §43). The municipality hears the county where needs are evident."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="hearing")
    county = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    """Whom the municipality asked here; empty when it was heard otherwise and only written down."""
    question = models.TextField(blank=True)
    asked_on = models.DateField()
    answer_by = models.DateField(null=True, blank=True)
    """Our own target (O-C1)."""
    answered_on = models.DateField(null=True, blank=True)
    statement = models.TextField(blank=True)
    written_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    """Who answered for the county; empty when the municipality wrote the answer down."""
    reminded_on = models.DateField(null=True, blank=True)


class NamedWorker(models.Model):
    """Nimetty työntekijä. To whom of the municipality names and papers open once the case has been directed."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="workers")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    named_on = models.DateField()
    named_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    opened_on = models.DateField(null=True, blank=True)
    """From this day the names are open to the worker; empty until the region has directed the case."""
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "user"],
                condition=models.Q(ended_on=None),
                name="placement_worker_named_once",
            )
        ]
        indexes = [models.Index(fields=["case", "user"], name="placement_worker_case")]


class Arrival(models.Model):
    """Saapuminen. When the people come to the municipality, and the client relationships that began."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="arrival")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="arrival")
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    municipality = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    protected = models.BooleanField(default=False)
    planned_on = models.DateField()
    note = models.TextField(blank=True)
    """What was agreed of the day: transport, who meets, interpreter."""
    arrived_on = models.DateField(null=True, blank=True)
    relationships = models.JSONField(default=dict, blank=True)
    """Number of the member → id of the client relationship that began."""

    class Meta:
        indexes = [
            models.Index(fields=["municipality", "planned_on"], name="placement_arrival_mun"),
            models.Index(fields=["authority", "planned_on"], name="placement_arrival_auth"),
        ]


class EventKind(models.TextChoices):
    RECEIVED = "received", _("The case came")
    CHANGED = "changed", _("The case was changed")
    TAKEN = "taken", _("Another officer took the case")
    PROPOSED = "proposed", _("Proposed to a municipality")
    ASKED = "asked", _("The municipality asked for more")
    ANSWERED = "answered", _("The region answered")
    COUNTY_ASKED = "county-asked", _("The wellbeing services county was asked")
    COUNTY_HEARD = "county-heard", _("The wellbeing services county was heard")
    ACCEPTED = "accepted", _("The municipality accepted")
    DECLINED = "declined", _("The municipality declined")
    TAKEN_BACK = "taken-back", _("The proposal was taken back")
    DIRECTED = "directed", _("Directed to the municipality")
    WORKERS = "workers", _("Workers who see the names were named")
    OPENED = "opened", _("The names were opened")
    PAPER = "paper", _("A paper was added")
    PLANNED = "planned", _("The arrival was planned")
    ARRIVED = "arrived", _("Arrived in the municipality")
    WITHDRAWN = "withdrawn", _("The case was withdrawn")
    TRANSFERRED = "transferred", _("Transferred to another region")
    INDEPENDENT = "independent", _("Moved on their own")


class CaseEvent(models.Model):
    """Tapahtuma. One line of a case's history, for both sides; a municipality reads those of its own proposal."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    authority = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    municipality = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    """Whose proposal it is about; empty for what concerns the region alone."""
    protected = models.BooleanField(default=False)
    kind = models.CharField(max_length=14, choices=EventKind.choices)
    on = models.DateField()
    at = models.DateTimeField()
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="placement_event_case")]


class CaseNumber(models.Model):
    """Juokseva numero. The last number given to cases of one letter in one year."""

    prefix = models.CharField(max_length=1)
    year = models.PositiveSmallIntegerField()
    last = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year"], name="placement_number_once"),
        ]


class CaseList(models.Model):
    """Tapausluettelo. A file of the permit authority: kept until it has been brought in, then only its report."""

    authority = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(default=b"")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    faults = models.JSONField(default=list, blank=True)
    """[{"row", "reference", "column", "what"}, …] of rows left out; no names in it."""
