"""Teams.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

TeamInclude = Literal["account", "identity_provider", "users"]
TeamSort = Literal["identity_provider", "-identity_provider", "name", "-name"]


@resource("teams")
class Team(Resource):
    """A group of users, who get roles together."""

    description: str | None = UNSET
    name: str = UNSET
    account: Ref[api.Account] = UNSET
    identity_provider: Ref[api.IdentityProvider] | None = UNSET
    users: tuple[Ref[api.User], ...] = UNSET


class _TeamValues(TypedDict, total=False):
    """The values of every write of a team."""

    description: str | None
    users: Iterable[Identity[api.User]]


class TeamCreate(_TeamValues, total=False):
    """The values for creating a team."""

    name: Required[str]


class TeamUpdate(_TeamValues, total=False):
    """The values for updating a team."""

    name: str


class TeamListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    identity_provider: Filter[Identity[api.IdentityProvider]]
    name: Filter[str]
    team: Filter[Identity[Team]]
    user: Filter[Identity[api.User]]
    include: Sequence[TeamInclude]
    sort: TeamSort | Sequence[TeamSort]


# fmt: off
_LIST: Operation[Team] = Operation(
    "GET", "/teams", paginated=True, include=get_args(TeamInclude), sort=get_args(TeamSort),
    filters={"identity_provider": "filter[identity-provider]", "name": "filter[name]",
    "team": "filter[team]", "user": "filter[user]"}, params={"query": "query"},
    filter_types={"identity_provider": "identity-providers", "team": "teams", "user": "users"})
_CREATE: Operation[Team] = Operation("POST", "/teams", include=get_args(TeamInclude))
_GET: Operation[Team] = Operation(
    "GET", "/teams/{team}", ids=("teams",), include=get_args(TeamInclude))
_UPDATE: Operation[Team] = Operation(
    "PATCH", "/teams/{team}", ids=("teams",), include=get_args(TeamInclude))
_DELETE: Operation[None] = Operation("DELETE", "/teams/{team}", ids=("teams",), idempotent=True)
# fmt: on


class Teams(Collection[Team]):
    """The calls of `scalr.teams`."""

    model = Team

    def list(self, **options: Unpack[TeamListOptions]) -> Pager[Team]:
        """List teams.

        `GET /teams`. Raises `ForbiddenError`.

        Keywords: `query`; `identity_provider`; `name`; `team`; `user`; `include` of `account`,
        `identity_provider`, `users`; `sort` by `identity_provider`, `name` (`-` reverses);
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[TeamInclude] = (),
        reconcile: Pager[Team] | None = None,
        **values: Unpack[TeamCreate],
    ) -> Team:
        """Create a team.

        `POST /teams`. `reconcile` is a list that finds the object if the answer is lost. Raises
        `ForbiddenError`, `NotFoundError`, `ConflictError` or `UnprocessableEntityError`.

        Keywords: `description`; `name` (required); `users`; `include` of `account`,
        `identity_provider`, `users`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def get(self, team: Identity[Team], *, include: Sequence[TeamInclude] = ()) -> Team:
        """Read a team.

        `GET /teams/{team}`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `include` of `account`, `identity_provider`, `users`.
        """
        return await self._get(_GET, (team,), include=include)

    async def update(
        self,
        team: Identity[Team],
        *,
        include: Sequence[TeamInclude] = (),
        **values: Unpack[TeamUpdate],
    ) -> Team:
        """Update a team.

        `PATCH /teams/{team}`. Raises `ForbiddenError`, `NotFoundError`, `ConflictError` or
        `UnprocessableEntityError`.

        Keywords: `description`; `name`; `users`; `include` of `account`, `identity_provider`,
        `users`.
        """
        return await self._update(_UPDATE, (team,), values, include=include)

    async def delete(self, team: Identity[Team]) -> None:
        """Delete a team.

        `DELETE /teams/{team}`. Raises `ForbiddenError` or `NotFoundError`.
        """
        return await self._delete(_DELETE, (team,))

    async def find(self, *, name: str, include: Sequence[TeamInclude] = ()) -> Team:
        """Find a team by its name.

        `GET /teams`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {}, include=include)

    @property
    def with_response(self) -> TeamsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return TeamsWithResponse(self)


class TeamsWithResponse:
    """The calls of `scalr.teams.with_response`."""

    def __init__(self, calls: Teams) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
