"""`report`: writes an HTML page that says what needs attention, with charts."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scalr_async.cli._connect import connect
from scalr_async.cli._inventory import Inventory
from scalr_async.cli._present import Presenter
from scalr_async.cli._run import Exit
from scalr_async.cli._streams import STANDARD, opened, presenter
from scalr_async.errors import ForbiddenError, NotFoundError, ScalrError
from scalr_async.inventory._reading import mode_within
from scalr_async.inventory._records import count_files
from scalr_async.inventory._report_page import KINDS, page
from scalr_async.inventory._statistics import Statistics

__all__ = ["report"]

_OPTIONS: Final = {"workspaces": {"include": ["latest_run"]}}


async def report(arguments: argparse.Namespace) -> int:
    """Count everything and write the page, which gets its name when it is complete."""
    show = presenter(sys.stderr)
    paths = [Path(name) for name in arguments.files or ()]
    with opened(arguments.output, mode=mode_within(paths)) as file:
        if paths:
            statistics, origin = count_files(paths)
            is_complete = True
        else:
            statistics, origin, is_complete = await _count_server(arguments, show)
        file.write(page(statistics, origin).encode(errors="replace"))
    if arguments.output != STANDARD:
        show.say(f"wrote {arguments.output}")
    return Exit.OK if is_complete else Exit.INCOMPLETE


async def _count_server(
    arguments: argparse.Namespace, show: Presenter
) -> tuple[Statistics, str, bool]:
    """Return the statistics, the server's URL, and whether everything could be read."""
    statistics = Statistics(now=datetime.now(UTC))
    async with connect(arguments) as scalr:
        inventory = Inventory(scalr=scalr, show=show, options=_OPTIONS)
        await _count(inventory, statistics)
        origin = str(scalr.config.api_root.origin())
    return statistics, origin, not (statistics.unread or inventory.changed)


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
