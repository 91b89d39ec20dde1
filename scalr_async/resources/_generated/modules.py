"""Modules.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._http import ANY_MEDIA_TYPE, JSON
from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
ModuleSourceType = Literal["vcs", "docker"]
ModuleStatus = Literal["no_version_tags", "pending", "setup_complete", "errored"]
ModuleField = Literal[
    "id", "created_at", "description", "docker_image", "error_message", "name", "provider",
    "source", "source_type", "status", "vcs_repo", "account", "created_by", "docker_integration",
    "environment", "latest_module_version", "module_version", "module_versions", "namespace",
    "vcs_provider"]
ModuleInclude = Literal[
    "created_by", "environment", "latest_module_version", "module_versions", "namespace",
    "vcs_provider"]
ModuleSort = Literal["created_at", "-created_at", "environment", "-environment", "name", "-name"]
# fmt: on


@resource("modules")
class Module(Resource):
    """A module in Scalr's registry."""

    created_at: datetime = UNSET
    description: str = UNSET
    docker_image: str | None = UNSET
    error_message: str | None = UNSET
    name: str = UNSET
    provider: str = UNSET
    source: str = UNSET
    source_type: ModuleSourceType = UNSET
    status: ModuleStatus = UNSET
    vcs_repo: ModuleVcsRepo | None = UNSET
    account: Ref[api.Account] | None = UNSET
    """Deprecated by Scalr."""
    created_by: Ref[api.User] | None = UNSET
    docker_integration: Ref[api.DockerIntegration] | None = UNSET
    environment: Ref[api.Environment] | None = UNSET
    """Deprecated by Scalr."""
    latest_module_version: Ref[api.ModuleVersion] | None = UNSET
    module_version: Ref[api.ModuleVersion] | None = UNSET
    module_versions: tuple[Ref[api.ModuleVersion], ...] = UNSET
    namespace: Ref[api.ModuleNamespace] | None = UNSET
    vcs_provider: Ref[api.VcsProvider] | None = UNSET


@nested
class ModuleVcsRepo(Nested):
    """A part of `Module`."""

    identifier: str = UNSET
    path: str = UNSET
    tag_prefix: str = UNSET


class ModuleVcsRepoDict(TypedDict, total=False):
    """`ModuleVcsRepo` as a dict."""

    identifier: Required[str]
    path: str
    tag_prefix: str


class ModuleCreate(TypedDict, total=False):
    """The values for creating a module."""

    docker_image: str | None
    name: str
    provider: str
    source_type: ModuleSourceType
    vcs_repo: ModuleVcsRepo | ModuleVcsRepoDict | None
    docker_integration: Identity[api.DockerIntegration] | None
    environment: Identity[api.Environment] | None
    namespace: Identity[api.ModuleNamespace] | None
    vcs_provider: Identity[api.VcsProvider] | None


class ModuleFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    environments: Sequence[api.EnvironmentField]
    module_namespaces: Sequence[api.ModuleNamespaceField]
    module_versions: Sequence[api.ModuleVersionField]
    modules: Sequence[ModuleField]
    users: Sequence[api.UserField]
    vcs_providers: Sequence[api.VcsProviderField]


class ModuleResync(TypedDict, total=False):
    """The options of `resync`."""

    force: bool


class ModuleListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    environment: Filter[Identity[api.Environment]]
    module_namespace: Filter[Identity[api.ModuleNamespace]]
    module_versions_is_root_module: Filter[bool]
    module_versions_status: Filter[api.ModuleVersionStatus]
    name: Filter[str]
    namespace_environments: Filter[Identity[api.Environment]]
    provider: Filter[str]
    source: Filter[str]
    status: Filter[ModuleStatus]
    vcs_provider: Filter[Identity[api.VcsProvider]]
    include: Sequence[ModuleInclude]
    sort: ModuleSort | Sequence[ModuleSort]
    fields: ModuleFieldsets


