"""Ids that look like names, in the errors of 404s."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from scalr_async.errors import NotFoundError
from scalr_async.jsonapi import Operation, describe_wrong_prefix, loads

__all__ = ["name_doubts"]

_MOST: Final = 3
"""The most ids that an error names."""


def name_doubts(
    error: NotFoundError, operation: Operation[Any], ids: tuple[Any, ...], body: bytes | None = None
) -> None:
    """Add the ids of the path, and those that the body links to, that look like another type's."""
    asked = [*zip(ids, operation.ids, strict=False), *_linked(body)]
    doubts = dict.fromkeys(describe_wrong_prefix(*pair) for pair in asked)
    error.args = ("; ".join([error.message, *islice(filter(None, doubts), _MOST)]),)


def _linked(body: bytes | None) -> Iterator[tuple[str, str]]:
    """Yield id and type of each link in a document that was written here."""
    data = loads(body).get("data", []) if body else []
    if isinstance(data, dict):
        data = [link.get("data") for link in data.get("relationships", {}).values()]
    for links in data:
        for link in links if isinstance(links, list) else [links]:
            if link is not None:
                yield link["id"], link["type"]
