"""`pools link` and `pools unlink`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from scalr_async._sentinels import UNSET
from scalr_async.bulk import BulkResult, Outcome, bulk_report
from scalr_async.cli._connect import connect
from scalr_async.cli._consent import HANDFUL, confirm
from scalr_async.cli._exit import Exit
from scalr_async.cli._failures import id_of, name_of, reason, record
from scalr_async.cli._files import STANDARD, read_text
from scalr_async.cli._input import workspaces_in
from scalr_async.cli._names import ENVIRONMENT, POOL, TAG, find, find_workspaces
from scalr_async.cli._present import Column, count, presenter, write_json
from scalr_async.client import ScalrClient
from scalr_async.errors import InvalidArgumentError

__all__ = ["link", "unlink"]

_DRY: tuple[Column, ...] = (Column("id", whole=True), Column("name"), Column("pool now"))
_FAILED = (Column("id", whole=True), Column("name"), Column("outcome"), Column("reason"))


async def link(arguments: argparse.Namespace) -> int:
    """Let workspaces run on a pool."""
    return await _change(arguments, "link")


async def unlink(arguments: argparse.Namespace) -> int:
    """Take workspaces off a pool; those that are not on it are left alone."""
    return await _change(arguments, "unlink")


async def _change(arguments: argparse.Namespace, verb: str) -> int:
    word = _pool_of(arguments)
    _check_choice(arguments)
    async with connect(arguments) as scalr:
        pool = await find(scalr, POOL, word)
        workspaces = await _chosen(scalr, arguments, pool if verb == "unlink" else None)
        if not workspaces:
            raise InvalidArgumentError(f"no workspace matched; nothing to {verb}")
        if arguments.dry_run:
            return _preview(workspaces, pool, verb, as_json=arguments.json)
        if len(workspaces) > HANDFUL:
            await confirm(arguments, _sentence(len(workspaces), pool, verb))
        result = await _run(scalr, arguments, pool, workspaces, verb)
    _show(result.outcomes, verb, as_json=arguments.json)
    return Exit.SOME_FAILED if result.failed else Exit.OK


async def _run(
    scalr: ScalrClient,
    arguments: argparse.Namespace,
    pool: Any,
    workspaces: Sequence[Any],
    verb: str,
) -> BulkResult[Any, Any]:
    pools = scalr.agent_pools
    change = pools.link_workspaces if verb == "link" else pools.unlink_workspaces
    with presenter(sys.stderr).progress(f"{verb}ing") as progress:
        progress.expect(len(workspaces))
        try:
            return await change(
                pool,
                workspaces,
                concurrency=arguments.concurrency,
                on_outcome=lambda _: progress.advance(),
            )
        except asyncio.CancelledError as cancelled:
            _show(_all_of(bulk_report(cancelled), workspaces), verb, as_json=arguments.json)
            presenter(sys.stderr).say("interrupted; the same command does the rest")
            raise


def _pool_of(arguments: argparse.Namespace) -> str:
    """Return the pool's word, which stands behind the workspaces in `--workspace A B POOL`."""
    if arguments.pool is None and len(arguments.workspace or ()) > 1:
        arguments.pool = arguments.workspace.pop()
    if arguments.pool is None:
        raise InvalidArgumentError("which pool? give its id or name")
    return str(arguments.pool)


def _check_choice(arguments: argparse.Namespace) -> None:
    """Refuse a choice of workspaces that says two things, or nothing to a terminal."""
    by_list = arguments.environment is not None or arguments.tag is not None
    given = [by_list, bool(arguments.workspace), arguments.file is not None]
    if sum(given) > 1:
        raise InvalidArgumentError(
            "which workspaces? give --environment and --tag, or --workspace, or --file"
        )
    if not any(given) and sys.stdin.isatty():
        raise InvalidArgumentError(
            "which workspaces? give --environment, --tag, --workspace or --file, or words on "
            "standard input"
        )


