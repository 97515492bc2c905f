"""Facts about Finland that others stand on: municipalities by year, areas, languages, countries, map shapes.

Nothing here is personal data, and nothing here decides; the rows come from `data/` through `actions.load_reference`.
"""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """Names in three languages, each with the key that puts it in alphabetical order (see `alphabet.py`)."""

    name_fi = models.CharField(max_length=200)
    name_sv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    sort_fi = models.CharField(max_length=200, editable=False)
    sort_sv = models.CharField(max_length=200, editable=False)
    sort_en = models.CharField(max_length=200, editable=False)

    class Meta:
        abstract = True

    def name(self, lang: str | None = None) -> str:
        """The name in `lang` (fi, sv, en), or in the language in use; Finnish where the language has none."""
        return getattr(self, f"name_{_own_language(lang)}") or self.name_fi

    def sort(self, lang: str | None = None) -> str:
        """The alphabetical key of `name(lang)`."""
        return getattr(self, f"sort_{_own_language(lang)}") or self.sort_fi

    def __str__(self) -> str:
        return self.name()


def _own_language(lang: str | None) -> str:
    wanted = (lang or get_language() or "fi").split("-")[0]
    return wanted if wanted in ("fi", "sv", "en") else "en"


class LanguageStatus(models.TextChoices):
    """Kielellinen asema: the languages of a municipality under the Language Act (423/2003 § 5)."""

    FINNISH = "fi", _("Finnish")
    FINNISH_SWEDISH = "fi-sv", _("Bilingual, Finnish majority")
    SWEDISH_FINNISH = "sv-fi", _("Bilingual, Swedish majority")
    SWEDISH = "sv", _("Swedish")


class StatisticalGroup(models.IntegerChoices):
    """Tilastollinen kuntaryhmitys."""

    URBAN = 1, _("Urban")
    SEMI_URBAN = 2, _("Semi-urban")
    RURAL = 3, _("Rural")


class AreaKind(models.TextChoices):
    """Aluejako: the divisions of the country that authorities follow."""

    REGION = "region", _("Region")
    ELY = "ely", _("ELY Centre")
    EVK = "evk", _("Economic development centre")
    EMPLOYMENT_AREA = "employment_area", _("Employment area")
    WELLBEING_AREA = "wellbeing_area", _("Wellbeing services county")


class Municipality(Named):
    """Kunta. Every municipality that existed on 1 January 2020 or later, by its three-digit code."""

    code = models.CharField(primary_key=True, max_length=3)
    lat = models.FloatField(help_text="WGS 84, administrative centre")
    lon = models.FloatField(help_text="WGS 84, administrative centre")
    land_area_km2 = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, help_text="2024; empty for municipalities merged before"
    )
    saami_homeland = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "municipalities"
        ordering = ["sort_fi", "code"]


class MunicipalityYear(models.Model):
    """Kuntajaon vuosi: a municipality in the division of 1 January of a year.

    `population` and `foreign_language_share` (per cent) are those of 31 December of the same year. Population is
    in the year's own division; shares are published in the division of 2026, so they are empty for
    municipalities merged since.
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()
    region = models.CharField(max_length=2)
    ely = models.CharField(max_length=2, blank=True)
    evk = models.CharField(max_length=2, blank=True)
    employment_area = models.CharField(max_length=2, blank=True)
    wellbeing_area = models.CharField(max_length=2, blank=True)
    language_status = models.CharField(max_length=5, choices=LanguageStatus.choices)
    statistical_group = models.PositiveSmallIntegerField(choices=StatisticalGroup.choices)
    population = models.PositiveIntegerField(null=True, blank=True)
    foreign_language_share = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "year"], name="reference_one_row_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.year}"


class Area(Named):
    """Alue: one area of a division, with the first and last year (1 January) it is known in."""

    kind = models.CharField(max_length=20, choices=AreaKind.choices)
    code = models.CharField(max_length=2)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="reference_one_area_a_code")]


class MunicipalMerger(models.Model):
    """Kuntaliitos: a municipality that ended, and the one it became part of. Kept from 2015 on."""

    code = models.CharField(primary_key=True, max_length=3)
    name_fi = models.CharField(max_length=200)
    name_sv = models.CharField(max_length=200)
    merged_on = models.DateField()
    merged_into = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="mergers")

    def __str__(self) -> str:
        return f"{self.code} {self.name_fi}"


class Language(Named):
    """Kieli. `code` is the tag for `lang` attributes (ISO 639; x-… where the national code has no ISO code).

    `national_code` is the national code set's; Dari and Sorani are lumped there with Persian and Kurdish.
    `service` marks the languages that services meet most.
    """

    code = models.CharField(primary_key=True, max_length=8)
    national_code = models.CharField(max_length=2)
    iso639 = models.CharField(max_length=3, blank=True)
    autonym = models.CharField(max_length=100, blank=True)
    direction = models.CharField(max_length=3, choices=[("ltr", "ltr"), ("rtl", "rtl")])
    service = models.BooleanField(default=False)


class Country(Named):
    """Maa tai kansalaisuus, by the three-digit national code (ISO numeric and national 9xx specials).

    `current` is false for states that no longer exist and for superseded codes.
    """

    code = models.CharField(primary_key=True, max_length=3)
    iso2 = models.CharField(max_length=2, blank=True)
    iso3 = models.CharField(max_length=3, blank=True)
    current = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "countries"


class Occupation(Named):
    """Ammatti (ISCO-08): a group of one to four digits. `sort_…` keeps the classification's own names in order."""

    code = models.CharField(primary_key=True, max_length=5)
    level = models.PositiveSmallIntegerField()
    parent = models.CharField(max_length=5, blank=True)


class MapShape(models.Model):
    """Karttakuvio: an area's border as a GeoJSON geometry, imported by whoever has the right to the map."""

    layer = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=3)
    geometry = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "year", "code"], name="reference_one_shape_a_code")
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.year} {self.code}"
