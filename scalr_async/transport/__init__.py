"""Bytes over HTTP: one attempt is one send, and our own loop decides about the next one.

_sender          the loop: wait for admission, attempt, decide, sleep
_call            one call on its way: its progress, its outcome
_retry           pure decisions about repeats
_concurrency     requests in flight, the gate, the budget of repeats, and who is admitted next
_rate            requests a second: configured, or learned from refusals
_timers          deadlines, and checks for silent servers
_state           what a client and its clones share
_tokens          the bearer token, fixed or from a provider
_instrumentation the seam for tracing
_attempt         the seam: what one attempt takes, returns and fails with
_request_target  path and query on the wire, redirects
_decompress      bodies of answers, within their limits
_upload          bodies of requests that are read while they are sent
_transport       what a client opens and closes
_aiohttp         the only package that knows aiohttp
"""

from __future__ import annotations

from scalr_async.transport._aiohttp import ClientSession
from scalr_async.transport._attempt import Answer, Failure, Progress, Stream, Wire
from scalr_async.transport._instrumentation import Calls, Instrumentation
from scalr_async.transport._request_target import (
    describe_location,
    is_safe,
    resolve_location,
    same_origin,
)
from scalr_async.transport._sender import Sender
from scalr_async.transport._state import SharedState
from scalr_async.transport._transport import Transport
from scalr_async.transport._upload import Content, OnProgress, open_upload

__all__ = [
    "Answer",
    "Calls",
    "ClientSession",
    "Content",
    "Failure",
    "Instrumentation",
    "OnProgress",
    "Progress",
    "Sender",
    "SharedState",
    "Stream",
    "Transport",
    "Wire",
    "describe_location",
    "is_safe",
    "open_upload",
    "resolve_location",
    "same_origin",
]
