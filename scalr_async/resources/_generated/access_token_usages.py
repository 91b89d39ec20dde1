"""Access token usages.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Operation, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._with_response import with_response

# fmt: off
AccessTokenUsageOwnerStatus = Literal["Active", "Inactive", "Pending"]
AccessTokenUsageOwnerType = Literal["user", "service-account"]
AccessTokenUsageUserStatus = Literal["Active", "Inactive"]
AccessTokenUsageSort = Literal[
    "created_at", "-created_at", "expires_at", "-expires_at", "last_used_at", "-last_used_at",
    "owner_email", "-owner_email"]
# fmt: on


@resource("access-token-usages")
class AccessTokenUsage(Resource):
    """One line of a report: who uses which access token."""

    created_at: datetime = UNSET
    description: str | None = UNSET
    expires_at: datetime | None = UNSET
    last_characters: str = UNSET
    last_used_at: datetime | None = UNSET
    name: str | None = UNSET
    owner_email: str = UNSET
    owner_status: AccessTokenUsageOwnerStatus = UNSET
    owner_type: AccessTokenUsageOwnerType = UNSET


class AccessTokenUsageListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    created_at: Filter[datetime]
    is_expired: Filter[bool]
    user_status: Filter[AccessTokenUsageUserStatus]
    sort: AccessTokenUsageSort | Sequence[AccessTokenUsageSort]


class AccessTokenUsageCsvOptions(DownloadOptions, total=False):
    """The options of `list_csv`."""

    query: str
    created_at: Filter[datetime]
    is_expired: Filter[bool]
    user_status: Filter[AccessTokenUsageUserStatus]
    sort: AccessTokenUsageSort | Sequence[AccessTokenUsageSort]


# fmt: off
_LIST: Operation[AccessTokenUsage] = Operation(
    "GET", "/reports/access-tokens", paginated=True, sort=get_args(AccessTokenUsageSort),
    filters={"created_at": "filter[created-at]", "is_expired": "filter[is-expired]",
    "user_status": "filter[user][status]"}, params={"query": "query"},
    filter_types={"created_at": datetime, "is_expired": bool,
    "user_status": get_args(AccessTokenUsageUserStatus)})
# fmt: on


class AccessTokenUsages(Collection[AccessTokenUsage]):
    """The calls of `scalr.access_token_usages`."""

    model = AccessTokenUsage

    def list(self, **options: Unpack[AccessTokenUsageListOptions]) -> Pager[AccessTokenUsage]:
        """List access token usages.

        `GET /reports/access-tokens`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `query`; `created_at`; `is_expired`; `user_status`; `sort` by `created_at`,
        `expires_at`, `last_used_at`, `owner_email` (`-` reverses); `page_size`; `prefetch`;
        `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    def list_csv(self, **options: Unpack[AccessTokenUsageCsvOptions]) -> Download:
        """Download what `list` lists as CSV.

        `GET /reports/access-tokens?format=csv`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `query`; `created_at`; `is_expired`; `user_status`; `sort` by `created_at`,
        `expires_at`, `last_used_at`, `owner_email` (`-` reverses); `to`; `on_progress`.
        """
        return self._csv(_LIST, (), options)

    async def find(self, *, name: str) -> AccessTokenUsage:
        """Find an access token usage by its name.

        `GET /reports/access-tokens`. Raises `NoResultError`, which tells names that come close,
        or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {})

    @property
    def with_response(self) -> AccessTokenUsagesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AccessTokenUsagesWithResponse(self)


class AccessTokenUsagesWithResponse:
    """The calls of `scalr.access_token_usages.with_response`."""

    def __init__(self, calls: AccessTokenUsages) -> None:
        self.list = with_response(calls.list)
        self.list_csv = with_response(calls.list_csv)
