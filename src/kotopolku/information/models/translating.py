"""Files of translations that have been brought, and are looked at before anything of them is written.

Not for: the texts and the terms themselves (``pages.py``).
"""

from django.conf import settings
from django.db import models

from kotopolku.information.models.spaces import Space


class TranslationFile(models.Model):
    """Käännöstiedosto. An XLIFF file of one space and language: first only read, then confirmed by a person or thrown away."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="translation_files")
    language = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    """The file as it came; emptied when it has been confirmed or thrown away."""
    received_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    taken = models.IntegerField(default=0)
    """How many texts were written of it."""

    class Meta:
        indexes = [models.Index(fields=["space", "sha256"], name="information_file_of_space")]
