"""The only writers of families' data: one verb, one transaction, keyword-only ``actor``, one journal entry each.

All raise ``MissingCapability``, ``NotVisible`` and ``clients.rules.Refusals``. ``token``: a second submission of the
same form returns the first one's object and writes nothing.
"""

from kotopolku.families.actions.housing import add_unit, begin_housing, close_unit, end_housing
from kotopolku.families.actions.plans import (
    FamilyGoalContent,
    end_family_plan,
    judge_earlier,
    make_family_plan,
    review_family_plan,
)
from kotopolku.families.actions.relations import (
    add_relation,
    change_custody,
    end_relation,
    remove_relation,
)
from kotopolku.families.actions.representatives import (
    RepresentativeContent,
    add_representative,
    change_representative,
    end_representative,
    link_representative,
)

__all__ = [
    "FamilyGoalContent",
    "RepresentativeContent",
    "add_relation",
    "add_representative",
    "add_unit",
    "begin_housing",
    "change_custody",
    "change_representative",
    "close_unit",
    "end_family_plan",
    "end_housing",
    "end_relation",
    "end_representative",
    "judge_earlier",
    "link_representative",
    "make_family_plan",
    "remove_relation",
    "review_family_plan",
]
