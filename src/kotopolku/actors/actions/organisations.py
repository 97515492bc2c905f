"""Loads the authorities and what followed them from the room's data. Public facts: no actor, no journal entry."""

from collections.abc import Callable

from django.db import transaction

from kotopolku.actors import queries, sources
from kotopolku.actors.models import Organisation, Succession, date_range
from kotopolku.reference.alphabet import sort_key

Progress = Callable[[str, int], None]


def load_actors(progress: Progress | None = None, *, using: str = "default") -> dict[str, int]:
    """Loads organisations and successions in one transaction; rows already there are brought up to date.

    `progress` is called with a table's name and its number of rows. Returns the same numbers.
    """
    rows, successions = sources.organisations(), sources.successions()
    with transaction.atomic(using=using):
        Organisation.objects.using(using).bulk_create(
            [_organisation(row) for row in rows],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[
                field.name
                for field in Organisation._meta.concrete_fields
                if not field.primary_key and field.name != "code"
            ],
        )
        ids = dict(Organisation.objects.using(using).values_list("code", "pk"))
        Succession.objects.using(using).bulk_create(
            [
                Succession(
                    predecessor_id=ids[row.predecessor],
                    successor_id=ids[row.successor],
                    on=row.on,
                    basis=row.basis,
                )
                for row in successions
            ],
            update_conflicts=True,
            unique_fields=["predecessor", "successor", "on"],
            update_fields=["basis"],
        )
    queries.clear()
    loaded = {"organisations": len(rows), "successions": len(successions)}
    if progress:
        for name, number in loaded.items():
            progress(name, number)
    return loaded


def _organisation(row: sources.OrganisationRow) -> Organisation:
    name_fi, name_sv, name_en = row.names
    return Organisation(
        code=row.code,
        kind=row.kind,
        name_fi=name_fi,
        name_sv=name_sv,
        name_en=name_en,
        sort_key_fi=sort_key(name_fi),
        sort_key_sv=sort_key(name_sv),
        valid=date_range(row.valid_from, row.valid_until),
        area_kind=row.area_kind,
        area_code=row.area_code,
        description=row.does,
    )
