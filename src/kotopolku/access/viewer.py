"""Who is asking: a person in one seat (one membership of one organisation) on one day.

Every action and every query takes a ``Viewer``; none reads the request. Not for: how a viewer is found (``actors``).
"""

from dataclasses import dataclass
from datetime import date

from kotopolku.access.capabilities import CAPABILITIES, Capability, Role


@dataclass(frozen=True)
class Seat:
    """One membership that is valid on the viewer's day."""

    membership_id: int
    organisation_id: int
    organisation_code: str
    organisation_kind: str
    organisation_name: str
    role: Role
    team_id: int | None = None
    stands_in_for: tuple[int, ...] = ()
    """Ids of the colleagues who are away on the day and whose work this user does."""

    limited_to: frozenset[Capability] | None = None
    """An API token's own limit within the role; None = all of the role's rights."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        rights = CAPABILITIES[self.role]
        return rights if self.limited_to is None else rights & self.limited_to


@dataclass(frozen=True)
class Own:
    """A client at the own page: whose path is open now, and for whom else one may act on the day."""

    person_id: int
    """The person whose path is looked at: oneself, or somebody one acts for."""
    self_id: int | None
    """The signed-in person when that person is a client; None for a representative who is not."""
    acts_for: tuple[int, ...] = ()

    @property
    def persons(self) -> tuple[int, ...]:
        """Everybody whose path this viewer may open."""
        return (*((self.self_id,) if self.self_id else ()), *self.acts_for)


@dataclass(frozen=True)
class Viewer:
    """A user in a seat on a day. ``seat`` is None for a person who has no valid membership that day.

    ``own`` is set on the client's own pages only (``mypage``): then there is no seat, and OWN_PATH is the only right.
    """

    user_id: int | None
    name: str
    day: date
    seat: Seat | None
    other_seats: tuple[Seat, ...] = ()
    system: str = ""
    """Name of the job or command when no person acts (``Viewer.for_system``)."""
    own: Own | None = None

    @classmethod
    def for_system(cls, name: str, day: date) -> "Viewer":
        """A viewer for jobs and operator commands: sees every row, is named in the journal."""
        return cls(user_id=None, name=name, day=day, seat=None, system=name)

    def may(self, capability: Capability) -> bool:
        if self.system:
            return True
        if self.own is not None:
            return capability == Capability.OWN_PATH
        return self.seat is not None and capability in self.seat.capabilities

    @property
    def workers(self) -> tuple[int, ...]:
        """Whose work is the viewer's own on the day: one's own, and that of those one stands in for."""
        own = (self.user_id,) if self.user_id is not None else ()
        return own + (self.seat.stands_in_for if self.seat else ())

    @property
    def organisation_id(self) -> int | None:
        return self.seat.organisation_id if self.seat else None