# fmt: off
_LIST: Operation[Module] = Operation(
    "GET", "/modules", paginated=True, include=get_args(ModuleInclude), sort=get_args(ModuleSort),
    fields={"environments": "environments", "module_namespaces": "module-namespaces",
    "module_versions": "module-versions", "modules": "modules", "users": "users",
    "vcs_providers": "vcs-providers"}, filters={"account": "filter[account]",
    "environment": "filter[environment]", "module_namespace": "filter[module-namespace]",
    "module_versions_is_root_module": "filter[module-versions][is-root-module]",
    "module_versions_status": "filter[module-versions][status]", "name": "filter[name]",
    "namespace_environments": "filter[namespace][environments]", "provider": "filter[provider]",
    "source": "filter[source]", "status": "filter[status]",
    "vcs_provider": "filter[vcs-provider]"}, params={"query": "query"},
    filter_types={"account": "accounts", "environment": "environments",
    "module_namespace": "module-namespaces", "module_versions_is_root_module": bool,
    "module_versions_status": ("not_uploaded", "pending", "ok", "errored", "pending_delete"),
    "namespace_environments": "environments", "status": get_args(ModuleStatus),
    "vcs_provider": "vcs-providers"})
_CREATE: Operation[Module] = Operation("POST", "/modules")
_GET: Operation[Module] = Operation(
    "GET", "/modules/{module}", ids=("modules",), include=get_args(ModuleInclude))
_DELETE: Operation[None] = Operation(
    "DELETE", "/modules/{module}", ids=("modules",), idempotent=True)
_RESYNC: Operation[None] = Operation(
    "POST", "/modules/{module}/actions/resync", ids=("modules",), content_type=JSON)
_CHANGELOG: Operation[str] = Operation(
    "GET", "/modules/{module}/changelog", ids=("modules",), accept=ANY_MEDIA_TYPE,
    redirects="follow")
# fmt: on


class Modules(Collection[Module]):
    """The calls of `scalr.modules`."""

    model = Module

    def list(self, **options: Unpack[ModuleListOptions]) -> Pager[Module]:
        """List modules.

        `GET /modules`. Raises `NotFoundError`.

        Keywords: `query`; `account`; `environment`; `module_namespace`;
        `module_versions_is_root_module`; `module_versions_status`; `name`;
        `namespace_environments`; `provider`; `source`; `status`; `vcs_provider`; `include` of
        `created_by`, `environment`, `latest_module_version`, `module_versions`, `namespace`,
        `vcs_provider`; `sort` by `created_at`, `environment`, `name` (`-` reverses); `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self, *, reconcile: Pager[Module] | None = None, **values: Unpack[ModuleCreate]
    ) -> Module:
        """Create a module.

        `POST /modules`. `reconcile` is a list that finds the object if the answer is lost.
        Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `docker_image`; `name`; `provider`; `source_type`; `vcs_repo`;
        `docker_integration`; `environment`; `namespace`; `vcs_provider`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self, module: Identity[Module], *, include: Sequence[ModuleInclude] = ()
    ) -> Module:
        """Read a module.

        `GET /modules/{module}`. Raises `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `include` of `created_by`, `environment`, `latest_module_version`,
        `module_versions`, `namespace`, `vcs_provider`.
        """
        return await self._get(_GET, (module,), include=include)

    async def delete(self, module: Identity[Module]) -> None:
        """Delete a module.

        `DELETE /modules/{module}`. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.
        """
        return await self._delete(_DELETE, (module,))

    async def resync(self, module: Identity[Module], **values: Unpack[ModuleResync]) -> None:
        """Resync a module.

        `POST /modules/{module}/actions/resync`. Raises `NotFoundError`, `ConflictError` or
        `UnprocessableEntityError`.

        Keywords: `force`.
        """
        return await self._do(_RESYNC, (module,), values)

    async def changelog(self, module: Identity[Module]) -> str:
        """Read the changelog of a module, as Markdown.

        `GET /modules/{module}/changelog`.
        """
        return await self._text(_CHANGELOG, (module,))

    async def find(
        self,
        *,
        name: str,
        account: Identity[api.Account] | None = None,
        environment: Identity[api.Environment] | None = None,
        include: Sequence[ModuleInclude] = (),
    ) -> Module:
        """Find a module by its name.

        `GET /modules`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(
            _LIST, name, {"account": account, "environment": environment}, include=include
        )

    @property
    def with_response(self) -> ModulesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ModulesWithResponse(self)


class ModulesWithResponse:
    """The calls of `scalr.modules.with_response`."""

    def __init__(self, calls: Modules) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.delete = with_response(calls.delete)
        self.resync = with_response(calls.resync)
        self.changelog = with_response(calls.changelog)
