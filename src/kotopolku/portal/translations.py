"""The texts of the pages: gathered from the code, compared with the catalogues, compiled.

English stands in the code. Finnish and Swedish must be whole; the other languages of clients and readers hold the
texts of the own page and of the public pages only, and may lack some. Needs no program but Babel and Django's own lexer.
Not for: the texts of the Acts, which are data of ``law`` (only their completeness is checked here).
"""

import ast
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import to_locale, trim_whitespace
from django.utils.translation.reloader import translation_file_changed

PACKAGE = Path(__file__).resolve().parents[1]
LANGUAGES = ("fi", "sv")
ALL_LANGUAGES = ("fi", "sv", "en")
CLIENT_LANGUAGES = tuple(code for code, _name in settings.CLIENT_LANGUAGES if code not in ALL_LANGUAGES)
"""Further languages of the client's own page: what they lack is listed and shown in Finnish."""
FOR_READERS = (
    "clients/forms_day.py",
    "mypage/",
    "information/templates/information/public/",
    "information/templates/information/parts/",
    "information/pages_public.py",
    "information/pages_shell.py",
    "information/public_frame.py",
    "information/tiles.py",
    "information/wording_public.py",
    "information/days.py",
    "information/telephones.py",
    "information/headings.py",
    "information/hours_rules.py",
    "information/wording_activities.py",
    "information/pages_public_activities.py",
    "information/pages_search.py",
    "information/pages_feeds.py",
    "information/forms_feedback.py",
    "information/guide.py",
    "information/queries/municipal.py",
    "information/feedback_rules.py",
    "information/pages_feedback.py",
    "information/actions/feedback.py",
    "cooperation/forms_reading.py",
    "cooperation/models/hearings.py",
    "cooperation/pages_guidelines.py",
    "cooperation/queries/guidelines.py",
    "cooperation/templates/cooperation/guideline.html",
    "cooperation/templates/cooperation/guideline_differences.html",
    "cooperation/templates/cooperation/guideline_lines.html",
    "cooperation/templates/cooperation/guidelines.html",
    "cooperation/templates/cooperation/hearing_blocks.html",
    "cooperation/templates/cooperation/hearing_counts.html",
    "cooperation/templates/cooperation/hearing_summary.html",
    "cooperation/templates/cooperation/hearings_published.html",
    "cooperation/templates/cooperation/minutes_archive.html",
    "cooperation/templates/cooperation/minutes_decisions.html",
    "cooperation/templates/cooperation/minutes_published.html",
    "cooperation/templates/cooperation/position_published.html",
    "cooperation/templates/cooperation/positions_published.html",
    "cooperation/wording_guidelines.py",
    "cooperation/wording_hearings.py",
    "cooperation/wording_positions.py",
    "portal/templates/components/choice.html",
    "portal/templates/components/errorbox.html",
    "portal/templates/components/field.html",
    "portal/templates/components/empty.html",
    "portal/templates/components/pager.html",
    "portal/templates/portal/base.html",
    "portal/templates/portal/topbar.html",
    "reference/models.py",
    "reference/queries.py",
    "steering/forms_say.py",
    "steering/marks.py",
    "steering/models/goals.py",
    "steering/models/guidelines.py",
    "steering/pages_say.py",
    "steering/say_languages.py",
    "steering/templates/steering/indicator.html",
    "steering/templates/steering/indicators.html",
    "steering/templates/steering/invented.html",
    "steering/templates/steering/line_facts.html",
    "steering/templates/steering/municipal_figures_table.html",
    "steering/templates/steering/municipal_other_language.html",
    "steering/templates/steering/other_language.html",
    "steering/templates/steering/public_",
    "steering/templates/steering/say/",
)
"""Where texts stand that clients and readers of the public pages see, in their languages."""
NOT_FOR_CLIENTS = (
    "mypage/journal_names.py",
    "mypage/notice_kinds.py",
    "mypage/models.py",
    "mypage/apps.py",
    "mypage/forms_staff.py",
    "mypage/pages_staff.py",
    "mypage/templates/mypage/staff/",
    "mypage/templates/mypage/parts/demo_day.html",
)
"""Texts of that room that only officials read, or whoever tries the demo."""
NOT_FOR_PAGES = {"tests", "migrations"}

