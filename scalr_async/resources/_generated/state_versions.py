"""State versions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack, get_args

import attrs

from scalr_async._http import ANY_MEDIA_TYPE
from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._with_response import with_response

# fmt: off
StateVersionField = Literal[
    "id", "created_at", "force", "lineage", "md5", "modules", "outputs", "providers", "resources",
    "serial", "size", "state", "next_state_version", "previous_state_version", "run", "workspace"]
StateVersionSort = Literal["created_at", "-created_at"]
# fmt: on


@resource("state-versions")
class StateVersion(Resource):
    """The state of a workspace after one change."""

    created_at: datetime = UNSET
    force: bool = UNSET
    lineage: str | None = UNSET
    md5: str = UNSET
    modules: Mapping[str, Mapping[str, int]] = UNSET
    outputs: tuple[StateVersionOutput, ...] | None = UNSET
    providers: Mapping[str, Mapping[str, int]] = UNSET
    resources: tuple[StateVersionResource, ...] = UNSET
    serial: int = UNSET
    """The number that Terraform gives each state of a lineage."""
    size: int = UNSET
    """Bytes of the state."""
    state: Secret | None = UNSET
    next_state_version: Ref[StateVersion] | None = UNSET
    previous_state_version: Ref[StateVersion] | None = UNSET
    run: Ref[api.Run] | None = UNSET
    workspace: Ref[api.Workspace] = UNSET


@nested
class StateVersionOutput(Nested):
    """A part of `StateVersion`."""

    name: str = UNSET
    sensitive: bool = UNSET
    value: Any = attrs.field(default=UNSET, repr=False)


@nested
class StateVersionResource(Nested):
    """A part of `StateVersion`."""

    address: str = UNSET
    index: Any = UNSET
    module: str | None = UNSET
    type: str = UNSET


class StateVersionCreate(TypedDict, total=False):
    """The values for creating a state version."""

    force: bool
    lineage: str | None
    md5: str
    serial: int
    state: str | None
    run: Identity[api.Run] | None
    workspace: Identity[api.Workspace]


class StateVersionListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    run: Filter[Identity[api.Run]]
    workspace: Filter[Identity[api.Workspace]]
    sort: StateVersionSort | Sequence[StateVersionSort]


# fmt: off
_LIST: Operation[StateVersion] = Operation(
    "GET", "/state-versions", paginated=True, sort=get_args(StateVersionSort),
    filters={"run": "filter[run]", "workspace": "filter[workspace]"}, params={"query": "query"},
    filter_types={"run": "runs", "workspace": "workspaces"})
_CREATE: Operation[StateVersion] = Operation("POST", "/state-versions")
_GET: Operation[StateVersion] = Operation(
    "GET", "/state-versions/{state_version}", ids=("state-versions",))
_DOWNLOAD: Operation[bytes] = Operation(
    "GET", "/state-versions/{state_version}/download", ids=("state-versions",),
    accept=ANY_MEDIA_TYPE, redirects="follow")
# fmt: on


class StateVersions(Collection[StateVersion]):
    """The calls of `scalr.state_versions`."""

    model = StateVersion

    def list(self, **options: Unpack[StateVersionListOptions]) -> Pager[StateVersion]:
        """List state versions.

        `GET /state-versions`. Raises `NotFoundError`.

        Keywords: `query`; `run`; `workspace`; `sort` by `created_at` (`-` reverses);
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self, *, reconcile: Pager[StateVersion] | None = None, **values: Unpack[StateVersionCreate]
    ) -> StateVersion:
        """Create a state version.

        `POST /state-versions`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `NotFoundError`, `ConflictError`, `APIError` (status 412) or
        `UnprocessableEntityError`.

        Keywords: `force`; `lineage`; `md5`; `serial`; `state`; `run`; `workspace`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(self, state_version: Identity[StateVersion]) -> StateVersion:
        """Read a state version.

        `GET /state-versions/{state_version}`. Raises `NotFoundError`.
        """
        return await self._get(_GET, (state_version,))

    def download(
        self, state_version: Identity[StateVersion], **options: Unpack[DownloadOptions]
    ) -> Download:
        """Download a state, as JSON.

        `GET /state-versions/{state_version}/download`. Raises `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `to`; `on_progress`.
        """
        return self._download(_DOWNLOAD, (state_version,), options)

    @property
    def with_response(self) -> StateVersionsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return StateVersionsWithResponse(self)


class StateVersionsWithResponse:
    """The calls of `scalr.state_versions.with_response`."""

    def __init__(self, calls: StateVersions) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.download = with_response(calls.download)
