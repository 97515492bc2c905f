"""What is emptied of a case when its time of keeping is over: names and papers under the seal, later every text about people.

Called by the run of deletion (``retention``), inside its transaction and with its sight; its entry in the journal says by
which rule and of how many. Group, ages, days and municipality stay for statistics and money. Not for: when.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import OuterRef, Subquery

from kotopolku.access import rowsecurity
from kotopolku.desk import files
from kotopolku.placement.actions.sealed import hold_file
from kotopolku.placement.models import (
    Arrival,
    Binding,
    Case,
    CaseEvent,
    CaseFile,
    CaseMember,
    CountyHearing,
    NamedWorker,
    Proposal,
    ProposalWord,
    RoundRow,
    Sealed,
    SealedPaper,
)

log = logging.getLogger(__name__)


def forget_names(case_ids: Sequence[int], day: date) -> None:
    """Names and papers of the cases, and the papers' files; nobody is named to see them any more."""
    Sealed.objects.filter(case_id__in=case_ids).delete()
    papers = SealedPaper.objects.filter(case_id__in=case_ids)
    hashes = set(papers.values_list("sha256", flat=True))
    papers.delete()
    NamedWorker.objects.filter(case_id__in=case_ids, ended_on=None).update(ended_on=day)
    transaction.on_commit(lambda: _remove_files(hashes))


def _remove_files(hashes: Iterable[str]) -> None:
    """Those that no paper points at any more."""
    for sha256 in sorted(hashes):
        with transaction.atomic():
            hold_file(sha256)
            with rowsecurity.as_system():
                used = SealedPaper.objects.filter(sha256=sha256).exists()
            if not used:
                try:
                    files.remove(sha256)
                except OSError:
                    log.exception("a file that nothing points at could not be removed")


def empty_texts(case_ids: Sequence[int], day: date) -> None:
    """Descriptions, needs, ties, reasons and messages; the sender's number gives way to the case's own."""
    Case.objects.filter(pk__in=case_ids).update(
        description="", close_reason="", needs=[], ties=[], languages=[]
    )
    number = Case.objects.filter(pk=OuterRef("case_id")).values("number")[:1]
    CaseFile.objects.filter(case_id__in=case_ids).update(reference=Subquery(number), digest=b"")
    CaseMember.objects.filter(case_id__in=case_ids).update(schooling="", work="", languages=[])
    CaseEvent.objects.filter(case_id__in=case_ids).update(note="")
    Arrival.objects.filter(case_id__in=case_ids).update(note="")
    proposals = Proposal.objects.filter(case_id__in=case_ids)
    proposals.update(reason="", note="")
    ProposalWord.objects.filter(proposal__in=proposals).delete()
    CountyHearing.objects.filter(proposal__in=proposals).update(statement="", question="")
    Binding.objects.filter(case_id__in=case_ids).update(text="")
    RoundRow.objects.filter(case_id__in=case_ids).update(sentences={}, override_text="")
