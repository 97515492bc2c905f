"""What a role may do. Capabilities are the only rights in the product; a role is a named set of them.

Not for: whose data (that is the scope: organisation and day, ``viewer.py``) and the net under it (``rowsecurity.py``).
"""

from enum import StrEnum


class Capability(StrEnum):
    """One right. The value is stable: it stands in the journal, in API tokens and in the permission table."""

    SIGNED_IN = "signed-in"
    """Anybody with a valid seat: own account, directory, who answers, law."""
    CLIENT_VIEW = "client.view"
    CLIENT_REGISTER = "client.register"
    CLIENT_EDIT = "client.edit"
    CLIENT_EXPORT = "client.export"
    ASSESSMENT_WRITE = "assessment.write"
    PLAN_WRITE = "plan.write"
    PROTECTED_VIEW = "client.protected.view"
    """See municipality, address and contacts of a person under a non-disclosure order, with a reason (661/2009 §36)."""
    TEAM_VIEW = "team.view"
    """See the work of the team and of the whole organisation, not only one's own."""
    COUNTS_VIEW = "counts.view"
    """See counts of clients, never persons."""
    JOURNAL_VIEW = "journal.view"
    """See who has looked at whose data (data-protection officer)."""
    CLIENT_REFER = "client.refer"
    """Tell the municipality of a person in need who agrees to it, and count anonymous advice (681/2023 §9)."""
    CLIENT_HANDOVER = "client.handover"
    """Offer a client to another authority, accept or refuse what is offered."""
    CLIENT_IMPORT = "client.import"
    """Bring clients in from a file; exchange with registers and the national client system."""
    TEAM_LEAD = "team.lead"
    """See the load of each worker, give many clients to another worker, write down a worker's absence."""
    RETENTION_MANAGE = "retention.manage"
    """Legal holds, deletion lists, information requests, requests to correct (data-protection officer)."""
    ATTENDANCE_REPORT = "attendance.report"
    """A training provider's: report hours and attendance of one's own participants."""
    TOKENS_MANAGE = "tokens.manage"
    """Make and end the organisation's API tokens."""
    PLACEMENT_VIEW = "placement.view"
    """See agreements, targets and places of the own authority's area; the ministry those of the whole country."""
    PLACEMENT_AGREE = "placement.agree"
    """The region's: agreements, yearly requests, agreed places, proposals (681/2023 §§41–43)."""
    PLACEMENT_ANSWER = "placement.answer"
    """The municipality's: answer requests and proposals, sign the agreement (681/2023 §§42–44); the county's: be heard."""
    PLACEMENT_TARGET = "placement.target"
    """The ministry's: set the yearly targets of the areas (681/2023 §40)."""
    TRAINING_VIEW = "training.view"
    """See the course offer, who fits where, results by course; of students only one's own clients."""
    TRAINING_MANAGE = "training.manage"
    """Plan courses for one's own authority, select from the queue, forecast what is needed."""
    PROCUREMENT_VIEW = "procurement.view"
    """See the own authority's tenders and contracts; never a bid before it is opened."""
    PROCUREMENT_PREPARE = "procurement.prepare"
    """Draft a tender, answer questions, check and evaluate opened bids (1397/2016 ch. 12)."""
    PROCUREMENT_DECIDE = "procurement.decide"
    """Review and publish, open bids together with another person, award, make and change contracts."""
    BID_SUBMIT = "bid.submit"
    """A training provider's: ask questions and leave a sealed bid."""
    OWN_PATH = "own.path"
    """The client's own: see and follow one's own path, or that of a person one acts for by law."""
    CONTENT_EDIT = "content.edit"
    """Write and translate pages of the spaces that the own organisation keeps."""
    CONTENT_PUBLISH = "content.publish"
    """Publish pages, change the page tree, languages and terms, take what the service catalogue suggests."""
    ACTIVITY_KEEP = "activity.keep"
    """Keep the own organisation's services, places and events for the public."""
    ACTIVITY_APPROVE = "activity.approve"
    """Approve the entries of associations in the own organisation's area."""
    BULLETIN_SEND = "bulletin.send"
    """Send bulletins to other organisations, arrange trainings for professionals."""
    EXPERTISE_ANSWER = "expertise.answer"
    """The ministry's centre of expertise: answer professionals' questions, publish good practices."""
    STEERING_NATIONAL = "steering.national"
    """The ministry's: prepare the State's programme and its lines (681/2023 § 52)."""
    STEERING_REGIONAL = "steering.regional"
    """The region's: measures for the national lines, the yearly report to the ministry (1386/2010 § 37, 681/2023 § 55)."""
    PROGRAMME_KEEP = "programme.keep"
    """The municipality's: draw up its integration programme, its goals and their follow-up (1386/2010 § 32)."""
    PATH_KEEP = "path.keep"
    """Describe the service paths of one's own organisation and read what clients say of their steps."""
    HEARING_KEEP = "hearing.keep"
    """Send drafts of one's own organisation for statements, and say how these were taken into account."""
    STATEMENT_GIVE = "statement.give"
    """Give one's own organisation's statement."""
    BODY_KEEP = "body.keep"
    """Appoint one's own organisation's bodies of cooperation and keep their seats."""
    GUIDELINE_KEEP = "guideline.keep"
    """The region's: prepare and adopt work-permit guidelines (301/2004 § 72b)."""
    MEMBERS_MANAGE = "members.manage"
    CONTACTS_MANAGE = "contacts.manage"


