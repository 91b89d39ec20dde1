"""The query parameters that an operation takes, whatever its kind, and their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scalr_async._catalog import Route
from scalr_async.emulator.engine.errors import bad_parameter

__all__ = ["Pairs", "check_parameters", "filter_name", "is_true"]

Pairs = Sequence[tuple[str, str]]

_PAGING: Final = frozenset({"page[number]", "page[size]"})
"""Ignored where nothing is listed: scalr-cli sends them with every request."""

_LISTING: Final = frozenset({"query", "sort", "sort[favorite-first]"})
_SCOPES: Final = ("account", "environment", "workspace")
_BOOLEANS: Final = ("true", "false", "1", "0")
_VALUES: Final = {
    "breakdown-by": _SCOPES,
    "breakdown_by": _SCOPES,
    "clean": _BOOLEANS,
    "force": _BOOLEANS,
    "sort[favorite-first]": _BOOLEANS,
    "stage": ("pre_plan", "post_plan"),
    "track_access": _BOOLEANS,
}
"""The values of parameters that have few."""


def check_parameters(route: Route, pairs: Pairs) -> None:
    """Raise `ApiError` (400) that names a parameter which the operation does not take.

    What a list filters, sorts and includes depends on its type, and is checked with that.
    """
    for name, text in pairs:
        if not _is_taken(route, name):
            raise bad_parameter(name, f"Query parameter '{name}' is not supported.")
        values = _formats(route) if name == "format" else _VALUES.get(name)
        if values is not None and not _are_among(text, name, values):
            raise bad_parameter(name, f"Value must be one of: {', '.join(values)}.")
        if name == "sort":
            _check_sort(route, text)


def _are_among(text: str, name: str, values: tuple[str, ...]) -> bool:
    """Return whether a parameter has known values: booleans in any case, scopes also several."""
    if values is _BOOLEANS:
        return text.lower() in values
    return all(each in values for each in (text.split(",") if name == "breakdown-by" else [text]))


def filter_name(parameter: str) -> str | None:
    """Return the name of a filter, with dots between its keys; None for other parameters."""
    if not (parameter.startswith("filter[") and parameter.endswith("]")):
        return None
    return ".".join(parameter.removeprefix("filter[").removesuffix("]").split("]["))


def is_true(text: str) -> bool:
    """Return whether the text of a parameter means yes."""
    return text.lower() in ("true", "1")


def _is_taken(route: Route, name: str) -> bool:
    lists = route.operation == "list"
    if name in _PAGING or name in route.query or (lists and name in _LISTING):
        return True
    if name == "include" or (name.startswith("fields[") and name.endswith("]")):
        return route.operation != "relationship"
    if name == "sort":
        return bool(route.sort)
    filter = filter_name(name)
    return filter is not None and (lists or filter in {f.name for f in route.filters})


def _formats(route: Route) -> tuple[str, ...]:
    tabular = route.operation == "list" or route.response == "json-or-csv"
    return ("json", "csv") if tabular else ("text", "gzip")


def _check_sort(route: Route, text: str) -> None:
    for part in text.split(","):
        name = part.removeprefix("-")
        if name and name not in route.sort:
            raise bad_parameter("sort", f"Sorting by '{name}' is not supported.")
