"""The condition that row security of every room puts on a client's rows: the viewer's authority answers on the day.

For migrations, with ``access.policies``. Not for: what pages may show (``access``).
"""

from kotopolku.access.policies import DAY_ONCE, ORGANISATIONS_ONCE


def answers(table: str, column: str, by: str) -> str:
    """Condition: the viewer's authority answers on the day for the relationship or person in ``column``.

    ``by``: ``person_id`` or ``relationship_id``.
    """
    return (
        f"(SELECT true FROM clients_responsibility r WHERE r.{by} = {table}.{column}"
        f" AND r.authority_id = {ORGANISATIONS_ONCE} AND r.days @> {DAY_ONCE} LIMIT 1)"
    )