class Role(StrEnum):
    """A named set of capabilities given in a membership."""

    CASEWORKER = "caseworker"
    TEAM_LEADER = "team-leader"
    ADMINISTRATOR = "administrator"
    DATA_PROTECTION_OFFICER = "data-protection-officer"
    REGIONAL_OFFICER = "regional-officer"
    MINISTRY_OFFICER = "ministry-officer"
    COUNTY_OFFICER = "county-officer"
    PROCUREMENT_OFFICER = "procurement-officer"
    READER = "reader"
    PROVIDER = "provider"
    EDITOR = "editor"
    COMMUNITY = "community"


_CASEWORK = frozenset(
    {
        Capability.SIGNED_IN,
        Capability.CLIENT_VIEW,
        Capability.CLIENT_REGISTER,
        Capability.CLIENT_EDIT,
        Capability.CLIENT_EXPORT,
        Capability.ASSESSMENT_WRITE,
        Capability.PLAN_WRITE,
        Capability.TEAM_VIEW,
        Capability.CLIENT_REFER,
        Capability.CLIENT_HANDOVER,
        Capability.PLACEMENT_VIEW,
        Capability.TRAINING_VIEW,
    }
)
_BUYING = frozenset(
    {
        Capability.SIGNED_IN,
        Capability.COUNTS_VIEW,
        Capability.TRAINING_VIEW,
        Capability.TRAINING_MANAGE,
        Capability.PROCUREMENT_VIEW,
        Capability.PROCUREMENT_PREPARE,
        Capability.PROCUREMENT_DECIDE,
    }
)
_INFORMING = frozenset(
    {
        Capability.CONTENT_EDIT,
        Capability.CONTENT_PUBLISH,
        Capability.ACTIVITY_KEEP,
        Capability.ACTIVITY_APPROVE,
    }
)

_DECIDING_TOGETHER = frozenset({Capability.HEARING_KEEP, Capability.STATEMENT_GIVE, Capability.BODY_KEEP})

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.CASEWORKER: _CASEWORK,
    Role.TEAM_LEADER: _CASEWORK
    | {
        Capability.PROTECTED_VIEW,
        Capability.CONTACTS_MANAGE,
        Capability.COUNTS_VIEW,
        Capability.CLIENT_IMPORT,
        Capability.TEAM_LEAD,
        Capability.PLACEMENT_ANSWER,
        Capability.TRAINING_MANAGE,
        Capability.PROCUREMENT_VIEW,
        Capability.CONTENT_EDIT,
        Capability.ACTIVITY_KEEP,
        Capability.BULLETIN_SEND,
        Capability.PROGRAMME_KEEP,
        Capability.PATH_KEEP,
    }
    | _DECIDING_TOGETHER,
    Role.ADMINISTRATOR: frozenset(
        {
            Capability.SIGNED_IN,
            Capability.MEMBERS_MANAGE,
            Capability.CONTACTS_MANAGE,
            Capability.TOKENS_MANAGE,
        }
    ),
    Role.DATA_PROTECTION_OFFICER: frozenset(
        {Capability.SIGNED_IN, Capability.JOURNAL_VIEW, Capability.RETENTION_MANAGE}
    ),
    Role.REGIONAL_OFFICER: _BUYING
    | _INFORMING
    | _DECIDING_TOGETHER
    | {
        Capability.STEERING_REGIONAL,
        Capability.PATH_KEEP,
        Capability.GUIDELINE_KEEP,
        Capability.BULLETIN_SEND,
        Capability.CONTACTS_MANAGE,
        Capability.CLIENT_REFER,
        Capability.PLACEMENT_VIEW,
        Capability.PLACEMENT_AGREE,
    },
    Role.PROCUREMENT_OFFICER: _BUYING,
    Role.MINISTRY_OFFICER: frozenset(
        {
            Capability.SIGNED_IN,
            Capability.COUNTS_VIEW,
            Capability.PLACEMENT_VIEW,
            Capability.PLACEMENT_TARGET,
            Capability.TRAINING_VIEW,
            Capability.CONTACTS_MANAGE,
            Capability.BULLETIN_SEND,
            Capability.EXPERTISE_ANSWER,
            Capability.STEERING_NATIONAL,
        }
    )
    | _INFORMING
    | _DECIDING_TOGETHER,
    Role.COUNTY_OFFICER: frozenset(
        {
            Capability.SIGNED_IN,
            Capability.CLIENT_REFER,
            Capability.PLACEMENT_VIEW,
            Capability.PLACEMENT_ANSWER,
            Capability.STATEMENT_GIVE,
        }
    ),
    Role.READER: frozenset({Capability.SIGNED_IN, Capability.CLIENT_REFER}),
    Role.PROVIDER: frozenset(
        {
            Capability.SIGNED_IN,
            Capability.ATTENDANCE_REPORT,
            Capability.BID_SUBMIT,
            Capability.STATEMENT_GIVE,
        }
    ),
    Role.EDITOR: _INFORMING | {Capability.SIGNED_IN, Capability.CONTACTS_MANAGE},
    Role.COMMUNITY: frozenset({Capability.SIGNED_IN, Capability.ACTIVITY_KEEP, Capability.STATEMENT_GIVE}),
}
