"""What a student meets of the training room's texts at the own page, marked as texts for clients: all their languages.

Each stands word for word as in that room (``training.feedback`` and others); a test holds them together.
"""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("The teaching helped me to learn."),
    gettext_noop("The pace was right for me."),
    gettext_noop("I got help when I needed it."),
    gettext_noop("What I learned is useful in my daily life and at work."),
    gettext_noop("I would recommend this course to a friend."),
    gettext_noop("1 – not at all"),
    gettext_noop("5 – fully"),
    gettext_noop("You have already told what you think of this course. Thank you."),
    gettext_noop("entry test"),
    gettext_noop("final test"),
    gettext_noop("listening"),
    gettext_noop("speaking"),
    gettext_noop("reading"),
    gettext_noop("writing"),
)
