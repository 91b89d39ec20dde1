"""SSH keys.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
SSHKeySort = Literal["created_at", "-created_at", "name", "-name"]
SSHKeyField = Literal[
    "id", "created_at", "in_use", "is_shared", "name", "private_key", "account", "environments"]
# fmt: on


@resource("account-ssh-keys")
class SSHKey(Resource):
    """A private key for repositories that modules are fetched from."""

    created_at: datetime = UNSET
    in_use: bool = UNSET
    is_shared: bool = UNSET
    name: str = UNSET
    private_key: Secret | None = UNSET
    account: Ref[api.Account] = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET


class _SSHKeyValues(TypedDict, total=False):
    """The values of every write of an SSH key."""

    is_shared: bool
    account: Identity[api.Account]
    environments: Iterable[Identity[api.Environment]]


class SSHKeyCreate(_SSHKeyValues, total=False):
    """The values for creating an SSH key."""

    name: Required[str]
    private_key: Required[str | None]


class SSHKeyUpdate(_SSHKeyValues, total=False):
    """The values for updating an SSH key."""

    name: str
    private_key: str | None


class SSHKeyFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    ssh_keys: Sequence[SSHKeyField]


class SSHKeyListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account_ssh_key: Filter[Identity[SSHKey]]
    account: Filter[Identity[api.Account]]
    created_at: Filter[datetime]
    name: Filter[str]
    sort: SSHKeySort | Sequence[SSHKeySort]
    fields: SSHKeyFieldsets


# fmt: off
_LIST: Operation[SSHKey] = Operation(
    "GET", "/ssh-keys", paginated=True, sort=get_args(SSHKeySort),
    fields={"ssh_keys": "account-ssh-keys"}, filters={"account_ssh_key": "filter[account-ssh-key]",
    "account": "filter[account]", "created_at": "filter[created-at]", "name": "filter[name]"},
    params={"query": "query"}, filter_types={"account_ssh_key": "account-ssh-keys",
    "account": "accounts", "created_at": datetime})
_CREATE: Operation[SSHKey] = Operation("POST", "/ssh-keys", account=True)
_GET: Operation[SSHKey] = Operation("GET", "/ssh-keys/{account_ssh_key}", ids=("account-ssh-keys",))
_UPDATE: Operation[SSHKey] = Operation(
    "PATCH", "/ssh-keys/{account_ssh_key}", ids=("account-ssh-keys",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/ssh-keys/{account_ssh_key}", ids=("account-ssh-keys",), idempotent=True)
# fmt: on


class SSHKeys(Collection[SSHKey]):
    """The calls of `scalr.ssh_keys`."""

    model = SSHKey

    def list(self, **options: Unpack[SSHKeyListOptions]) -> Pager[SSHKey]:
        """List SSH keys.

        `GET /ssh-keys`. Raises `ForbiddenError`.

        Keywords: `query`; `account_ssh_key`; `account`; `created_at`; `name`; `sort` by
        `created_at`, `name` (`-` reverses); `fields`; `page_size`; `prefetch`; `limit`;
        `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self, *, reconcile: Pager[SSHKey] | None = None, **values: Unpack[SSHKeyCreate]
    ) -> SSHKey:
        """Create an SSH key.

        `POST /ssh-keys`. `reconcile` is a list that finds the object if the answer is lost.
        Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `is_shared`; `name` (required); `private_key` (required); `account`;
        `environments`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(self, ssh_key: Identity[SSHKey]) -> SSHKey:
        """Read an SSH key.

        `GET /ssh-keys/{account_ssh_key}`. Raises `NotFoundError`.
        """
        return await self._get(_GET, (ssh_key,))

    async def update(self, ssh_key: Identity[SSHKey], **values: Unpack[SSHKeyUpdate]) -> SSHKey:
        """Update an SSH key.

        `PATCH /ssh-keys/{account_ssh_key}`. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `is_shared`; `name`; `private_key`; `account`; `environments`.
        """
        return await self._update(_UPDATE, (ssh_key,), values)

    async def delete(self, ssh_key: Identity[SSHKey]) -> None:
        """Delete an SSH key.

        `DELETE /ssh-keys/{account_ssh_key}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (ssh_key,))

    async def find(self, *, name: str, account: Identity[api.Account] | None = None) -> SSHKey:
        """Find an SSH key by its name.

        `GET /ssh-keys`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"account": account})

    @property
    def with_response(self) -> SSHKeysWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return SSHKeysWithResponse(self)


class SSHKeysWithResponse:
    """The calls of `scalr.ssh_keys.with_response`."""

    def __init__(self, calls: SSHKeys) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
