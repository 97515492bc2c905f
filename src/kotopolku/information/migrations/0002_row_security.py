"""What readers do not see yet is seen by people in a seat only: versions that are not published, reviewers' comments."""

from django.db import migrations

from kotopolku.access.policies import secured
from kotopolku.access.rowsecurity import ORGANISATIONS

IN_A_SEAT = f"(SELECT {ORGANISATIONS}) IS NOT NULL"
PUBLISHED = (
    "(SELECT true FROM information_pagetext t WHERE t.published_id = information_textversion.id LIMIT 1)"
)
APPEND_ONLY = """
CREATE FUNCTION information_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of a text is never changed or deleted';
END $$;
CREATE TRIGGER information_version_stays BEFORE UPDATE OR DELETE ON information_textversion
    FOR EACH ROW EXECUTE FUNCTION information_version_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("information", "0001_pages")]

    operations = [
        secured("information_textversion", IN_A_SEAT, own=PUBLISHED),
        secured("information_reviewcomment", IN_A_SEAT),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER information_version_stays ON information_textversion;"
            " DROP FUNCTION information_version_stays();",
        ),
    ]
