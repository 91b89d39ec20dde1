"""One rate for many processes: a budget that they share in a Redis or Valkey server.

    limits = Limits(
        requests_per_second=500 / 60,
        burst=500,
        shared=RedisBudget("redis://cache.acme.io", key="acme"),
    )

Needs `pip install 'scalr-async[redis]'`. All processes with the same `key` stay under one rate
together. A script in the server keeps count by the server's clock: the requests of each process in
the current window, and the time until which all processes wait because one of them was throttled.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple, cast

import attrs

from scalr_async._text import shown
from scalr_async._value_class import value_class
from scalr_async._values import Secret, hide_init_arguments
from scalr_async.errors import ConfigError

__all__ = ["Budget", "Grant", "RedisBudget"]

_SCHEMES: Final = ("redis://", "rediss://", "valkey://", "valkeys://", "unix://")
_PATIENCE: Final = 2.0
"""Seconds in which the server has to answer."""
_REPORTED: Final = 4000
"""The largest number of requests that are reported to a server that may not have counted them."""

_TAKE: Final = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local function text(number) return string.format('%.6f', number) end
local key, me = KEYS[1], ARGV[1]
local most, window, want = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local all, mine = key .. ':log', key .. ':log:' .. me
local since = '(' .. text(now - window)
local life = math.ceil(window) + 60

local function note(at)
    local entry = redis.call('INCR', key .. ':count')
    redis.call('ZADD', all, text(at), entry)
    redis.call('ZADD', mine, text(at), entry)
end

redis.call('ZADD', key .. ':members', text(now), me)
redis.call('ZREMRANGEBYSCORE', key .. ':members', '-inf', text(now - math.max(window, 5)))
local members = redis.call('ZCARD', key .. ':members')
for i = 5, #ARGV do note(now - tonumber(ARGV[i])) end

local opens = tonumber(redis.call('GET', key .. ':gate') or '0')
if opens > now then return {0, text(opens - now), members} end
if most == 0 then return {want, '0', members} end

redis.call('ZREMRANGEBYSCORE', all, '-inf', text(now - window))
redis.call('ZREMRANGEBYSCORE', mine, '-inf', text(now - window))
redis.call('ZREMRANGEBYSCORE', key .. ':hungry', '-inf', text(now))
redis.call('ZREM', key .. ':hungry', me)
local free = most - redis.call('ZCARD', all)
local got = math.max(0, math.min(want, free))
local had = redis.call('ZCARD', mine)
local ahead = math.max(1, math.floor(most / members / 50))
local lately = text(now - math.max(0.02, math.min(0.5, members * window / most)))
local function yield(others)
    for _, other in ipairs(others) do
        if other ~= me then
            local theirs = redis.call('ZCOUNT', key .. ':log:' .. other, since, '+inf')
            got = math.max(0, math.min(got, theirs + ahead - had))
        end
    end
end
yield(redis.call('ZRANGE', key .. ':hungry', 0, -1))
yield(redis.call('ZRANGEBYSCORE', key .. ':members', lately, '+inf'))
for i = 1, got do note(now) end

local wait = 0
if got < want then
    wait = 0.02
    if free <= got then
        local oldest = redis.call('ZRANGE', all, 0, 0, 'WITHSCORES')
        wait = math.max(wait, tonumber(oldest[2]) + window - now)
    end
    redis.call('ZADD', key .. ':hungry', text(now + wait + 0.5), me)
end
for _, name in ipairs({':members', ':hungry', ':count', ':log', ':log:' .. me}) do
    redis.call('EXPIRE', key .. name, life)
end
return {got, text(wait), members}
"""
"""Take up to `want` requests.

Fairness: a process leaves requests to others that have had fewer in the window if these wait for
some, or asked so recently that a process using its whole share would ask again about now.
"""

_CLOSE: Final = """
local time = redis.call('TIME')
local opens = tonumber(time[1]) + tonumber(time[2]) / 1000000 + tonumber(ARGV[1])
if opens > tonumber(redis.call('GET', KEYS[1] .. ':gate') or '0') then
    redis.call('SET', KEYS[1] .. ':gate', string.format('%.6f', opens), 'PX',
        math.ceil(tonumber(ARGV[1]) * 1000) + 1)
end
"""


class Grant(NamedTuple):
    """Permission to send `requests` requests now; more may follow in `wait` seconds.

    `processes` is the number of processes that asked recently, this one included.
    """

    requests: int
    wait: float
    processes: int


