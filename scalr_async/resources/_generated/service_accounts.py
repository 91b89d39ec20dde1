"""Service accounts.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._http import JSON
from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
ServiceAccountStatus = Literal["Active", "Inactive"]
ServiceAccountInclude = Literal["account", "created_by"]
ServiceAccountSort = Literal[
    "description", "-description", "email", "-email", "name", "-name", "status", "-status"]
# fmt: on


@resource("service-accounts")
class ServiceAccount(Resource):
    """An account for a program: it has access policies and tokens, and no password."""

    created_at: datetime = UNSET
    description: str | None = UNSET
    email: str = UNSET
    """Made by the server; identifies the service account when its role is assumed."""
    name: str = UNSET
    status: ServiceAccountStatus = UNSET
    account: Ref[api.Account] = UNSET
    created_by: Ref[api.User] | None = UNSET
    owners: tuple[Ref[api.Team], ...] = UNSET
    """The teams that may manage it."""


@nested
class ServiceAccountTemporaryToken(Nested):
    """A token that lasts for a short time; `access_token` is shown only now."""

    access_token: Secret = UNSET
    expire_time: datetime = UNSET
    """The time at which it expires."""


class _ServiceAccountValues(TypedDict, total=False):
    """The values of every write of a service account."""

    description: str | None
    status: ServiceAccountStatus
    account: Identity[api.Account]
    owners: Iterable[Identity[api.Team]]


class ServiceAccountCreate(_ServiceAccountValues, total=False):
    """The values for creating a service account."""

    name: Required[str]


class ServiceAccountUpdate(_ServiceAccountValues, total=False):
    """The values for updating a service account."""

    name: str


class ServiceAccountAssume(TypedDict, total=False):
    """The options of `assume`."""

    id_token: Required[str]
    lifetime: int
    service_account_email: Required[str]


class ServiceAccountListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    email: Filter[str]
    has_owners: Filter[bool]
    owned_by_me: Filter[bool]
    owner: Filter[Identity[api.Team]]
    service_account: Filter[Identity[ServiceAccount]]
    include: Sequence[ServiceAccountInclude]
    sort: ServiceAccountSort | Sequence[ServiceAccountSort]


class ServiceAccountAccessTokensListOptions(ListOptions, total=False):
    """The options of `list_access_tokens`."""

    query: str
    is_expired: Filter[bool]
    include: Sequence[api.AccessTokenInclude]
    sort: api.AccessTokenSort | Sequence[api.AccessTokenSort]


# fmt: off
_LIST: Operation[ServiceAccount] = Operation(
    "GET", "/service-accounts", paginated=True, include=get_args(ServiceAccountInclude),
    sort=get_args(ServiceAccountSort), filters={"account": "filter[account]",
    "email": "filter[email]", "has_owners": "filter[has-owners]",
    "owned_by_me": "filter[owned-by-me]", "owner": "filter[owner]",
    "service_account": "filter[service-account]"}, params={"query": "query"},
    filter_types={"account": "accounts", "has_owners": bool, "owned_by_me": bool, "owner": "teams",
    "service_account": "service-accounts"})
_CREATE: Operation[ServiceAccount] = Operation(
    "POST", "/service-accounts", account=True, include=get_args(ServiceAccountInclude))
_ASSUME: Operation[ServiceAccountTemporaryToken] = Operation(
    "POST", "/service-accounts/assume", value=ServiceAccountTemporaryToken, accept=JSON,
    content_type=JSON, idempotent=True)
_GET: Operation[ServiceAccount] = Operation(
    "GET", "/service-accounts/{service_account}", ids=("service-accounts",),
    include=get_args(ServiceAccountInclude))
_UPDATE: Operation[ServiceAccount] = Operation(
    "PATCH", "/service-accounts/{service_account}", ids=("service-accounts",),
    include=get_args(ServiceAccountInclude))
_DELETE: Operation[None] = Operation(
    "DELETE", "/service-accounts/{service_account}", ids=("service-accounts",), idempotent=True)
_LIST_ACCESS_TOKENS: Operation[api.AccessToken] = Operation(
    "GET", "/service-accounts/{service_account}/access-tokens", ids=("service-accounts",),
    result="access-tokens", paginated=True, include=("created_by",), sort=("created_at",
    "-created_at", "description", "-description", "expires_at", "-expires_at", "last_used_at",
    "-last_used_at", "name", "-name"), filters={"is_expired": "filter[is-expired]"},
    params={"query": "query"}, filter_types={"is_expired": bool})
_CREATE_TOKEN: Operation[api.AccessToken] = Operation(
    "POST", "/service-accounts/{service_account}/access-tokens", ids=("service-accounts",),
    result="access-tokens", include=("created_by",))
_CREATE_ASSUME_POLICY: Operation[api.AssumeServiceAccountPolicy] = Operation(
    "POST", "/service-accounts/{service_account}/assume-policies", ids=("service-accounts",),
    result="assume-service-account-policies", include=("provider", "service_account"))
_GET_ASSUME_POLICY: Operation[api.AssumeServiceAccountPolicy] = Operation(
    "GET", "/service-accounts/{service_account}/assume-policies/{assume_service_account_policy}",
    ids=("service-accounts", "assume-service-account-policies"),
    result="assume-service-account-policies", include=("provider", "service_account"))
_UPDATE_ASSUME_POLICY: Operation[api.AssumeServiceAccountPolicy] = Operation(
    "PATCH", "/service-accounts/{service_account}/assume-policies/{assume_service_account_policy}",
    ids=("service-accounts", "assume-service-account-policies"),
    result="assume-service-account-policies", include=("provider", "service_account"))
_DELETE_ASSUME_POLICY: Operation[None] = Operation(
    "DELETE",
    "/service-accounts/{service_account}/assume-policies/{assume_service_account_policy}",
    ids=("service-accounts", "assume-service-account-policies"), idempotent=True)
# fmt: on


class ServiceAccounts(Collection[ServiceAccount]):
    """The calls of `scalr.service_accounts`."""

    model = ServiceAccount

    def list(self, **options: Unpack[ServiceAccountListOptions]) -> Pager[ServiceAccount]:
        """List service accounts.

        `GET /service-accounts`. Raises `ForbiddenError`.

        Keywords: `query`; `account`; `email`; `has_owners`; `owned_by_me`; `owner`;
        `service_account`; `include` of `account`, `created_by`; `sort` by `description`,
        `email`, `name`, `status` (`-` reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[ServiceAccountInclude] = (),
        reconcile: Pager[ServiceAccount] | None = None,
        **values: Unpack[ServiceAccountCreate],
    ) -> ServiceAccount:
        """Create a service account.

        `POST /service-accounts`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `ForbiddenError`, `NotFoundError`, `ConflictError` or
        `UnprocessableEntityError`.

        Keywords: `description`; `name` (required); `status`; `account`; `owners`; `include` of
        `account`, `created_by`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def assume(self, **values: Unpack[ServiceAccountAssume]) -> ServiceAccountTemporaryToken:
        """Exchange an OIDC token for a token of a service account that lasts `lifetime` seconds.

        `POST /service-accounts/assume`. Raises `UnauthorizedError`.

        Keywords: `id_token`; `lifetime`; `service_account_email`.
        """
        return await self._value(_ASSUME, (), values)

    async def get(
        self,
        service_account: Identity[ServiceAccount],
        *,
        include: Sequence[ServiceAccountInclude] = (),
    ) -> ServiceAccount:
        """Read a service account.

        `GET /service-accounts/{service_account}`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `include` of `account`, `created_by`.
        """
        return await self._get(_GET, (service_account,), include=include)

    async def update(
        self,
        service_account: Identity[ServiceAccount],
        *,
        include: Sequence[ServiceAccountInclude] = (),
        **values: Unpack[ServiceAccountUpdate],
    ) -> ServiceAccount:
        """Update a service account.

        `PATCH /service-accounts/{service_account}`. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `description`; `name`; `status`; `account`; `owners`; `include` of `account`,
        `created_by`.
        """
        return await self._update(_UPDATE, (service_account,), values, include=include)

    async def delete(self, service_account: Identity[ServiceAccount]) -> None:
        """Delete a service account.

        `DELETE /service-accounts/{service_account}`. Raises `ForbiddenError` or
        `NotFoundError`.
        """
        return await self._delete(_DELETE, (service_account,))

    def list_access_tokens(
        self,
        service_account: Identity[ServiceAccount],
        **options: Unpack[ServiceAccountAccessTokensListOptions],
    ) -> Pager[api.AccessToken]:
        """List the access tokens of a service account.

        `GET /service-accounts/{service_account}/access-tokens`. Raises `NotFoundError`.

        Keywords: `query`; `is_expired`; `include` of `created_by`; `sort` by `created_at`,
        `description`, `expires_at`, `last_used_at`, `name` (`-` reverses); `page_size`;
        `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST_ACCESS_TOKENS, (service_account,), options)

    async def create_token(
        self,
        service_account: Identity[ServiceAccount],
        *,
        include: Sequence[api.AccessTokenInclude] = (),
        reconcile: Pager[api.AccessToken] | None = None,
        **values: Unpack[api.AccessTokenCreate],
    ) -> api.AccessToken:
        """Create an access token of a service account; its `token` is shown only now.

        `POST /service-accounts/{service_account}/access-tokens`. `reconcile` is a list that
        finds the object if the answer is lost. Raises `NotFoundError`.

        Keywords: `description`; `expires_in`; `name`; `include` of `created_by`.
        """
        return await self._create(
            _CREATE_TOKEN, (service_account,), values, include=include, reconcile=reconcile
        )

    async def create_assume_policy(
        self,
        service_account: Identity[ServiceAccount],
        *,
        include: Sequence[api.AssumeServiceAccountPolicyInclude] = (),
        reconcile: Pager[api.AssumeServiceAccountPolicy] | None = None,
        **values: Unpack[api.AssumeServiceAccountPolicyCreate],
    ) -> api.AssumeServiceAccountPolicy:
        """Create an assume policy of a service account.

        `POST /service-accounts/{service_account}/assume-policies`. `reconcile` is a list that
        finds the object if the answer is lost. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `claim_conditions` (required); `maximum_session_duration`; `name` (required);
        `provider`; `include` of `provider`, `service_account`.
        """
        return await self._create(
            _CREATE_ASSUME_POLICY, (service_account,), values, include=include, reconcile=reconcile
        )

    async def get_assume_policy(
        self,
        service_account: Identity[ServiceAccount],
        assume_service_account_policy: Identity[api.AssumeServiceAccountPolicy],
        *,
        include: Sequence[api.AssumeServiceAccountPolicyInclude] = (),
    ) -> api.AssumeServiceAccountPolicy:
        """Read an assume policy of a service account.

        `GET /service-accounts/{service_account}/assume-policies/{assume_service_account_policy}`.
        Raises `ForbiddenError`.

        Keywords: `include` of `provider`, `service_account`.
        """
        return await self._get(
            _GET_ASSUME_POLICY, (service_account, assume_service_account_policy), include=include
        )

    async def update_assume_policy(
        self,
        service_account: Identity[ServiceAccount],
        assume_service_account_policy: Identity[api.AssumeServiceAccountPolicy],
        *,
        include: Sequence[api.AssumeServiceAccountPolicyInclude] = (),
        **values: Unpack[api.AssumeServiceAccountPolicyUpdate],
    ) -> api.AssumeServiceAccountPolicy:
        """Update an assume policy of a service account.

        `PATCH /service-accounts/{service_account}/assume-policies/{assume_service_account_policy}`.
        Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `claim_conditions`; `maximum_session_duration`; `name`; `provider`; `include`
        of `provider`, `service_account`.
        """
        return await self._update(
            _UPDATE_ASSUME_POLICY,
            (service_account, assume_service_account_policy),
            values,
            include=include,
        )

    async def delete_assume_policy(
        self,
        service_account: Identity[ServiceAccount],
        assume_service_account_policy: Identity[api.AssumeServiceAccountPolicy],
    ) -> None:
        """Delete an assume policy of a service account.

        `DELETE /service-accounts/{service_account}/assume-policies/{assume_service_account_policy}`.
        Raises `NotFoundError`.
        """
        return await self._delete(
            _DELETE_ASSUME_POLICY, (service_account, assume_service_account_policy)
        )

    async def find(
        self,
        *,
        name: str,
        account: Identity[api.Account] | None = None,
        include: Sequence[ServiceAccountInclude] = (),
    ) -> ServiceAccount:
        """Find a service account by its name.

        `GET /service-accounts`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"account": account}, include=include)

    @property
    def with_response(self) -> ServiceAccountsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ServiceAccountsWithResponse(self)


class ServiceAccountsWithResponse:
    """The calls of `scalr.service_accounts.with_response`."""

    def __init__(self, calls: ServiceAccounts) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.assume = with_response(calls.assume)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
        self.list_access_tokens = with_response(calls.list_access_tokens)
        self.create_token = with_response(calls.create_token)
        self.create_assume_policy = with_response(calls.create_assume_policy)
        self.get_assume_policy = with_response(calls.get_assume_policy)
        self.update_assume_policy = with_response(calls.update_assume_policy)
        self.delete_assume_policy = with_response(calls.delete_assume_policy)
