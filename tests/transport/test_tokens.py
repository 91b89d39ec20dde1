"""When a token is asked for again: pauses that grow, and what counts as another token."""

from __future__ import annotations

import asyncio
import logging
import traceback

import pytest

from scalr_async import ExpiringToken, TokenError
from scalr_async._values import Secret
from scalr_async.transport._tokens import Tokens


class Provider:
    """Gives one token, and fails from then on."""

    def __init__(self, first: ExpiringToken) -> None:
        self.first = first
        self.asked: list[float] = []
        self.now = 0.0

    async def __call__(self) -> ExpiringToken:
        self.asked.append(self.now)
        if len(self.asked) > 1:
            raise TokenError("no token today")
        return self.first


async def pauses(first: ExpiringToken, times: int, drawn: float) -> list[float]:
    """Use a token as often as there is something to ask for; return the seconds between."""
    provider = Provider(first)
    tokens = Tokens(provider, clock=lambda: provider.now, random=lambda: drawn)
    await tokens.get()
    while len(provider.asked) <= times:
        provider.now = tokens.due
        await tokens.get()
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # the provider has failed, and that is noted
    return [later - sooner for sooner, later in zip(provider.asked[1:], provider.asked[2:])]


@pytest.mark.parametrize(("drawn", "factor"), [(0.0, 0.5), (0.5, 1.0), (1.0, 1.5)])
async def test_a_provider_that_fails_is_asked_after_pauses_that_double_and_end_to_grow(
    drawn: float, factor: float, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL, "scalr_async"):
        found = await pauses(ExpiringToken("t", refresh_in=10.0), 8, drawn)

    assert found == pytest.approx([factor * seconds for seconds in (1, 2, 4, 8, 16, 30, 30)])


async def test_the_first_pause_is_the_part_of_a_life_that_is_not_used(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.CRITICAL, "scalr_async"):
        found = await pauses(ExpiringToken("t", expires_in=200.0, refresh_in=10.0), 4, 0.5)

    assert found == pytest.approx([10.0, 20.0, 30.0])


async def test_a_token_that_is_given_again_is_no_other_token() -> None:
    async def provide() -> str:
        return "t"

    tokens = Tokens(provide)
    await tokens.get()

    assert not await tokens.refresh(Secret("t"))
    assert await tokens.refresh(Secret("another"))


async def test_each_who_waits_for_a_token_that_does_not_come_has_an_error_of_its_own() -> None:
    cause = OSError("away")

    async def provide() -> str:
        await asyncio.sleep(0)
        raise TokenError("no token today") from cause

    tokens = Tokens(provide)
    found = await asyncio.gather(*(tokens.get() for _ in range(5)), return_exceptions=True)
    errors = [error for error in found if isinstance(error, TokenError)]
    errors[0].add_note("mine")

    assert len({id(error) for error in errors}) == 5
    assert {error.__cause__ for error in errors} == {cause}
    assert len({len(traceback.extract_tb(error.__traceback__)) for error in errors}) == 1
    assert [error.__notes__ for error in errors] == [["mine"], [], [], [], []]
