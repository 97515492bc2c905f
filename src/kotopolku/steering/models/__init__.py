"""Tables of steering, by subject."""

from kotopolku.steering.models.guidelines import (
    Better,
    Indicator,
    IndicatorValue,
    Line,
    LineKind,
    LineVersion,
    NationalProgramme,
    ProgrammeState,
)
from kotopolku.steering.models.measures import (
    Evidence,
    MeasureState,
    RegionalMeasure,
    RegionalReport,
    ReportSection,
    ReportState,
)

__all__ = [
    "Better",
    "Evidence",
    "Indicator",
    "IndicatorValue",
    "Line",
    "LineKind",
    "LineVersion",
    "MeasureState",
    "NationalProgramme",
    "ProgrammeState",
    "RegionalMeasure",
    "RegionalReport",
    "ReportSection",
    "ReportState",
]
