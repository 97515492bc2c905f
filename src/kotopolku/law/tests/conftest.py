"""Property tests of the law run on busy machines: what counts is the answer, not the milliseconds."""

from hypothesis import HealthCheck, settings

settings.register_profile("law", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("law")
