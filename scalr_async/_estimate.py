"""`Estimate`: the requests that a call will send, counted before the call."""

from __future__ import annotations

import attrs

from scalr_async._value_class import value_class

__all__ = ["Estimate"]


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class Estimate:
    """The requests of a walk or a bulk call, counted beforehand.

    Args:
        items: The items that the walk yields, or the workspaces that the bulk call is for.
        requests: The requests that are sent if every first attempt succeeds and nobody else
            changes anything meanwhile.
        seconds: The shortest time from now in which the rate limit allows these requests; None
            while no limit is known.
    """

    items: int
    requests: int
    seconds: float | None
