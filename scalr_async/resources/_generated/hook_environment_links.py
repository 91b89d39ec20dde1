"""Hook environment links.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
HookEnvironmentLinkEvent = Literal["pre-init", "pre-plan", "post-plan", "pre-apply", "post-apply"]
HookEnvironmentLinkInclude = Literal["hook", "vcs_provider", "vcs_revision"]
HookEnvironmentLinkSort = Literal[
    "name", "-name", "updated_at", "-updated_at", "updated_by", "-updated_by"]
HookEnvironmentLinkField = Literal[
    "id", "events", "environment", "hook", "vcs_provider", "vcs_revision"]
# fmt: on


@resource("hook-environment-links")
class HookEnvironmentLink(Resource):
    """Makes the workspaces of an environment run a hook."""

    events: tuple[HookEnvironmentLinkEvent, ...] = UNSET
    environment: Ref[api.Environment] = UNSET
    hook: Ref[api.Hook] = UNSET
    vcs_provider: Ref[api.VcsProvider] | None = UNSET
    vcs_revision: Ref[api.VcsRevision] | None = UNSET


class HookEnvironmentLinkCreate(TypedDict, total=False):
    """The values for creating a hook environment link."""

    events: Required[Sequence[HookEnvironmentLinkEvent]]
    environment: Required[Identity[api.Environment]]
    hook: Required[Identity[api.Hook]]


class HookEnvironmentLinkUpdate(TypedDict, total=False):
    """The values for updating a hook environment link."""

    events: Sequence[HookEnvironmentLinkEvent]
    environment: Identity[api.Environment]
    hook: Identity[api.Hook]


class HookEnvironmentLinkFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    hook_environment_links: Sequence[HookEnvironmentLinkField]
    hooks: Sequence[api.HookField]
    vcs_providers: Sequence[api.VcsProviderField]
    vcs_revisions: Sequence[api.VcsRevisionField]


class HookEnvironmentLinkListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    events: Filter[HookEnvironmentLinkEvent]
    include: Sequence[HookEnvironmentLinkInclude]
    sort: HookEnvironmentLinkSort | Sequence[HookEnvironmentLinkSort]
    fields: HookEnvironmentLinkFieldsets


# fmt: off
_LIST: Operation[HookEnvironmentLink] = Operation(
    "GET", "/hook-environment-links", paginated=True, include=get_args(HookEnvironmentLinkInclude),
    sort=get_args(HookEnvironmentLinkSort),
    fields={"hook_environment_links": "hook-environment-links", "hooks": "hooks",
    "vcs_providers": "vcs-providers", "vcs_revisions": "vcs-revisions"},
    filters={"environment": "filter[environment]", "events": "filter[events]"},
    params={"query": "query"}, filter_types={"environment": "environments",
    "events": get_args(HookEnvironmentLinkEvent)})
_CREATE: Operation[HookEnvironmentLink] = Operation("POST", "/hook-environment-links")
_GET: Operation[HookEnvironmentLink] = Operation(
    "GET", "/hook-environment-links/{hook_environment_link}", ids=("hook-environment-links",),
    include=get_args(HookEnvironmentLinkInclude),
    fields={"hook_environment_links": "hook-environment-links", "hooks": "hooks",
    "vcs_providers": "vcs-providers", "vcs_revisions": "vcs-revisions"})
_UPDATE: Operation[HookEnvironmentLink] = Operation(
    "PATCH", "/hook-environment-links/{hook_environment_link}", ids=("hook-environment-links",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/hook-environment-links/{hook_environment_link}", ids=("hook-environment-links",),
    idempotent=True)
# fmt: on


class HookEnvironmentLinks(Collection[HookEnvironmentLink]):
    """The calls of `scalr.hook_environment_links`."""

    model = HookEnvironmentLink

    def list(self, **options: Unpack[HookEnvironmentLinkListOptions]) -> Pager[HookEnvironmentLink]:
        """List hook environment links.

        `GET /hook-environment-links`.

        Keywords: `query`; `environment`; `events`; `include` of `hook`, `vcs_provider`,
        `vcs_revision`; `sort` by `name`, `updated_at`, `updated_by` (`-` reverses); `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[HookEnvironmentLink] | None = None,
        **values: Unpack[HookEnvironmentLinkCreate],
    ) -> HookEnvironmentLink:
        """Create a hook environment link.

        `POST /hook-environment-links`. `reconcile` is a list that finds the object if the
        answer is lost. Raises `BadRequestError`.

        Keywords: `events` (required); `environment` (required); `hook` (required).
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        hook_environment_link: Identity[HookEnvironmentLink],
        *,
        include: Sequence[HookEnvironmentLinkInclude] = (),
        fields: HookEnvironmentLinkFieldsets = UNSET,
    ) -> HookEnvironmentLink:
        """Read a hook environment link.

        `GET /hook-environment-links/{hook_environment_link}`.

        Keywords: `include` of `hook`, `vcs_provider`, `vcs_revision`; `fields`.
        """
        return await self._get(_GET, (hook_environment_link,), include=include, fields=fields)

    async def update(
        self,
        hook_environment_link: Identity[HookEnvironmentLink],
        **values: Unpack[HookEnvironmentLinkUpdate],
    ) -> HookEnvironmentLink:
        """Update a hook environment link.

        `PATCH /hook-environment-links/{hook_environment_link}`. Raises
        `UnprocessableEntityError`.

        Keywords: `events`; `environment`; `hook`.
        """
        return await self._update(_UPDATE, (hook_environment_link,), values)

    async def delete(self, hook_environment_link: Identity[HookEnvironmentLink]) -> None:
        """Delete a hook environment link.

        `DELETE /hook-environment-links/{hook_environment_link}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (hook_environment_link,))

    @property
    def with_response(self) -> HookEnvironmentLinksWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return HookEnvironmentLinksWithResponse(self)


class HookEnvironmentLinksWithResponse:
    """The calls of `scalr.hook_environment_links.with_response`."""

    def __init__(self, calls: HookEnvironmentLinks) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
