"""Billing plans.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal

from scalr_async._values import UNSET
from scalr_async.jsonapi import Nested, Ref, Resource, nested, resource

BillingPlanPlanType = Literal["monthly", "yearly", "deprecated-yearly"]
BillingPlanPriceType = Literal["membership", "pre-paid-runs", "flex-runs", "flex-runs-minutes"]
BillingPlanField = Literal["id", "amount", "included_runs", "plan_type", "prices", "tier"]


@resource("billing-plans")
class BillingPlan(Resource):
    """The subscription of an account."""

    amount: int = UNSET
    included_runs: int | None = UNSET
    plan_type: BillingPlanPlanType = UNSET
    prices: tuple[BillingPlanPrice, ...] = UNSET
    tier: Ref[Resource] | None = UNSET


@nested
class BillingPlanPrice(Nested):
    """A part of `BillingPlan`."""

    amount: int | None = UNSET
    currency: str = UNSET
    interval: str = UNSET
    type: BillingPlanPriceType = UNSET
    unit_label: str | None = UNSET
