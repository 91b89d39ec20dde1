"""Replace the token of a pool without interrupting its agents.

    python rotate_token.py pool-eu-west-1 kubernetes token.txt

Replaces the tokens that have this description: writes a new one to the file, which only its owner
can read, and deletes the others once agents have used it. Run it every minute until the exit code
is 0; it may be killed at any moment.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from scalr_async import ScalrClient, ScalrError
from scalr_async.resources import AccessToken


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 atomically."""
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def is_used(token: AccessToken) -> bool:
    return token.last_used_at is not None


async def rotate(name: str, description: str, path: Path) -> int:
    async with ScalrClient() as scalr:
        rotation = await scalr.agent_pools.rotate_token(
            await scalr.agent_pools.find(name=name),
            description=description,
            hand_over=lambda token: write_private(path, token.token or ""),
            in_use=is_used,
        )
    if not rotation.finished:
        print(f"{rotation.token.id} is in {path}, and no agent has used it yet")
        return 1
    print(f"{rotation.token.id} is used; deleted: {', '.join(rotation.removed) or 'none'}")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pool", help="name of the agent pool")
    parser.add_argument("description", help="description of the tokens to replace")
    parser.add_argument("file", type=Path, help="where the token goes")
    arguments = parser.parse_args()
    try:
        sys.exit(asyncio.run(rotate(arguments.pool, arguments.description, arguments.file)))
    except ScalrError as error:
        sys.exit(str(error))
