"""Account users.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
AccountUserStatus = Literal["Active", "Inactive", "Pending"]
AccountUserInclude = Literal["account", "teams", "user"]
AccountUserSort = Literal[
    "created_at", "-created_at", "email", "-email", "full_name", "-full_name", "last_login_at",
    "-last_login_at", "status", "-status"]
# fmt: on


@resource("account-users")
class AccountUser(Resource):
    """A user as a member of an account."""

    last_login_at: datetime | None = UNSET
    status: AccountUserStatus = UNSET
    account: Ref[api.Account] = UNSET
    teams: tuple[Ref[api.Team], ...] = UNSET
    user: Ref[api.User] = UNSET


class AccountUserListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    is_admin: Filter[str]
    status: Filter[AccountUserStatus]
    team: Filter[Identity[api.Team]]
    user: Filter[Identity[api.User]]
    include: Sequence[AccountUserInclude]
    sort: AccountUserSort | Sequence[AccountUserSort]


# fmt: off
_LIST: Operation[AccountUser] = Operation(
    "GET", "/account-users", paginated=True, include=get_args(AccountUserInclude),
    sort=get_args(AccountUserSort), filters={"account": "filter[account]",
    "is_admin": "filter[is-admin]", "status": "filter[status]", "team": "filter[team]",
    "user": "filter[user]"}, params={"query": "query"}, filter_types={"account": "accounts",
    "status": get_args(AccountUserStatus), "team": "teams", "user": "users"})
# fmt: on


class AccountUsers(Collection[AccountUser]):
    """The calls of `scalr.account_users`."""

    model = AccountUser

    def list(self, **options: Unpack[AccountUserListOptions]) -> Pager[AccountUser]:
        """List account users.

        `GET /account-users`. Raises `ForbiddenError`.

        Keywords: `query`; `account`; `is_admin`; `status`; `team`; `user`; `include` of
        `account`, `teams`, `user`; `sort` by `created_at`, `email`, `full_name`,
        `last_login_at`, `status` (`-` reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    @property
    def with_response(self) -> AccountUsersWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AccountUsersWithResponse(self)


class AccountUsersWithResponse:
    """The calls of `scalr.account_users.with_response`."""

    def __init__(self, calls: AccountUsers) -> None:
        self.list = with_response(calls.list)
