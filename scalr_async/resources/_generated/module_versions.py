"""Module versions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
ModuleVersionIsForbiddenBy = Literal["tofu_test"]
ModuleVersionStatus = Literal["not_uploaded", "pending", "ok", "errored", "pending_delete"]
ModuleVersionInclude = Literal["module", "vcs_revision"]
ModuleVersionSort = Literal["version", "-version"]
ModuleVersionField = Literal[
    "id", "created_at", "dependencies", "details", "error_message", "inputs", "is_forbidden_by",
    "is_root_module", "outputs", "resources", "size", "status", "version", "module", "vcs_revision"]
# fmt: on


@resource("module-versions")
class ModuleVersion(Resource):
    """One published version of a module."""

    created_at: datetime = UNSET
    dependencies: Mapping[str, Any] | None = UNSET
    details: str | None = UNSET
    error_message: str | None = UNSET
    inputs: tuple[ModuleVersionInput, ...] | None = UNSET
    is_forbidden_by: ModuleVersionIsForbiddenBy | None = UNSET
    is_root_module: bool = UNSET
    outputs: tuple[ModuleVersionOutput, ...] | None = UNSET
    resources: tuple[ModuleVersionResource, ...] | None = UNSET
    size: int | None = UNSET
    """Bytes of the archive."""
    status: ModuleVersionStatus = UNSET
    version: str = UNSET
    module: Ref[api.Module] = UNSET
    vcs_revision: Ref[api.VcsRevision] | None = UNSET


@nested
class ModuleVersionInput(Nested):
    """A part of `ModuleVersion`."""

    default: Any = UNSET
    description: str | None = UNSET
    name: str = UNSET
    sensitive: bool = UNSET
    type: str | None = UNSET


@nested
class ModuleVersionOutput(Nested):
    """A part of `ModuleVersion`."""

    description: str = UNSET
    name: str = UNSET
    sensitive: bool = UNSET
    value: Any = UNSET


@nested
class ModuleVersionResource(Nested):
    """A part of `ModuleVersion`."""

    address: str = UNSET
    type: str = UNSET


class ModuleVersionFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    module_versions: Sequence[ModuleVersionField]
    modules: Sequence[api.ModuleField]
    vcs_revisions: Sequence[api.VcsRevisionField]


class ModuleVersionListOptions(ListOptions, total=False):
    """The options of `list`."""

    module: Filter[Identity[api.Module]]
    status: Filter[ModuleVersionStatus]
    version: Filter[str]
    include: Sequence[ModuleVersionInclude]
    sort: ModuleVersionSort | Sequence[ModuleVersionSort]
    fields: ModuleVersionFieldsets


# fmt: off
_LIST: Operation[ModuleVersion] = Operation(
    "GET", "/module-versions", paginated=True, include=get_args(ModuleVersionInclude),
    sort=get_args(ModuleVersionSort), fields={"module_versions": "module-versions",
    "modules": "modules", "vcs_revisions": "vcs-revisions"}, filters={"module": "filter[module]",
    "status": "filter[status]", "version": "filter[version]"}, filter_types={"module": "modules",
    "status": get_args(ModuleVersionStatus)})
_GET: Operation[ModuleVersion] = Operation(
    "GET", "/module-versions/{module_version}", ids=("module-versions",),
    include=get_args(ModuleVersionInclude))
_RESYNC: Operation[None] = Operation(
    "POST", "/module-versions/{module_version}/actions/resync", ids=("module-versions",))
# fmt: on


class ModuleVersions(Collection[ModuleVersion]):
    """The calls of `scalr.module_versions`."""

    model = ModuleVersion

    def list(self, **options: Unpack[ModuleVersionListOptions]) -> Pager[ModuleVersion]:
        """List module versions.

        `GET /module-versions`. Raises `NotFoundError`.

        Keywords: `module`; `status`; `version`; `include` of `module`, `vcs_revision`; `sort`
        by `version` (`-` reverses); `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def get(
        self,
        module_version: Identity[ModuleVersion],
        *,
        include: Sequence[ModuleVersionInclude] = (),
    ) -> ModuleVersion:
        """Read a module version.

        `GET /module-versions/{module_version}`. Raises `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `include` of `module`, `vcs_revision`.
        """
        return await self._get(_GET, (module_version,), include=include)

    async def resync(self, module_version: Identity[ModuleVersion]) -> None:
        """Resync a module version.

        `POST /module-versions/{module_version}/actions/resync`. Raises `ConflictError` or
        `UnprocessableEntityError`.
        """
        return await self._do(_RESYNC, (module_version,))

    @property
    def with_response(self) -> ModuleVersionsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ModuleVersionsWithResponse(self)


class ModuleVersionsWithResponse:
    """The calls of `scalr.module_versions.with_response`."""

    def __init__(self, calls: ModuleVersions) -> None:
        self.list = with_response(calls.list)
        self.get = with_response(calls.get)
        self.resync = with_response(calls.resync)
