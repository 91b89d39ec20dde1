"""Software versions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
SoftwareVersionSoftwareType = Literal[
    "opa", "terraform", "infracost", "opentofu", "terragrunt", "checkov"]
SoftwareVersionStatus = Literal["pending", "failed", "active", "not-available"]
SoftwareVersionSort = Literal["status", "-status", "version", "-version"]
SoftwareVersionField = Literal[
    "id", "created_at", "default", "deprecated", "error", "hash", "image", "latest",
    "software_type", "status", "version"]
# fmt: on


@resource("software-versions")
class SoftwareVersion(Resource):
    """A version of Terraform, OpenTofu or another tool that runs may use."""

    created_at: datetime = UNSET
    default: bool = UNSET
    deprecated: bool = UNSET
    error: str | None = UNSET
    hash: str | None = UNSET
    image: str | None = UNSET
    latest: bool = UNSET
    software_type: SoftwareVersionSoftwareType = UNSET
    status: SoftwareVersionStatus = UNSET
    version: str = UNSET


class SoftwareVersionFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    software_versions: Sequence[SoftwareVersionField]


class SoftwareVersionListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    deprecated: Filter[bool]
    latest: Filter[bool]
    software_type: Filter[SoftwareVersionSoftwareType]
    software_version: Filter[Identity[SoftwareVersion]]
    status: Filter[SoftwareVersionStatus]
    version: Filter[str]
    sort: SoftwareVersionSort | Sequence[SoftwareVersionSort]
    fields: SoftwareVersionFieldsets


# fmt: off
_LIST: Operation[SoftwareVersion] = Operation(
    "GET", "/software-versions", paginated=True, sort=get_args(SoftwareVersionSort),
    fields={"software_versions": "software-versions"}, filters={"deprecated": "filter[deprecated]",
    "latest": "filter[latest]", "software_type": "filter[software-type]",
    "software_version": "filter[software-version]", "status": "filter[status]",
    "version": "filter[version]"}, params={"query": "query"}, filter_types={"deprecated": bool,
    "latest": bool, "software_type": get_args(SoftwareVersionSoftwareType),
    "software_version": "software-versions", "status": get_args(SoftwareVersionStatus)})
_GET: Operation[SoftwareVersion] = Operation(
    "GET", "/software-versions/{software_version}", ids=("software-versions",))
# fmt: on


class SoftwareVersions(Collection[SoftwareVersion]):
    """The calls of `scalr.software_versions`."""

    model = SoftwareVersion

    def list(self, **options: Unpack[SoftwareVersionListOptions]) -> Pager[SoftwareVersion]:
        """List software versions.

        `GET /software-versions`.

        Keywords: `query`; `deprecated`; `latest`; `software_type`; `software_version`;
        `status`; `version`; `sort` by `status`, `version` (`-` reverses); `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def get(self, software_version: Identity[SoftwareVersion]) -> SoftwareVersion:
        """Read a software version.

        `GET /software-versions/{software_version}`. Raises `NotFoundError`.
        """
        return await self._get(_GET, (software_version,))

    @property
    def with_response(self) -> SoftwareVersionsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return SoftwareVersionsWithResponse(self)


class SoftwareVersionsWithResponse:
    """The calls of `scalr.software_versions.with_response`."""

    def __init__(self, calls: SoftwareVersions) -> None:
        self.list = with_response(calls.list)
        self.get = with_response(calls.get)