_HEADING = """\
# Texts of Kotopolku's pages, under the same licence as the code (EUPL-1.2).
# `kotopolku translations extract` gathers them from the code; translations are written here by hand."""
_VERSION = "1"
_NOT_KEPT = (
    '"POT-Creation',
    '"PO-Revision',
    '"Report-Msgid',
    '"Last-Translator',
    '"Language-Team',
    '"Generated-By',
)
"""Lines of a catalogue's heading that would change at every run, or name nobody."""

_FUNCTIONS = {"gettext": 1, "ngettext": 2, "pgettext": 1, "npgettext": 2}
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sdf]")
_IN_EXPRESSION = re.compile(r"""\b_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")


@dataclass(frozen=True)
class Key:
    """What identifies a text: the English and, where one word has two meanings, its context."""

    singular: str
    context: str | None = None


@dataclass
class Text:
    """One text of the pages and the files it stands in."""

    key: Key
    plural: str | None = None
    places: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Finding:
    """Something wrong with a catalogue or a data file. ``kind``: missing, fuzzy, stale, placeholders or data."""

    language: str
    kind: str
    text: str
    place: str = ""


# Gathering --------------------------------------------------------------------------------------------------------


def texts() -> dict[Key, Text]:
    """Every translatable text of the product's Python and templates."""
    found: dict[Key, Text] = {}
    for path in _files("*.py"):
        _gather(found, path, _in_python(path.read_text(encoding="utf-8")))
    for path in _files("*.html"):
        _gather(found, path, _in_template(path.read_text(encoding="utf-8")))
    return found


def _files(pattern: str) -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob(pattern)):
        if not NOT_FOR_PAGES & set(path.relative_to(PACKAGE).parts):
            yield path


def _gather(found: dict[Key, Text], path: Path, given: Iterator[Text]) -> None:
    for text in given:
        known = found.setdefault(text.key, text)
        known.plural = known.plural or text.plural
        known.places.add(str(path.relative_to(PACKAGE)))


def _in_python(source: str) -> Iterator[Text]:
    tree = ast.parse(source)
    functions = _function_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        function = functions.get(name)
        if function is None:
            continue
        words = [
            item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)
        ]
        with_context = function.startswith(("pgettext", "npgettext"))
        needed = _FUNCTIONS[function] + with_context
        if len(words) < needed:
            continue
        context = words[0] if with_context else None
        rest = words[1:] if with_context else words
        yield Text(Key(rest[0], context), rest[1] if _FUNCTIONS[function] == 2 else None)


def _function_names(tree: ast.AST) -> dict[str, str]:
    """Names in this file of Django's translating functions, under which they were imported.

    A module that imports no Django marks its texts with a function ``_`` of its own.
    """
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "_":
            found["_"] = "gettext"
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for alias in node.names:
                base = alias.name.removesuffix("_lazy").removesuffix("_noop")
                if base in _FUNCTIONS:
                    found[alias.asname or alias.name] = base
    return found


def _in_template(source: str) -> Iterator[Text]:
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in (TokenType.BLOCK, TokenType.VAR):
            continue
        for literal in _IN_EXPRESSION.findall(token.contents):
            yield Text(Key(ast.literal_eval(literal)))
        if token.token_type is not TokenType.BLOCK:
            continue
        bits = list(smart_split(token.contents))
        if bits[0] == "comment":
            _skip_comment(tokens)
        elif bits[0] in ("translate", "trans"):
            yield from _translate_tag(bits)
        elif bits[0] in ("blocktranslate", "blocktrans"):
            yield _translate_block(bits, tokens)


