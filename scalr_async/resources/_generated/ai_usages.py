"""AI usages.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
AiUsageModel = Literal["claude"]
AiUsageRequestType = Literal["explain", "summarize"]
AiUsageInclude = Literal["run"]
AiUsageSort = Literal["requested_at", "-requested_at", "requested_by_email", "-requested_by_email"]
AiUsageField = Literal[
    "id", "model", "request_type", "requested_at", "requested_by_email", "account", "run"]
# fmt: on


@resource("ai-usages")
class AiUsage(Resource):
    """One request to a language model on behalf of a user."""

    model: AiUsageModel = UNSET
    request_type: AiUsageRequestType = UNSET
    requested_at: datetime = UNSET
    requested_by_email: str | None = UNSET
    account: Ref[api.Account] | None = UNSET
    run: Ref[api.Run] | None = UNSET


class AiUsageFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    ai_usages: Sequence[AiUsageField]
    runs: Sequence[api.RunField]


class AiUsageListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    include: Sequence[AiUsageInclude]
    sort: AiUsageSort | Sequence[AiUsageSort]
    fields: AiUsageFieldsets


# fmt: off
_LIST: Operation[AiUsage] = Operation(
    "GET", "/reports/ai-usage", paginated=True, include=get_args(AiUsageInclude),
    sort=get_args(AiUsageSort), fields={"ai_usages": "ai-usages", "runs": "runs"},
    params={"query": "query"})
_GET: Operation[AiUsage] = Operation(
    "GET", "/reports/ai-usage/{ai_usage}", ids=("ai-usages",), include=get_args(AiUsageInclude),
    fields={"ai_usages": "ai-usages", "runs": "runs"})
# fmt: on


class AiUsages(Collection[AiUsage]):
    """The calls of `scalr.ai_usages`."""

    model = AiUsage

    def list(self, **options: Unpack[AiUsageListOptions]) -> Pager[AiUsage]:
        """List AI usages.

        `GET /reports/ai-usage`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `query`; `include` of `run`; `sort` by `requested_at`, `requested_by_email`
        (`-` reverses); `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def get(
        self,
        ai_usage: Identity[AiUsage],
        *,
        include: Sequence[AiUsageInclude] = (),
        fields: AiUsageFieldsets = UNSET,
    ) -> AiUsage:
        """Read an AI usage.

        `GET /reports/ai-usage/{ai_usage}`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `include` of `run`; `fields`.
        """
        return await self._get(_GET, (ai_usage,), include=include, fields=fields)

    @property
    def with_response(self) -> AiUsagesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AiUsagesWithResponse(self)


class AiUsagesWithResponse:
    """The calls of `scalr.ai_usages.with_response`."""

    def __init__(self, calls: AiUsages) -> None:
        self.list = with_response(calls.list)
        self.get = with_response(calls.get)
