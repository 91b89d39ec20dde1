"""Replace the token of a pool without a gap.

    python rotate_token.py pool-eu-west-1 token.txt            # a new token; the old ones stay
    python rotate_token.py pool-eu-west-1 token.txt --finish   # the agents have it: drop the others

The token goes to a file that only its owner can read, its id to token.id; it is printed nowhere.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from pathlib import Path

from scalr_async import ScalrClient


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


async def begin(scalr: ScalrClient, pool: str, path: Path) -> None:
    """Create a token and write it down."""
    target = await scalr.agent_pools.list(name=pool).one()
    created = await scalr.agent_pools.create_token(target, description="rotated")
    if created.token is None:
        raise SystemExit("the server sent no token")
    try:
        write_private(path, created.token)
        write_private(path.with_suffix(".id"), created.id)
    except OSError:
        await scalr.access_tokens.delete(created)  # a token that nobody has is of no use
        raise
    print(f"{created.id} is in {path}; give it to the agents, then run this with --finish")


async def finish(scalr: ScalrClient, pool: str, path: Path) -> None:
    """Delete every token of the pool but the one that was written down."""
    kept = path.with_suffix(".id").read_text().strip()
    target = await scalr.agent_pools.list(name=pool).one()
    tokens = await scalr.agent_pools.list_access_tokens(target).collect()
    if kept not in {token.id for token in tokens}:
        raise SystemExit(f"{kept} is not a token of {pool}: nothing was deleted")
    for token in tokens:
        if token.id != kept:
            await scalr.access_tokens.delete(token)
            print(f"{token.id} deleted")


async def main(pool: str, path: Path, *, done: bool) -> None:
    async with ScalrClient() as scalr:
        await (finish if done else begin)(scalr, pool, path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pool", help="name of the agent pool")
    parser.add_argument("file", type=Path, help="where the token goes")
    parser.add_argument("--finish", action="store_true", help="delete the other tokens")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.pool, arguments.file, done=arguments.finish))
