"""Configuration versions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack, get_args

from scalr_async._http import ANY_MEDIA_TYPE
from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._with_response import with_response

# fmt: off
ConfigurationVersionStatus = Literal["errored", "pending", "uploaded"]
ConfigurationVersionInclude = Literal["vcs_revision"]
ConfigurationVersionField = Literal[
    "id", "auto_queue_runs", "created_at", "error_message", "inputs", "is_dry", "size", "source",
    "status", "status_timestamps", "vcs_revision", "workspace"]
# fmt: on


@resource("configuration-versions")
class ConfigurationVersion(Resource):
    """The Terraform or OpenTofu code of a workspace at one time, from a commit or an upload."""

    auto_queue_runs: bool = UNSET
    created_at: datetime = UNSET
    error_message: str | None = UNSET
    inputs: tuple[ConfigurationVersionInput, ...] = UNSET
    is_dry: bool = UNSET
    size: int | None = UNSET
    """Bytes of the archive."""
    source: str = UNSET
    status: ConfigurationVersionStatus = UNSET
    status_timestamps: Mapping[str, datetime] = UNSET
    vcs_revision: Ref[api.VcsRevision] | None = UNSET
    workspace: Ref[api.Workspace] = UNSET


@nested
class ConfigurationVersionInput(Nested):
    """A part of `ConfigurationVersion`."""

    default: Any = UNSET
    description: str | None = UNSET
    name: str = UNSET
    sensitive: bool = UNSET
    type: str | None = UNSET


class ConfigurationVersionCreate(TypedDict, total=False):
    """The values for creating a configuration version."""

    auto_queue_runs: bool
    is_dry: bool
    workspace: Identity[api.Workspace]


class ConfigurationVersionListOptions(ListOptions, total=False):
    """The options of `list`."""

    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[ConfigurationVersionInclude]


# fmt: off
_LIST: Operation[ConfigurationVersion] = Operation(
    "GET", "/configuration-versions", paginated=True,
    include=get_args(ConfigurationVersionInclude), filters={"workspace": "filter[workspace]"},
    filter_types={"workspace": "workspaces"})
_CREATE: Operation[ConfigurationVersion] = Operation("POST", "/configuration-versions")
_GET: Operation[ConfigurationVersion] = Operation(
    "GET", "/configuration-versions/{configuration_version}", ids=("configuration-versions",),
    include=get_args(ConfigurationVersionInclude))
_DOWNLOAD: Operation[bytes] = Operation(
    "GET", "/configuration-versions/{configuration_version}/download",
    ids=("configuration-versions",), accept=ANY_MEDIA_TYPE, redirects="follow")
# fmt: on


class ConfigurationVersions(Collection[ConfigurationVersion]):
    """The calls of `scalr.configuration_versions`."""

    model = ConfigurationVersion

    def list(
        self, **options: Unpack[ConfigurationVersionListOptions]
    ) -> Pager[ConfigurationVersion]:
        """List configuration versions.

        `GET /configuration-versions`. Raises `NotFoundError`.

        Keywords: `workspace`; `include` of `vcs_revision`; `page_size`; `prefetch`; `limit`;
        `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[ConfigurationVersion] | None = None,
        **values: Unpack[ConfigurationVersionCreate],
    ) -> ConfigurationVersion:
        """Create a configuration version.

        `POST /configuration-versions`. `reconcile` is a list that finds the object if the
        answer is lost. Raises `NotFoundError`, `ConflictError` or `UnprocessableEntityError`.

        Keywords: `auto_queue_runs`; `is_dry`; `workspace`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        configuration_version: Identity[ConfigurationVersion],
        *,
        include: Sequence[ConfigurationVersionInclude] = (),
    ) -> ConfigurationVersion:
        """Read a configuration version.

        `GET /configuration-versions/{configuration_version}`. Raises `NotFoundError`.

        Keywords: `include` of `vcs_revision`.
        """
        return await self._get(_GET, (configuration_version,), include=include)

    def download(
        self,
        configuration_version: Identity[ConfigurationVersion],
        **options: Unpack[DownloadOptions],
    ) -> Download:
        """Download the archive (tar.gz) of a configuration version.

        `GET /configuration-versions/{configuration_version}/download`. Raises `NotFoundError`.

        Keywords: `to`; `on_progress`.
        """
        return self._download(_DOWNLOAD, (configuration_version,), options)

    @property
    def with_response(self) -> ConfigurationVersionsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ConfigurationVersionsWithResponse(self)


class ConfigurationVersionsWithResponse:
    """The calls of `scalr.configuration_versions.with_response`."""

    def __init__(self, calls: ConfigurationVersions) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.download = with_response(calls.download)