def _url(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith(_SCHEMES):
        kinds = ", ".join(_SCHEMES)
        raise ConfigError(f"RedisBudget: url must begin with one of {kinds} (it is not shown)")
    return Secret(value) if "@" in value or "?" in value else value


def _key(value: Any) -> str:
    if not isinstance(value, str) or not value or not value.isprintable() or set(value) & {*"{}"}:
        raise ConfigError(f"RedisBudget(key={shown(value)}): must be a str without braces")
    return value


def _choice(value: Any) -> Literal["share", "stop"]:
    if value not in ("share", "stop"):
        raise ConfigError(f'RedisBudget(on_outage={shown(value)}): must be "share" or "stop"')
    return cast('Literal["share", "stop"]', value)


def _count(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= 10_000:
        argument = f"RedisBudget(processes={shown(value)})"
        raise ConfigError(f"{argument}: must be a whole number from 1 to 10000")
    return value


@hide_init_arguments
@value_class
@attrs.frozen(eq=False, repr=False)
class RedisBudget:
    """The place where processes share one rate: a Redis or Valkey server, and a key in it.

    `Limits.requests_per_second` and `burst` should be the same in all processes. Without a rate,
    all processes still wait together when the API throttles one of them. `scalr.budget` events
    report that the budget's server cannot be reached, and that it can be reached again.

    Attributes:
        url: `redis://[user:password@]host[:port][/db]`, `rediss://` for TLS, or `unix://path`.
        key: the name of the budget: processes with the same key share it.
        on_outage: the behavior while the server cannot be reached: with `"share"` each process
            keeps to its own share of the rate, with `"stop"` it waits for the server.
        processes: the least number of processes by which the rate is divided in an outage.
    """

    url: str = attrs.field(converter=_url, repr=False)
    key: str = attrs.field(default="scalr", kw_only=True, converter=_key)
    on_outage: Literal["share", "stop"] = attrs.field(
        default="share", kw_only=True, converter=_choice
    )
    processes: int = attrs.field(default=1, kw_only=True, converter=_count)

    def __reduce__(self) -> tuple[Any, ...]:
        if isinstance(self.url, Secret):
            return _unpickle, ()
        return _again, (self.url, self.key, self.on_outage, self.processes)

    def connect(self, requests: int, seconds: float) -> Budget:
        """Return a budget of `requests` in any `seconds`; 0 requests means no bound.

        Nothing is sent yet. Raises `ConfigError` when the package `redis` is missing.
        """
        return Budget(self, requests, seconds)


def _again(url: str, key: str, on_outage: Literal["share", "stop"], processes: int) -> RedisBudget:
    return RedisBudget(url, key=key, on_outage=on_outage, processes=processes)


def _unpickle() -> Any:
    raise ConfigError(
        "RedisBudget: a pickle does not contain its password; create it where it is used"
    )


class Budget:
    """One process's access to a shared budget; raises `errors` if the server is unreachable."""

    def __init__(self, place: RedisBudget, requests: int, seconds: float) -> None:
        try:
            from redis import asyncio as redis  # noqa: PLC0415  # an extra
            from redis.asyncio.retry import Retry  # noqa: PLC0415  # likewise
            from redis.backoff import NoBackoff  # noqa: PLC0415  # likewise
        except ModuleNotFoundError:
            raise ConfigError(
                "RedisBudget needs the package redis: pip install 'scalr-async[redis]'"
            ) from None
        self.errors = (redis.RedisError, OSError, TimeoutError)
        url = re.sub("^valkey", "redis", place.url)  # the protocol is the same
        self._client = redis.Redis.from_url(
            url,
            # Retry once at once: the server may have closed a connection that was kept.
            retry=Retry(NoBackoff(), 1),
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
        )
        self._keys = [f"{{scalr-async:{place.key}}}"]
        self._take = self._client.register_script(_TAKE)
        self._close = self._client.register_script(_CLOSE)
        self._me = os.urandom(6).hex()
        # Longer than asked: requests may arrive at the API closer together than they were sent.
        self._window = seconds + min(0.02 * seconds, 0.25)
        self._requests = requests

    async def take(self, requests: int, reported: Sequence[float] = ()) -> Grant:
        """Take up to `requests`; `reported` are the ages in seconds of requests not counted yet."""
        question = [self._me, self._requests, self._window, requests]
        ages = [age for age in reported if age < self._window][-_REPORTED:]
        got, wait, processes = cast("list[Any]", await self._run(self._take, [*question, *ages]))
        return Grant(int(got), float(wait), int(processes))

    async def close_gate(self, seconds: float) -> None:
        """Refuse requests to every process for some seconds."""
        await self._run(self._close, [seconds])

    async def _run(self, script: Any, arguments: list[Any]) -> Any:
        async with asyncio.timeout(_PATIENCE):
            return await script(keys=self._keys, args=arguments)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
