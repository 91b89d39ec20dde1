"""Users.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._http import ANY_MEDIA_TYPE
from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
UserStatus = Literal["Active", "Inactive", "Pending"]
UserField = Literal[
    "id", "created_at", "email", "full_name", "last_login_at", "status", "username",
    "identity_providers", "teams"]
UserInclude = Literal["identity_providers", "teams"]
UserSort = Literal[
    "created_at", "-created_at", "email", "-email", "full_name", "-full_name", "last_login_at",
    "-last_login_at", "status", "-status"]
UserCreateInclude = Literal["identity_providers"]
# fmt: on


@resource("users")
class CreateUser(Resource):
    """A user to create, with a password that is never read back."""

    change_password_on_sign_in: bool = UNSET
    created_at: datetime | None = UNSET
    email: str = UNSET
    full_name: str | None = UNSET
    password: Secret | None = UNSET
    status: UserStatus = UNSET
    identity_providers: tuple[Ref[api.IdentityProvider], ...] = UNSET


@resource("users")
class User(Resource):
    """A person."""

    created_at: datetime | None = UNSET
    email: str = UNSET
    full_name: str | None = UNSET
    last_login_at: datetime | None = UNSET
    status: UserStatus = UNSET
    username: str = UNSET
    identity_providers: tuple[Ref[api.IdentityProvider], ...] = UNSET
    teams: tuple[Ref[api.Team], ...] = UNSET


@resource("users")
class UserInvite(Resource):
    """An invitation to an account; the user is made when it is new."""

    email: str = UNSET
    send_invite: bool = UNSET
    roles: tuple[Ref[api.Role], ...] = UNSET
    teams: tuple[Ref[api.Team], ...] = UNSET


class UserCreate(TypedDict, total=False):
    """The values for creating a user."""

    change_password_on_sign_in: bool
    email: Required[str]
    full_name: str | None
    password: str | None
    status: UserStatus
    identity_providers: Iterable[Identity[api.IdentityProvider]]


class UserUpdate(TypedDict, total=False):
    """The values for updating a user."""

    email: str
    full_name: str | None
    status: UserStatus
    username: str
    identity_providers: Iterable[Identity[api.IdentityProvider]]
    teams: Iterable[Identity[api.Team]]


class UserInviteValues(TypedDict, total=False):
    """The values for creating a user."""

    email: Required[str]
    send_invite: bool
    roles: Iterable[Identity[api.Role]]
    teams: Iterable[Identity[api.Team]]


class UserListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    email: Filter[str]
    identity_provider: Filter[Identity[api.IdentityProvider]]
    user: Filter[Identity[User]]
    include: Sequence[UserInclude]
    sort: UserSort | Sequence[UserSort]
    access_query: str


# fmt: off
_SIGN_IN_URL: Operation[str] = Operation(
    "GET", "/iam/signin/{provider}", ids=("providers",), accept=ANY_MEDIA_TYPE, redirects="show",
    params={"post_auth_action": "post_auth_action", "post_auth_state": "post_auth_state",
    "post_auth_token": "post_auth_token"})
_SIGN_UP_URL: Operation[str] = Operation(
    "GET", "/iam/signup/{provider}", ids=("providers",), accept=ANY_MEDIA_TYPE, redirects="show")
_LOG_OUT_URL: Operation[str] = Operation("GET", "/logout", accept=ANY_MEDIA_TYPE, redirects="show")
_LIST: Operation[User] = Operation(
    "GET", "/users", paginated=True, include=get_args(UserInclude), sort=get_args(UserSort),
    filters={"email": "filter[email]", "identity_provider": "filter[identity-provider]",
    "user": "filter[user]"}, params={"query": "query", "access_query": "access_query"},
    filter_types={"identity_provider": "identity-providers", "user": "users"})
_CREATE: Operation[User] = Operation(
    "POST", "/users", body="CreateUser", include=get_args(UserCreateInclude))
_GET: Operation[User] = Operation(
    "GET", "/users/{user}", ids=("users",), include=get_args(UserInclude))
_UPDATE: Operation[User] = Operation(
    "PATCH", "/users/{user}", ids=("users",), include=get_args(UserInclude))
_DELETE: Operation[None] = Operation("DELETE", "/users/{user}", ids=("users",), idempotent=True)
# fmt: on


class Users(Collection[User]):
    """The calls of `scalr.users`."""

    model = User

    async def sign_in_url(
        self,
        provider: Identity[api.Provider],
        *,
        post_auth_action: str = UNSET,
        post_auth_state: str = UNSET,
        post_auth_token: str = UNSET,
    ) -> str:
        """Read where a browser signs in with GitHub or Google.

        `GET /iam/signin/{provider}`. Raises `ForbiddenError`.

        Keywords: `post_auth_action`; `post_auth_state`; `post_auth_token`.
        """
        return await self._location(
            _SIGN_IN_URL,
            (provider,),
            post_auth_action=post_auth_action,
            post_auth_state=post_auth_state,
            post_auth_token=post_auth_token,
        )

    async def sign_up_url(self, provider: Identity[api.Provider]) -> str:
        """Read where a browser signs up with GitHub or Google.

        `GET /iam/signup/{provider}`. Raises `ForbiddenError`.
        """
        return await self._location(_SIGN_UP_URL, (provider,))

    async def log_out_url(self) -> str:
        """Read where a browser logs out.

        `GET /logout`.
        """
        return await self._location(_LOG_OUT_URL, ())

    def list(self, **options: Unpack[UserListOptions]) -> Pager[User]:
        """List users.

        `GET /users`. Raises `ForbiddenError`.

        Keywords: `query`; `email`; `identity_provider`; `user`; `include` of
        `identity_providers`, `teams`; `sort` by `created_at`, `email`, `full_name`,
        `last_login_at`, `status` (`-` reverses); `access_query`; `page_size`; `prefetch`;
        `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[UserCreateInclude] = (),
        reconcile: Pager[User] | None = None,
        **values: Unpack[UserCreate],
    ) -> User:
        """Create a user.

        `POST /users`. `reconcile` is a list that finds the object if the answer is lost. Raises
        `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `change_password_on_sign_in`; `email` (required); `full_name`; `password`;
        `status`; `identity_providers`; `include` of `identity_providers`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def get(self, user: Identity[User], *, include: Sequence[UserInclude] = ()) -> User:
        """Read a user.

        `GET /users/{user}`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `include` of `identity_providers`, `teams`.
        """
        return await self._get(_GET, (user,), include=include)

    async def update(
        self,
        user: Identity[User],
        *,
        include: Sequence[UserInclude] = (),
        **values: Unpack[UserUpdate],
    ) -> User:
        """Update a user.

        `PATCH /users/{user}`. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `email`; `full_name`; `status`; `username`; `identity_providers`; `teams`;
        `include` of `identity_providers`, `teams`.
        """
        return await self._update(_UPDATE, (user,), values, include=include)

    async def delete(self, user: Identity[User]) -> None:
        """Delete a user.

        `DELETE /users/{user}`. Raises `ForbiddenError` or `NotFoundError`.
        """
        return await self._delete(_DELETE, (user,))

    @property
    def with_response(self) -> UsersWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return UsersWithResponse(self)


class UsersWithResponse:
    """The calls of `scalr.users.with_response`."""

    def __init__(self, calls: Users) -> None:
        self.sign_in_url = with_response(calls.sign_in_url)
        self.sign_up_url = with_response(calls.sign_up_url)
        self.log_out_url = with_response(calls.log_out_url)
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
