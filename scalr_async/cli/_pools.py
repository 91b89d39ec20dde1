"""`pools`: lists, shows, makes and deletes agent pools, and makes tokens for their agents."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, Final

from scalr_async._sentinels import UNSET
from scalr_async.cli._connect import connect
from scalr_async.cli._consent import confirm
from scalr_async.cli._exit import Exit
from scalr_async.cli._files import STANDARD, opened
from scalr_async.cli._names import ENVIRONMENT, POOL, find
from scalr_async.cli._present import Column, count, presenter, write_json
from scalr_async.client import ScalrClient
from scalr_async.errors import InvalidArgumentError

__all__ = ["create", "delete", "list_pools", "show", "token"]

_COLUMNS: Final = (
    Column("id", whole=True),
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
    """Make a pool: for every environment, or for those that are named."""
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
        pool = await scalr.agent_pools.create(**values)
    if arguments.json:
        write_json([_summary(pool)])
    else:
        presenter(sys.stdout).say(f"created {pool.name} ({pool.id})")
    return Exit.OK


async def delete(arguments: argparse.Namespace) -> int:
    """Delete a pool; the workspaces on it lose it."""
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
        await scalr.agent_pools.delete(pool)
    presenter(sys.stdout).say(f"deleted {pool.name} ({pool.id})")
    return Exit.OK


async def token(arguments: argparse.Namespace) -> int:
    """Make a token for the agents of a pool: the one time that it can be read."""
    async with connect(arguments) as scalr:
        pool = await find(scalr, POOL, arguments.pool)
        if arguments.dry_run:
            presenter(sys.stdout).say(
                f"would make a token for {pool.name} ({pool.id}); nothing was done"
            )
            return Exit.OK
        made = await _handed_over(scalr, pool, arguments)
    if arguments.output not in (None, STANDARD):
        presenter(sys.stderr).say(f"wrote the token {made.id} of {pool.name} to {arguments.output}")
    return Exit.OK


async def _handed_over(scalr: ScalrClient, pool: Any, arguments: argparse.Namespace) -> Any:
    """Make a token and write it; one that nobody could read is deleted again."""
    made = None
    try:
        with opened(arguments.output, mode=0o600) as file:
            made = await scalr.agent_pools.create_token(pool, description=arguments.description)
            file.write(f"{made.token!s}\n".encode())
    except (OSError, InvalidArgumentError):
        if made is not None:
            await scalr.access_tokens.delete(made)
        raise
    return made


def _summary(pool: Any) -> dict[str, Any]:
    """Return what a line of the list says; None stands for what the server does not tell."""
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
    """Return how many there are; None for what is not told, or is no list."""
    return len(relationship) if isinstance(relationship, Sequence) else None


def _shown(value: Any) -> str:
    return "?" if value is None or value is UNSET else str(value)
