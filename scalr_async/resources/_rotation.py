"""Rotation of a pool's token: create a new one, and delete the old ones once it is in use.

The progress is stored on the server: the description of a token says that it was handed over. A
later call, in any process, therefore continues where the last one ended.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, TypeAlias

import attrs

from scalr_async._arguments import check_list
from scalr_async._http import Deadline
from scalr_async._value_class import value_class
from scalr_async.errors import InvalidArgumentError, NotFoundError, VerificationError
from scalr_async.jsonapi import Identity, identify
from scalr_async.resources._finding import check_name
from scalr_async.resources._generated.access_tokens import AccessToken, AccessTokens
from scalr_async.resources._generated.agent_pools import AgentPools

__all__ = ["HandOver", "InUse", "TokenRotation", "rotate"]

HandOver: TypeAlias = Callable[[AccessToken], object]
"""A function that brings a new token, whose `token` is the secret, to the agents; may be async."""
InUse: TypeAlias = Callable[[AccessToken], bool | Awaitable[bool]]
"""A function that returns whether a token that was handed over is in use; may be async."""

_MARK: Final = " [handed over]"
"""The suffix of the description of a token that was handed over while older ones still exist."""


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class TokenRotation:
    """The state of a rotation: `token` is the new token, with its secret only if just created.

    `finished` is False while the old tokens still exist: call again when the new token is in use.
    `removed` are the ids of the deleted tokens.
    """

    token: AccessToken
    finished: bool
    removed: tuple[str, ...] = ()


async def rotate(
    pools: AgentPools,
    tokens: AccessTokens,
    pool: str,
    *,
    description: str,
    hand_over: HandOver,
    in_use: InUse,
    replaces: Iterable[Identity[AccessToken]],
    expires_in: int | None,
    deadline: Deadline,
    dry_run: bool,
) -> TokenRotation:
    """Continue the rotation of the tokens with a description, as far as possible now.

    The functions of the caller take none of the time until the deadline of the calls.
    """
    others = _checked(description, hand_over, in_use, replaces)
    marked = description + _MARK
    theirs = await pools.list_access_tokens(pool, on_drift="verify").collect()
    ours = [t for t in theirs if t.description in (description, marked) or t.id in others]
    new = next((token for token in ours if token.description == marked), None)
    if new is None:
        new = await pools.create_token(pool, description=description, expires_in=expires_in)
        if dry_run:  # there is no secret to hand over, and nobody can use it
            await tokens.update(new, description=marked)
            return TokenRotation(token=new, finished=False)
        if not new.token:
            raise VerificationError(
                f"{new.id} was created, but the answer lacks its secret: call again",
                outcome="applied",
            )
        with deadline.paused():
            await _answer(hand_over(new))
        await tokens.update(new, description=marked)
    asked = new if new.token else await tokens.get(new)
    with deadline.paused():
        is_used = await _answer(in_use(asked))
    if not is_used:
        return TokenRotation(token=new, finished=False)
    removed = [token.id for token in ours if token.id != new.id]
    for old in removed:
        with contextlib.suppress(NotFoundError):  # somebody else has deleted it
            await tokens.delete(old)
    await tokens.update(new, description=description)
    return TokenRotation(token=new, finished=True, removed=tuple(removed))


def _checked(description: Any, hand_over: Any, in_use: Any, replaces: Any) -> frozenset[str]:
    """Return the ids of tokens to replace; refuse invalid arguments."""
    if check_name("description", description).endswith(_MARK):
        raise InvalidArgumentError(f"description: must not end with {_MARK!r}")
    for name, function in (("hand_over", hand_over), ("in_use", in_use)):
        if not callable(function):
            raise InvalidArgumentError(f"{name}: must be a function, not {type(function).__name__}")
    tokens = check_list("replaces", replaces)
    return frozenset(identify(token, "access-tokens") for token in tokens)


async def _answer(given: Any) -> Any:
    return await given if isinstance(given, Awaitable) else given
