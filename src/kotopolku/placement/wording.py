"""Words of the placement room: resources and groups in the three languages of the data. Not for deciding."""

from django.utils import translation

from kotopolku.placement.models import Resource

LANGUAGES = ("fi", "sv", "en")


def resource_texts(name: str) -> dict[str, str]:
    """The resource's name by language, for the params of a refusal."""
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = str(Resource(name).label)
    return texts