def _skip_comment(tokens: Iterator[Token]) -> None:
    for token in tokens:
        if token.token_type is TokenType.BLOCK and token.contents.strip() == "endcomment":
            return


def _translate_tag(bits: list[str]) -> Iterator[Text]:
    if bits[1][0] in "\"'":
        literal = ast.literal_eval(bits[1].split("|")[0])
        context = ast.literal_eval(bits[bits.index("context") + 1]) if "context" in bits else None
        yield Text(Key(literal.replace("%", "%%"), context))


def _translate_block(bits: list[str], tokens: Iterator[Token]) -> Text:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type is TokenType.TEXT:
            parts[-1].append(token.contents.replace("%", "%%"))
        elif token.token_type is TokenType.VAR:
            parts[-1].append(f"%({token.contents})s")
        elif token.contents.startswith("plural"):
            parts.append([])
        elif token.contents.startswith(("endblocktranslate", "endblocktrans")):
            break
    words = ["".join(part) for part in parts]
    if "trimmed" in bits:
        words = [trim_whitespace(part) for part in words]
    context = ast.literal_eval(bits[bits.index("context") + 1]) if "context" in bits else None
    return Text(Key(words[0], context), words[1] if len(words) > 1 else None)


def client_texts() -> dict[Key, Text]:
    """The texts of the client's own page: those that stand in its room, without what only officials read."""
    return {
        key: text for key, text in texts().items() if any(_is_for_clients(place) for place in text.places)
    }


def _is_for_clients(place: str) -> bool:
    return place.startswith(FOR_READERS) and not place.startswith(NOT_FOR_CLIENTS)


# Catalogues -------------------------------------------------------------------------------------------------------


def catalogue_path(language: str) -> Path:
    return PACKAGE / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    """The catalogue of a language; an empty one when there is no file yet."""
    path = catalogue_path(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language), domain="django")


def _empty(language: str) -> Catalog:
    """A catalogue with nothing in it but its heading, which says how the file is made."""
    return Catalog(
        locale=to_locale(language),
        domain="django",
        header_comment=_HEADING,
        project="Kotopolku",
        version=_VERSION,
        fuzzy=False,
    )


def _entries(language: str) -> dict[Key, tuple[tuple[str, ...], bool]]:
    """Translations (one, or one for each plural form) and whether the entry is fuzzy."""
    found = {}
    for message in catalogue(language):
        if not message.id:
            continue
        singular = message.id[0] if isinstance(message.id, tuple | list) else message.id
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        found[Key(str(singular), message.context)] = (tuple(text or "" for text in strings), message.fuzzy)
    return found


def check() -> list[Finding]:
    """Everything that keeps a language from being whole. An empty list means that fi, sv and en are complete."""
    gathered = texts()
    found: list[Finding] = []
    for language in LANGUAGES:
        entries = _entries(language)
        for key, text in gathered.items():
            found.extend(_check_entry(language, text, entries.get(key)))
        found.extend(Finding(language, "stale", key.singular) for key in entries if key not in gathered)
    found.extend(_check_data())
    return found


def check_clients() -> list[Finding]:
    """What the further languages of the client's own page lack, or have wrong. Missing texts are shown in Finnish."""
    gathered = client_texts()
    found: list[Finding] = []
    for language in CLIENT_LANGUAGES:
        entries = _entries(language)
        for key, text in gathered.items():
            found.extend(_check_entry(language, text, entries.get(key)))
        found.extend(Finding(language, "stale", key.singular) for key in entries if key not in gathered)
    return found


def _forms(language: str, text: Text) -> int:
    """How many forms a text has in a language: one, or as many as its plural knows."""
    return 1 if text.plural is None else int(_empty(language).num_plurals)


