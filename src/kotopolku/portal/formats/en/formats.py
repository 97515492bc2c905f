"""Dates and numbers in English as the pages write them; days are typed as everywhere in Finland, d.m.yyyy."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "G.i"
DATETIME_FORMAT = "j F Y G.i"
SHORT_DATETIME_FORMAT = "j M Y G.i"
MONTH_DAY_FORMAT = "j F"
DATE_INPUT_FORMATS = ["%d.%m.%Y", "%Y-%m-%d", "%d %B %Y"]
TIME_INPUT_FORMATS = ["%H.%M", "%H:%M"]
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
FIRST_DAY_OF_WEEK = 1
