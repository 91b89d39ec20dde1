"""Bytes over HTTP: one attempt is one send, and our own loop decides about the next."""

from __future__ import annotations

from scalr_async.transport._aiohttp import ClientSession
from scalr_async.transport._attempt import Answer, Failure, Progress, Wire
from scalr_async.transport._instrumentation import Calls, Instrumentation
from scalr_async.transport._redirect import is_safe, leads_to, place, same_origin
from scalr_async.transport._sender import Sender
from scalr_async.transport._state import Shared
from scalr_async.transport._stream import Stream
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
    "Shared",
    "Stream",
    "Transport",
    "Wire",
    "is_safe",
    "leads_to",
    "open_upload",
    "place",
    "same_origin",
]
