"""Loads languages and spaces from the data, and marks that something readers see has changed.

Not for: pages and their texts (``pages.py``, ``texts.py``).
"""

from collections.abc import Iterable

from django.db import connection, transaction

from kotopolku import clock
from kotopolku.actors.models import Organisation
from kotopolku.information import sources
from kotopolku.information.models import ContentLanguage, Space
from kotopolku.reference.alphabet import sort_key

EVERY = ""
"""In place of a language: what changed is seen in all of them."""


@transaction.atomic
def load_spaces() -> dict[str, int]:
    """Loads languages and spaces that are not there yet; names and keepers of spaces follow the data of the day.

    Published facts, no person's data: no journal entry. Returns how many of each the data have.
    """
    languages, rows = sources.languages(), sources.spaces(clock.today())
    ContentLanguage.objects.bulk_create([ContentLanguage(**row) for row in languages], ignore_conflicts=True)
    organisations = dict(Organisation.objects.values_list("code", "pk"))
    ids = dict(Space.objects.values_list("slug", "pk"))
    for kind in ("national", "region", "municipality"):
        Space.objects.bulk_create(
            [_space(row, organisations, ids) for row in rows if row.kind == kind],
            update_conflicts=True,
            unique_fields=["kind", "area_code"],
            update_fields=["parent", "organisation", "name_fi", "name_sv", "name_en", "sort_fi", "sort_sv"],
        )
        ids = dict(Space.objects.values_list("slug", "pk"))
    return {"languages": len(languages), "spaces": len(rows)}


def _space(row: sources.SpaceRow, organisations: dict[str, int], ids: dict[str, int]) -> Space:
    name_fi, name_sv, name_en = row.names
    keeper = organisations.get(row.organisation) or organisations[sources.KEEPER]
    return Space(
        slug=row.slug,
        kind=row.kind,
        area_code=row.area_code,
        parent_id=ids[row.parent] if row.parent else None,
        organisation_id=keeper,
        name_fi=name_fi,
        name_sv=name_sv,
        name_en=name_en,
        sort_fi=sort_key(name_fi),
        sort_sv=sort_key(name_sv),
        source_language=row.source_language,
    )


_TOUCH = """
INSERT INTO information_revision (space_id, language, number, at)
SELECT space, language, 1, %s FROM unnest(%s::bigint[]) space, unnest(%s::text[]) language
ON CONFLICT (space_id, language) DO UPDATE SET number = information_revision.number + 1, at = excluded.at
"""


def touch(spaces: Iterable[int], languages: Iterable[str] = (EVERY,)) -> None:
    """Marks that readers of these spaces, and of all below them, see something new. Called inside other actions.

    One statement. ``languages``: codes; by default all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, [clock.real_now(), sorted(set(spaces)), sorted(set(languages))])
