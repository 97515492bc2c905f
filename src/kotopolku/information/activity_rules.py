"""Services, venues and events as typed: their values, what makes them unsound, where they are shown, who approves.

Pure but for the named refusals of ``clients.rules``. Not for: hours of a place (``hours_rules.py``), RRULE (``recurrence.py``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop as _

from kotopolku.clients.rules import Refusal
from kotopolku.information import hours_rules, recurrence
from kotopolku.information.blocks import clean_words

Texts = Mapping[str, str]
NATIONWIDE = "*"
LONGEST_NAME = 150
LONGEST_SUMMARY = 300
LONGEST_TEXT = 5_000
LONGEST_EVENT_DAYS = 31
"""One time of an event. What lasts longer is a recurring event. Our own rule."""

HOURS_WORDS = {
    "bad-times": _("“%(typed)s” is not a time. Write for example 9–15.30, or 9–12, 13–17."),
    "no-such-time": _("“%(typed)s”: there is no such time of day."),
    "times-overlap": _("“%(typed)s”: the times overlap. Times over midnight come last on a day, alone."),
    "bad-exception": _(
        "Line %(line)s: “%(typed)s” does not begin with a day. Write for example 24.12.2026 closed."
    ),
    "no-such-day": _("Line %(line)s: “%(typed)s” has a day that does not exist."),
    "exception-reversed": _("Line %(line)s: “%(typed)s” ends before it begins."),
    "exception-says-nothing": _(
        "Line %(line)s: say after the day whether it is closed, or the times, for example 10–14."
    ),
    "too-many-exceptions": _("There are more than %(most)s exceptions. Take out those that have gone by."),
    "hour-missing": _(
        "The hour %(typed)s does not exist on %(day)s: the clocks go forward that night. Write %(better)s instead."
    ),
    "hour-doubled": _(
        "The hour %(typed)s comes twice on %(day)s: the clocks go back. The first one is meant."
    ),
}


@dataclass(frozen=True)
class VenueContent:
    """A venue as typed. ``latitude`` and ``longitude``: WGS84 degrees as text, both or neither."""

    names: Texts
    street: str = ""
    postal_code: str = ""
    city: str = ""
    municipality: str = ""
    latitude: str = ""
    longitude: str = ""
    telephone: str = ""
    email: str = ""
    web: str = ""
    accessibility: Texts = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    hours: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PointContent:
    """A venue where the service is given. ``hours`` empty: those of the venue."""

    venue_id: int
    telephone: str = ""
    hours: Mapping[str, Any] = field(default_factory=dict)
    notes: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class ServiceContent:
    """A service as typed."""

    names: Texts
    summaries: Texts = field(default_factory=dict)
    descriptions: Texts = field(default_factory=dict)
    how_to: Texts = field(default_factory=dict)
    requirements: Texts = field(default_factory=dict)
    provider_names: Texts = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    nationwide: bool = False
    price: str = "free"
    price_notes: Texts = field(default_factory=dict)
    web: str = ""
    telephone: str = ""
    email: str = ""
    channels: tuple[Mapping[str, Any], ...] = ()
    hours: Mapping[str, Any] = field(default_factory=dict)
    for_plans: bool = False
    points: tuple[PointContent, ...] = ()


@dataclass(frozen=True)
class EventContent:
    """An event as typed. Day and times are those of the wall clock in Finland."""

    names: Texts
    on: date | None
    at: time | None
    ends_on: date | None = None
    """The last day of one time; None: the same day, or the next when it ends at or before its start."""
    ends_at: time | None = None
    """None: an hour after the start."""
    rule: str = ""
    descriptions: Texts = field(default_factory=dict)
    venue_id: int | None = None
    place_note: str = ""
    online: str = ""
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    nationwide: bool = False
    price: str = "free"
    price_notes: Texts = field(default_factory=dict)
    web: str = ""
    registration: str = ""
    registration_by: date | None = None
    for_plans: bool = False

    @property
    def last_wall(self) -> datetime | None:
        """When one time ends, by the wall clock."""
        if self.on is None or self.at is None:
            return None
        ends_at = self.ends_at or _an_hour_later(self.at)
        ends_on = self.ends_on or (self.on if ends_at > self.at else recurrence.next_day(self.on))
        return datetime.combine(ends_on, ends_at)


def _an_hour_later(at: time) -> time:
    return time((at.hour + 1) % 24, at.minute)


def tidy_texts(texts: Texts) -> dict[str, str]:
    """Texts by language without HTML, those that say nothing left out."""
    cleaned = {language: clean_words(words) for language, words in texts.items()}
    return {language: words for language, words in cleaned.items() if words}


# --- Checks -----------------------------------------------------------------------------------------------------------


def check_names(names: Texts, what: str) -> list[Refusal]:
    """A name in one language at least. ``what``: the sentence that asks for it."""
    cleaned = tidy_texts(names)
    if not cleaned:
        return [Refusal("names", "required", what)]
    return check_lengths("names", cleaned, LONGEST_NAME)


def check_lengths(name: str, texts: Texts, most: int) -> list[Refusal]:
    words = _("The text in %(language)s is longer than %(most)s characters.")
    return [
        Refusal(name, "too-long", words, {"language": language, "most": most})
        for language, text in texts.items()
        if len(text) > most
    ]


def check_web(name: str, address: str) -> list[Refusal]:
    """An address of the web, or nothing."""
    if not address:
        return []
    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and "." in parts.netloc:
        return []
    return [Refusal(name, "bad-address", _("“%(address)s” is not a web address."), {"address": address[:80]})]


def check_venue(content: VenueContent) -> list[Refusal]:
    """Everything unsound in a venue."""
    found = check_names(content.names, _("Give the place a name."))
    found += check_lengths("accessibility", content.accessibility, LONGEST_TEXT)
    found += check_web("web", content.web)
    if not content.municipality:
        found.append(Refusal("municipality", "required", _("Choose the municipality where the place is.")))
    if bool(content.latitude) != bool(content.longitude):
        words = _("A position needs both numbers, latitude and longitude; or leave both empty.")
        found.append(Refusal("latitude", "half-position", words))
    elif content.latitude:
        found += _check_position(content)
    return found


def _check_position(content: VenueContent) -> list[Refusal]:
    try:
        latitude, longitude = float(content.latitude), float(content.longitude)
    except ValueError:
        words = _("A position is two numbers, for example 60.2934 and 25.0378.")
        return [Refusal("latitude", "bad-position", words)]
    if 59 <= latitude <= 71 and 18 <= longitude <= 32:
        return []
    words = _("The position is not in Finland. Latitude is about 60 to 70, longitude about 19 to 32.")
    return [Refusal("latitude", "outside", words)]


def check_service(content: ServiceContent) -> list[Refusal]:
    """Everything unsound in a service."""
    found = check_names(content.names, _("Give the service a name."))
    found += check_lengths("summaries", content.summaries, LONGEST_SUMMARY)
    for name in ("descriptions", "how_to", "requirements"):
        found += check_lengths(name, getattr(content, name), LONGEST_TEXT)
    if not tidy_texts(content.summaries) and not tidy_texts(content.descriptions):
        found.append(Refusal("summaries", "required", _("Say in a sentence what one gets.")))
    found += check_web("web", content.web)
    for channel in content.channels:
        if channel.get("kind") != "phone":
            found += check_web("channels", str(channel.get("address", "")))
    venues = [point.venue_id for point in content.points]
    if len(venues) != len(set(venues)):
        found.append(Refusal("points", "twice", _("The same place is there twice.")))
    return found


def check_event(content: EventContent) -> list[Refusal]:
    """Everything unsound in an event, the hours that do not exist among it."""
    found = check_names(content.names, _("Give the event a name."))
    found += check_lengths("descriptions", content.descriptions, LONGEST_TEXT)
    for name in ("web", "online", "registration"):
        found += check_web(name, getattr(content, name))
    if content.on is None:
        found.append(Refusal("on", "required", _("Give the day of the event.")))
    if content.at is None:
        found.append(Refusal("at", "required", _("Give the time when the event begins.")))
    ends = content.last_wall
    if content.on is None or content.at is None or ends is None:
        return found
    found += check_hours_exist("at", content.on, content.at) + check_hours_exist(
        "ends_at", ends.date(), ends.time()
    )
    begins = datetime.combine(content.on, content.at)
    if ends <= begins:
        found.append(Refusal("ends_at", "reversed", _("The event ends before it begins.")))
    elif (ends - begins).days > LONGEST_EVENT_DAYS:
        words = _("One time of an event lasts %(most)s days at most. Make it a recurring event.")
        found.append(Refusal("ends_on", "too-long", words, {"most": LONGEST_EVENT_DAYS}))
    if content.registration_by is not None and content.registration_by > content.on and not content.rule:
        words = _("The last day of registration is after the event.")
        found.append(Refusal("registration_by", "late", words))
    if content.venue_id is None and not content.place_note.strip() and not content.online:
        words = _("Say where it is: choose a place, write one, or give the address of the online meeting.")
        found.append(Refusal("venue", "required", words))
    return found + check_rule(content.rule, content.on, content.at)


def check_hours_exist(name: str, on: date, at: time) -> list[Refusal]:
    """A time that the clocks jump over on that day."""
    fault = hours_rules.check_hour(on, at)
    if fault is None or fault.code != "hour-missing":
        return []
    return [Refusal(name, fault.code, HOURS_WORDS[fault.code], fault.params)]


def told_doubled(on: date | None, at: time | None) -> hours_rules.Fault | None:
    """That a time typed comes twice on that day: the first is taken, and said so."""
    fault = hours_rules.check_hour(on, at) if on and at else None
    return fault if fault is not None and fault.code == "hour-doubled" else None


RULE_WORDS = {
    "too-often": _("An event can recur every day at most, not every hour."),
    "unknown-part": _("The rule of recurrence has a part that is not understood: %(part)s."),
    "bad-rule": _("The rule of recurrence is not understood. %(part)s"),
    "never": _("The rule of recurrence gives no date."),
}


def check_rule(rule: str, on: date, at: time) -> list[Refusal]:
    try:
        recurrence.tidy(rule, recurrence.at(on, at))
    except recurrence.BadRule as bad:
        return [Refusal("rule", bad.code, RULE_WORDS[bad.code], {"part": bad.part})]
    return []


# --- Where it is shown, and who approves ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Area:
    """Where an organisation may publish by itself. ``everywhere``: the whole country; ``base``: its area in few keys."""

    keys: frozenset[str] = frozenset()
    base: tuple[str, ...] = ()
    everywhere: bool = False

    def covers(self, key: str) -> bool:
        return self.everywhere or key in self.keys


def wanted_places(municipalities: Iterable[str], nationwide: bool, area: Area) -> list[str]:
    """Keys of the places for which an entry is meant; none when it names none and its keeper has no area."""
    if nationwide:
        return [NATIONWIDE]
    return sorted(set(municipalities)) or list(area.base)


@dataclass(frozen=True)
class Split:
    """What happens to an entry sent in: ``free`` places show it at once, ``asked`` ones wait."""

    free: tuple[str, ...]
    asked: tuple[str, ...]


def split(wanted: Iterable[str], area: Area, trusted: Iterable[str]) -> Split:
    """Own area and places that trust the keeper are free; all others are asked."""
    known = set(trusted)
    free = [key for key in wanted if area.covers(key) or key in known]
    return Split(tuple(free), tuple(key for key in wanted if key not in free))


# --- Kept while it waits for approval ---------------------------------------------------------------------------------


def to_json(content: ServiceContent | EventContent) -> dict[str, Any]:
    """A change that waits, as plain values."""
    return {name: _plain(value) for name, value in asdict(content).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


def service_from_json(kept: Mapping[str, Any]) -> ServiceContent:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
    }
    values["points"] = tuple(PointContent(**point) for point in kept.get("points", ()))
    return ServiceContent(**values)


def event_from_json(kept: Mapping[str, Any]) -> EventContent:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
    }
    for name in ("on", "ends_on", "registration_by"):
        values[name] = date.fromisoformat(values[name]) if values.get(name) else None
    for name in ("at", "ends_at"):
        values[name] = time.fromisoformat(values[name]) if values.get(name) else None
    return EventContent(**values)
