"""Bytes over HTTP: each attempt sends a request exactly once; the sender decides about repeats.

_sender          the loop: wait for admission, attempt, decide, sleep
_call            one call on its way: its progress, its outcome
_retry           pure decisions about repeats
_concurrency     requests in flight, the gate, the retry budget, and the queue for admission
_rate            requests per second: configured, or learned from 429 answers
_timers          deadlines, and checks for silent servers
_state           the state shared by a client and its clones
_tokens          the bearer token, fixed or from a provider
_instrumentation the seam for tracing
_attempt         the seam to the HTTP library: input, result and failure of one attempt
_request_target  path and query on the wire, redirects
_decompress      bodies of answers, decompressed and limited in size
_upload          bodies of requests that are read while they are sent
_transport       the connections, limits and state of a client
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
