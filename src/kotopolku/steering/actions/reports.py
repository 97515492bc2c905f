"""Acts on a region's yearly report: begun, composed from the facts, written, signed, sent. Once sent it never changes.

Not for: what the facts give (``queries/report_facts.py``).
"""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.cooperation.actions.checks import same_version
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.steering import access_measures as access
from kotopolku.steering import report_rules as rules
from kotopolku.steering.models import RegionalReport, ReportSection, ReportState
from kotopolku.steering.queries import report_facts

REPORT = "steering.report"
RECEIVER = "tem"
"""The ministry that the reports go to."""


@transaction.atomic
def begin(year: int, language: str, *, actor: Viewer, invented: bool = False) -> RegionalReport:
    """The authority's report of a year that is over, composed at once. One that is there already is given back.

    Raises ``MissingCapability``, ``Refusals``.
    """
    authority = access.require_region(actor)
    found = access.reports(actor).filter(organisation=authority, year=year).first()
    if found is not None:
        return found
    refuse(rules.check_year(year, actor.day) + rules.check_language(language))
    receiver = actors.organisation(RECEIVER)
    if receiver is None:
        raise LookupError(RECEIVER)
    made, new = RegionalReport.objects.get_or_create(
        organisation=authority,
        year=year,
        defaults={"receiver": receiver, "language": language, "invented": invented},
    )
    if not new:
        # A colleague began it at the same moment.
        return made
    _compose(made, actor)
    record("steering.report.begun", actor=actor, object=(REPORT, made.pk))
    return made


@transaction.atomic
def compose(report_id: int, *, actor: Viewer) -> RegionalReport:
    """Composes every part anew from the facts of the day. What people wrote stays. Raises ``Refusals``."""
    found = _draft(report_id, actor)
    _compose(found, actor)
    _touch(found)
    record("steering.report.composed", actor=actor, object=(REPORT, found.pk))
    return found


@transaction.atomic
def write(report_id: int, key: str, text: str, *, actor: Viewer, expected_version: int) -> ReportSection:
    """What a person makes of a part. Text that is empty, or as composed, is nobody's: the part goes on following the facts.

    Raises ``EditClash``, ``Refusals``.
    """
    found = _draft(report_id, actor)
    section = report_facts.section(found, key)
    same_version(section.version, expected_version)
    refuse(rules.check_text(text))
    written = "\n".join(text.splitlines()).strip()
    section.text = "" if written == section.composed.strip() else written
    section.version += 1
    section.save()
    _touch(found)
    record(
        "steering.report.written",
        actor=actor,
        object=(REPORT, found.pk),
        details={"part": key, "version": section.version},
    )
    return section


@transaction.atomic
def sign(report_id: int, signer: str, *, actor: Viewer, expected_version: int) -> RegionalReport:
    """Nobody writes in it after that. Refused while a part is empty. Raises ``EditClash``, ``Refusals``."""
    found = _draft(report_id, actor)
    same_version(found.version, expected_version)
    empty = [one for one in report_facts.sections(found) if not one.shown.strip()]
    refuse(rules.check_signing(signer, [one.title for one in empty]))
    found.state, found.signer = ReportState.SIGNED, signer.strip()
    found.signed_by_id, found.signed_at = actor.user_id, clock.now()
    found.version += 1
    found.save()
    record("steering.report.signed", actor=actor, object=(REPORT, found.pk))
    return found


@transaction.atomic
def open_again(report_id: int, *, actor: Viewer) -> RegionalReport:
    """Takes the signature away, so that the report can be written again. Not once it has been sent."""
    found = access.own_report(actor, report_id, lock=True)
    if found.state == ReportState.DRAFT:
        return found
    refuse(_not_sent(found))
    found.state, found.signer = ReportState.DRAFT, ""
    found.signed_by, found.signed_at = None, None
    found.version += 1
    found.save()
    record("steering.report.opened-again", actor=actor, object=(REPORT, found.pk))
    return found


@transaction.atomic
def send(report_id: int, *, actor: Viewer) -> RegionalReport:
    """Sends a signed report to the ministry and tells it. Sending twice sends once. Raises ``Refusals``."""
    found = access.own_report(actor, report_id, lock=True)
    if found.state == ReportState.SENT:
        return found
    if found.state != ReportState.SIGNED:
        refuse([Refusal("", "not-signed", _("Sign the report first."))])
    found.state, found.sent_at = ReportState.SENT, clock.now()
    found.version += 1
    found.save()
    record("steering.report.sent", actor=actor, object=(REPORT, found.pk))
    notify(
        "steering.report-sent",
        holders(found.receiver_id, Capability.STEERING_NATIONAL, actor.day),
        actor=actor,
        address=reverse("steering:report", args=[found.pk]),
        organisation_id=found.receiver_id,
        about=(REPORT, found.pk),
    )
    return found


def _draft(report_id: int, actor: Viewer) -> RegionalReport:
    found = access.own_report(actor, report_id, lock=True)
    refuse(_not_sent(found))
    if found.state != ReportState.DRAFT:
        refuse([Refusal("", "signed", _("The report has been signed. Open it again to change it."))])
    return found


def _touch(found: RegionalReport) -> None:
    """Whoever signs has seen what is there: another's writing in between is told as a clash."""
    found.version += 1
    found.save(update_fields=["version"])


def _not_sent(found: RegionalReport) -> list[Refusal]:
    if found.state != ReportState.SENT:
        return []
    return [Refusal("", "sent", _("The report has been sent. It cannot be changed any more."))]


def _compose(report: RegionalReport, actor: Viewer) -> None:
    kept = {one.key: one for one in ReportSection.objects.filter(report=report)}
    changed, made = [], []
    for order, (key, words) in enumerate(report_facts.composed(report, actor)):
        section = kept.get(key)
        if section is None:
            made.append(ReportSection(report=report, key=key, order=order, composed=words or ""))
        elif section.order != order or words not in (None, section.composed):
            section.composed, section.order = section.composed if words is None else words, order
            changed.append(section)
    ReportSection.objects.bulk_create(made)
    ReportSection.objects.bulk_update(changed, ["composed", "order"])
