"""An embedded Scalr server for tests: `async with Emulator() as emu: ...`.

    _emulator   what users touch: knobs, seeding, log
    _server     HTTP: latency, faults (_faults), connections; _intake reads bodies, _log keeps them
    _api        one function a kind of operation; _routes finds it, _call is what it is given
    operations/ one function for each operation that is more than reading or writing an object
    _query      what a list is asked for; _filters what a filter value means
    _bodies     what a write sets, checked against the schema
    _service    objects under rules (rules/), _store keeps and indexes them
    _runs       runs as time goes by; _stages their way, _work what they do, _terraform its words
    _deliveries  what webhooks and pools are told; _courier sends it
    _usage      rows of reports, made of what there is; _csv writes them down
    _documents  answers as bytes, _sparse with as little in them as is legal
    _errors     Scalr's refusals; _openapi what the API says of itself
    _blobs      uploads and downloads beside the API
    _founding   the account it starts with; _fixtures what every Scalr has, _seed a whole estate

It shares no code with the client: what one gets wrong, the other shows.
"""

from __future__ import annotations

from scalr_async.emulator._courier import DeliveryScript
from scalr_async.emulator._emulator import Emulator
from scalr_async.emulator._faults import Cut, Failure, LoggedRequest
from scalr_async.emulator._seed import Seeded
from scalr_async.emulator._stages import RunScript
from scalr_async.emulator._store import Record, Store

__all__ = [
    "Cut",
    "DeliveryScript",
    "Emulator",
    "Failure",
    "LoggedRequest",
    "Record",
    "RunScript",
    "Seeded",
    "Store",
]
