"""What the service catalogue says of an organisation, and suggests to it, is seen by that organisation."""

from django.db import migrations

from kotopolku.access.policies import own_organisation, secured

OF_THE_ITEM = (
    "(SELECT true FROM information_catalogueitem owner WHERE owner.id = item_id LIMIT 1)"
)


class Migration(migrations.Migration):
    dependencies = [("information", "0008_catalogue")]

    operations = [
        secured("information_catalogueitem", own_organisation("organisation_id")),
        secured("information_cataloguesuggestion", OF_THE_ITEM),
    ]
