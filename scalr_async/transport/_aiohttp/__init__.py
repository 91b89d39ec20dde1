"""The only package that knows aiohttp: one request, sent exactly once.

attempt       one attempt, from its headers to the end of the answer
exchange      what goes out, how far it came, and what came of it
bodies        request bodies
errors        what aiohttp raises, as our own errors
pool          the sessions of a client, and whom they trust
connections   connections that are looked at before use; every private name of aiohttp
"""

from __future__ import annotations

from scalr_async.transport._aiohttp.attempt import AiohttpWire
from scalr_async.transport._aiohttp.pool import ClientSession, Pool

__all__ = ["AiohttpWire", "ClientSession", "Pool"]
