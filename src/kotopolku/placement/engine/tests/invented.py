"""Invented families and places for the tests of the engine: small, of real municipalities, the same for the same seed."""

from datetime import date

import numpy as np

from kotopolku.placement.engine.contract import Family, Place, Relative, Settings
from kotopolku.placement.engine.country import country
from kotopolku.placement.engine.rounds import Round, make_round

DAY = date(2026, 11, 23)
CODES = ("049", "091", "092", "106", "186", "205", "245", "444", "564", "638", "837", "853")
LANGUAGES = ("ar", "so", "ti", "prs")


def family(number: int = 1, **changes: object) -> Family:
    facts: dict = {"id": f"K-{number:03d}", "persons": 2, "group": "quota", **changes}
    return Family(**facts)


def place(code: str = "092", persons: int = 10, **changes: object) -> Place:
    agreed = {"persons": persons, **changes.pop("more", {})}  # type: ignore[dict-item]
    return Place(code, agreed, **changes)  # type: ignore[arg-type]


def families(number: int, seed: int) -> list[Family]:
    random = np.random.default_rng(seed)
    found = []
    for i in range(number):
        persons = int(random.choice([1, 1, 1, 2, 3, 4, 5, 7]))
        adults = 1 if random.random() < 0.4 else min(2, persons)
        wishes = tuple(random.choice(CODES, int(random.integers(0, 4)), replace=False).tolist())
        found.append(
            family(
                i,
                persons=persons,
                group=str(random.choice(["quota", "asylum"])),
                adults=adults,
                school=max(0, persons - adults) // 2,
                needs_care=bool(random.random() < 0.1),
                languages=(str(random.choice(LANGUAGES)),),
                needs_interpreter=bool(random.random() < 0.3),
                wishes=wishes,
                vetoes=tuple(code for code in random.choice(CODES, 1).tolist() if code not in wishes)
                if random.random() < 0.2
                else (),
                relatives=(Relative(str(random.choice(CODES)), 0.5),) if random.random() < 0.3 else (),
                reception=str(random.choice(CODES)) if random.random() < 0.5 else "",
                waiting_since=date(2026, int(random.integers(1, 11)), 1),
                vulnerable=bool(random.random() < 0.3),
                no_schooling=bool(random.random() < 0.2),
            )
        )
    return found


def places(seed: int, persons: int) -> list[Place]:
    random = np.random.default_rng(seed + 10_000)
    share = random.dirichlet(np.ones(len(CODES)))
    return [
        place(
            code,
            int(1 + share[j] * persons),
            more={"persons-quota": int(1 + share[j] * persons * 0.7), "school": int(random.integers(0, 4))},
            largest_home=int(random.choice([0, 4, 6])),
            languages=tuple(word for word in LANGUAGES if random.random() < 0.7),
            training=round(float(random.random()), 2),
            housing=round(float(random.random()), 2),
        )
        for j, code in enumerate(CODES)
    ]


def invented_round(number: int, seed: int, slack: float = 1.2, **settings: object) -> Round:
    found = families(number, seed)
    room = int(sum(one.persons for one in found) * slack)
    return make_round(found, places(seed, room), Settings(DAY, **settings), where=country(2026))  # type: ignore[arg-type]
