"""Brings an installation up to date before it serves: roles, tables, reference data, texts and static files.

Each step is skipped when a fingerprint of what it depends on says that nothing changed. Not for demo worlds' content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from kotopolku import database

PACKAGE = Path(__file__).resolve().parents[1]
DATABASE_SOURCES = (
    "*/migrations/*.py",
    "actors/data/**/*",
    "reference/data/**/*",
    "actors/actions/organisations.py",
    "actors/sources.py",
    "reference/actions.py",
    "reference/sources.py",
    "information/actions/spaces.py",
    "information/actions/start_content.py",
    "information/actions/terms.py",
    "information/data/**/*",
    "information/sources.py",
    "information/start.py",
    "database.py",
    "portal/preparation.py",
)
FILE_SOURCES = ("*/static/**/*", "locale/**/*.po", "settings.py")
LIBRARIES = ("Django", "django-allauth", "django-pghistory", "django-pgtrigger", "procrastinate")

Say = Callable[[str], None]


def silent(_sentence: str) -> None:
    """For callers that want no word of progress."""


def _digest(patterns: Iterable[str], extra: Iterable[str] = ()) -> str:
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(PACKAGE.glob(pattern)):
            if path.is_file():
                digest.update(f"{path.relative_to(PACKAGE)}\n".encode())
                digest.update(path.read_bytes())
    for line in extra:
        digest.update(line.encode())
    return digest.hexdigest()[:16]


def database_fingerprint() -> str:
    """Names the state that migrations and reference data bring a database to."""
    return _digest(DATABASE_SOURCES, [f"{name} {metadata.version(name)}" for name in LIBRARIES])


@contextmanager
def _near_models_only() -> Iterator[None]:
    """At each step of a migration Django makes anew all models that hang together with the changed one over any chain of
    relations, which here is nearly every model there is, and takes minutes. The change of a table needs that model and
    those that point at it; code in a migration is given all of them anew in any case, since the state is marked delayed."""
    from django.db.migrations.state import ProjectState

    of_all = ProjectState.reload_model

    def of_the_near(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" not in state.__dict__:
            return
        near = {(app_label, model_name)}
        try:
            known = state.apps.get_model(app_label, model_name)
        except LookupError:
            pass
        else:
            pointing = [one for one in known._meta.get_fields(include_hidden=True) if not one.concrete]
            others = {one.related_model for one in pointing if one.related_model} | set(
                known.__subclasses__()
            )
            near |= {(one._meta.app_label, one._meta.model_name) for one in others}
        state.is_delayed = True
        state._reload(near)  # type: ignore[attr-defined]

    ProjectState.reload_model = of_the_near  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        ProjectState.reload_model = of_all  # type: ignore[method-assign]


def migrate_and_load(say: Say = silent) -> None:
    """Migrates as the owner, gives the app its rights, and loads reference data and authorities with Django set up."""
    from django.core.management import call_command

    from kotopolku.actors.actions import load_actors
    from kotopolku.information.actions.spaces import load_spaces
    from kotopolku.information.actions.terms import load_terms
    from kotopolku.reference.actions import load_reference

    say("Bringing the tables up to date")
    with _near_models_only():
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    database.grant_app_rights()
    say("Loading municipalities, areas, languages and countries")
    load_reference()
    say("Loading the authorities of 2020 to 2026")
    load_actors()
    say("Loading the spaces of the public pages")
    load_spaces()
    load_terms()


def load_pages(say: Say = silent) -> None:
    """Loads the pages for newcomers. Apart from `migrate_and_load`: the tests' databases begin without pages."""
    from kotopolku import clock
    from kotopolku.access.viewer import Viewer
    from kotopolku.information.actions.start_content import load_start_content

    say("Loading the pages for newcomers")
    load_start_content(actor=Viewer.for_system("start", clock.today()))


def prepare_database(say: Say = silent, *, always: bool = False) -> bool:
    """Brings the database to the state of this code. True if there was anything to do."""
    database.ensure_app_role()
    fingerprint = f"kotopolku {database_fingerprint()}"
    if not always and database.remark() == fingerprint:
        return False
    migrate_and_load(say)
    load_pages(say)
    database.set_remark(fingerprint)
    return True


def _asset_lock() -> list[str]:
    """The npm packages' state, where the product runs from its source folder."""
    lock = PACKAGE.parents[1] / "package-lock.json"
    return [lock.read_text()] if lock.exists() else []


def prepare_files(say: Say = silent) -> bool:
    """Compiles the texts and gathers the static files under the data folder. True if there was anything to do."""
    from django.conf import settings
    from django.core.management import call_command

    from kotopolku.portal.translations import compile_all

    static = Path(settings.STATIC_ROOT)
    mark = static.parent / "static.fingerprint"
    fingerprint = _digest(FILE_SOURCES, _asset_lock())
    if mark.exists() and mark.read_text() == fingerprint and static.exists():
        return False
    say("Gathering texts, styles and fonts")
    compile_all()
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(fingerprint)
    return True
