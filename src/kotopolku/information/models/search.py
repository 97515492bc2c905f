"""The index of everything readers can find, its words, and which words stand for each other.

All of it can be made anew from what is published (``kotopolku information index``). Not for: unpublished things.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kotopolku.information.models.spaces import Space


class TsQueryField(models.Field):
    """PostgreSQL's tsquery; written and read in SQL only."""

    def db_type(self, connection: Any) -> str:
        return "tsquery"


class SearchEntry(models.Model):
    """Hakurivi. One public thing in one language, as search sees it."""

    kind = models.CharField(max_length=10)
    """page, service, event, contact or news, see ``indexing.py``."""
    target = models.BigIntegerField()
    language = models.CharField(max_length=12)
    spaces = ArrayField(models.BigIntegerField())
    """Spaces in which it is found: there and in all below them."""
    path = models.CharField(max_length=300)
    """Its address after ``/info/<language>/<space>/``."""
    title = models.CharField(max_length=200)
    words = models.TextField()
    """Summary and content as plain text, for the excerpt."""
    until = models.DateField(null=True, blank=True)
    """The last day on which it is found, as an event's; None without end."""
    machine = models.BooleanField(default=False)
    """Its text was suggested by a machine, and nobody has approved it."""
    vector = SearchVectorField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "target", "language"], name="information_one_entry")
        ]
        indexes = [GinIndex(fields=["vector"], name="information_entry_vector")]


class SearchWord(models.Model):
    """Hakusana. A word that stands in the index: what somebody typed wrongly is likened to these."""

    word = models.CharField(max_length=60, primary_key=True)
    form = models.CharField(max_length=60)
    """The word without accents and dots, for likening."""

    class Meta:
        indexes = [
            GinIndex(
                fields=["form"],
                name="information_word_trigrams",
                opclasses=["gin_trgm_ops"],
                fastupdate=False,
            ),
        ]


class SynonymGroup(models.Model):
    """Synonyymiryhmä. Words that mean the same to those who search, kept by the editors of a space for it and those below."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="synonyms")
    language = models.CharField(_("language"), max_length=12, blank=True)
    """The language in which they are typed; empty for any."""
    words = ArrayField(models.CharField(max_length=80))
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return ", ".join(self.words)


class SearchPhrase(models.Model):
    """Haun ilmaus. A word or words of a synonym group or of a term, prepared for matching."""

    group = models.CharField(max_length=90)
    """"s" and the id of the synonym group, or "t" and the concept of the term. Phrases of a group stand for each other."""
    space = models.ForeignKey(Space, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    """Where the synonyms hold; None for terms, which hold everywhere."""
    language = models.CharField(max_length=12, blank=True)
    """The language of readers for whom they hold; empty for all."""
    phrase = models.CharField(max_length=200)
    query = TsQueryField()

    class Meta:
        indexes = [models.Index(fields=["group"], name="information_phrase_group")]
