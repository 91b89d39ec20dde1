"""`pools`: lists, shows, makes and deletes agent pools, makes tokens, and links workspaces."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Any, Final

from scalr_async._estimate import Estimate
from scalr_async._values import UNSET
from scalr_async.bulk import BulkResult, Outcome, bulk_report
from scalr_async.cli._changes import HANDFUL, confirm, id_of, name_of, reason, record, writing
from scalr_async.cli._connect import connect
from scalr_async.cli._counters import Counters
from scalr_async.cli._estimate import at_limit, seconds_for
from scalr_async.cli._names import ENVIRONMENT, POOL, TAG, find, find_workspaces, workspaces_in
from scalr_async.cli._present import Column, write_json
from scalr_async.cli._run import Exit
from scalr_async.cli._streams import STANDARD, opened, presenter, read_text
from scalr_async.client import ScalrClient
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._text import count
from scalr_async.resources._pool_estimates import SLOW

__all__ = ["create", "delete", "link", "list_pools", "show", "token", "unlink"]


_COLUMNS: Final = (
    Column("id", whole=True),
    Column("name"),
    Column("environments", right=True),
    Column("workspaces", right=True),
    Column("agents", right=True),
)
_DRY: tuple[Column, ...] = (Column("id", whole=True), Column("name"), Column("pool now"))
_FASTER: Final = "--via pool takes 3 requests, if nobody else is changing the pool"
_FAILED = (Column("id", whole=True), Column("name"), Column("outcome"), Column("reason"))


async def list_pools(arguments: argparse.Namespace) -> int:
    """Show all agent pools."""
    async with connect(arguments) as scalr:
        pools = [_summary(pool) async for pool in scalr.agent_pools.list()]
    if arguments.json:
        write_json(pools)
    else:
        rows = [[_shown(pool[column.name]) for column in _COLUMNS] for pool in pools]
        presenter(sys.stdout).table(_COLUMNS, rows)
    return Exit.OK


async def show(arguments: argparse.Namespace) -> int:
    """Show one pool with its agents."""
    async with connect(arguments) as scalr:
        pool = await find(scalr, POOL, arguments.pool)
        agents = await scalr.agents.list(agent_pool=pool).collect()
    about = _summary(pool) | {"agents": len(agents), "vcs_enabled": pool.vcs_enabled}
    fields = ("id", "name", "status", "version")
    listed = [{field: getattr(agent, field) for field in fields} for agent in agents]
    if arguments.json:
        write_json([about | {"agents": listed}])
        return Exit.OK
    display = presenter(sys.stdout)
    display.table(
        (Column("pool"), Column(str(pool.name or pool.id), whole=True)),
        [
            [name.replace("_", " "), _shown(value)]
            for name, value in about.items()
            if name != "name"
        ],
    )
    if listed:
        columns = [Column(field, whole=field == "id") for field in fields]
        display.table(columns, [[_shown(each[field]) for field in fields] for each in listed])
    return Exit.OK


async def create(arguments: argparse.Namespace) -> int:
    """Make a pool for every environment, or for those given."""
    async with connect(arguments) as scalr:
        homes = [await find(scalr, ENVIRONMENT, text) for text in arguments.environment or ()]
        values: dict[str, Any] = {"name": arguments.name, "vcs_enabled": arguments.vcs}
        values |= {"environments": homes} if homes else {"is_shared": True}
        if arguments.dry_run and arguments.json:
            write_json(
                [
                    {
                        "would": "create",
                        "name": arguments.name,
                        "environments": [h.id for h in homes] or "all",
                    }
                ]
            )
            return Exit.OK
        if arguments.dry_run:
            where = ", ".join(home.name for home in homes) or "every environment"
            presenter(sys.stdout).say(
                f"would create the pool {arguments.name} for {where}; nothing was done"
            )
            return Exit.OK
        with writing(f"the pool {arguments.name} may have been created"):
            pool = await scalr.agent_pools.create(**values)
    if arguments.json:
        write_json([_summary(pool)])
    else:
        presenter(sys.stdout).say(f"created {pool.name} ({pool.id})")
    return Exit.OK


async def delete(arguments: argparse.Namespace) -> int:
    """Delete a pool, after which its workspaces have none."""
    async with connect(arguments) as scalr:
        pool = await find(scalr, POOL, arguments.pool)
        workspaces = await scalr.workspaces.list(agent_pool=pool).count()
        agents = await scalr.agents.list(agent_pool=pool).count()
        what = (
            f"delete {pool.name} ({pool.id}), "
            f"with {count(workspaces, 'workspace')} on it and {count(agents, 'agent')}"
        )
        if arguments.dry_run:
            presenter(sys.stdout).say(f"would {what}; nothing was done")
            return Exit.OK
        await confirm(arguments, what)
        with writing(f"the pool {pool.name} ({pool.id}) may have been deleted"):
            await scalr.agent_pools.delete(pool)
    presenter(sys.stdout).say(f"deleted {pool.name} ({pool.id})")
    return Exit.OK


async def token(arguments: argparse.Namespace) -> int:
    """Make a token for the agents of a pool; it can be read only now."""
    async with connect(arguments) as scalr:
        pool = await find(scalr, POOL, arguments.pool)
        if arguments.dry_run:
            presenter(sys.stdout).say(
                f"would make a token for {pool.name} ({pool.id}); nothing was done"
            )
            return Exit.OK
        made = await _make_token(scalr, pool, arguments)
    if arguments.output not in (None, STANDARD):
        presenter(sys.stderr).say(f"wrote the token {made.id} of {pool.name} to {arguments.output}")
    return Exit.OK


async def _make_token(scalr: ScalrClient, pool: Any, arguments: argparse.Namespace) -> Any:
    """Make a token and write it; delete the token if it cannot be written."""
    made = None
    try:
        with opened(arguments.output, mode=0o600) as file:
            with writing(f"a token for {pool.name} ({pool.id}) may have been created"):
                made = await scalr.agent_pools.create_token(pool, description=arguments.description)
            file.write(f"{made.token!s}\n".encode())
    except (OSError, InvalidArgumentError):
        if made is not None:
            await scalr.access_tokens.delete(made)
        raise
    return made


def _summary(pool: Any) -> dict[str, Any]:
    """Return the values of a pool's line; None where the server gives none."""
    return {
        "id": pool.id,
        "name": pool.name,
        "environments": _environments(pool),
        "workspaces": _count(pool.workspaces),
        "agents": _count(pool.agents),
    }


