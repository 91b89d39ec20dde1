"""Access tokens.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
AccessTokenInclude = Literal["created_by"]
AccessTokenSort = Literal[
    "created_at", "-created_at", "description", "-description", "expires_at", "-expires_at",
    "last_used_at", "-last_used_at", "name", "-name"]
# fmt: on


@resource("access-tokens")
class AccessToken(Resource):
    """A key to the API: a person's, a service account's, or an agent pool's."""

    created_at: datetime = UNSET
    description: str | None = UNSET
    """Free text; empty when none was given."""
    expires_at: datetime | None = UNSET
    """None for a token that does not expire."""
    expires_in: int | None = UNSET
    """Lifetime to ask for; its unit is not documented (the account's own limits are in
    minutes).
    """
    is_expired: bool = UNSET
    last_used_at: datetime | None = UNSET
    """None for a token that was never used."""
    name: str | None = UNSET
    token: Secret | None = UNSET
    """The secret itself; only the answer to its creation has it."""
    created_by: Ref[api.User] | None = UNSET


class _AccessTokenValues(TypedDict, total=False):
    """The values of every write of an access token."""

    description: str | None
    expires_in: int | None
    name: str | None


class AccessTokenCreate(_AccessTokenValues, total=False):
    """The values for creating an access token."""


class AccessTokenUpdate(_AccessTokenValues, total=False):
    """The values for updating an access token."""


class AccessTokenListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    is_expired: Filter[bool]
    include: Sequence[AccessTokenInclude]
    sort: AccessTokenSort | Sequence[AccessTokenSort]


# fmt: off
_LIST: Operation[AccessToken] = Operation(
    "GET", "/access-tokens", paginated=True, include=get_args(AccessTokenInclude),
    sort=get_args(AccessTokenSort), filters={"is_expired": "filter[is-expired]"},
    params={"query": "query"}, filter_types={"is_expired": bool})
_CREATE: Operation[AccessToken] = Operation(
    "POST", "/access-tokens", include=get_args(AccessTokenInclude))
_GET: Operation[AccessToken] = Operation(
    "GET", "/access-tokens/{access_token}", ids=("access-tokens",),
    include=get_args(AccessTokenInclude))
_UPDATE: Operation[AccessToken] = Operation(
    "PATCH", "/access-tokens/{access_token}", ids=("access-tokens",),
    include=get_args(AccessTokenInclude))
_DELETE: Operation[None] = Operation(
    "DELETE", "/access-tokens/{access_token}", ids=("access-tokens",), idempotent=True)
# fmt: on


class AccessTokens(Collection[AccessToken]):
    """The calls of `scalr.access_tokens`."""

    model = AccessToken

    def list(self, **options: Unpack[AccessTokenListOptions]) -> Pager[AccessToken]:
        """List access tokens.

        `GET /access-tokens`. Raises `NotFoundError`.

        Keywords: `query`; `is_expired`; `include` of `created_by`; `sort` by `created_at`,
        `description`, `expires_at`, `last_used_at`, `name` (`-` reverses); `page_size`;
        `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[AccessTokenInclude] = (),
        reconcile: Pager[AccessToken] | None = None,
        **values: Unpack[AccessTokenCreate],
    ) -> AccessToken:
        """Create a personal access token; its `token` is shown only now.

        `POST /access-tokens`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `UnprocessableEntityError`.

        Keywords: `description`; `expires_in`; `name`; `include` of `created_by`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def get(
        self, access_token: Identity[AccessToken], *, include: Sequence[AccessTokenInclude] = ()
    ) -> AccessToken:
        """Read an access token.

        `GET /access-tokens/{access_token}`. Raises `NotFoundError`.

        Keywords: `include` of `created_by`.
        """
        return await self._get(_GET, (access_token,), include=include)

    async def update(
        self,
        access_token: Identity[AccessToken],
        *,
        include: Sequence[AccessTokenInclude] = (),
        **values: Unpack[AccessTokenUpdate],
    ) -> AccessToken:
        """Update an access token.

        `PATCH /access-tokens/{access_token}`. Raises `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `description`; `expires_in`; `name`; `include` of `created_by`.
        """
        return await self._update(_UPDATE, (access_token,), values, include=include)

    async def delete(self, access_token: Identity[AccessToken]) -> None:
        """Delete an access token.

        `DELETE /access-tokens/{access_token}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (access_token,))

    async def find(self, *, name: str, include: Sequence[AccessTokenInclude] = ()) -> AccessToken:
        """Find an access token by its name.

        `GET /access-tokens`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {}, include=include)

    @property
    def with_response(self) -> AccessTokensWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AccessTokensWithResponse(self)


class AccessTokensWithResponse:
    """The calls of `scalr.access_tokens.with_response`."""

    def __init__(self, calls: AccessTokens) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
