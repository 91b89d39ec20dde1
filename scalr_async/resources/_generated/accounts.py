"""Accounts.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._http import JSON
from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
AccountInclude = Literal["billing_plan", "identity_provider", "owner"]
AccountField = Literal[
    "id", "allowed_ips", "created_at", "last_login_attempt_at", "login_attempts", "name", "quotas",
    "support_access_enabled", "billing_plan", "identity_provider", "owner"]
# fmt: on


@resource("accounts")
class Account(Resource):
    """The top of the hierarchy: it owns environments, users, teams and all that is shared."""

    allowed_ips: tuple[str, ...] = UNSET
    """Addresses and networks the account may be used from; empty allows all."""
    created_at: datetime = UNSET
    last_login_attempt_at: datetime | None = UNSET
    """Deprecated by Scalr."""
    login_attempts: int | None = UNSET
    """Deprecated by Scalr."""
    name: str = UNSET
    quotas: AccountQuotas = UNSET
    """The most objects of each kind that the account may have."""
    support_access_enabled: bool = UNSET
    """Whether Scalr's own support may look into the account."""
    billing_plan: Ref[api.BillingPlan] | None = UNSET
    identity_provider: Ref[api.IdentityProvider] | None = UNSET
    """The identity provider of users."""
    owner: Ref[api.User] = UNSET
    """The user who owns the account."""


@nested
class AccountQuotas(Nested):
    """The most objects of each kind that the account may have."""

    agent_relay_available: bool = UNSET
    agents: int = UNSET
    before_after_hooks_available: bool = UNSET
    environments: int = UNSET
    max_concurrent_runs: int = UNSET
    policy_group_checks_available: bool = UNSET
    policy_groups: int = UNSET
    registry_modules: int = UNSET
    registry_templates: int = UNSET
    run_triggers: int = UNSET
    service_accounts_available: bool = UNSET
    sso_available: bool = UNSET
    users: int = UNSET
    vcs_providers: int = UNSET
    workspaces: int = UNSET


@nested
class AccountMetrics(Nested):
    """The present usage of an account."""

    billings_flex_runs_count: int = UNSET
    billings_run_minutes_count: int = UNSET
    billings_runs_count: int = UNSET
    environments_count: int = UNSET
    quota_max_concurrency: int = UNSET
    runs_awaiting_confirmation: int = UNSET
    runs_concurrency: int = UNSET
    runs_count: int = UNSET
    runs_failed: int = UNSET
    runs_queue_size: int = UNSET
    runs_successful: int = UNSET
    workspaces_count: int = UNSET


class AccountQuotasDict(TypedDict, total=False):
    """`AccountQuotas` as a dict."""

    agent_relay_available: bool
    agents: int
    before_after_hooks_available: bool
    environments: int
    max_concurrent_runs: int
    policy_group_checks_available: bool
    policy_groups: int
    registry_modules: int
    registry_templates: int
    run_triggers: int
    service_accounts_available: bool
    sso_available: bool
    users: int
    vcs_providers: int
    workspaces: int


class AccountUpdate(TypedDict, total=False):
    """The values for updating an account."""

    allowed_ips: Sequence[str]
    name: str
    quotas: AccountQuotas | AccountQuotasDict
    support_access_enabled: bool
    identity_provider: Identity[api.IdentityProvider] | None
    owner: Identity[api.User]


class AccountFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    accounts: Sequence[AccountField]
    billing_plans: Sequence[api.BillingPlanField]
    identity_providers: Sequence[api.IdentityProviderField]
    users: Sequence[api.UserField]


class AccountListOptions(ListOptions, total=False):
    """The options of `list`."""

    name: Filter[str]
    include: Sequence[AccountInclude]
    fields: AccountFieldsets


# fmt: off
_LIST: Operation[Account] = Operation(
    "GET", "/accounts", paginated=True, include=get_args(AccountInclude),
    fields={"accounts": "accounts", "billing_plans": "billing-plans",
    "identity_providers": "identity-providers", "users": "users"}, filters={"name": "filter[name]"})
_GET: Operation[Account] = Operation(
    "GET", "/accounts/{account}", ids=("accounts",), include=get_args(AccountInclude))
_UPDATE: Operation[Account] = Operation("PATCH", "/accounts/{account}", ids=("accounts",))
_INVITE_USER: Operation[api.AccountUser] = Operation(
    "POST", "/accounts/{account}/actions/invite", ids=("accounts",), result="account-users",
    body="UserInvite", include=("account", "teams", "user"))
_REMOVE_USER: Operation[None] = Operation(
    "DELETE", "/accounts/{account}/actions/remove/{user}", ids=("accounts", "users"),
    idempotent=True)
_METRICS: Operation[AccountMetrics] = Operation(
    "GET", "/accounts/{account}/metrics", ids=("accounts",), value=AccountMetrics, accept=JSON)
_LIST_SSO_BYPASS_USERS: Operation[Ref[api.User]] = Operation(
    "GET", "/accounts/{account}/relationships/sso-bypass-users", ids=("accounts",), paginated=True)
_ADD_SSO_BYPASS_USERS: Operation[None] = Operation(
    "POST", "/accounts/{account}/relationships/sso-bypass-users", ids=("accounts",),
    idempotent=True)
