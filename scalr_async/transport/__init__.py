"""Bytes over HTTP: one attempt is one send, and our own loop decides about the next."""

from __future__ import annotations

from scalr_async.transport._aiohttp import ClientSession
from scalr_async.transport._attempt import Answer, Failure, Progress, Wire
from scalr_async.transport._redirect import is_safe, leads_to, same_origin
from scalr_async.transport._sender import Sender
from scalr_async.transport._sink import Target, writing
from scalr_async.transport._source import Content, OnProgress, reading
from scalr_async.transport._state import Shared
from scalr_async.transport._stream import Stream
from scalr_async.transport._transport import Transport

__all__ = [
    "Answer",
    "ClientSession",
    "Content",
    "Failure",
    "OnProgress",
    "Progress",
    "Sender",
    "Shared",
    "Stream",
    "Target",
    "Transport",
    "Wire",
    "is_safe",
    "leads_to",
    "reading",
    "same_origin",
    "writing",
]
