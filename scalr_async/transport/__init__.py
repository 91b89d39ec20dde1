"""Bytes over HTTP: one attempt is one send, and our own loop decides about the next."""

from __future__ import annotations

from scalr_async.transport._aiohttp import ClientSession
from scalr_async.transport._attempt import Answer, AttemptFailedError, Progress, Wire
from scalr_async.transport._limits import Shared
from scalr_async.transport._sender import Sender
from scalr_async.transport._transport import Transport

__all__ = [
    "Answer",
    "AttemptFailedError",
    "ClientSession",
    "Progress",
    "Sender",
    "Shared",
    "Transport",
    "Wire",
]
