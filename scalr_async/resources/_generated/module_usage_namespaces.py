"""Module usage namespaces.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
ModuleUsageNamespaceInclude = Literal["account", "namespace_account", "namespace_environment"]
ModuleUsageNamespaceSort = Literal["namespace_name", "-namespace_name"]
ModuleUsageNamespaceField = Literal[
    "id", "namespace_name", "source", "account", "namespace_account", "namespace_environment"]
# fmt: on


@resource("tf-module-namespaces")
class ModuleUsageNamespace(Resource):
    """The origin of a module in use."""

    namespace_name: str = UNSET
    source: str = UNSET
    account: Ref[api.Account] | None = UNSET
    namespace_account: Ref[api.Account] | None = UNSET
    """Deprecated by Scalr."""
    namespace_environment: Ref[api.Environment] | None = UNSET
    """Deprecated by Scalr."""


class ModuleUsageNamespaceFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    accounts: Sequence[api.AccountField]
    environments: Sequence[api.EnvironmentField]
    module_usage_namespaces: Sequence[ModuleUsageNamespaceField]


class ModuleUsageNamespaceListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    tf_module_namespace: Filter[Identity[ModuleUsageNamespace]]
    include: Sequence[ModuleUsageNamespaceInclude]
    sort: ModuleUsageNamespaceSort | Sequence[ModuleUsageNamespaceSort]
    fields: ModuleUsageNamespaceFieldsets


# fmt: off
_LIST: Operation[ModuleUsageNamespace] = Operation(
    "GET", "/reports/module-namespaces", paginated=True,
    include=get_args(ModuleUsageNamespaceInclude), sort=get_args(ModuleUsageNamespaceSort),
    fields={"accounts": "accounts", "environments": "environments",
    "module_usage_namespaces": "tf-module-namespaces"},
    filters={"tf_module_namespace": "filter[tf-module-namespace]"}, params={"query": "query"},
    filter_types={"tf_module_namespace": "tf-module-namespaces"})
# fmt: on


class ModuleUsageNamespaces(Collection[ModuleUsageNamespace]):
    """The calls of `scalr.module_usage_namespaces`."""

    model = ModuleUsageNamespace

    def list(
        self, **options: Unpack[ModuleUsageNamespaceListOptions]
    ) -> Pager[ModuleUsageNamespace]:
        """List module usage namespaces.

        `GET /reports/module-namespaces`. Raises `ForbiddenError`.

        Keywords: `query`; `tf_module_namespace`; `include` of `account`, `namespace_account`,
        `namespace_environment`; `sort` by `namespace_name` (`-` reverses); `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    @property
    def with_response(self) -> ModuleUsageNamespacesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ModuleUsageNamespacesWithResponse(self)


class ModuleUsageNamespacesWithResponse:
    """The calls of `scalr.module_usage_namespaces.with_response`."""

    def __init__(self, calls: ModuleUsageNamespaces) -> None:
        self.list = with_response(calls.list)
