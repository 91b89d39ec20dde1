"""Results of calls, together with their responses."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

import attrs

from scalr_async._http import Response

__all__ = ["WithResponse", "with_response"]

P = ParamSpec("P")
T = TypeVar("T")


class WithResponse(NamedTuple, Generic[T]):
    """The result of a call, and the response to its last request.

        pool, response = await scalr.agent_pools.with_response.get("apool-1")
        response.status, response.headers["Date"], response.request_id

    The response has no `body`, because that has become the value and may contain secrets.
    """

    value: T
    response: Response


def with_response(
    call: Callable[P, Awaitable[T]],
) -> Callable[P, Coroutine[Any, Any, WithResponse[T]]]:
    """Return a method of a collection wrapped so that its result comes with the response."""
    method: Any = call

    @functools.wraps(call)
    def begin(*arguments: P.args, **named: P.kwargs) -> Coroutine[Any, Any, WithResponse[T]]:
        responses: list[Response] = []
        collection = method.__self__._observed(responses.append)  # noqa: SLF001  # its helper
        return _answered(method.__func__(collection, *arguments, **named), responses)

    return begin


async def _answered(result: Awaitable[T], responses: list[Response]) -> WithResponse[T]:
    # A separate function, whose frame does not hold the arguments: some are secret.
    value = await result
    return WithResponse(value, attrs.evolve(responses[-1], body=b""))
