"""Property tests of the law run on busy machines: what counts is the answer, not the milliseconds."""

from hypothesis import settings

settings.register_profile("law", deadline=None)
settings.load_profile("law")
