"""What acts on persons share: checking the codes that were typed, the values stored, a refused identity code.

Not acts themselves: nothing here is called by pages, and nothing here writes.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, TypeVar

from django.utils.translation import gettext_noop as _

from kotopolku.access.errors import NotVisible
from kotopolku.clients import rules
from kotopolku.clients.rules import PersonContent, Refusal
from kotopolku.reference import queries as reference

T = TypeVar("T")


def check_codes(person: PersonContent) -> list[Refusal]:
    found = []
    for field, codes in (
        ("mother_tongue", [person.mother_tongue]),
        ("service_language", [person.service_language]),
        ("languages", person.languages),
    ):
        if any(code and reference.language(code) is None for code in codes):
            found.append(Refusal(field, "unknown-language", _("Choose a language from the list.")))
    if any(reference.country(code) is None for code in person.citizenships):
        found.append(Refusal("citizenships", "unknown-country", _("Choose a country from the list.")))
    return found


def identity_code_taken(authority: str) -> Refusal:
    if authority:
        message = _("A person with this identity code is a client already. Ask %(authority)s.")
        return Refusal("identity_code", "identity-code-taken", message, {"authority": authority})
    return Refusal(
        "identity_code", "identity-code-taken", _("A person with this identity code is a client already.")
    )


def person_values(person: PersonContent) -> dict[str, Any]:
    values = asdict(person)
    code = rules.identity_code(person.identity_code)
    values["identity_code"] = code or None
    if code:
        values["birth_date"] = rules.birth_date_of(code)
        if person.sex == "unknown":
            values["sex"] = rules.sex_of(code)
    values["languages"] = list(person.languages)
    values["citizenships"] = list(person.citizenships)
    values["name_phonetic"] = rules.phonetic_key(person.family_name, person.given_names)
    return values


def one(rows: Iterable[T]) -> T:
    found = next(iter(rows), None)
    if found is None:
        raise NotVisible
    return found
