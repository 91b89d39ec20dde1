"""`report`: one HTML page that says what needs attention, with charts of everything there is."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Final

from scalr_async.cli._connect import connect
from scalr_async.cli._inventory import Inventory
from scalr_async.cli._run import Exit
from scalr_async.cli._streams import STANDARD, opened, presenter
from scalr_async.errors import ForbiddenError, NotFoundError, ScalrError
from scalr_async.inventory._report_page import KINDS, page
from scalr_async.inventory._statistics import Statistics

__all__ = ["report"]

_OPTIONS: Final = {"workspaces": {"include": ["latest_run"]}}


async def report(arguments: argparse.Namespace) -> int:
    """Walk everything and write the page, whole or not at all."""
    statistics, show = Statistics(now=datetime.now(UTC)), presenter(sys.stderr)
    async with connect(arguments) as scalr:
        with opened(arguments.output) as file:
            inventory = Inventory(scalr=scalr, show=show, options=_OPTIONS)
            await _count(inventory, statistics)
            origin = str(scalr.config.api_root.origin())
            file.write(page(statistics, origin).encode(errors="replace"))
    if arguments.output != STANDARD:
        show.say(f"wrote {arguments.output}")
    return Exit.INCOMPLETE if statistics.unread or inventory.changed else Exit.OK


async def _count(inventory: Inventory, statistics: Statistics) -> None:
    """Count every kind that this token may read; raise if it may read none."""
    refusals: list[ScalrError] = []
    for kind in KINDS:
        try:
            async for batch in inventory.walk(kind):
                for item in batch.items:
                    statistics.take(kind, item)
        except (ForbiddenError, NotFoundError) as refusal:
            statistics.unread[kind] = refusal.message
            inventory.show.say(f"{kind}: {refusal}")
            refusals.append(refusal)
    if len(refusals) == len(KINDS):
        raise refusals[0]
