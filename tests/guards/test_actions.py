"""Every action knows its actor and leaves its entry in the journal, whose name has a text in every language."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from kotopolku.journal import names

DOTTED = re.compile(r"^[a-z]+\.[a-z-]+\.[a-z-]+$|^access\.denied$")

# Actions without an actor or an entry, and why.
WITHOUT_ENTRY = {
    "journal.record": "is the journal",
    "journal.seal": "adds no act; the batch it makes is its own record",
    "journal.see_everything": "opens reading to the seal and its verification; writes nothing",
    "reference.load_reference": "loads published facts of the data files, no person's data",
    "reference.store_shapes": "loads published shapes, no person's data",
    "notices.notify": "is called inside another room's action, whose entry says what was done",
    "notices.digest": "as notify",
    "demo.is_empty": "asks whether there is a world already; writes nothing",
    "actors.load_actors": "loads the authorities of the data files, no person's data",
}
WITHOUT_ACTOR = {
    **{
        name: why
        for name, why in WITHOUT_ENTRY.items()
        if name not in ("journal.record", "notices.notify", "notices.digest")
    },
    **{
        f"information.{name}": "brings the search index up to what others' actions have written"
        for name in ("index_one", "index_some", "index_terms", "index_trees", "index_of_day")
    },
    "information.load_spaces": "loads the frame of the data files, no person's data",
    "information.load_terms": "loads the words of the data files, no person's data",
    "demo.load_demo": "run by the operator on an empty database; its entry names the job",
}


def exported(sources: list[Any], room: str) -> set[str] | None:
    """Names that a room's package ``actions/`` gives to others; empty when it gives whole modules, None when it is one."""
    for source in sources:
        if source.place == f"{room}/actions/__init__.py":
            imports = [node for node in source.tree.body if isinstance(node, ast.ImportFrom)]
            return {alias.asname or alias.name for node in imports for alias in node.names}
    return None


def is_atomic(function: ast.FunctionDef) -> bool:
    return any("atomic" in ast.unparse(one) for one in function.decorator_list)


def public_actions(sources: list[Any]) -> list[tuple[str, ast.FunctionDef, str]]:
    """Public functions of every room's actions, as "room.function", each with the place it stands in.

    Of a room that gives whole modules those that write by themselves: the others are parts of them.
    """
    found = []
    for source in sources:
        if not source.is_action:
            continue
        names_given = exported(sources, source.room)
        for node in source.tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if names_given is None or node.name in names_given or (not names_given and is_atomic(node)):
                found.append((f"{source.room}.{node.name}", node, source.place))
    return found


def called(node: ast.AST) -> set[str]:
    """Names of all functions called inside, without what stands before the dot."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            if isinstance(part.func, ast.Name):
                found.add(part.func.id)
            elif isinstance(part.func, ast.Attribute):
                found.add(part.func.attr)
    return found


def test_every_action_takes_its_actor_by_keyword(sources: list[Any]) -> None:
    without = []
    for name, function, place in public_actions(sources):
        if name not in WITHOUT_ACTOR and "actor" not in [
            argument.arg for argument in function.args.kwonlyargs
        ]:
            without.append(f"{place}: {function.name}")
    assert without == []


def test_every_action_leaves_an_entry_in_the_journal(sources: list[Any]) -> None:
    bodies: dict[str, set[str]] = {}
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef):
                bodies.setdefault(node.name, set()).update(called(node))

    def reaches(function: str, seen: set[str]) -> bool:
        if function in seen:
            return False
        seen.add(function)
        inside = bodies.get(function, set())
        return "record" in inside or any(reaches(name, seen) for name in inside)

    silent = [
        f"{place}: {function.name}"
        for name, function, place in public_actions(sources)
        if name not in WITHOUT_ENTRY and not reaches(function.name, set())
    ]
    assert silent == []


def test_the_tables_of_exceptions_name_actions_that_are_there(sources: list[Any]) -> None:
    there = {name for name, _function, _place in public_actions(sources)}
    assert set(WITHOUT_ACTOR) | set(WITHOUT_ENTRY) <= there


def names_in_calls(sources: list[Any]) -> dict[str, str]:
    """Dotted names given as first argument (or ``action=``) to a call in code that writes, with their place."""
    rooms = {source.room for source in sources}
    found = {}
    for source in sources:
        if source.place.endswith("journal_names.py"):
            continue
        for call in source.calls():
            candidates = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "action")]
            function = (
                call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            )
            for value in candidates:
                if (
                    isinstance(value, ast.Constant)
                    and isinstance(value.value, str)
                    and DOTTED.match(value.value)
                ):
                    is_record = "record" in function or source.is_action
                    if is_record and value.value.partition(".")[0] in rooms:
                        found[value.value] = f"{source.place}:{call.lineno}"
    return found


def test_every_name_written_to_the_journal_is_registered(sources: list[Any]) -> None:
    unknown = {
        name: place for name, place in names_in_calls(sources).items() if name not in names.registered()
    }
    assert unknown == {}


def test_every_registered_name_is_used(sources: list[Any]) -> None:
    said = {
        text
        for source in sources
        if not source.place.endswith("journal_names.py")
        for text in source.strings()
    }
    assert set(names.registered()) - said == set()


def test_every_name_belongs_to_the_room_that_registers_it() -> None:
    assert [name for name in names.registered() if not DOTTED.match(name)] == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_name_has_a_text_in_every_language(language: str, package: Path) -> None:
    with translation.override("en"):
        english = {name: str(text) for name, text in names.registered().items()}
    assert [name for name, text in english.items() if not text.strip()] == []
    with (package / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file)
    translated = {message.id for message in catalogue if message.id and message.string and not message.fuzzy}
    assert sorted(name for name, text in english.items() if text not in translated) == []
