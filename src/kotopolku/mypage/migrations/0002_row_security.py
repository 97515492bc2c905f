"""Row security: the account by its user, codes and requests by the authority that answers, requests also by the person."""

from django.db import migrations

from kotopolku.access.policies import USER_ONCE, own_person, secured
from kotopolku.clients.row_security import answers


class Migration(migrations.Migration):
    dependencies = [("mypage", "0001_initial"), ("clients", "0005_own_path")]

    operations = [
        secured("mypage_ownaccount", f"user_id = {USER_ONCE}"),
        secured("mypage_signincode", answers("mypage_signincode", "relationship_id", "relationship_id")),
        secured("mypage_wrongcode", "false"),
        secured(
            "mypage_correctionrequest",
            answers("mypage_correctionrequest", "relationship_id", "relationship_id"),
            own=own_person(),
        ),
    ]
