"""`Estimate`: what a call will ask of the server, counted before it is made."""

from __future__ import annotations

import attrs

__all__ = ["Estimate"]


@attrs.frozen(kw_only=True)
class Estimate:
    """The requests of a walk or a bulk call, counted beforehand.

    Args:
        items: The items that the walk yields, or the workspaces that the bulk call is for.
        requests: The requests that are sent if each is answered the first time and nobody else
            changes anything meanwhile.
        seconds: The least time in which the rate limit lets them go, from now on; None while no
            limit is known.
    """

    items: int
    requests: int
    seconds: float | None
