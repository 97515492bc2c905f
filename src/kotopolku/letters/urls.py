"""Addresses of the letters room, under /letters/. No name or code of a person ever stands in one."""

from django.urls import path

from kotopolku.letters import pages

app_name = "letters"

urlpatterns = [
    path("", pages.register, name="register"),
    path("<int:relationship_id>/", pages.letters, name="letters"),
    path("<int:relationship_id>/new/<slug:template>/", pages.write, name="write"),
    path("<int:relationship_id>/<int:letter_id>/", pages.letter, name="letter"),
    path("<int:relationship_id>/<int:letter_id>/send/", pages.send, name="send"),
    path("<int:relationship_id>/<int:letter_id>/withdraw/", pages.withdraw, name="withdraw"),
    path("<int:relationship_id>/<int:letter_id>/letter.pdf", pages.pdf, name="pdf"),
]
