"""Ages in the law: until when somebody is a minor, what follows for a minor without a guardian, and for the young.

361/1983 § 3, 1386/2010 §§ 15, 16 and 49, 681/2023 §§ 2.6 and 18. Not for: plans' durations (`plans.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kotopolku.law.contents import contents
from kotopolku.law.day_count import ONE_DAY, add_months, add_units
from kotopolku.law.deadlines import Due, due_under
from kotopolku.law.explanation import a_day, an_amount, cited, step
from kotopolku.law.statutes import ContentItem, act_named, rule, statute_book

ACTS = ("1386/2010", "681/2023")


def age_on(born: date, on: date) -> int:
    """Whole years of age on a day; negative before the birth. Born on 29 February: a year older on the 28th."""
    years = on.year - born.year
    return years if add_months(born, 12 * years) <= on else years - 1


def comes_of_age(born: date) -> Due:
    """The 18th birthday: 361/1983 § 3.2. From that day the person is no minor."""
    return due_under(rule("G1"), born)


def is_minor(born: date | None, on: date) -> bool:
    """Whether the person is under age on the day; False when the day of birth is not known."""
    return born is not None and on < _birthday("G1", born)


def is_young(born: date | None, on: date) -> bool:
    """Whether the person is under the age of 681/2023 § 18 on the day."""
    return born is not None and on < _birthday("Y1", born)


def young_until(born: date) -> Due:
    """The birthday until which the goal of 681/2023 § 18 and the extension of § 31 are for the young."""
    return due_under(rule("Y1"), born)


def own_support_until(born: date) -> Due:
    """The birthday until which one who came without a guardian is supported: 1386/2010 § 49, 681/2023 § 2.6.

    The age has changed: the wording that was in force when the person reached its age decides.
    """
    versions = [item for item in statute_book().rules if item.id == "U1"]
    versions.sort(key=lambda item: item.valid_from)
    for item in versions:
        end = add_units(born, item.length, item.unit)
        if item.valid_to is None or end <= item.valid_to:
            return due_under(item, born)
    return due_under(versions[-1], born)


def minor_plan(on: date) -> tuple[ContentItem, ...]:
    """When a minor gets a plan of one's own under the Act of the day: 1386/2010 § 15. Empty in 681/2023."""
    return contents("minor-plan", _act(on), on)


def minor_plan_always(on: date) -> ContentItem | None:
    """The line by which a minor without a guardian, with a permit, always gets a plan; None when none is in force."""
    return next((item for item in minor_plan(on) if item.id == "unaccompanied-always"), None)


def family_plan(on: date) -> ContentItem | None:
    """The line on a family's plan in force on the day: 1386/2010 § 16; None since 681/2023."""
    return next(iter(contents("family-plan", _act(on), on)), None)


def family_plan_of_old() -> tuple[ContentItem, date]:
    """The line on a family's plan and its last day in force, for saying why there are no new ones."""
    line = contents("family-plan", ACTS[0])[0]
    return line, line.valid_to or date.max


def special_case(name: str, on: date) -> ContentItem:
    """A line on an unusual case under the Act of the day. Raises `LookupError` when that Act has none."""
    found = next((item for item in contents("special-case", _act(on), on) if item.id == name), None)
    if found is None:
        raise LookupError(f"{_act(on)} has no line {name}")
    return found


def representation_grounds(on: date) -> tuple[ContentItem, ...]:
    """On what grounds somebody else than a guardian acts for a minor on the day."""
    return contents("representation-ground", _act(on), on) + contents("representation-ground", "442/1999", on)


def representation_reminder(until: date | None, born: date | None) -> Due | None:
    """Our own reminder of a representative's last day: that appointed, or the day before the person comes of age.

    It opens as many weeks before as the target says. None when neither day is known.
    """
    of_age = comes_of_age(born).due if born else None
    last_minor = of_age - ONE_DAY if of_age else None
    last = min((day for day in (until, last_minor) if day), default=None)
    if last is None:
        return None
    target = rule("O-REP")
    if of_age and last == last_minor:
        coming = rule("G1")
        note = step(
            "comes-of-age", cited(coming), amount=an_amount(coming.length, coming.unit), day=a_day(of_age)
        )
    else:
        note = step("representative-until", (), day=a_day(last))
    opens = last - (add_units(last, target.length, target.unit) - last)
    return due_under(target, opens, notes=(note,))


def first_plan_due(first_permit: date, later_permit: date | None = None) -> Due:
    """Clock A3 from the first right of residence: 1386/2010 § 12.2, 681/2023 § 20.

    A later permit is named in the reasons, since it does not start the time again.
    """
    act = _act(first_permit)
    found = rule("A3", max(first_permit, rule("A3", act=act).valid_from), act)
    due = due_under(found, first_permit)
    if later_permit is None:
        return due
    return replace(due, notes=(step("later-permit", cited(found), day=a_day(later_permit)),))


def _birthday(rule_id: str, born: date) -> date:
    found = rule(rule_id)
    return add_units(born, found.length, found.unit)


def _act(on: date) -> str:
    """The Act in force on the day; the older one for every day before it."""
    return ACTS[1] if on >= act_named(ACTS[1]).valid_from else ACTS[0]
