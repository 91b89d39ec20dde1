"""An embedded Scalr server for tests: `async with Emulator() as emu: ...`.

    _emulator   what users touch: knobs, seeding, log
    _server     HTTP: latency, faults (_faults), connections
    _api        one function an operation; _routes finds it, _links and _actions are its corners
    _query      what a list is asked for; _filters what a filter value means
    _bodies     what a write sets, checked against the schema
    _service    objects under rules (rules/), _store keeps and indexes them
    _documents  answers as bytes; _errors Scalr's refusals; _openapi what the API says of itself

It shares no code with the client: what one gets wrong, the other shows.
"""

from __future__ import annotations

from scalr_async.emulator._emulator import Emulator
from scalr_async.emulator._faults import Cut, Failure, LoggedRequest
from scalr_async.emulator._seed import Seeded
from scalr_async.emulator._stages import RunScript
from scalr_async.emulator._store import Record, Store

__all__ = [
    "Cut",
    "Emulator",
    "Failure",
    "LoggedRequest",
    "Record",
    "RunScript",
    "Seeded",
    "Store",
]
