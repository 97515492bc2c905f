"""Names that the information room writes into the journal."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    # pages and texts
    "information.page.added": _("Added a public page"),
    "information.page.moved": _("Moved a public page"),
    "information.page.changed": _("Changed the address or review day of a public page"),
    "information.page.removed": _("Took a public page out"),
    "information.page.put-back": _("Put a public page back"),
    "information.text.saved": _("Saved the text of a public page"),
    "information.text.restored": _("Restored an earlier version of a public page"),
    "information.text.approved": _("Approved a machine-suggested text"),
    "information.text.review-asked": _("Asked for a review of a public page"),
    "information.text.commented": _("Commented a public page in review"),
    "information.text.comment-settled": _("Settled a comment on a public page"),
    "information.text.sent-back": _("Sent a public page back to its writer"),
    "information.text.published": _("Published a public page, or set its time"),
    "information.text.withdrawn": _("Withdrew a public page from readers"),
    "information.texts.due": _("Published and withdrew public pages at their time"),
    "information.file.added": _("Added a picture or file for public pages"),
    "information.file.described": _("Changed the alternative texts of a file of public pages"),
    "information.file.refused": _("Refused a file of public pages with a virus"),
    # translating, terms, links
    "information.xliff.sent": _("Took texts out for translation as a file"),
    "information.xliff.received": _("Brought a file of translations to be looked at"),
    "information.xliff.taken": _("Took translations in from a file"),
    "information.xliff.dropped": _("Threw a file of translations away"),
    "information.term.kept": _("Changed a term of the term list"),
    "information.term.removed": _("Took a term out of the term list"),
    "information.links.checked": _("Checked web addresses in public pages"),
    "information.link.trusted": _("Said that a web address works, or took it back"),
    "information.link.replaced": _("Replaced a web address in public pages"),
    "information.language.added": _("Added a language of the public pages"),
    "information.language.changed": _("Changed a language of the public pages"),
    "information.language.retired": _("Retired a language of the public pages"),
    "information.language.brought-back": _("Brought a language of the public pages back"),
    "information.language.moved": _("Changed the order of the languages of the public pages"),
    # services, places, events
    "information.venue.added": _("Added a place"),
    "information.venue.changed": _("Changed a place"),
    "information.venue.removed": _("Took a place away"),
    "information.service.added": _("Added a service"),
    "information.service.changed": _("Changed a service"),
    "information.service.published": _("Published a service, or sent it in for approval"),
    "information.service.withdrawn": _("Withdrew a service"),
    "information.service.point-changed": _("Changed what differs at one place of a service"),
    "information.event.added": _("Added an event"),
    "information.event.changed": _("Changed an event"),
    "information.event.copied": _("Copied an event"),
    "information.event.published": _("Published an event, or sent it in for approval"),
    "information.event.withdrawn": _("Withdrew an event"),
    "information.event.date-cancelled": _("Cancelled one date of an event"),
    "information.event.date-moved": _("Moved one date of an event"),
    "information.event.date-restored": _("Put one date of an event back"),
    "information.event.dates-written": _("Wrote further dates of recurring events"),
    "information.events.imported": _("Imported events from a calendar file"),
    "information.activity.approved": _("Approved a service or event of another organisation"),
    "information.activity.sent-back": _("Sent a service or event back to its organisation"),
    "information.activity.withdrawn": _("Withdrew a service or event of another organisation"),
    "information.trust.changed": _("Chose whether an organisation's changes are shown at once"),
    # contacts on public pages
    # service catalogue
    "information.catalogue.imported": _("Brought in the national service catalogue"),
    "information.catalogue.taken": _("Took what the service catalogue suggests"),
    "information.catalogue.kept": _("Kept ours against the service catalogue's suggestion"),
    "information.catalogue.looked-at": _(
        "Looked at the other languages after a change in the service catalogue"
    ),
    "information.catalogue.linked": _("Linked the organisation to the service catalogue"),
    "information.catalogue.written": _("Wrote services out for the service catalogue"),
    # news
    "information.news.added": _("Added news to the public pages"),
    "information.news.changed": _("Changed news on the public pages"),
    "information.news.removed": _("Took news away from the public pages"),
    # search and feedback
    "information.synonyms.added": _("Added synonyms for search"),
    "information.synonyms.changed": _("Changed synonyms for search"),
    "information.synonyms.removed": _("Removed synonyms for search"),
    "information.feedback.received": _("Feedback on a public page came in"),
    "information.feedback.answered": _("Answered feedback on a public page"),
    "information.feedback.sent": _("Sent the answer to feedback and deleted the address"),
    "information.feedback.forwarded": _("Handed feedback on to the editors of another area"),
    "information.feedback.archived": _("Archived feedback"),
    "information.feedback.opened": _("Opened archived feedback again"),
    "information.feedback.cleaned": _("Deleted feedback and addresses whose time was up"),
    # feeds and guides
    # start content
    "information.start.loaded": _("Loaded the start content of the public pages"),
}
