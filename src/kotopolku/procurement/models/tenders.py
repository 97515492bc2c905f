"""A tender as it is drafted and published: lots, criteria, requirements, papers, questions, corrections, notices.

Not for: bids (``bids.py``), what is decided of them (``awards.py``), contracts (``contracts.py``).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kotopolku import clock

LANGUAGES = ("fi", "sv", "en")
"""Languages in which a tender is published."""


def said(texts: dict[str, Any] | None, language: str = "") -> str:
    """A text in ``language`` (the page's by default), else in Finnish, Swedish or English, whichever there is."""
    texts = texts or {}
    wanted = (language or get_language() or "fi")[:2]
    return next((str(texts[code]) for code in (wanted, *LANGUAGES) if texts.get(code)), "")


class TenderState(models.TextChoices):
    """How far a tender is. "Closed" is no state: bids are late from the second after ``bids_by`` (``Tender.phase``)."""

    DRAFT = "draft", _("in preparation")
    REVIEW = "review", _("waits for the second person")
    PUBLISHED = "published", _("published")
    OPENED = "opened", _("bids opened")
    EVALUATED = "evaluated", _("evaluated")
    DECIDED = "decided", _("decided")
    DISCONTINUED = "discontinued", _("discontinued")
    ENDED = "ended", _("ended")
    """A dynamic purchasing system that takes no more requests, and in which nothing more is bought."""


PUBLIC = (
    TenderState.PUBLISHED,
    TenderState.OPENED,
    TenderState.EVALUATED,
    TenderState.DECIDED,
    TenderState.DISCONTINUED,
    TenderState.ENDED,
)
"""States of a tender that has been published; a discontinued one may also have been given up as a draft."""


class Basis(models.TextChoices):
    """Kokonaistaloudellisen edullisuuden peruste (1397/2016 §115)."""

    PRICE_QUALITY = "price-quality", _("best ratio of price and quality")
    CHEAPEST = "cheapest", _("cheapest price")
    LOWEST_COST = "lowest-cost", _("lowest cost")
    FIXED_PRICE = "fixed-price", _("fixed price, quality only")


class Track(models.TextChoices):
    """What is taught. The same words as in the needs and the courses."""

    SLOW = "slow", _("slowly progressing")
    BASIC = "basic", _("basic")
    FAST = "fast", _("fast")
    LITERACY = "literacy", _("literacy training")
    VOCATIONAL = "vocational", _("vocational labour-market training")
    CIVIC = "civic", _("civic orientation")
    MIXED = "mixed", _("several tracks")


class Tender(models.Model):
    """Hankinta. One procedure of one buyer, from the first draft on."""

    buyer = models.ForeignKey(
        "actors.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.CharField(max_length=12)
    """The buyer's running number of the year: 2026-014."""
    procedure = models.CharField(max_length=30)
    """Id of the template in ``data/procedures.toml``."""
    ground = models.CharField(max_length=40, blank=True)
    """Id of the ground of a direct award; empty otherwise."""
    framework = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="inside")
    """The tender of the framework within which it is called off or competed for; None outside a framework."""
    category = models.ForeignKey("Lot", on_delete=models.PROTECT, null=True, related_name="purchases")
    """The category of the dynamic purchasing system within which it is bought: only those admitted see it."""
    started_on = models.DateField()
    """The day by which the rules of the procedure are chosen."""
    state = models.CharField(max_length=12, choices=TenderState.choices, default=TenderState.DRAFT)
    title = models.JSONField(default=dict)
    """fi, sv, en; ``said(tender.title)`` or ``tender.name`` in the page's language."""
    subject = models.JSONField(default=dict)
    cpv = models.CharField(max_length=10, default="80400000-8")
    curriculum = models.CharField(max_length=40, blank=True)
    """Id of the curriculum in ``training/data/curricula.toml``; empty when it is not integration training."""
    base_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    options_eur = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    extensions_eur = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    value_basis = models.TextField(blank=True)
    """How the value was estimated, and why this is not part of a larger purchase when a warning was given."""
    suppliers = models.PositiveSmallIntegerField(default=1)
    """Suppliers chosen for each lot, at most."""
    lots_reason = models.TextField(blank=True)
    """Why it is not divided into lots (§75); empty when it is."""
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    """First and last day of the contract without options."""
    option_terms = models.JSONField(default=dict)
    """Options and extensions in words: fi, sv, en."""

    basis = models.CharField(max_length=14, choices=Basis.choices, default=Basis.PRICE_QUALITY)
    basis_reason = models.TextField(blank=True)
    """Why the cheapest or lowest cost alone decides (§115)."""
    price_weight = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(40))
    price_formula = models.CharField(max_length=20, default="lowest/price")
    price_low_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    price_high_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    """Bounds of the linear formula; none for the others."""
    tie_rule = models.CharField(max_length=60, blank=True)
    """Empty (the lot is drawn), ``lowest_price`` or ``highest:<criterion code>``."""
    abnormal_share = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal("0.30"))

    questions_by = models.DateTimeField(null=True)
    answers_by = models.DateTimeField(null=True)
    bids_by = models.DateTimeField(null=True)
    """The last second in which a bid is taken, by the server's clock."""
    opening_at = models.DateTimeField(null=True)
    decision_on = models.DateField(null=True)
    bids_valid_until = models.DateField(null=True)

    documents_version = models.PositiveIntegerField(default=1)
    """Grows with each correction that voids bids: a bid submitted under an earlier one must be confirmed."""
    bid_form = models.JSONField(default=dict)
    """What is asked of bidders, by lot: made at publication and at each correction (``queries.tenders.bid_form``)."""

    drafted_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_on = models.DateField()
    reviewed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    """When the second person published it, and its notice was put in line for the national service."""
    published_on = models.DateField(null=True)
    """From this day anybody may read it here; None until the national service has published the notice (§60)."""
    ended_on = models.DateField(null=True)
    """Day of the decision, or of giving up."""
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["buyer", "number"], name="procurement_tender_number")]
        indexes = [
            models.Index(fields=["buyer", "-id"], name="procurement_tender_buyer"),
            models.Index(
                fields=["-bids_by", "-id"],
                condition=models.Q(published_on__isnull=False),
                name="procurement_tender_public",
            ),
        ]

    @property
    def name(self) -> str:
        return said(self.title)

    @property
    def value_eur(self) -> Decimal:
        """Estimated value with options and extensions (§27)."""
        return (self.base_eur or Decimal(0)) + self.options_eur + self.extensions_eur

    @property
    def sent_on(self) -> date | None:
        """The day on which the second person published it, from which the first time limit of a system is counted."""
        return self.published_at.astimezone(clock.HELSINKI).date() if self.published_at else None

    @property
    def is_published(self) -> bool:
        return self.published_on is not None

    def takes_bids(self, now: datetime) -> bool:
        """Whether a bid that arrives ``now`` is in time."""
        return self.state == TenderState.PUBLISHED and self.bids_by is not None and now <= self.bids_by

    @property
    def is_announced(self) -> bool:
        """Published by the second person, and not yet public here: waits for the national notice service."""
        return self.state == TenderState.PUBLISHED and self.published_on is None

    def phase(self, now: datetime) -> str:
        """The state, with "published" parted into "announced" (waits for the national notice service), "open" (bids are
        taken) and "closed" (waits for the opening); it stays "published" where no bids are asked for."""
        if self.state != TenderState.PUBLISHED:
            return self.state
        if self.is_announced:
            return "announced"
        if self.bids_by is None:
            return "published"
        return "open" if self.takes_bids(now) else "closed"


