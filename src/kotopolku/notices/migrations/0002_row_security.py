"""A user's notices and wishes are that user's own."""

from django.db import migrations

from kotopolku.access.policies import USER_ONCE, secured


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        secured("notices_notice", f"user_id = {USER_ONCE}"),
        secured("notices_wish", f"user_id = {USER_ONCE}"),
    ]
