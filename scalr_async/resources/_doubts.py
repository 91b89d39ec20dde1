"""Ids that look like names, in the errors of 404s."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from scalr_async._http import Response
from scalr_async.errors import NotFoundError
from scalr_async.jsonapi import Operation, check, describe_wrong_prefix, loads

__all__ = ["check_found"]

_MOST: Final = 3
"""The most ids that an error names."""


def check_found(
    response: Response,
    operation: Operation[Any],
    ids: tuple[Any, ...],
    body: bytes | None = None,
    promised: str = "JSON",
) -> Response:
    """Return a success; the error of a 404 names ids that look like those of another type.

    These are the ids of the path, and those that the body links to.
    """
    try:
        return check(response, promised)
    except NotFoundError as error:
        asked = [*zip(ids, operation.ids, strict=False), *_linked(body)]
        doubts = dict.fromkeys(describe_wrong_prefix(*pair) for pair in asked)
        error.args = ("; ".join([error.message, *islice(filter(None, doubts), _MOST)]),)
        raise


def _linked(body: bytes | None) -> Iterator[tuple[str, str]]:
    """Yield id and type of each link in a document that was written here."""
    data = loads(body).get("data", []) if body else []
    if isinstance(data, dict):
        data = [link.get("data") for link in data.get("relationships", {}).values()]
    for links in data:
        for link in links if isinstance(links, list) else [links]:
            if link is not None:
                yield link["id"], link["type"]
