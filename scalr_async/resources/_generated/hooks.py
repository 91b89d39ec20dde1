"""Hooks.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
HookStatus = Literal["pending", "active", "errored"]
HookField = Literal[
    "id", "description", "error_message", "hook_blob_id", "interpreter", "name", "scriptfile_path",
    "status", "updated_at", "vcs_repo", "account", "environments", "readme", "updated_by",
    "vcs_provider", "vcs_revision"]
HookInclude = Literal["account", "readme", "updated_by", "vcs_provider", "vcs_revision"]
HookSort = Literal["name", "-name", "updated_at", "-updated_at", "updated_by", "-updated_by"]
# fmt: on


@resource("hooks")
class Hook(Resource):
    """A script from a repository that runs around plan and apply."""

    description: str | None = UNSET
    error_message: str | None = UNSET
    hook_blob_id: str | None = UNSET
    interpreter: str = UNSET
    name: str = UNSET
    scriptfile_path: str = UNSET
    status: HookStatus = UNSET
    updated_at: datetime = UNSET
    vcs_repo: HookVcsRepo = UNSET
    account: Ref[api.Account] = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET
    readme: Ref[api.HookReadme] | None = UNSET
    updated_by: Ref[api.User] | None = UNSET
    vcs_provider: Ref[api.VcsProvider] = UNSET
    vcs_revision: Ref[api.VcsRevision] | None = UNSET


@nested
class HookVcsRepo(Nested):
    """A part of `Hook`."""

    branch: str | None = UNSET
    identifier: str = UNSET


class HookVcsRepoDict(TypedDict, total=False):
    """`HookVcsRepo` as a dict."""

    branch: str | None
    identifier: Required[str]


class _HookValues(TypedDict, total=False):
    """The values of every write of a hook."""

    description: str | None


class HookCreate(_HookValues, total=False):
    """The values for creating a hook."""

    interpreter: Required[str]
    name: Required[str]
    scriptfile_path: Required[str]
    vcs_repo: Required[HookVcsRepo | HookVcsRepoDict]
    vcs_provider: Required[Identity[api.VcsProvider]]


class HookUpdate(_HookValues, total=False):
    """The values for updating a hook."""

    interpreter: str
    name: str
    scriptfile_path: str
    vcs_repo: HookVcsRepo | HookVcsRepoDict
    vcs_provider: Identity[api.VcsProvider]


class HookFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    accounts: Sequence[api.AccountField]
    hook_readmes: Sequence[api.HookReadmeField]
    hooks: Sequence[HookField]
    users: Sequence[api.UserField]
    vcs_providers: Sequence[api.VcsProviderField]
    vcs_revisions: Sequence[api.VcsRevisionField]


class HookListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    hook: Filter[Identity[Hook]]
    name: Filter[str]
    status: Filter[HookStatus]
    vcs_provider: Filter[Identity[api.VcsProvider]]
    include: Sequence[HookInclude]
    sort: HookSort | Sequence[HookSort]
    fields: HookFieldsets


# fmt: off
_LIST: Operation[Hook] = Operation(
    "GET", "/hooks", paginated=True, include=get_args(HookInclude), sort=get_args(HookSort),
    fields={"accounts": "accounts", "hook_readmes": "hook-readme", "hooks": "hooks",
    "users": "users", "vcs_providers": "vcs-providers", "vcs_revisions": "vcs-revisions"},
    filters={"hook": "filter[hook]", "name": "filter[name]", "status": "filter[status]",
    "vcs_provider": "filter[vcs-provider]"}, params={"query": "query"},
    filter_types={"hook": "hooks", "status": get_args(HookStatus), "vcs_provider": "vcs-providers"})
_CREATE: Operation[Hook] = Operation("POST", "/hooks")
_GET: Operation[Hook] = Operation(
    "GET", "/hooks/{hook}", ids=("hooks",), include=get_args(HookInclude),
    fields={"accounts": "accounts", "hook_readmes": "hook-readme", "hooks": "hooks",
    "users": "users", "vcs_providers": "vcs-providers", "vcs_revisions": "vcs-revisions"})
_UPDATE: Operation[Hook] = Operation("PATCH", "/hooks/{hook}", ids=("hooks",))
_DELETE: Operation[None] = Operation("DELETE", "/hooks/{hook}", ids=("hooks",), idempotent=True)
_RESYNC: Operation[None] = Operation("POST", "/hooks/{hook}/actions/resync", ids=("hooks",))
# fmt: on


class Hooks(Collection[Hook]):
    """The calls of `scalr.hooks`."""

    model = Hook

    def list(self, **options: Unpack[HookListOptions]) -> Pager[Hook]:
        """List hooks.

        `GET /hooks`. Raises `NotFoundError`.

        Keywords: `query`; `hook`; `name`; `status`; `vcs_provider`; `include` of `account`,
        `readme`, `updated_by`, `vcs_provider`, `vcs_revision`; `sort` by `name`, `updated_at`,
        `updated_by` (`-` reverses); `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self, *, reconcile: Pager[Hook] | None = None, **values: Unpack[HookCreate]
    ) -> Hook:
        """Create a hook.

        `POST /hooks`. `reconcile` is a list that finds the object if the answer is lost. Raises
        `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `description`; `interpreter` (required); `name` (required); `scriptfile_path`
        (required); `vcs_repo` (required); `vcs_provider` (required).
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        hook: Identity[Hook],
        *,
        include: Sequence[HookInclude] = (),
        fields: HookFieldsets = UNSET,
    ) -> Hook:
        """Read a hook.

        `GET /hooks/{hook}`. Raises `NotFoundError`.

        Keywords: `include` of `account`, `readme`, `updated_by`, `vcs_provider`,
        `vcs_revision`; `fields`.
        """
        return await self._get(_GET, (hook,), include=include, fields=fields)

    async def update(self, hook: Identity[Hook], **values: Unpack[HookUpdate]) -> Hook:
        """Update a hook.

        `PATCH /hooks/{hook}`. Raises `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `description`; `interpreter`; `name`; `scriptfile_path`; `vcs_repo`;
        `vcs_provider`.
        """
        return await self._update(_UPDATE, (hook,), values)

    async def delete(self, hook: Identity[Hook]) -> None:
        """Delete a hook.

        `DELETE /hooks/{hook}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (hook,))

    async def resync(self, hook: Identity[Hook]) -> None:
        """Resync a hook.

        `POST /hooks/{hook}/actions/resync`. Raises `NotFoundError`.
        """
        return await self._do(_RESYNC, (hook,))

    async def find(self, *, name: str, include: Sequence[HookInclude] = ()) -> Hook:
        """Find a hook by its name.

        `GET /hooks`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {}, include=include)

    @property
    def with_response(self) -> HooksWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return HooksWithResponse(self)


class HooksWithResponse:
    """The calls of `scalr.hooks.with_response`."""

    def __init__(self, calls: Hooks) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
        self.resync = with_response(calls.resync)
