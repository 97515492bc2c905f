"""The room's addresses."""

from django.urls import path

from kotopolku.actors import pages, pages_contacts, pages_members, pages_signin, pages_tokens

app_name = "actors"

urlpatterns = [
    path("directory/", pages.directory, name="directory"),
    path("directory/contacts/new/", pages_contacts.contact_new, name="contact_new"),
    path("directory/contacts/<int:pk>/", pages_contacts.contact, name="contact"),
    path("directory/contacts/<int:pk>/end/", pages_contacts.contact_end, name="contact_end"),
    path("directory/contacts/<int:pk>/deputies/", pages_contacts.deputy, name="deputy"),
    path(
        "directory/contacts/<int:pk>/deputies/<int:deputy_pk>/remove/",
        pages_contacts.deputy_remove,
        name="deputy_remove",
    ),
    path("organisations/<slug:code>/", pages.organisation, name="organisation"),
    path("who-answers/", pages.who_answers, name="who_answers"),
    path("organisation/members/", pages_members.members, name="members"),
    path("organisation/members/invite/", pages_members.invite, name="invite"),
    path("organisation/members/<int:pk>/", pages_members.member, name="member"),
    path("organisation/members/<int:pk>/end/", pages_members.member_end, name="member_end"),
    path(
        "organisation/invitations/<int:pk>/withdraw/",
        pages_members.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("organisation/teams/", pages_members.team_new, name="team_new"),
    path("organisation/teams/<int:pk>/", pages_members.team, name="team"),
    path("organisation/tokens/", pages_tokens.tokens, name="tokens"),
    path("organisation/tokens/<int:pk>/end/", pages_tokens.token_end, name="token_end"),
    path("invitation/<uuid:token>/", pages_members.invitation, name="invitation"),
    path("seat/", pages.choose_seat, name="seat"),
    path("demo/sign-in/<str:username>/", pages_signin.demo_sign_in, name="demo_sign_in"),
]
