"""Link the workspaces of an environment that have a tag to a pool.

    python link_by_tag.py production team:payments pool-eu-west-1

Prints failures with their reasons, and then exits with 1; so do unknown names and a missing token.
It is safe to run again.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import aclosing

from scalr_async import ScalrClient, ScalrError


async def link(environment: str, tag: str, pool: str) -> int:
    """Link the workspaces; returns the number of failures."""
    async with ScalrClient() as scalr:
        workspaces = scalr.workspaces.list(
            environment=await scalr.environments.list(name=environment).one(),
            tag=await scalr.tags.list(name=tag).one(),
            fields={"workspaces": ["name"]},
        )
        target = await scalr.agent_pools.list(name=pool).one()
        linked = failed = 0
        # The list is read while the links are made, so neither is ever wholly in memory.
        stream = scalr.agent_pools.link_workspaces_iter(target, workspaces)
        async with aclosing(stream) as outcomes:
            async for outcome in outcomes:
                if outcome.ok:
                    linked += 1
                else:
                    failed += 1
                    print(f"{outcome.input}: {outcome.outcome}: {outcome.error}", file=sys.stderr)
    print(f"{linked} linked to {pool}, {failed} failed")
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("environment", help="name of the environment")
    parser.add_argument("tag", help="name of the tag")
    parser.add_argument("pool", help="name of the agent pool")
    arguments = parser.parse_args()
    try:
        failed = asyncio.run(link(arguments.environment, arguments.tag, arguments.pool))
    except ScalrError as error:
        sys.exit(str(error))
    sys.exit(1 if failed else 0)
