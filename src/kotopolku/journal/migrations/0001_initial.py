"""The journal's tables and their row security: an entry is read by its organisation, or by whoever has been let in to the person."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


# The settings are those of access.rowsecurity, which stands above this room; as sub-selects they are read once a query.
SYSTEM = "(SELECT current_setting('kotopolku.system', true) = 'on')"
ORGANISATIONS = (
    "((SELECT string_to_array(nullif(current_setting('kotopolku.organisations', true), ''), ',')::bigint[])::bigint[])"
)
SUBJECT = "(SELECT nullif(current_setting('kotopolku.subject', true), '')::bigint)"


def secure(table, readable, removable=None):
    """Row security on a table of the journal: all may add, ``readable`` may read, none may change."""
    policies = [
        f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({SYSTEM} OR {readable})",
        f"CREATE POLICY {table}_add ON {table} FOR INSERT WITH CHECK (true)",
    ]
    names = ["read", "add"]
    if removable:
        policies.append(f"CREATE POLICY {table}_remove ON {table} FOR DELETE USING ({removable})")
        names.append("remove")
    return migrations.RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            *policies,
        ],
        reverse_sql=[
            *(f"DROP POLICY {table}_{name} ON {table}" for name in names),
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


OWN_OR_SUBJECT = f"organisation_id = ANY {ORGANISATIONS} OR {SUBJECT} = ANY (subjects)"


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('day', models.DateField()),
                ('actor_id', models.BigIntegerField(null=True)),
                ('system', models.CharField(blank=True, max_length=60)),
                ('organisation_id', models.BigIntegerField(null=True)),
                ('action', models.CharField(max_length=80)),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('object_kind', models.CharField(blank=True, max_length=40)),
                ('object_id', models.BigIntegerField(null=True)),
                ('token', models.UUIDField(null=True)),
                ('salt', models.UUIDField(default=uuid.uuid4)),
                ('payload_hash', models.BinaryField(max_length=32, null=True)),
                ('leaf', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('pk', models.CompositePrimaryKey('person_id', 'entry_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('person_id', models.BigIntegerField()),
                ('entry', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='mentions', to='journal.entry')),
                ('organisation_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('sealed_at', models.DateTimeField()),
                ('first_id', models.BigIntegerField()),
                ('last_id', models.BigIntegerField()),
                ('count', models.IntegerField()),
                ('leaves', models.BinaryField()),
                ('root', models.BinaryField(max_length=32)),
                ('chain', models.BinaryField(max_length=32)),
            ],
            options={
                'indexes': [models.Index(fields=['first_id'], name='journal_batch_first')],
            },
        ),
        migrations.CreateModel(
            name='Payload',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, serialize=False, to='journal.entry')),
                ('organisation_id', models.BigIntegerField(null=True)),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('salt', models.UUIDField(default=uuid.uuid4)),
                ('reason', models.TextField(blank=True)),
                ('details', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Unsealed',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, serialize=False, to='journal.entry')),
            ],
            options={
                'db_table': 'unsealed_journal_entry',
            },
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('token__isnull', False)), fields=('token',), name='journal_entry_token_once'),
        ),
        secure('journal_entry', OWN_OR_SUBJECT),
        secure('journal_mention', f"organisation_id = ANY {ORGANISATIONS} OR person_id = {SUBJECT}"),
        secure('journal_payload', OWN_OR_SUBJECT, removable=SYSTEM),
    ]
