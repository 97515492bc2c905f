"""Checking, evaluating and awarding opened bids: checks, scores, moderation, ranking, decision, notices, challenges.

Not for: the bids themselves (``bids.py``), the contract (``contracts.py``), points and dates (``evaluation``,
``award_rules``). A bidder is an organisation: no private person stands here but the officers who act.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Evaluator(models.Model):
    """Arvioija. A person named to score the bids of a tender, with the declaration of interest made before scoring.

    Who has a conflict of interest (434/2003 §28) keeps the row, so that the record shows it, and scores nothing.
    """

    tender = models.ForeignKey("procurement.Tender", on_delete=models.PROTECT, related_name="evaluators")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    named_on = models.DateField()
    declared_on = models.DateField(null=True, blank=True)
    conflict = models.BooleanField(default=False)
    words = models.TextField(blank=True)
    """What the interest is. Not shown to bidders; stands in the report of §124."""
    left_on = models.DateField(null=True, blank=True)
    """Left the evaluation before scoring, as somebody who is ill; the sheets are then not waited for."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "user"], name="procurement_evaluator_once")]

    @property
    def may_score(self) -> bool:
        return self.declared_on is not None and not self.conflict and self.left_on is None


class ScoreSheet(models.Model):
    """Arviointilomake. One evaluator's scores of one lot. Others see it when all evaluators have handed in theirs."""

    lot = models.ForeignKey("procurement.Lot", on_delete=models.PROTECT, related_name="sheets")
    evaluator = models.ForeignKey(Evaluator, on_delete=models.PROTECT, related_name="sheets")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    open = models.BooleanField(default=False)
    """All have handed in: the database shows the sheet to the evaluator's colleagues from now on."""
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "user"], name="procurement_sheet_once")]


class Score(models.Model):
    """Pisteet. One evaluator's score of one bid by one criterion, with the words that give the reason."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey("procurement.Criterion", on_delete=models.PROTECT, related_name="+")
    bidder = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion", "bidder"], name="procurement_score_once"),
            models.CheckConstraint(
                name="procurement_score_sound",
                condition=models.Q(points=None) | models.Q(points__gte=0),
            ),
        ]


class CheckKind(models.TextChoices):
    EXCLUSION = "exclusion", _("ground for exclusion")
    REQUIREMENT = "requirement", _("requirement")
    EXTRACT = "extract", _("extract of the winner")


class CheckResult(models.TextChoices):
    MET = "met", _("in order")
    CLEANED = "cleaned", _("in order after self-cleaning")
    FAILED = "failed", _("not in order")
    UNCLEAR = "unclear", _("to be clarified")


class SuitabilityCheck(models.Model):
    """Soveltuvuuden tarkistus. One ground or requirement (§§80–86, 114) or extract (§88) checked for one bidder.

    Of a criminal-record extract it is noted that it was seen and how old it was; no copy is kept (§88).
    """

    tender = models.ForeignKey("procurement.Tender", on_delete=models.PROTECT, related_name="checks")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    bidder = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=CheckKind.choices)
    key = models.CharField(max_length=40)
    """Id of the tender's exclusion ground or requirement, or of the extract."""
    result = models.CharField(max_length=8, choices=CheckResult.choices)
    reason = models.TextField(blank=True)
    self_cleaning = models.TextField(blank=True)
    """What the bidder showed to have done (§82), when a ground was there."""
    dated_on = models.DateField(null=True, blank=True)
    """Day of an extract; not older than 12 months when it is seen."""
    checked_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    checked_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "bidder", "kind", "key"], name="procurement_check_once")
        ]


class Conformity(models.Model):
    """Tarjouspyynnön mukaisuus. Whether a bid on a lot answers the request for tenders (§113); with the reason."""

    lot = models.ForeignKey("procurement.Lot", on_delete=models.PROTECT, related_name="conformities")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    bidder = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    conforming = models.BooleanField()
    reason = models.TextField(blank=True)
    judged_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    judged_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "bidder"], name="procurement_conformity_once")]


class ClarificationKind(models.TextChoices):
    BID = "bid", _("Clarification of the bid")
    PRICE = "price", _("Explanation of a low price")
    SUITABILITY = "suitability", _("Suitability or self-cleaning")


class Clarification(models.Model):
    """Täsmennys- tai selvityspyyntö (§§82, 96, 113). Put to one bidder, answered by a day; a price is not changed by it."""

    tender = models.ForeignKey("procurement.Tender", on_delete=models.PROTECT, related_name="clarifications")
    lot = models.ForeignKey(
        "procurement.Lot", on_delete=models.PROTECT, null=True, related_name="clarifications"
    )
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    bidder = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ClarificationKind.choices)
    question = models.TextField()
    asked_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    answer_by = models.DateField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["bidder", "-id"], name="procurement_clarify_bidder")]


class PriceReview(models.Model):
    """Poikkeuksellisen alhainen hinta (§96). A person decides after the explanation; nothing is excluded by itself."""

    lot = models.ForeignKey("procurement.Lot", on_delete=models.PROTECT, related_name="price_reviews")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    bidder = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    reason = models.TextField()
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "bidder"], name="procurement_price_review_once")
        ]


class Moderation(models.Model):
    """Yhteinen pistemäärä. The score that the evaluators agreed on for a bid by a criterion, with its words."""

    lot = models.ForeignKey("procurement.Lot", on_delete=models.PROTECT, related_name="moderations")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey("procurement.Criterion", on_delete=models.PROTECT, related_name="+")
    bidder = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=8, decimal_places=2)
    words = models.TextField()
    agreed_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    agreed_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "criterion", "bidder"], name="procurement_moderation_once"
            ),
            models.CheckConstraint(name="procurement_moderation_sound", condition=models.Q(points__gte=0)),
        ]


