"""Deny by default: every address and every API operation declares the capability that it needs."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja import NinjaAPI, Schema
from ninja.operation import PathView

from kotopolku.access.capabilities import Capability
from kotopolku.portal.api import api

# Views that are not ours, by where they come from, and why they may stand without a declaration.
DECLARED_ELSEWHERE = {
    "allauth.": "sign-in and own second factor: open to whoever signs in, guarded by allauth itself",
    "ninja.openapi.": "the description of the API: names operations, holds no data",
    "django.views.generic.base.RedirectView": "sends an old address of allauth to the new one",
}


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield address, pattern.callback
        else:
            yield from addresses(pattern, address)


def origin_of(view: Callable[..., Any]) -> str:
    inner = getattr(view, "func", view)
    origin = getattr(inner, "view_class", inner)
    return f"{origin.__module__}.{origin.__name__}"


def declares(view: Callable[..., Any]) -> bool:
    capability = getattr(view, "capability", "nothing")
    return capability is None or isinstance(capability, Capability)


def operations() -> Iterator[tuple[str, Callable[..., Any]]]:
    assert isinstance(api, NinjaAPI)
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            assert isinstance(view, PathView)
            for operation in view.operations:
                yield f"{'/'.join(operation.methods)} {prefix}{path}", operation.view_func


def test_every_address_declares_what_it_needs() -> None:
    undeclared = [
        address
        for address, view in addresses(get_resolver())
        if not declares(view)
        and not origin_of(view).startswith("ninja.operation.")
        and not origin_of(view).startswith(tuple(DECLARED_ELSEWHERE))
    ]
    assert undeclared == []


def test_every_api_operation_declares_what_it_needs() -> None:
    assert list(operations())
    assert [name for name, function in operations() if not declares(function)] == []


def test_only_what_shows_nobody_s_data_is_open_to_all() -> None:
    open_to_all = {
        view.__module__.partition("kotopolku.")[2].partition(".")[0]
        for _, view in addresses(get_resolver())
        if getattr(view, "capability", "nothing") is None
    }
    assert "clients" not in open_to_all
    assert "journal" not in open_to_all


def test_every_body_of_the_api_has_a_name_of_its_own() -> None:
    """The description keys bodies by class name: of two alike it would tell only one, wrongly for the other."""

    def below(schema: type[Schema]) -> Iterator[type[Schema]]:
        for one in schema.__subclasses__():
            yield one
            yield from below(one)

    ours = {one for one in below(Schema) if one.__module__.startswith("kotopolku.")}
    named = Counter(one.__name__ for one in ours)
    assert len(ours) > 50
    assert [name for name, times in named.items() if times > 1] == []
