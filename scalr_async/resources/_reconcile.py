"""Creates whose answer was lost: the search for the created object in a list."""

from __future__ import annotations

from typing import Any, TypeVar

from scalr_async.errors import InvalidArgumentError, MultipleResultsError, NoResultError, ScalrError
from scalr_async.jsonapi import Resource
from scalr_async.pagination import Pager
from scalr_async.resources._context import Context
from scalr_async.resources._pages import Pages

__all__ = ["list_to_search", "reconciled"]

M = TypeVar("M", bound=Resource)


def list_to_search(reconcile: Pager[M], model: type[Any], context: Context) -> Pager[M]:
    """Return the list of a `reconcile`, read as a part of the call with this context.

    Its requests share the deadline of the call. Raises `InvalidArgumentError` if it is not a list
    of the class.
    """
    if not isinstance(reconcile, Pager):
        kind = type(reconcile).__name__
        raise InvalidArgumentError(f"reconcile: must be a pager, as list() returns it, not {kind}")
    pages = reconcile.source
    if not isinstance(pages, Pages) or pages.codec is None or pages.codec.model is not model:
        raise InvalidArgumentError(f"reconcile: {reconcile!r}: not a list of {model.type}")
    return reconcile.read_from(pages.within(context))


async def reconciled(lost: ScalrError, among: Pager[M]) -> M:
    """Return the only object of a list: the object of a create whose answer was lost.

    Raises the create's error if the list has no object or several, if it cannot be read, or if the
    object is a token, whose secret was only in the lost answer.
    """
    try:
        found = await among.one()
    except (NoResultError, MultipleResultsError) as error:
        lost.add_note(f"reconcile: {error.message}")
    except ScalrError as error:
        raise lost from error
    else:
        if found.type != "access-tokens":
            return found
        lost.add_note(f"reconcile: {found.id} was created, but its secret is lost: delete it")
    raise lost
