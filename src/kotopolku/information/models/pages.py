"""Pages of a space, their texts by language, and every version of each text.

Not for: services, events and contacts that stand in pages as live cards.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.actors.models import Organisation
from kotopolku.information.models.spaces import Space


class PageKind(models.TextChoices):
    OWN = "own", _("own page")
    ADDITION = "addition", _("addition to a page from above")
    OVERRIDE = "override", _("in place of a page from above")
    HIDDEN = "hidden", _("hides a page from above")


class Page(models.Model):
    """Sivu. A place in the tree of a space: parent and order. What it says stands in its texts.

    A page of the country is seen in every region and municipality. There it may get an addition, be replaced or hidden
    by a page whose ``of`` is that page; nothing is copied.
    """

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="pages")
    kind = models.CharField(max_length=8, choices=PageKind.choices, default=PageKind.OWN)
    of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="variants")
    """The page of a space above that this one adds to, replaces or hides; None for an own page."""
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    """The page above it in the tree: of the same space, or of one that the space inherits from."""
    key = models.SlugField(max_length=80)
    """The last part of the address. Unique in the space and in those above it."""
    order = models.IntegerField(default=0)
    icon = models.CharField(max_length=30, blank=True)
    review_by = models.DateField(null=True, blank=True)
    """The day by which somebody should look whether it is still right."""
    removed_on = models.DateField(null=True, blank=True)
    """Taken out of the tree on this day; it can be put back."""
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "key"], name="information_one_page_a_key"),
            models.UniqueConstraint(
                fields=["space", "of"], condition=models.Q(removed_on=None), name="information_one_variant"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="own", of=None)
                | (~models.Q(kind="own") & models.Q(of__isnull=False)),
                name="information_variant_has_its_page",
            ),
        ]
        indexes = [models.Index(fields=["space", "parent", "order"], name="information_page_tree")]

    def __str__(self) -> str:
        return self.key


class TextState(models.TextChoices):
    """What happens to the newest version. That readers see something shows in ``PageText.published``."""

    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    SCHEDULED = "scheduled", _("will be published")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class PageText(models.Model):
    """Sivun teksti. One page in one language: its newest version, and the one that readers see."""

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=TextState.choices, default=TextState.DRAFT)
    latest = models.ForeignKey(
        "TextVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published = models.ForeignKey(
        "TextVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    publish_at = models.DateTimeField(null=True, blank=True)
    unpublish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    """When what readers see was published: "Updated" on the page."""
    major_number = models.IntegerField(default=0)
    """Number of the newest published version that was not a minor edit: translations made from an older one are stale."""
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who asked for the review."""
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.IntegerField(default=1)
    """For two editors at once: grows with every change of this row."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "language"], name="information_one_text")]
        indexes = [
            models.Index(fields=["published"], name="information_text_published"),
            models.Index(
                fields=["publish_at"],
                condition=models.Q(publish_at__isnull=False),
                name="information_text_publish_at",
            ),
        ]


class TextVersion(models.Model):
    """Tekstin versio. Append-only: what was written, by whom, and from which version of the source it was translated."""

    text = models.ForeignKey(PageText, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=400, blank=True)
    blocks = models.JSONField(default=list)
    """The content, see ``blocks.py``."""
    minor = models.BooleanField(default=False)
    """A small mend that leaves translations valid."""
    machine = models.BooleanField(default=False)
    """Suggested by a machine, and approved by nobody yet."""
    made_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """The version of the source language that it translates; None in the source language itself."""
    restored_from = models.IntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="information_one_number")]


class ReviewComment(models.Model):
    """Tarkastajan huomautus. On one version, or on one block of it; kept when it has been answered."""

    text = models.ForeignKey(PageText, on_delete=models.CASCADE, related_name="comments")
    number = models.IntegerField()
    """Of the version that was commented."""
    block = models.CharField(max_length=20, blank=True)
    words = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)


class ContentFile(models.Model):
    """Sisältötiedosto. A picture or a paper of a space; its alternative text stands by language."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.IntegerField()
    place = models.CharField(max_length=200)
    """Under settings.FILES."""
    sha256 = models.CharField(max_length=64)
    alternatives = models.JSONField(default=dict)
    """Alternative text by language; empty words in a language mean decoration."""
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()


class Embed(models.Model):
    """Upotus. That the newest or published version of a text shows a contact, service, event or file: where it is used."""

    text = models.ForeignKey(PageText, on_delete=models.CASCADE, related_name="embeds")
    kind = models.CharField(max_length=10)
    """contact, service, event or file."""
    target = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["text", "kind", "target"], name="information_embed_once")
        ]
        indexes = [models.Index(fields=["kind", "target"], name="information_embed_target")]


class LinkState(models.TextChoices):
    UNCHECKED = "unchecked", _("not checked yet")
    FINE = "fine", _("works")
    MOVED = "moved", _("has moved")
    SLOW = "slow", _("slow, or away for a moment")
    GONE = "gone", _("gone")


class Link(models.Model):
    """Linkki. One address that texts lead to, and what the last check found."""

    address = models.URLField(max_length=1000, unique=True)
    state = models.CharField(max_length=10, choices=LinkState.choices, default=LinkState.UNCHECKED)
    status = models.IntegerField(null=True, blank=True)
    """What the other server answered; None when it did not."""
    moved_to = models.URLField(max_length=1000, blank=True)
    cause = models.CharField(max_length=40, blank=True)
    """Stable code of what went wrong, worded for people in ``wording.py``."""
    failures = models.IntegerField(default=0)
    """Checks in a row that failed: one bad day is not "gone"."""
    milliseconds = models.IntegerField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    ignored = models.BooleanField(default=False)
    """A person has said that it works: no more warnings."""


class LinkUse(models.Model):
    """Linkin käyttö. A text whose newest or published version leads to an address."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="uses")
    text = models.ForeignKey(PageText, on_delete=models.CASCADE, related_name="links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "text"], name="information_link_once")]


class Term(models.Model):
    """Termi. A word of the field in one language; the words of a concept are each other's translations."""

    concept = models.SlugField(max_length=80)
    language = models.CharField(max_length=12)
    words = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    avoid = models.CharField(max_length=200, blank=True)
    """A word not to be used for it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concept", "language"], name="information_one_term")]
