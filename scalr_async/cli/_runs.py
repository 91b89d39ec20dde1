"""`runs`: lists runs, and waits for them."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import datetime
from typing import Any, Final

from scalr_async._values import UNSET
from scalr_async.cli._connect import connect
from scalr_async.cli._names import find_workspaces
from scalr_async.cli._present import Column, Presenter, write_json
from scalr_async.cli._run import Exit
from scalr_async.cli._streams import presenter
from scalr_async.client import ScalrClient
from scalr_async.errors import InvalidArgumentError
from scalr_async.resources import run_stage
from scalr_async.resources._run_stage import CONFIRMABLE

__all__ = ["list_runs", "wait"]

_COLUMNS: Final = (
    Column("id", whole=True),
    Column("status"),
    Column("created"),
    Column("workspace"),
    Column("message"),
)
_GOOD: Final = frozenset({"applied", "planned_and_finished"})


async def list_runs(arguments: argparse.Namespace) -> int:
    """Show runs, in the order of the server."""
    async with connect(arguments) as scalr:
        options: dict[str, Any] = {"include": ["workspace"]}
        if arguments.workspace is not None:
            (workspace,) = await find_workspaces(scalr, [arguments.workspace])
            if isinstance(workspace, str):
                raise InvalidArgumentError(f"{workspace!r} is neither id nor name of a workspace")
            options["workspace"] = workspace
        if arguments.status:
            options["status"] = arguments.status
        size = min(arguments.limit, 100)
        pager = scalr.runs.list(limit=arguments.limit, page_size=size, **options)
        runs = [_summary(run) async for run in pager]
    if arguments.json:
        write_json(runs)
    else:
        rows = [[str(run[column.name] or "") for column in _COLUMNS] for run in runs]
        presenter(sys.stdout).table(_COLUMNS, rows)
    return Exit.OK


async def wait(arguments: argparse.Namespace) -> int:
    """Wait for runs concurrently; the exit code is 0 if all reached a good or wanted status."""
    show, names = presenter(sys.stderr), list(dict.fromkeys(arguments.run))
    async with connect(arguments) as scalr:
        waits = (_wait(scalr, name, arguments, show) for name in names)
        ends = await asyncio.gather(*waits, return_exceptions=True)
    runs = [end for end in ends if not isinstance(end, BaseException)]
    if arguments.json:
        write_json({**_summary(run), "stage": run_stage(run)} for run in runs)
    else:
        for run in runs:
            presenter(sys.stdout).say(f"{run.id} {run.status}")
    errors = [end for end in ends if isinstance(end, BaseException)]
    for error in errors[1:]:
        show.say(str(error))
    if errors:
        raise errors[0]
    good = all(run.status in _GOOD or _is_wanted(run, arguments.until) for run in runs)
    return Exit.OK if good else Exit.SOME_FAILED


async def _wait(
    scalr: ScalrClient, name: str, arguments: argparse.Namespace, show: Presenter
) -> Any:
    """Wait for one run, and show each of its statuses."""
    return await scalr.runs.wait(
        name,
        until=arguments.until,
        timeout=arguments.timeout,
        on_change=lambda run: show.say(f"{run.id}: {run.status}"),
    )


def _is_wanted(run: Any, until: str) -> bool:
    return run.status == until or (until == "confirmable" and run.status in CONFIRMABLE)


def _summary(run: Any) -> dict[str, Any]:
    """Return the values of a run's line; None where the server gives none."""
    workspace = run.workspace if run.workspace is not UNSET else None
    found = workspace and workspace.resource
    given = {
        "id": run.id,
        "status": run.status,
        "created": run.created_at,
        "workspace": (found and found.name) or (workspace and workspace.id),
        "message": run.message,
    }
    values = {name: None if value is UNSET else value for name, value in given.items()}
    created = values["created"]
    values["created"] = created.isoformat() if isinstance(created, datetime) else created
    return values
