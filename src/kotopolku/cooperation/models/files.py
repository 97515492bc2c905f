"""Files of bulletins, materials and meeting papers, with their content. Checked for viruses as the desk's documents are."""

from django.db import models

from kotopolku.desk.models import Scan

__all__ = ["Attachment", "AttachmentContent", "Scan"]


class Attachment(models.Model):
    """Liitetiedosto. A file of one bulletin, one material or one paper of a meeting."""

    bulletin = models.ForeignKey(
        "cooperation.Bulletin", on_delete=models.CASCADE, null=True, blank=True, related_name="files"
    )
    material = models.ForeignKey(
        "cooperation.Material", on_delete=models.CASCADE, null=True, blank=True, related_name="files"
    )
    paper = models.ForeignKey(
        "cooperation.MeetingPaper", on_delete=models.CASCADE, null=True, blank=True, related_name="files"
    )
    organisation = models.ForeignKey("actors.Organisation", on_delete=models.PROTECT, related_name="+")
    """Whose bulletin, material or meeting it is, for row security."""
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=5)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=10, choices=Scan.choices)
    added_by = models.ForeignKey("actors.User", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cooperation_file_of_one",
                condition=models.Q(bulletin=None, material__isnull=False, paper=None)
                | models.Q(bulletin__isnull=False, material=None, paper=None)
                | models.Q(bulletin=None, material=None, paper__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(scan="waiting"), name="cooperation_file_waiting")
        ]

    @property
    def can_be_opened(self) -> bool:
        return self.scan in (Scan.CLEAN, Scan.UNSCANNED)


class AttachmentContent(models.Model):
    """Liitetiedoston sisältö. Apart, so that lists do not read it."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, primary_key=True, related_name="content"
    )
    organisation_id = models.BigIntegerField()
    data = models.BinaryField()
