"""Provider versions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
ProviderVersionStatus = Literal["pending", "uploaded", "errored"]
ProviderVersionInclude = Literal["gpg_key", "provider", "readme"]
ProviderVersionSort = Literal[
    "created_by_email", "-created_by_email", "error_message", "-error_message", "released_at",
    "-released_at", "size", "-size", "status", "-status", "version", "-version"]
ProviderVersionField = Literal[
    "id", "created_by_email", "error_message", "released_at", "size", "status", "version",
    "gpg_key", "provider", "readme"]
# fmt: on


@resource("provider-versions")
class ProviderVersion(Resource):
    """One published version of a provider."""

    created_by_email: str | None = UNSET
    error_message: str | None = UNSET
    released_at: datetime | None = UNSET
    size: int | None = UNSET
    """Bytes of the archive."""
    status: ProviderVersionStatus = UNSET
    version: str = UNSET
    gpg_key: Ref[api.GPGKey] | None = UNSET
    provider: Ref[api.Provider] | None = UNSET
    readme: Ref[api.ProviderReadme] | None = UNSET


class ProviderVersionCreate(TypedDict, total=False):
    """The values for creating a provider version."""

    version: str
    gpg_key: Identity[api.GPGKey] | None
    provider: Identity[api.Provider] | None


class ProviderVersionFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    provider_versions: Sequence[ProviderVersionField]


class ProviderVersionListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    include: Sequence[ProviderVersionInclude]
    sort: ProviderVersionSort | Sequence[ProviderVersionSort]
    fields: ProviderVersionFieldsets


# fmt: off
_LIST: Operation[ProviderVersion] = Operation(
    "GET", "/provider-versions", paginated=True, include=get_args(ProviderVersionInclude),
    sort=get_args(ProviderVersionSort), fields={"provider_versions": "provider-versions"},
    params={"query": "query"})
_CREATE: Operation[ProviderVersion] = Operation("POST", "/provider-versions")
_GET: Operation[ProviderVersion] = Operation(
    "GET", "/provider-versions/{provider_version}", ids=("provider-versions",),
    include=get_args(ProviderVersionInclude), fields={"provider_versions": "provider-versions"})
_DELETE: Operation[None] = Operation(
    "DELETE", "/provider-versions/{provider_version}", ids=("provider-versions",), idempotent=True)
# fmt: on


class ProviderVersions(Collection[ProviderVersion]):
    """The calls of `scalr.provider_versions`."""

    model = ProviderVersion

    def list(self, **options: Unpack[ProviderVersionListOptions]) -> Pager[ProviderVersion]:
        """List provider versions.

        `GET /provider-versions`.

        Keywords: `query`; `include` of `gpg_key`, `provider`, `readme`; `sort` by
        `created_by_email`, `error_message`, `released_at`, `size`, `status`, `version` (`-`
        reverses); `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[ProviderVersion] | None = None,
        **values: Unpack[ProviderVersionCreate],
    ) -> ProviderVersion:
        """Create a provider version.

        `POST /provider-versions`. `reconcile` is a list that finds the object if the answer is
        lost.

        Keywords: `version`; `gpg_key`; `provider`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        provider_version: Identity[ProviderVersion],
        *,
        include: Sequence[ProviderVersionInclude] = (),
        fields: ProviderVersionFieldsets = UNSET,
    ) -> ProviderVersion:
        """Read a provider version.

        `GET /provider-versions/{provider_version}`.

        Keywords: `include` of `gpg_key`, `provider`, `readme`; `fields`.
        """
        return await self._get(_GET, (provider_version,), include=include, fields=fields)

    async def delete(self, provider_version: Identity[ProviderVersion]) -> None:
        """Delete a provider version.

        `DELETE /provider-versions/{provider_version}`.
        """
        return await self._delete(_DELETE, (provider_version,))

    @property
    def with_response(self) -> ProviderVersionsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ProviderVersionsWithResponse(self)


class ProviderVersionsWithResponse:
    """The calls of `scalr.provider_versions.with_response`."""

    def __init__(self, calls: ProviderVersions) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.delete = with_response(calls.delete)
