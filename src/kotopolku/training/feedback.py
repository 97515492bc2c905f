"""The five questions that a student answers about a course, in the student's own language. Not for: storing, counting."""

from django.utils.translation import gettext_lazy as _

QUESTIONS = (
    _("The teaching helped me to learn."),
    _("The pace was right for me."),
    _("I got help when I needed it."),
    _("What I learned is useful in my daily life and at work."),
    _("I would recommend this course to a friend."),
)
SCALE = (
    (1, _("1 – not at all")),
    (2, "2"),
    (3, "3"),
    (4, "4"),
    (5, _("5 – fully")),
)
