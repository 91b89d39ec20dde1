"""Conditions of every filter of every list: those that no value can meet are refused."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from scalr_async import InvalidArgumentError, filters
from scalr_async.jsonapi import Operation, build_query
from scalr_async.resources import _generated

MODULES = [
    import_module(f"{_generated.__name__}.{module.name}")
    for module in iter_modules(_generated.__path__)
]
OPERATIONS = {
    (operation.path, name): operation
    for module in MODULES
    for operation in vars(module).values()
    if isinstance(operation, Operation)
    for name in operation.filters
}
EARLY, LATE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC)
TIMES = ("2020-01-01T00:00:00Z", "2020-01-02")
CONDITIONS = [
    (filters.null, "any"),
    (filters.raw("like:x"), "any"),
    (filters.raw("between:y,x"), "any"),
    (filters.raw("not:x"), "any"),
    (filters.like("x"), None),
    (filters.like("5"), None),
    (filters.between("x", "y"), None),
    (filters.between("y", "x"), None),
    (filters.between(1.5, 2), None),
    (filters.between(5, 6), int),
    (filters.between(5, None), int),
    (filters.between("5", "16"), int),
    (filters.between("16", "5"), None),
    (filters.between(EARLY, LATE), datetime),
    (filters.between(None, LATE), datetime),
    (filters.between(*TIMES), datetime),
    (filters.between(*TIMES[::-1]), None),
    (filters.between("true", "true"), None),
]


@pytest.mark.parametrize(("condition", "kind"), CONDITIONS, ids=lambda value: str(value))
def test_a_condition_that_no_value_can_meet_is_refused(
    condition: filters.Condition, kind: Any
) -> None:
    """A filter of texts takes any; one of ids, states or truth values takes no range and no part."""
    assert len(OPERATIONS) > 100
    for (_, name), operation in OPERATIONS.items():
        own = operation.filter_types.get(name)
        if kind == "any" or own is None or own is kind:
            query = build_query(operation, {name: condition})
            assert query.pairs == ((operation.filters[name], condition.text),)
        else:
            with pytest.raises(InvalidArgumentError, match=f"^{name}: "):
                build_query(operation, {name: condition})
