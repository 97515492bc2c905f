"""The API keeps what its OpenAPI description promises, whatever is sent to it: generated calls to a running server.

The calls are the same every time. What each operation means is tested in its own room.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kotopolku.portal.api import api

from .visitor import Visitor

if TYPE_CHECKING:
    from conftest import LiveKotopolku


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DESCRIBED = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/"))
# The caller is signed in by a session; without this every call would carry an invented token.
DESCRIBED.config.generation.update(with_security_parameters=False)
OPERATIONS = [found.ok() for found in DESCRIBED.get_all_operations()]
MOST_CALLS = settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def worker(live_kotopolku: LiveKotopolku) -> Visitor:
    return Visitor(live_kotopolku.url).sign_in("kunta.vantaa")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_is_as_described(operation: Any, live_kotopolku: LiveKotopolku, worker: Visitor) -> None:
    @MOST_CALLS
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:
        case.call_and_validate(
            base_url=live_kotopolku.url,
            headers={"X-CSRFToken": worker.cookies["csrftoken"], "Accept-Language": "en"},
            cookies=worker.cookies,
            checks=CHECKS,
        )

    call()


def test_the_description_names_every_operation_s_answers_and_security(worker: Visitor) -> None:
    described = json.loads(worker.get("/api/openapi.json").text)
    assert described["openapi"].startswith("3.1")
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert len(operations) >= 9
    for one in operations:
        assert one["summary"], one["operationId"]
        assert {code[0] for code in one["responses"]} >= {"2", "4"}, one["operationId"]
