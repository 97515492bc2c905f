"""How the source reads: the rooms' plan, one clock, one place for writing, no drawers, no leftovers."""

import ast
import re
from pathlib import Path
from typing import Any

LONGEST_FILE = 600
DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "managers",
    "tools",
    "lib",
    "base",
}
LEFTOVERS = re.compile(
    r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|pytest\.(mark\.)?(skip|xfail)|unittest\.skip"
)

# Files at the foundation that have no room.
FOUNDATION = {
    "__init__.py",
    "__main__.py",
    "clock.py",
    "cluster.py",
    "database.py",
    "markup.py",
    "writing.py",
    "settings.py",
    "tabular.py",
    "worddiff.py",
}

MAY_READ_THE_CLOCK = {"clock.py": "the clock itself"}
CLOCK_READS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
}

# Who writes outside ``actions.py``, and why that is right.
MAY_WRITE = {
    "demo/": "invents a whole world in bulk; its one entry in the journal says so",
    "database.py": "makes roles and databases, not rows of the product",
    "access/inserting.py": "puts many rows in at once for actions, past the cost of a policy for each row",
    "actors/calls.py": "keeps the answer of an API call beside what the call's own action wrote",
    "actors/jobs.py": "forgets those answers; they are no part of anybody's matter",
    "retention/graph.py": "finds what hangs on a client and deletes it for the actions of its room",
    "cluster.py": "makes the database server's files",
}
ALWAYS_WRITES = {
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "abulk_create",
    "abulk_update",
    "aget_or_create",
    "aupdate_or_create",
    "acreate",
    "asave",
    "adelete",
    "aupdate",
    "set_password",
}
WRITES_TO_MODELS = {"save", "create", "update", "delete"}
QUERYSETS = {"objects", "filter", "exclude", "all", "get", "order_by", "select_for_update", "using"}
NOT_MODELS = {"session", "cache", "messages", "cookies", "response", "storage", "headers"}
SQL_WRITES = re.compile(
    r"^\s*(INSERT INTO|UPDATE \w+ SET|DELETE FROM|TRUNCATE|COPY \w+.* FROM)\b", re.IGNORECASE | re.M
)


def chain(node: ast.expr) -> list[str]:
    """Names along ``a.b(…).c``, outermost first: ["c", "b", "a"]."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            if isinstance(node, ast.Name):
                names.append(node.id)
            return names


def writes(call: ast.Call) -> bool:
    """Whether the call looks like one that writes rows through the models."""
    if not isinstance(call.func, ast.Attribute):
        return False
    verb, *receiver = chain(call.func)
    if verb in ALWAYS_WRITES:
        return True
    if verb not in WRITES_TO_MODELS or NOT_MODELS & set(receiver):
        return False
    if verb in ("save", "create"):
        return bool(receiver)
    return bool(QUERYSETS & set(receiver)) or (verb == "delete" and not call.args and not call.keywords)


def allowed(place: str, table: dict[str, str]) -> bool:
    return any(place == name or (name.endswith("/") and place.startswith(name)) for name in table)


def test_every_room_has_its_parts_and_no_drawer(package: Path, rooms: list[str]) -> None:
    files = [path for path in package.rglob("*") if path.suffix == ".py" or path.is_dir()]
    assert [path for path in files if path.stem.lower() in DRAWERS] == []
    loose = {path.name for path in package.glob("*.py")} - FOUNDATION
    assert loose == set(), "a module belongs to a room"
    folders = {path.name for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders - set(rooms) <= {"locale"}


def test_every_room_has_tests(package: Path, rooms: list[str]) -> None:
    assert [room for room in rooms if not list((package / room / "tests").glob("test_*.py"))] == []


def test_templates_stand_under_their_room_s_name(package: Path) -> None:
    shared = {
        "portal": {"portal", "components", "django"},
        "actors": {"actors", "account", "mfa", "socialaccount", "allauth", "usersessions"},
    }
    astray = []
    for folder in package.glob("*/templates/*"):
        room = folder.parents[1].name
        if folder.is_dir() and folder.name not in shared.get(room, {room}):
            astray.append(folder.relative_to(package).as_posix())
    assert astray == []


def test_every_module_opens_with_what_it_is_for(sources: list[Any]) -> None:
    silent = [
        source.place
        for source in sources
        if source.tree.body and not ast.get_docstring(source.tree) and not source.place.endswith("apps.py")
    ]
    assert silent == []


def test_no_file_is_too_long_to_know(every_source: list[Any], package: Path) -> None:
    long = {
        source.place
        for source in every_source
        if source.text.count("\n") > LONGEST_FILE and not source.is_migration
    }
    for pattern in ("*/templates/**/*.html", "*/static/*.js"):
        long |= {path.name for path in package.glob(pattern) if path.read_text().count("\n") > LONGEST_FILE}
    assert long == set()


def test_nothing_is_left_for_later(every_source: list[Any]) -> None:
    left = [
        f"{source.place}:{number}"
        for source in every_source
        for number, line in enumerate(source.text.splitlines(), 1)
        if LEFTOVERS.search(line)
    ]
    assert left == []


def test_only_the_clock_reads_the_machine_s_clock(sources: list[Any]) -> None:
    reads = []
    for source in sources:
        if allowed(source.place, MAY_READ_THE_CLOCK):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and tuple(reversed(chain(node)[:2])) in CLOCK_READS:
                reads.append(f"{source.place}:{node.lineno}")
            if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
                reads.append(f"{source.place}:{node.value.lineno}")
        reads += [
            source.place
            for text in source.strings()
            if re.search(r"\b(CURRENT_DATE|CURRENT_TIMESTAMP)\b", text)
        ]
    assert reads == []


def test_rows_are_written_in_actions_only(sources: list[Any]) -> None:
    found = []
    for source in sources:
        if source.is_action or allowed(source.place, MAY_WRITE):
            continue
        found += [f"{source.place}:{call.lineno}" for call in source.calls() if writes(call)]
        found += [
            f"{source.place}: {text.strip()[:40]}" for text in source.strings() if SQL_WRITES.search(text)
        ]
    assert found == []


def test_the_scan_knows_a_write_when_it_sees_one() -> None:
    def said(line: str) -> bool:
        call = ast.parse(line, mode="eval").body
        assert isinstance(call, ast.Call)
        return writes(call)

    assert all(
        map(
            said,
            (
                "plan.save()",
                "Plan.objects.create(a=1)",
                "Plan.objects.filter(a=1).update(b=2)",
                "plan.delete()",
                "Plan.objects.bulk_create(rows)",
                "plan.versions.create(number=1)",
            ),
        )
    )
    assert not any(
        map(said, ("parameters.update(page=2)", "digest.update(b'')", "request.session.save()", "run()"))
    )