def _environments(pool: Any) -> str | int | None:
    if pool.is_shared is True:
        return "all"
    count = _count(pool.environments)
    return count if pool.is_shared is False or count else None


def _count(relationship: Any) -> int | None:
    """Return the length of a relationship, None if it is not in the answer or is no list."""
    return len(relationship) if isinstance(relationship, Sequence) else None


def _shown(value: Any) -> str:
    return "?" if value is None or value is UNSET else str(value)


async def link(arguments: argparse.Namespace) -> int:
    """Let workspaces run on a pool."""
    return await _change(arguments, "link")


async def unlink(arguments: argparse.Namespace) -> int:
    """Take workspaces off a pool; workspaces not on it are left alone."""
    return await _change(arguments, "unlink")


async def _change(arguments: argparse.Namespace, verb: str) -> int:
    word = _pool_of(arguments)
    _check_choice(arguments)
    counters = Counters()
    async with connect(arguments, counters) as scalr:
        pool = await find(scalr, POOL, word)
        workspaces = await _chosen(scalr, arguments, pool if verb == "unlink" else None)
        if not workspaces:
            raise InvalidArgumentError(f"no workspace matched; nothing to {verb}")
        if arguments.dry_run:
            lookups = counters.requests  # which the command itself repeats
            known = await _estimate(scalr, arguments, pool, workspaces, verb)
            return _preview(workspaces, pool, verb, known, arguments, lookups=lookups)
        if len(workspaces) > HANDFUL:
            await confirm(arguments, _description(len(workspaces), pool, verb))
        await _suggest(scalr, arguments, pool, workspaces, verb)
        result = await _apply(scalr, arguments, pool, workspaces, verb)
    _report_outcomes(result.outcomes, verb, as_json=arguments.json)
    return Exit.SOME_FAILED if result.failed else Exit.OK


async def _apply(
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
                via=arguments.via,
                on_outcome=lambda _: progress.advance(),
            )
        except asyncio.CancelledError as cancelled:
            _report_outcomes(
                _outcomes_of_all(bulk_report(cancelled), workspaces), verb, as_json=arguments.json
            )
            presenter(sys.stderr).say("interrupted; the same command does the rest")
            raise


