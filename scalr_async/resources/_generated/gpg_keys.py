"""GPG keys.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
GPGKeySort = Literal[
    "ascii_armor", "-ascii_armor", "created_at", "-created_at", "created_by_email",
    "-created_by_email", "description", "-description", "name", "-name", "usage_count",
    "-usage_count"]
GPGKeyField = Literal[
    "id", "ascii_armor", "created_at", "created_by_email", "description", "name", "usage_count"]
# fmt: on


@resource("gpg-keys")
class GPGKey(Resource):
    """A key that versions of providers are signed with."""

    ascii_armor: str | None = UNSET
    created_at: datetime = UNSET
    created_by_email: str = UNSET
    description: str | None = UNSET
    name: str = UNSET
    usage_count: int = UNSET


class _GPGKeyValues(TypedDict, total=False):
    """The values of every write of a GPG key."""

    ascii_armor: str | None
    description: str | None
    name: str


class GPGKeyCreate(_GPGKeyValues, total=False):
    """The values for creating a GPG key."""


class GPGKeyUpdate(_GPGKeyValues, total=False):
    """The values for updating a GPG key."""


class GPGKeyFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    gpg_keys: Sequence[GPGKeyField]


class GPGKeyListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    sort: GPGKeySort | Sequence[GPGKeySort]
    fields: GPGKeyFieldsets


# fmt: off
_LIST: Operation[GPGKey] = Operation(
    "GET", "/gpg-keys", paginated=True, sort=get_args(GPGKeySort), fields={"gpg_keys": "gpg-keys"},
    params={"query": "query"})
_CREATE: Operation[GPGKey] = Operation("POST", "/gpg-keys")
_GET: Operation[GPGKey] = Operation(
    "GET", "/gpg-keys/{gpg_key}", ids=("gpg-keys",), fields={"gpg_keys": "gpg-keys"})
_UPDATE: Operation[GPGKey] = Operation("PATCH", "/gpg-keys/{gpg_key}", ids=("gpg-keys",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/gpg-keys/{gpg_key}", ids=("gpg-keys",), idempotent=True)
# fmt: on


class GPGKeys(Collection[GPGKey]):
    """The calls of `scalr.gpg_keys`."""

    model = GPGKey

    def list(self, **options: Unpack[GPGKeyListOptions]) -> Pager[GPGKey]:
        """List GPG keys.

        `GET /gpg-keys`.

        Keywords: `query`; `sort` by `ascii_armor`, `created_at`, `created_by_email`,
        `description`, `name`, `usage_count` (`-` reverses); `fields`; `page_size`; `prefetch`;
        `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self, *, reconcile: Pager[GPGKey] | None = None, **values: Unpack[GPGKeyCreate]
    ) -> GPGKey:
        """Create a GPG key.

        `POST /gpg-keys`. `reconcile` is a list that finds the object if the answer is lost.

        Keywords: `ascii_armor`; `description`; `name`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(self, gpg_key: Identity[GPGKey], *, fields: GPGKeyFieldsets = UNSET) -> GPGKey:
        """Read a GPG key.

        `GET /gpg-keys/{gpg_key}`.

        Keywords: `fields`.
        """
        return await self._get(_GET, (gpg_key,), fields=fields)

    async def update(self, gpg_key: Identity[GPGKey], **values: Unpack[GPGKeyUpdate]) -> GPGKey:
        """Update a GPG key.

        `PATCH /gpg-keys/{gpg_key}`.

        Keywords: `ascii_armor`; `description`; `name`.
        """
        return await self._update(_UPDATE, (gpg_key,), values)

    async def delete(self, gpg_key: Identity[GPGKey]) -> None:
        """Delete a GPG key.

        `DELETE /gpg-keys/{gpg_key}`.
        """
        return await self._delete(_DELETE, (gpg_key,))

    async def find(self, *, name: str) -> GPGKey:
        """Find a GPG key by its name.

        `GET /gpg-keys`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {})

    @property
    def with_response(self) -> GPGKeysWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return GPGKeysWithResponse(self)


class GPGKeysWithResponse:
    """The calls of `scalr.gpg_keys.with_response`."""

    def __init__(self, calls: GPGKeys) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