class Lot(models.Model):
    """Hankinnan osa. A tender that is not divided has one lot."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="lots", db_index=False)
    code = models.CharField(max_length=8)
    """L1, L2 …, unique in the tender; the "id" of a lot in the engine, OCDS and eForms."""
    title = models.JSONField(default=dict)
    municipality = models.CharField(max_length=3, blank=True)
    """Code of the place; empty = remote or anywhere in the area."""
    track = models.CharField(max_length=12, choices=Track.choices, default=Track.BASIC)
    entry_level = models.CharField(max_length=8, blank=True)
    target_level = models.CharField(max_length=8, blank=True)
    language = models.CharField(max_length=2, default="fi")
    """Language taught: fi or sv."""
    places = models.PositiveIntegerField(null=True)
    """Volume: student places in the whole contract period, without options."""
    days_each = models.PositiveIntegerField(null=True)
    """Training days of one student."""
    option_places = models.PositiveIntegerField(default=0)
    starts_on = models.DateField(null=True)
    value_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    need_lot = models.BigIntegerField(null=True)
    """Id of ``training.NeedLot`` from which it was taken."""
    need_people = models.PositiveIntegerField(null=True)
    """How many people's plans ask for this, when it was taken."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "code"], name="procurement_lot_code")]
        ordering = ["tender_id", "id"]

    @property
    def name(self) -> str:
        return said(self.title)


class Criterion(models.Model):
    """Vertailuperuste. A criterion of quality; the price is the tender's own weight."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="criteria", db_index=False)
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.JSONField(default=dict)
    scoring = models.JSONField(default=dict)
    """How it is scored, in words: fi, sv, en."""
    weight = models.DecimalField(max_digits=5, decimal_places=2)
    max_points = models.DecimalField(max_digits=7, decimal_places=2, default=Decimal(100))
    least_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    """Points under which a bid is not accepted; none when there is no such limit."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "code"], name="procurement_criterion_code")]
        ordering = ["tender_id", "order", "id"]

    @property
    def name(self) -> str:
        return said(self.title)


class RequirementKind(models.TextChoices):
    SUITABILITY = "suitability", _("suitability of the bidder")
    OBJECT = "object", _("requirement on the service")


class Requirement(models.Model):
    """Soveltuvuusvaatimus or vähimmäisvaatimus."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="requirements", db_index=False)
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=RequirementKind.choices)
    text = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    """How it is shown: fi, sv, en."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "code"], name="procurement_requirement_code")
        ]
        ordering = ["tender_id", "order", "id"]


