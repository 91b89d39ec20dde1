"""Assume service account policies.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
AssumeServiceAccountPolicyClaimConditionOperator = Literal[
    "eq", "contains", "startswith", "endswith", "like"]
AssumeServiceAccountPolicyInclude = Literal["provider", "service_account"]
AssumeServiceAccountPolicySort = Literal["email", "-email", "name", "-name"]
# fmt: on


@resource("assume-service-account-policies")
class AssumeServiceAccountPolicy(Resource):
    """Says which OIDC tokens of a provider may be exchanged for a service account's."""

    claim_conditions: tuple[AssumeServiceAccountPolicyClaimCondition, ...] = UNSET
    created_at: datetime = UNSET
    created_by_email: str | None = UNSET
    maximum_session_duration: int | None = UNSET
    """Seconds that a token from the exchange may last."""
    name: str = UNSET
    provider: Ref[api.WorkloadIdentityProvider] = UNSET
    service_account: Ref[api.ServiceAccount] = UNSET


@nested
class AssumeServiceAccountPolicyClaimCondition(Nested):
    """A part of `AssumeServiceAccountPolicy`."""

    claim: str = UNSET
    operator: AssumeServiceAccountPolicyClaimConditionOperator = UNSET
    value: str = UNSET


class AssumeServiceAccountPolicyClaimConditionDict(TypedDict, total=False):
    """`AssumeServiceAccountPolicyClaimCondition` as a dict."""

    claim: Required[str]
    operator: AssumeServiceAccountPolicyClaimConditionOperator
    value: Required[str]


class _AssumeServiceAccountPolicyValues(TypedDict, total=False):
    """The values of every write of an assume service account policy."""

    maximum_session_duration: int | None
    provider: Identity[api.WorkloadIdentityProvider]


class AssumeServiceAccountPolicyCreate(_AssumeServiceAccountPolicyValues, total=False):
    """The values for creating an assume service account policy."""

    claim_conditions: Required[
        Sequence[
            AssumeServiceAccountPolicyClaimCondition | AssumeServiceAccountPolicyClaimConditionDict
        ]
    ]
    name: Required[str]


class AssumeServiceAccountPolicyUpdate(_AssumeServiceAccountPolicyValues, total=False):
    """The values for updating an assume service account policy."""

    claim_conditions: Sequence[
        AssumeServiceAccountPolicyClaimCondition | AssumeServiceAccountPolicyClaimConditionDict
    ]
    name: str


class AssumeServiceAccountPolicyListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    assume_service_account_policy: Filter[Identity[AssumeServiceAccountPolicy]]
    name: Filter[str]
    service_account: Filter[Identity[api.ServiceAccount]]
    workload_identity_provider: Filter[Identity[api.WorkloadIdentityProvider]]
    include: Sequence[AssumeServiceAccountPolicyInclude]
    sort: AssumeServiceAccountPolicySort | Sequence[AssumeServiceAccountPolicySort]


# fmt: off
_LIST: Operation[AssumeServiceAccountPolicy] = Operation(
    "GET", "/assume-service-account-policies", paginated=True,
    include=get_args(AssumeServiceAccountPolicyInclude),
    sort=get_args(AssumeServiceAccountPolicySort),
    filters={"assume_service_account_policy": "filter[assume-service-account-policy]",
    "name": "filter[name]", "service_account": "filter[service-account]",
    "workload_identity_provider": "filter[workload-identity-provider]"}, params={"query": "query"},
    filter_types={"assume_service_account_policy": "assume-service-account-policies",
    "service_account": "service-accounts",
    "workload_identity_provider": "workload-identity-providers"})
# fmt: on


class AssumeServiceAccountPolicies(Collection[AssumeServiceAccountPolicy]):
    """The calls of `scalr.assume_service_account_policies`."""

    model = AssumeServiceAccountPolicy

    def list(
        self, **options: Unpack[AssumeServiceAccountPolicyListOptions]
    ) -> Pager[AssumeServiceAccountPolicy]:
        """List assume service account policies.

        `GET /assume-service-account-policies`. Raises `ForbiddenError`.

        Keywords: `query`; `assume_service_account_policy`; `name`; `service_account`;
        `workload_identity_provider`; `include` of `provider`, `service_account`; `sort` by
        `email`, `name` (`-` reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def find(
        self, *, name: str, include: Sequence[AssumeServiceAccountPolicyInclude] = ()
    ) -> AssumeServiceAccountPolicy:
        """Find an assume service account policy by its name.

        `GET /assume-service-account-policies`. Raises `NoResultError`, which tells names that
        come close, or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {}, include=include)

    @property
    def with_response(self) -> AssumeServiceAccountPoliciesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AssumeServiceAccountPoliciesWithResponse(self)


class AssumeServiceAccountPoliciesWithResponse:
    """The calls of `scalr.assume_service_account_policies.with_response`."""

    def __init__(self, calls: AssumeServiceAccountPolicies) -> None:
        self.list = with_response(calls.list)