class Ranking(models.Model):
    """Vertailu. What went into the comparison of a lot and what came out; anybody can compute it again from ``given``."""

    lot = models.ForeignKey("procurement.Lot", on_delete=models.PROTECT, related_name="rankings")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()
    """1, 2 … by lot; the highest counts."""
    given = models.JSONField()
    """The input as the evaluation module reads it; bidders are ids of organisations."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the input in canonical form."""
    outcome = models.JSONField()
    drawn = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    """Whom the lot fell on, when the best were equal and the tender has no rule for that."""
    drawn_words = models.TextField(blank=True)
    """Who was present and how it was drawn."""
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "number"], name="procurement_ranking_once")]


class AwardKind(models.TextChoices):
    AWARD = "award", _("award")
    DISCONTINUED = "discontinued", _("procurement discontinued")


class AwardState(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEW = "review", _("waits for the second person")
    MADE = "made", _("made")
    CORRECTED = "corrected", _("set aside and decided anew")
    GIVEN_UP = "given-up", _("draft given up")


class AwardDecision(models.Model):
    """Hankintapäätös (§123) or decision to discontinue (§125), of one lot. Drafted by one person, made by another."""

    tender = models.ForeignKey("procurement.Tender", on_delete=models.PROTECT, related_name="decisions")
    lot = models.ForeignKey("procurement.Lot", on_delete=models.PROTECT, related_name="decisions")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=AwardKind.choices, default=AwardKind.AWARD)
    state = models.CharField(max_length=10, choices=AwardState.choices, default=AwardState.DRAFT)
    number = models.IntegerField()
    """1, 2 … by lot."""
    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, null=True, related_name="decisions")
    reasons_fi = models.TextField(blank=True)
    reasons_sv = models.TextField(blank=True)
    standstill = models.CharField(max_length=20, blank=True)
    """"full", "mini-competition", "direct" (§131), or empty when none is needed (§130)."""
    no_standstill_reason = models.CharField(max_length=30, blank=True)
    """"call-off" or "only-tenderer" (§130), "urgency", "not-required"."""
    sent_back_words = models.TextField(blank=True)
    drafted_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    drafted_on = models.DateField()
    decided_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    earliest_contract_on = models.DateField(null=True, blank=True)
    """As the decision tells it (§123); None when discontinued."""
    set_aside_on = models.DateField(null=True, blank=True)
    set_aside_reason = models.TextField(blank=True)
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "number"], name="procurement_award_once"),
            models.UniqueConstraint(
                fields=["lot"],
                condition=models.Q(state__in=("draft", "review", "made")),
                name="procurement_award_one_living",
            ),
            models.CheckConstraint(
                name="procurement_award_two_persons",
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("drafted_by")),
            ),
        ]
        indexes = [models.Index(fields=["buyer", "state"], name="procurement_award_buyer")]


class AwardWinner(models.Model):
    """Valittu tarjoaja. One in most decisions; several, in order, in a framework with several suppliers."""

    decision = models.ForeignKey(AwardDecision, on_delete=models.CASCADE, related_name="winners")
    bidder = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    rank = models.IntegerField()
    points = models.CharField(max_length=20, blank=True)
    price_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "bidder"], name="procurement_winner_once")]
        ordering = ["rank", "id"]


class SendWay(models.TextChoices):
    ELECTRONIC = "electronic", _("electronically")
    LETTER = "letter", _("by letter")


class DecisionNotice(models.Model):
    """Tiedoksianto (§127). The decision sent to one bidder; received on the day of sending, by letter on the seventh day."""

    decision = models.ForeignKey(AwardDecision, on_delete=models.PROTECT, related_name="notices")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=SendWay.choices)
    sent_on = models.DateField(null=True, blank=True)
    """Empty: waits for a letter to be posted; no contract before that."""
    received_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    """When somebody of the recipient first opened the decision here. Changes no time limit."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "recipient"], name="procurement_notice_once")
        ]
        indexes = [models.Index(fields=["recipient", "-id"], name="procurement_told_recipient")]


class ChallengeKind(models.TextChoices):
    CORRECTION = "correction", _("Correction request")
    APPEAL = "appeal", _("Appeal to the Market Court")


class ChallengeState(models.TextChoices):
    PENDING = "pending", _("pending")
    REJECTED = "rejected", _("rejected")
    UPHELD = "upheld", _("upheld")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LEAVE = "leave", _("contract allowed by the court")


class Challenge(models.Model):
    """Hankintaoikaisu (§§132–135) or valitus markkinaoikeuteen (§§145–150) against a decision on a lot.

    A pending appeal bars the contract by itself (§150), until the court has decided or allows it (§152).
    """

    decision = models.ForeignKey(AwardDecision, on_delete=models.PROTECT, related_name="challenges")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ChallengeKind.choices)
    party = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    """The bidder; empty when the authority itself takes its decision up."""
    arrived_on = models.DateField()
    late = models.BooleanField(default=False)
    """Arrived after the time limit. Who decides on it still has to answer it, so it blocks all the same."""
    words = models.TextField()
    reference = models.CharField(max_length=60, blank=True)
    """The court's number."""
    state = models.CharField(max_length=10, choices=ChallengeState.choices, default=ChallengeState.PENDING)
    recorded_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    resolved_on = models.DateField(null=True, blank=True)
    resolved_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    resolution = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["buyer", "state"], name="procurement_challenge_buyer")]


class AwardReport(models.Model):
    """Hankintaa koskeva kertomus (§124). Frozen content, from which the PDF is set again at any time."""

    tender = models.ForeignKey("procurement.Tender", on_delete=models.PROTECT, related_name="reports")
    buyer = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "number"], name="procurement_report_once")]
