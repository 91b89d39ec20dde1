"""An embedded Scalr server for tests: `async with Emulator() as emu: ...`.

    _emulator  the public class: settings, seeding, request log; _thread runs it in a thread
    engine/    a JSON:API server made from a catalog of routes and schemas
    scalr/     the knowledge of Scalr: rules and operations, one file a domain

The engine never imports `scalr`, and neither shares code with the client, so that a mistake in one
is not repeated in the other.
"""

from __future__ import annotations

from scalr_async.emulator._emulator import Emulator
from scalr_async.emulator.engine.faults import Cut, Failure
from scalr_async.emulator.engine.request_log import LoggedRequest
from scalr_async.emulator.engine.store import Record, Store
from scalr_async.emulator.scalr.courier import DeliveryScript
from scalr_async.emulator.scalr.inventory import Loaded
from scalr_async.emulator.scalr.runs.states import RunScript
from scalr_async.emulator.scalr.seed import Seeded

__all__ = [
    "Cut",
    "DeliveryScript",
    "Emulator",
    "Failure",
    "Loaded",
    "LoggedRequest",
    "Record",
    "RunScript",
    "Seeded",
    "Store",
]