def _check_entry(language: str, text: Text, entry: tuple[tuple[str, ...], bool] | None) -> Iterator[Finding]:
    place = min(text.places)
    if entry is None or not all(entry[0]):
        yield Finding(language, "missing", text.key.singular, place)
        return
    strings, fuzzy = entry
    if fuzzy:
        yield Finding(language, "fuzzy", text.key.singular, place)
    originals = [text.key.singular] if text.plural is None else [text.key.singular, text.plural]
    if len(strings) != _forms(language, text):
        yield Finding(language, "missing", text.key.singular, place)
        return
    named = set().union(*(_placeholders(original) for original in originals))
    for number, string in enumerate(strings):
        original, used = originals[min(number, len(originals) - 1)], _placeholders(string)
        if not _placeholders(original) <= used | {"count", "number"} or not used <= named:
            yield Finding(language, "placeholders", text.key.singular, place)


def _placeholders(text: str) -> set[str]:
    return {match.group(1) or match.group(0) for match in _PLACEHOLDER.finditer(text.replace("%%", ""))}


def _check_data() -> Iterator[Finding]:
    """Texts kept as data (Acts, duties, authorities) stand in all three languages."""
    for path in _files("*.toml"):
        place = str(path.relative_to(PACKAGE))
        yield from _check_table(tomllib.loads(path.read_text(encoding="utf-8")), place)


def _check_table(value: Any, place: str) -> Iterator[Finding]:
    if isinstance(value, list):
        for item in value:
            yield from _check_table(item, place)
        return
    if not isinstance(value, dict):
        return
    names = [name for name in value if name in ALL_LANGUAGES]
    if names and all(isinstance(value[name], str) for name in names):
        yield from _whole(value, "{}", place)
    if "name_fi" in value:
        yield from _whole(value, "name_{}", place)
    for item in value.values():
        yield from _check_table(item, place)


def _whole(table: dict[str, Any], pattern: str, place: str) -> Iterator[Finding]:
    sample = next(
        (str(table[pattern.format(code)]) for code in ALL_LANGUAGES if table.get(pattern.format(code))), ""
    )
    for language in ALL_LANGUAGES:
        if not str(table.get(pattern.format(language), "")).strip():
            yield Finding(language, "data", sample, place)


def update(language: str) -> tuple[int, int]:
    """Writes the catalogue anew: what is translated stays, new texts come empty, vanished ones go.

    Returns how many are translated and how many there are.
    """
    known = _entries(language)
    fresh = _empty(language)
    translated = 0
    gathered = client_texts() if language in CLIENT_LANGUAGES else texts()
    for key, text in sorted(gathered.items(), key=lambda item: (item[0].singular, item[0].context or "")):
        strings = known.get(key, (("",), False))[0]
        forms = _forms(language, text)
        strings = strings if len(strings) == forms else ("",) * forms
        translated += all(strings)
        fresh.add(
            key.singular if text.plural is None else (key.singular, text.plural),
            strings[0] if text.plural is None else strings,
            locations=[(place, 0) for place in sorted(text.places)],
            flags=["python-format"] if _placeholders(key.singular) else [],
            context=key.context,
        )
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=110, include_lineno=False, sort_output=True, omit_header=False)
    _drop_moments(path)
    return translated, len(fresh)


def _drop_moments(path: Path) -> None:
    """Keeps only what is steady and true of the heading (`_NOT_KEPT` goes), so that a file changes with its texts."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(
        "".join(line for line in lines if not line.startswith(_NOT_KEPT)),
        encoding="utf-8",
    )


def compile_all() -> list[str]:
    """Makes the files that Django reads, for languages whose catalogue is newer. Safe for several processes at once."""
    made = []
    for language in (*LANGUAGES, *CLIENT_LANGUAGES):
        source = catalogue_path(language)
        target = source.with_suffix(".mo")
        if not source.exists() or (
            target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns
        ):
            continue
        handle, name = tempfile.mkstemp(dir=source.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            write_mo(file, catalogue(language))
        Path(name).chmod(0o644)
        Path(name).replace(target)
        made.append(language)
        # What this process has read so far is what was there before: in a fresh copy, nothing.
        translation_file_changed(None, target)
    return made