_REPLACE_SSO_BYPASS_USERS: Operation[None] = Operation(
    "PATCH", "/accounts/{account}/relationships/sso-bypass-users", ids=("accounts",),
    idempotent=True)
_REMOVE_SSO_BYPASS_USERS: Operation[None] = Operation(
    "DELETE", "/accounts/{account}/relationships/sso-bypass-users", ids=("accounts",),
    idempotent=True)
# fmt: on


class Accounts(Collection[Account]):
    """The calls of `scalr.accounts`."""

    model = Account

    def list(self, **options: Unpack[AccountListOptions]) -> Pager[Account]:
        """List accounts.

        `GET /accounts`.

        Keywords: `name`; `include` of `billing_plan`, `identity_provider`, `owner`; `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def get(
        self, account: Identity[Account], *, include: Sequence[AccountInclude] = ()
    ) -> Account:
        """Read an account.

        `GET /accounts/{account}`. Raises `NotFoundError`.

        Keywords: `include` of `billing_plan`, `identity_provider`, `owner`.
        """
        return await self._get(_GET, (account,), include=include)

    async def update(self, account: Identity[Account], **values: Unpack[AccountUpdate]) -> Account:
        """Update an account.

        `PATCH /accounts/{account}`. Raises `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `allowed_ips`; `name`; `quotas`; `support_access_enabled`;
        `identity_provider`; `owner`.
        """
        return await self._update(_UPDATE, (account,), values)

    async def invite_user(
        self,
        account: Identity[Account],
        *,
        include: Sequence[api.AccountUserInclude] = (),
        reconcile: Pager[api.AccountUser] | None = None,
        **values: Unpack[api.UserInviteValues],
    ) -> api.AccountUser:
        """Invite a user to an account by e-mail.

        `POST /accounts/{account}/actions/invite`. `reconcile` is a list that finds the object
        if the answer is lost. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `email` (required); `send_invite`; `roles`; `teams`; `include` of `account`,
        `teams`, `user`.
        """
        return await self._create(
            _INVITE_USER, (account,), values, include=include, reconcile=reconcile
        )

    async def remove_user(self, account: Identity[Account], user: Identity[api.User]) -> None:
        """Remove a user from an account.

        `DELETE /accounts/{account}/actions/remove/{user}`. Raises `ForbiddenError` or
        `NotFoundError`.
        """
        return await self._delete(_REMOVE_USER, (account, user))

    async def metrics(self, account: Identity[Account]) -> AccountMetrics:
        """Read the metrics of an account.

        `GET /accounts/{account}/metrics`. Raises `NotFoundError`.
        """
        return await self._value(_METRICS, (account,))

    def list_sso_bypass_users(
        self, account: Identity[Account], **options: Unpack[ListOptions]
    ) -> Pager[Ref[api.User]]:
        """List the SSO bypass users of an account.

        `GET /accounts/{account}/relationships/sso-bypass-users`. Raises `ForbiddenError` or
        `NotFoundError`.

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list_refs(_LIST_SSO_BYPASS_USERS, (account,), options)

    async def add_sso_bypass_users(
        self, account: Identity[Account], sso_bypass_users: Iterable[Identity[api.User]]
    ) -> None:
        """Add SSO bypass users to an account.

        `POST /accounts/{account}/relationships/sso-bypass-users`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_ADD_SSO_BYPASS_USERS, (account,), sso_bypass_users, "users")

    async def replace_sso_bypass_users(
        self, account: Identity[Account], sso_bypass_users: Iterable[Identity[api.User]]
    ) -> None:
        """Replace all SSO bypass users of an account.

        `PATCH /accounts/{account}/relationships/sso-bypass-users`. Raises `ForbiddenError`.
        """
        return await self._change_refs(
            _REPLACE_SSO_BYPASS_USERS, (account,), sso_bypass_users, "users"
        )

    async def remove_sso_bypass_users(
        self, account: Identity[Account], sso_bypass_users: Iterable[Identity[api.User]]
    ) -> None:
        """Remove SSO bypass users from an account.

        `DELETE /accounts/{account}/relationships/sso-bypass-users`. Raises `ForbiddenError`.
        """
        return await self._change_refs(
            _REMOVE_SSO_BYPASS_USERS, (account,), sso_bypass_users, "users"
        )

    async def find(self, *, name: str, include: Sequence[AccountInclude] = ()) -> Account:
        """Find an account by its name.

        `GET /accounts`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {}, include=include)

    @property
    def with_response(self) -> AccountsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AccountsWithResponse(self)


class AccountsWithResponse:
    """The calls of `scalr.accounts.with_response`."""

    def __init__(self, calls: Accounts) -> None:
        self.list = with_response(calls.list)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.invite_user = with_response(calls.invite_user)
        self.remove_user = with_response(calls.remove_user)
        self.metrics = with_response(calls.metrics)
        self.list_sso_bypass_users = with_response(calls.list_sso_bypass_users)
        self.add_sso_bypass_users = with_response(calls.add_sso_bypass_users)
        self.replace_sso_bypass_users = with_response(calls.replace_sso_bypass_users)
        self.remove_sso_bypass_users = with_response(calls.remove_sso_bypass_users)
