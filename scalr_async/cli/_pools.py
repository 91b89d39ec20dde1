"""`pools`: lists agent pools, links workspaces to one and takes them off again."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from scalr_async._wire import printable
from scalr_async.bulk import BulkResult, Outcome, bulk_report
from scalr_async.cli._connect import connect, identify
from scalr_async.cli._exit import Exit
from scalr_async.cli._failures import id_of, name_of, reason, record
from scalr_async.cli._present import Column, presenter
from scalr_async.client import ScalrClient
from scalr_async.errors import InvalidArgumentError

__all__ = ["link", "list_pools", "unlink"]

_COLUMNS = (
    Column("id"),
    Column("name"),
    Column("environments", right=True),
    Column("workspaces", right=True),
    Column("agents", right=True),
)


async def list_pools(arguments: argparse.Namespace) -> int:
    """Show every agent pool there is."""
    async with connect(arguments) as scalr:
        pools = [_summary(pool) async for pool in scalr.agent_pools.list()]
    if arguments.json:
        _write(pools)
    else:
        names = ("id", "name", "environments", "workspaces", "agents")
        presenter(sys.stdout).table(_COLUMNS, [[str(pool[n]) for n in names] for pool in pools])
    return Exit.OK


def _summary(pool: Any) -> dict[str, Any]:
    return {
        "id": pool.id,
        "name": pool.name,
        "environments": "all" if pool.is_shared else len(pool.environments or ()),
        "workspaces": len(pool.workspaces or ()),
        "agents": len(pool.agents or ()),
    }


async def link(arguments: argparse.Namespace) -> int:
    """Let workspaces run on a pool."""
    return await _change(arguments, "link")


async def unlink(arguments: argparse.Namespace) -> int:
    """Take workspaces off a pool; those that are not on it are left alone."""
    return await _change(arguments, "unlink")


async def _change(arguments: argparse.Namespace, verb: str) -> int:
    async with connect(arguments) as scalr:
        pool = await identify(scalr.agent_pools, "apool", arguments.pool)
        pools = scalr.agent_pools
        change = pools.link_workspaces if verb == "link" else pools.unlink_workspaces
        with presenter(sys.stderr).progress(f"{verb}ing") as progress:
            workspaces = await _workspaces(scalr, arguments, pool if verb == "unlink" else None)
            progress.expect(len(workspaces))
            try:
                result = await change(
                    pool,
                    workspaces,
                    concurrency=arguments.concurrency,
                    on_outcome=lambda _: progress.advance(),
                )
            except asyncio.CancelledError as cancelled:
                _show(_all_of(bulk_report(cancelled), workspaces), verb, as_json=arguments.json)
                raise
    _show(result.outcomes, verb, as_json=arguments.json)
    return Exit.SOME_FAILED if result.failed else Exit.OK


async def _workspaces(
    scalr: ScalrClient, arguments: argparse.Namespace, pool: str | None
) -> Sequence[Any]:
    """Return the workspaces that were named: by environment (on this pool), by id, or as input."""
    if arguments.workspace:
        return list(dict.fromkeys(arguments.workspace))
    if arguments.environment is None:
        return list(dict.fromkeys(_read_ids(sys.stdin)))
    environment = await identify(scalr.environments, "env", arguments.environment)
    options: dict[str, Any] = {} if pool is None else {"agent_pool": pool}
    found: list[Any] = await scalr.workspaces.list(environment=environment, **options).collect()
    return found


def _read_ids(lines: TextIO) -> Iterator[str]:
    if lines.isatty():
        raise InvalidArgumentError("give --environment or --workspace, or ids on standard input")
    for line in map(str.strip, lines):
        if line.startswith("{"):
            yield _id_in(line)
        elif line:
            yield line


def _id_in(line: str) -> str:
    """Return the id of a workspace that `crawl` wrote."""
    try:
        resource = json.loads(line)
    except ValueError as error:
        raise InvalidArgumentError(f"standard input: {error}") from None
    if resource.get("type") != "workspaces" or not isinstance(resource.get("id"), str):
        raise InvalidArgumentError(f"standard input: not a workspace: {printable(line, 80)}")
    return str(resource["id"])


def _all_of(
    report: BulkResult[Any, Any] | None, workspaces: Sequence[Any]
) -> list[Outcome[Any, Any]]:
    """Return an outcome for each workspace of a call that was interrupted."""
    begun = [] if report is None else [*report.outcomes, *report.interrupted]
    left = range(len(begun), len(workspaces))
    return begun + [Outcome(index=i, input=workspaces[i], outcome="not_sent") for i in left]


def _show(outcomes: Sequence[Outcome[Any, Any]], verb: str, *, as_json: bool) -> None:
    if as_json:
        _write(record(outcome) for outcome in outcomes)
        return
    show = presenter(sys.stdout)
    failed = [outcome for outcome in outcomes if not outcome.ok]
    place = "on" if verb == "link" else "off"
    done = len(outcomes) - len(failed)
    show.say(f"{done} of {len(outcomes)} workspaces are {place} the pool")
    if failed:
        rows = [[id_of(o.input), name_of(o.input), o.outcome, reason(o)] for o in failed]
        show.table([Column(name) for name in ("id", "name", "outcome", "reason")], rows)


def _write(records: Iterable[dict[str, Any]]) -> None:
    for each in records:
        sys.stdout.write(json.dumps(each, ensure_ascii=False) + "\n")
