"""Calls of several requests: one deadline for all of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from scalr_async._http import Deadline

__all__ = ["one_deadline"]

F = TypeVar("F", bound=Callable[..., Any])


def one_deadline(method: F) -> F:
    """Return a method wrapped so that all requests of one call of it share a deadline.

    A method that it calls shares the deadline too.
    """

    @functools.wraps(method)
    def begin(collection: Any, *arguments: Any, **named: Any) -> Any:
        context = collection._context  # noqa: SLF001  # its helper
        if context.deadline is None:
            collection = type(collection)(context.within(Deadline()))
        return method(collection, *arguments, **named)

    return cast("F", begin)
