"""Environments: relationships.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack

from scalr_async import resources as api
from scalr_async.jsonapi.model import Identity, Ref
from scalr_async.jsonapi.operation import Operation
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._generated.environments import Environment

# fmt: off
_LIST_FEDERATED_ENVIRONMENTS: Operation[Ref[Environment]] = Operation(
    "GET", "/environments/{environment}/relationships/federated-environments",
    ids=("environments",), paginated=True)
_ADD_FEDERATED_ENVIRONMENTS: Operation[None] = Operation(
    "POST", "/environments/{environment}/relationships/federated-environments",
    ids=("environments",), idempotent=True)
_REPLACE_FEDERATED_ENVIRONMENTS: Operation[None] = Operation(
    "PATCH", "/environments/{environment}/relationships/federated-environments",
    ids=("environments",), idempotent=True)
_REMOVE_FEDERATED_ENVIRONMENTS: Operation[None] = Operation(
    "DELETE", "/environments/{environment}/relationships/federated-environments",
    ids=("environments",), idempotent=True)
_LIST_TAGS: Operation[Ref[api.Tag]] = Operation(
    "GET", "/environments/{environment}/relationships/tags", ids=("environments",), paginated=True)
_ADD_TAGS: Operation[None] = Operation(
    "POST", "/environments/{environment}/relationships/tags", ids=("environments",),
    idempotent=True)
_REPLACE_TAGS: Operation[None] = Operation(
    "PATCH", "/environments/{environment}/relationships/tags", ids=("environments",),
    idempotent=True)
_REMOVE_TAGS: Operation[None] = Operation(
    "DELETE", "/environments/{environment}/relationships/tags", ids=("environments",),
    idempotent=True)
# fmt: on


class EnvironmentRelationships(Collection[Environment]):
    """Environments: relationships."""

    model = Environment

    def list_federated_environments(
        self, environment: Identity[Environment], **options: Unpack[ListOptions]
    ) -> Pager[Ref[Environment]]:
        """List the federated environments of an environment.

        `GET /environments/{environment}/relationships/federated-environments`. Raises
        `NotFoundError`.
        """
        return self._list_refs(_LIST_FEDERATED_ENVIRONMENTS, (environment,), options)

    async def add_federated_environments(
        self,
        environment: Identity[Environment],
        federated_environments: Iterable[Identity[Environment]],
    ) -> None:
        """Add federated environments to an environment.

        `POST /environments/{environment}/relationships/federated-environments`. Raises
        `NotFoundError`.
        """
        return await self._change_refs(
            _ADD_FEDERATED_ENVIRONMENTS, (environment,), federated_environments, "environments"
        )

    async def replace_federated_environments(
        self,
        environment: Identity[Environment],
        federated_environments: Iterable[Identity[Environment]],
    ) -> None:
        """Replace all federated environments of an environment.

        `PATCH /environments/{environment}/relationships/federated-environments`. Raises
        `NotFoundError`.
        """
        return await self._change_refs(
            _REPLACE_FEDERATED_ENVIRONMENTS, (environment,), federated_environments, "environments"
        )

    async def remove_federated_environments(
        self,
        environment: Identity[Environment],
        federated_environments: Iterable[Identity[Environment]],
    ) -> None:
        """Take federated environments from an environment.

        `DELETE /environments/{environment}/relationships/federated-environments`. Raises
        `NotFoundError`.
        """
        return await self._change_refs(
            _REMOVE_FEDERATED_ENVIRONMENTS, (environment,), federated_environments, "environments"
        )

    def list_tags(
        self, environment: Identity[Environment], **options: Unpack[ListOptions]
    ) -> Pager[Ref[api.Tag]]:
        """List the tags of an environment.

        `GET /environments/{environment}/relationships/tags`. Raises `ForbiddenError`.
        """
        return self._list_refs(_LIST_TAGS, (environment,), options)

    async def add_tags(
        self, environment: Identity[Environment], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Add tags to an environment.

        `POST /environments/{environment}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_ADD_TAGS, (environment,), tags, "tags")

    async def replace_tags(
        self, environment: Identity[Environment], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Replace all tags of an environment.

        `PATCH /environments/{environment}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_REPLACE_TAGS, (environment,), tags, "tags")

    async def remove_tags(
        self, environment: Identity[Environment], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Take tags from an environment.

        `DELETE /environments/{environment}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_REMOVE_TAGS, (environment,), tags, "tags")
