"""Docker integrations.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET, Secret
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
DockerIntegrationStatus = Literal["active", "disabled", "failed", "pending"]
DockerIntegrationSort = Literal[
    "error_message", "-error_message", "export_credentials", "-export_credentials", "name",
    "-name", "password", "-password", "registry_url", "-registry_url", "status", "-status",
    "username", "-username"]
DockerIntegrationField = Literal[
    "id", "error_message", "export_credentials", "name", "password", "registry_url", "status",
    "username", "account"]
# fmt: on


@resource("docker-integrations")
class DockerIntegration(Resource):
    """Credentials of a registry of container images."""

    error_message: str | None = UNSET
    export_credentials: bool = UNSET
    name: str = UNSET
    password: Secret | None = UNSET
    registry_url: str = UNSET
    status: DockerIntegrationStatus = UNSET
    username: str | None = UNSET
    account: Ref[api.Account] = UNSET


class _DockerIntegrationValues(TypedDict, total=False):
    """The values of every write of a Docker integration."""

    export_credentials: bool
    name: str
    password: str | None
    registry_url: str
    status: DockerIntegrationStatus
    username: str | None


class DockerIntegrationCreate(_DockerIntegrationValues, total=False):
    """The values for creating a Docker integration."""


class DockerIntegrationUpdate(_DockerIntegrationValues, total=False):
    """The values for updating a Docker integration."""


class DockerIntegrationFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    docker_integrations: Sequence[DockerIntegrationField]


class DockerIntegrationListOptions(ListOptions, total=False):
    """The options of `list`."""

    sort: DockerIntegrationSort | Sequence[DockerIntegrationSort]
    fields: DockerIntegrationFieldsets


# fmt: off
_LIST: Operation[DockerIntegration] = Operation(
    "GET", "/integrations/docker", paginated=True, sort=get_args(DockerIntegrationSort),
    fields={"docker_integrations": "docker-integrations"})
_CREATE: Operation[DockerIntegration] = Operation("POST", "/integrations/docker")
_GET: Operation[DockerIntegration] = Operation(
    "GET", "/integrations/docker/{docker_integration}", ids=("docker-integrations",),
    fields={"docker_integrations": "docker-integrations"})
_UPDATE: Operation[DockerIntegration] = Operation(
    "PATCH", "/integrations/docker/{docker_integration}", ids=("docker-integrations",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/integrations/docker/{docker_integration}", ids=("docker-integrations",),
    idempotent=True)
# fmt: on


class DockerIntegrations(Collection[DockerIntegration]):
    """The calls of `scalr.docker_integrations`."""

    model = DockerIntegration

    def list(self, **options: Unpack[DockerIntegrationListOptions]) -> Pager[DockerIntegration]:
        """List Docker integrations.

        `GET /integrations/docker`.

        Keywords: `sort` by `error_message`, `export_credentials`, `name`, `password`,
        `registry_url`, `status`, `username` (`-` reverses); `fields`; `page_size`; `prefetch`;
        `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[DockerIntegration] | None = None,
        **values: Unpack[DockerIntegrationCreate],
    ) -> DockerIntegration:
        """Create a Docker integration.

        `POST /integrations/docker`. `reconcile` is a list that finds the object if the answer
        is lost.

        Keywords: `export_credentials`; `name`; `password`; `registry_url`; `status`;
        `username`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        docker_integration: Identity[DockerIntegration],
        *,
        fields: DockerIntegrationFieldsets = UNSET,
    ) -> DockerIntegration:
        """Read a Docker integration.

        `GET /integrations/docker/{docker_integration}`.

        Keywords: `fields`.
        """
        return await self._get(_GET, (docker_integration,), fields=fields)

    async def update(
        self,
        docker_integration: Identity[DockerIntegration],
        **values: Unpack[DockerIntegrationUpdate],
    ) -> DockerIntegration:
        """Update a Docker integration.

        `PATCH /integrations/docker/{docker_integration}`.

        Keywords: `export_credentials`; `name`; `password`; `registry_url`; `status`;
        `username`.
        """
        return await self._update(_UPDATE, (docker_integration,), values)

    async def delete(self, docker_integration: Identity[DockerIntegration]) -> None:
        """Delete a Docker integration.

        `DELETE /integrations/docker/{docker_integration}`.
        """
        return await self._delete(_DELETE, (docker_integration,))

    async def find(self, *, name: str) -> DockerIntegration:
        """Find a Docker integration by its name.

        `GET /integrations/docker`. Raises `NoResultError`, which tells names that come close,
        or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {})

    @property
    def with_response(self) -> DockerIntegrationsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return DockerIntegrationsWithResponse(self)


class DockerIntegrationsWithResponse:
    """The calls of `scalr.docker_integrations.with_response`."""

    def __init__(self, calls: DockerIntegrations) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