def _pool_of(arguments: argparse.Namespace) -> str:
    """Return the pool's id or name; in `--workspace A B POOL` it is the last word."""
    if arguments.pool is None and len(arguments.workspace or ()) > 1:
        arguments.pool = arguments.workspace.pop()
    if arguments.pool is None:
        raise InvalidArgumentError("which pool? give its id or name")
    return str(arguments.pool)


def _check_choice(arguments: argparse.Namespace) -> None:
    """Refuse workspaces chosen in two ways, or in none when standard input is a terminal."""
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
    """Return the workspaces given by word or file, or by environment and tag (and pool)."""
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


async def _estimate(
    scalr: ScalrClient,
    arguments: argparse.Namespace,
    pool: Any,
    workspaces: Sequence[Any],
    verb: str,
) -> Estimate:
    calls = scalr.agent_pools.estimate
    estimate = calls.link_workspaces if verb == "link" else calls.unlink_workspaces
    found = [workspace for workspace in workspaces if not isinstance(workspace, str)]
    return await estimate(pool, found, via=arguments.via)


async def _suggest(
    scalr: ScalrClient,
    arguments: argparse.Namespace,
    pool: Any,
    workspaces: Sequence[Any],
    verb: str,
) -> None:
    """Suggest `--via pool` if the known rate limit makes the change slow."""
    known = await _estimate(scalr, arguments, pool, workspaces, verb)
    if arguments.via == "workspace" and known.seconds is not None and known.seconds > SLOW:
        text = at_limit(known.requests, known.seconds, arguments)
        presenter(sys.stderr).say(f"{text}; {_FASTER}")


def _preview(
    workspaces: Sequence[Any],
    pool: Any,
    verb: str,
    known: Estimate,
    arguments: argparse.Namespace,
    *,
    lookups: int,
) -> Exit:
    """Show what would be done; a workspace that was not found is a failure, as in a real run."""
    missing = sum(isinstance(item, str) for item in workspaces)
    requests = lookups + known.requests
    seconds = seconds_for(requests, arguments)
    if arguments.json:
        write_json(_planned_change(item, pool, verb) for item in workspaces)
        write_json([{"requests": requests, "minutes": round(seconds / 60, 3)}])
        return Exit.SOME_FAILED if missing else Exit.OK
    show = presenter(sys.stdout)
    show.table(_DRY, [[id_of(item), _name_shown(item), _pool_now(item)] for item in workspaces])
    lost = f", {missing:,} not found" if missing else ""
    sentence = _description(len(workspaces) - missing, pool, verb)
    show.say(f"would {sentence}{lost}; nothing was done")
    is_slow = seconds_for(known.requests, arguments) > SLOW
    faster = f"; {_FASTER}" if is_slow and arguments.via == "workspace" else ""
    show.say(f"{at_limit(requests, seconds, arguments)}{faster}")
    return Exit.SOME_FAILED if missing else Exit.OK


def _description(number: int, pool: Any, verb: str) -> str:
    joint = "to" if verb == "link" else "from"
    return f"{verb} {count(number, 'workspace')} {joint} {pool.name} ({pool.id})"


def _planned_change(workspace: Any, pool: Any, verb: str) -> dict[str, Any]:
    """Return a line of NDJSON; `now` is null without a pool, absent if the server gives none."""
    if isinstance(workspace, str):
        return {"workspace": workspace, "pool": pool.id, "would": "fail"}
    line = {"workspace": workspace.id, "pool": pool.id, "would": verb}
    if workspace.agent_pool is not UNSET:
        line["now"] = workspace.agent_pool and workspace.agent_pool.id
    return line


def _name_shown(workspace: Any) -> str:
    """Return the name of a workspace; a string is a word that was not found."""
    return "(not found)" if isinstance(workspace, str) else name_of(workspace)


def _pool_now(workspace: Any) -> str:
    if isinstance(workspace, str):
        return ""
    if workspace.agent_pool is UNSET:
        return "?"
    return workspace.agent_pool.id if workspace.agent_pool else ""


def _outcomes_of_all(
    report: BulkResult[Any, Any] | None, workspaces: Sequence[Any]
) -> list[Outcome[Any, Any]]:
    """Return an outcome for each workspace of an interrupted call."""
    begun = [] if report is None else [*report.outcomes, *report.interrupted]
    left = range(len(begun), len(workspaces))
    return begun + [Outcome(index=i, input=workspaces[i], outcome="not_sent") for i in left]


def _report_outcomes(outcomes: Sequence[Outcome[Any, Any]], verb: str, *, as_json: bool) -> None:
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
