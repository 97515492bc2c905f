"""Row security, and the one way by which the history of a deleted row can go.

History is written by triggers and the application may not change it. When the thing itself has been deleted at the end
of its time, its history goes through this function of the tables' owner: for jobs only, and never while the thing exists.
"""

from django.db import migrations

from kotopolku.access.policies import own_organisation, secured
from kotopolku.access.rowsecurity import SYSTEM
from kotopolku.clients.row_security import answers

FORGET = f"""
CREATE FUNCTION retention_forget_history(history text, ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    thing text := regexp_replace(history, 'event$', '');
    key text;
    gone bigint;
BEGIN
    IF ({SYSTEM}) IS NOT TRUE THEN
        RAISE insufficient_privilege USING MESSAGE = 'only a job forgets history';
    END IF;
    IF history !~ '^[a-z]+_[a-z]+event$' OR history LIKE 'journal%' OR to_regclass(history) IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = 'not a history: ' || history;
    END IF;
    SELECT a.attname INTO STRICT key FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = to_regclass(thing) AND i.indisprimary;
    EXECUTE format(
        'DELETE FROM %I h WHERE h.pgh_obj_id = ANY ($1) AND NOT EXISTS (SELECT 1 FROM %I t WHERE t.%I = h.pgh_obj_id)',
        history, thing, key) USING ids;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
"""


def of_client(table: str) -> migrations.RunSQL:
    """Rows of a data subject's request: who answered it, and whoever answers for the client on the day."""
    mine = own_organisation("organisation_id")
    return secured(table, f"{mine} OR {answers(table, 'relationship_id', 'relationship_id')}")


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial"), ("clients", "0002_row_security")]

    operations = [
        of_client("retention_legalhold"),
        of_client("retention_informationrequest"),
        of_client("retention_restrictionrequest"),
        secured("retention_keptfact", own_organisation("authority_id")),
        migrations.RunSQL(
            sql=FORGET, reverse_sql="DROP FUNCTION retention_forget_history(text, bigint[])"
        ),
    ]
