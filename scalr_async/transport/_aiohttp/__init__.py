"""The only package that knows aiohttp: one request, sent exactly once.

attempt       one attempt: a request that is sent exactly once, and its answer
bodies        bodies of requests, and of answers that are read as they arrive
errors        exceptions of aiohttp, translated to failures
pool          the sessions of a client
connector     requests, and the connectors that provide their connections
connections   connections that are checked before use
"""

from __future__ import annotations

from scalr_async.transport._aiohttp.attempt import AiohttpWire
from scalr_async.transport._aiohttp.pool import ClientSession, Pool

__all__ = ["AiohttpWire", "ClientSession", "Pool"]
