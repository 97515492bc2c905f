"""Tokens with fewer rights and a count of calls, answers kept for repeated calls, and what cursor paging stands on.

A statement that draws ids first notes, in a lock shared by everybody, the last id drawn before it. The lock goes with
the transaction. So the least noted number of those still there is the id up to which nothing can come any more.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kotopolku.access.policies import USER_ONCE, secured

# A lock's key: the table in the high 16 bits, the id in the low 48. Another table that falls on the same number can only
# hold a page back for a moment. The setting is the transaction's own, so that only its first statement takes a lock.
LOW_IDS = """
CREATE FUNCTION kotopolku_note(relation text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    number bigint := relation::regclass::oid;
    noted text := 'kotopolku.low_' || number;
    drawn bigint;
BEGIN
    IF coalesce(current_setting(noted, true), '') = '' THEN
        drawn := coalesce(pg_sequence_last_value(pg_get_serial_sequence(relation, 'id')::regclass), 0);
        PERFORM pg_advisory_xact_lock_shared((number % 32767 + 1) << 48 | drawn);
        PERFORM set_config(noted, drawn::text, true);
    END IF;
END
$$;

CREATE FUNCTION kotopolku_note_low_id() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kotopolku_note(TG_ARGV[0]);
    RETURN NULL;
END
$$;

CREATE FUNCTION kotopolku_draw(relation text, how_many integer DEFAULT 1) RETURNS SETOF bigint
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kotopolku_note(relation);
    RETURN QUERY SELECT nextval(pg_get_serial_sequence(relation, 'id')) FROM generate_series(1, how_many);
END
$$;

CREATE FUNCTION kotopolku_settled(relation text, OUT settled bigint, OUT drawn bigint)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    number oid := relation::regclass::oid;
    low bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = number AND tgname = 'kotopolku_low_id') THEN
        RAISE EXCEPTION 'the table % does not note its writers', relation;
    END IF;
    drawn := coalesce(pg_sequence_last_value(pg_get_serial_sequence(relation, 'id')::regclass), 0);
    SELECT min((classid::bigint << 32 | objid::bigint) & ((1::bigint << 48) - 1)) INTO low FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint >> 16 = number::bigint % 32767 + 1;
    settled := least(drawn, coalesce(low, drawn));
END
$$;
"""
DROP = """
DROP FUNCTION kotopolku_settled(text);
DROP FUNCTION kotopolku_draw(text, integer);
DROP FUNCTION kotopolku_note_low_id() CASCADE;
DROP FUNCTION kotopolku_note(text);
"""


class Migration(migrations.Migration):
    dependencies = [("actors", "0002_casework")]

    operations = [
        migrations.CreateModel(
            name="TokenUse",
            fields=[
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="actors.apitoken",
                    ),
                ),
                ("window", models.BigIntegerField()),
                ("calls", models.IntegerField()),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="apitoken",
            name="capabilities",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="ApiCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("asked", models.BinaryField(max_length=32)),
                ("status", models.IntegerField(default=0)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("answer", models.BinaryField(default=b"")),
                ("at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="actors_call_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "user", "key"), name="actors_call_once")
                ],
            },
        ),
        secured("actors_apicall", f"user_id = {USER_ONCE}"),
        migrations.RunSQL(sql=LOW_IDS, reverse_sql=DROP),
    ]