async def _chosen(
    scalr: ScalrClient, arguments: argparse.Namespace, pool: Any | None
) -> Sequence[Any]:
    """Return the workspaces that were named, or that environment and tag choose (on this pool)."""
    if arguments.workspace:
        return await find_workspaces(scalr, arguments.workspace)
    if arguments.environment is None and arguments.tag is None:
        name = arguments.file or STANDARD
        where = "standard input" if name == STANDARD else name
        return await find_workspaces(scalr, workspaces_in(read_text(name), where))
    options: dict[str, Any] = {} if pool is None else {"agent_pool": pool}
    if arguments.environment is not None:
        options["environment"] = await find(scalr, ENVIRONMENT, arguments.environment)
    if arguments.tag is not None:
        options["tag"] = await find(scalr, TAG, arguments.tag)
    found: list[Any] = await scalr.workspaces.list(page_size=100, **options).collect()
    return found


def _preview(workspaces: Sequence[Any], pool: Any, verb: str, *, as_json: bool) -> Exit:
    """Show what would be done; a workspace that was not found is a failure here as well."""
    missing = sum(isinstance(item, str) for item in workspaces)
    if as_json:
        write_json(_would(item, pool, verb) for item in workspaces)
        return Exit.SOME_FAILED if missing else Exit.OK
    show = presenter(sys.stdout)
    show.table(_DRY, [[id_of(item), _shown(item), _pool_now(item)] for item in workspaces])
    lost = f", {missing:,} not found" if missing else ""
    sentence = _sentence(len(workspaces) - missing, pool, verb)
    show.say(f"would {sentence}{lost}; nothing was done")
    return Exit.SOME_FAILED if missing else Exit.OK


def _sentence(number: int, pool: Any, verb: str) -> str:
    joint = "to" if verb == "link" else "from"
    return f"{verb} {count(number, 'workspace')} {joint} {pool.name} ({pool.id})"


def _would(workspace: Any, pool: Any, verb: str) -> dict[str, Any]:
    """Return a line of NDJSON; `now` is null without a pool, and not there if nobody told."""
    if isinstance(workspace, str):
        return {"workspace": workspace, "pool": pool.id, "would": "fail"}
    line = {"workspace": workspace.id, "pool": pool.id, "would": verb}
    if workspace.agent_pool is not UNSET:
        line["now"] = workspace.agent_pool and workspace.agent_pool.id
    return line


def _shown(workspace: Any) -> str:
    """Return the name of a workspace; a word that stayed as it is was not found."""
    return "(not found)" if isinstance(workspace, str) else name_of(workspace)


def _pool_now(workspace: Any) -> str:
    if isinstance(workspace, str):
        return ""
    if workspace.agent_pool is UNSET:
        return "?"
    return workspace.agent_pool.id if workspace.agent_pool else ""


def _all_of(
    report: BulkResult[Any, Any] | None, workspaces: Sequence[Any]
) -> list[Outcome[Any, Any]]:
    """Return an outcome for each workspace of a call that was interrupted."""
    begun = [] if report is None else [*report.outcomes, *report.interrupted]
    left = range(len(begun), len(workspaces))
    return begun + [Outcome(index=i, input=workspaces[i], outcome="not_sent") for i in left]


def _show(outcomes: Sequence[Outcome[Any, Any]], verb: str, *, as_json: bool) -> None:
    if as_json:
        write_json(record(outcome) for outcome in outcomes)
        return
    show = presenter(sys.stdout)
    failed = [outcome for outcome in outcomes if not outcome.ok]
    place = "on" if verb == "link" else "off"
    done = len(outcomes) - len(failed)
    is_or_are = "is" if len(outcomes) == 1 else "are"
    show.say(f"{done:,} of {count(len(outcomes), 'workspace')} {is_or_are} {place} the pool")
    if failed:
        rows = [[id_of(o.input), name_of(o.input), o.outcome, reason(o)] for o in failed]
        show.table(_FAILED, rows)
