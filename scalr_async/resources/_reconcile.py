"""Creates whose answer was lost: the search for the created object in a list."""

from __future__ import annotations

import asyncio
import math
from typing import Any, TypeVar

from scalr_async.errors import InvalidArgumentError, MultipleResultsError, NoResultError, ScalrError
from scalr_async.jsonapi import Resource
from scalr_async.pagination import Pager

__all__ = ["check_list", "reconciled"]

M = TypeVar("M", bound=Resource)


def check_list(reconcile: Pager[Any], model: type[Any]) -> None:
    """Refuse a `reconcile` that is not a list of a class."""
    if not isinstance(reconcile, Pager):
        kind = type(reconcile).__name__
        raise InvalidArgumentError(f"reconcile: must be a pager, as list() returns it, not {kind}")
    codec = getattr(reconcile.source, "codec", None)
    if codec is None or codec.model is not model:
        raise InvalidArgumentError(f"reconcile: {reconcile!r}: not a list of {model.type}")


async def reconciled(lost: ScalrError, among: Pager[M], seconds: float) -> M:
    """Return the only object of a list: the object of a create whose answer was lost.

    Raises the create's error if the list has no object or several, if it cannot be read in so many
    seconds, or if the object is a token, whose secret was only in the lost answer.
    """
    try:
        async with asyncio.timeout(seconds if seconds < math.inf else None):
            found = await among.one()
    except (NoResultError, MultipleResultsError) as error:
        lost.add_note(f"reconcile: {error.message}")
    except (ScalrError, TimeoutError) as error:
        raise lost from error
    else:
        if found.type != "access-tokens":
            return found
        lost.add_note(f"reconcile: {found.id} was created, but its secret is lost: delete it")
    raise lost