class ExclusionGround(models.Model):
    """Poissulkemisperuste (§80, §81) that the tender applies; its words are in ``data/exclusion.toml``."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="grounds", db_index=False)
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    mandatory = models.BooleanField()
    self_cleaning = models.BooleanField(default=True)
    """Whether the bidder may show measures that restore its reliability (§82)."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "code"], name="procurement_ground_code")]
        ordering = ["tender_id", "order", "id"]


class ContractTerm(models.Model):
    """Sopimusehto, published with the invitation."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="terms", db_index=False)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.JSONField(default=dict)
    text = models.JSONField(default=dict)

    class Meta:
        ordering = ["tender_id", "order", "id"]
        indexes = [models.Index(fields=["tender", "order"], name="procurement_term_tender")]


class Document(models.Model):
    """Hankinta-asiakirja. A file published with the tender."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="documents", db_index=False)
    title = models.CharField(max_length=150)
    role = models.CharField(max_length=40, blank=True)
    """Which of the procedure's documents it is (``documents`` of ``data/procedures.toml``); empty for another."""
    language = models.CharField(max_length=2, default="fi")
    kind = models.CharField(max_length=8)
    """pdf, png, jpg, docx, xlsx, txt: found from the content (``desk.content.FileKind``)."""
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    """Version of this paper; a changed one is a new row with ``replaces``."""
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    replaced = models.BooleanField(default=False)
    added_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    published_on = models.DateField(null=True)
    """From this day anybody may read it."""

    class Meta:
        indexes = [models.Index(fields=["tender", "id"], name="procurement_document_tender")]


class DocumentContent(models.Model):
    """The bytes of a document."""

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, primary_key=True, related_name="content"
    )
    data = models.BinaryField()


class Outcome(models.TextChoices):
    WAITING = "waiting", _("waits")
    APPROVED = "approved", _("approved and published")
    RETURNED = "returned", _("sent back")
    TAKEN_BACK = "taken-back", _("taken back")


class TenderReview(models.Model):
    """Tarkastus. One round of review by a second person before publication."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="reviews", db_index=False)
    sent_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    reviewed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["tender", "-id"], name="procurement_review_tender")]


class Question(models.Model):
    """Lisätietokysymys. Read by all once it is answered; who asked stands in a table of its own."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="questions", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    """The question as it is published: the buyer may take out what tells who asks."""
    language = models.CharField(max_length=2, default="fi")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    """From this day anybody may read question and answer."""
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["tender", "id"], name="procurement_question_tender"),
            models.Index(
                fields=["tender"],
                condition=models.Q(answered_on__isnull=True),
                name="procurement_question_open",
            ),
        ]


class QuestionAsker(models.Model):
    """Who asked, and in which words: shown to the asker's own organisation only, not even to the buyer."""

    question = models.OneToOneField(
        Question, on_delete=models.CASCADE, primary_key=True, related_name="asker"
    )
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()


class Correction(models.Model):
    """Korjausilmoitus. What was changed after publication, told to all on the same day."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="corrections", db_index=False)
    number = models.PositiveSmallIntegerField()
    what = models.JSONField(default=dict)
    """What has changed: fi, sv, en."""
    voids_bids = models.BooleanField()
    questions_by_before = models.DateTimeField(null=True)
    questions_by_after = models.DateTimeField(null=True)
    bids_by_before = models.DateTimeField()
    bids_by_after = models.DateTimeField()
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "number"], name="procurement_correction_number")
        ]


class Occasion(models.TextChoices):
    """Why a notice is sent; the template of the procedure tells the eForms subtype of each."""

    TENDER = "tender", _("contract notice")
    CHANGE = "change", _("notice of a change")
    AWARD = "award", _("award notice")
    MODIFICATION = "modification", _("notice of a modified contract")
    DIRECT = "direct", _("direct award notice")
    END = "end", _("notice of the end of a dynamic purchasing system")


class NoticeState(models.TextChoices):
    QUEUED = "queued", _("waits to be sent")
    SENT = "sent", _("sent, not yet published")
    PUBLISHED = "published", _("published")
    REFUSED = "refused", _("refused by the notice service")
    FAILED = "failed", _("could not be sent")
    CANCELLED = "cancelled", _("cancelled")


class Notice(models.Model):
    """Hankintailmoitus. One notice to the national notice service and how far it is (``notice_service``)."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="notices", db_index=False)
    occasion = models.CharField(max_length=12, choices=Occasion.choices)
    about = models.CharField(max_length=60, blank=True)
    """What it tells of within the tender, as "lot:3" or "contract:7"; empty = the whole tender."""
    subtype = models.PositiveSmallIntegerField()
    """eForms subtype: 12, 20, 33, 38."""
    key = models.UUIDField(unique=True)
    """The same for every try: the service takes a notice once."""
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.QUEUED)
    service_id = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["tender", "-id"], name="procurement_notice_tender"),
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state__in=["queued", "sent"]),
                name="procurement_notice_waiting",
            ),
        ]
