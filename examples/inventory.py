"""Write every workspace as a line of CSV: `python inventory.py > workspaces.csv`.

Host and token come from SCALR_HOSTNAME and SCALR_TOKEN, or from a credentials file.
"""

from __future__ import annotations

import asyncio
import csv
import sys

from scalr_async import Ref, Resource, ScalrClient, ScalrError
from scalr_async.resources import Workspace

COLUMNS = ("environment", "workspace", "id", "terraform", "agent pool", "last run", "updated")


def name_of(ref: Ref[Resource] | None) -> str:
    """Return the name of a related resource, or its id if it was not included."""
    if not ref:
        return ""
    return str(getattr(ref.resource, "name", ref.id))


def row(workspace: Workspace) -> tuple[str, ...]:
    run = workspace.latest_run.resource if workspace.latest_run else None
    return (
        name_of(workspace.environment),
        workspace.name,
        workspace.id,
        workspace.terraform_version or "",
        name_of(workspace.agent_pool),
        run.status if run else "",
        workspace.updated_at.isoformat() if workspace.updated_at else "",
    )


async def main() -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    async with ScalrClient() as scalr:
        workspaces = scalr.workspaces.list(
            include=["environment", "agent_pool", "latest_run"],
            fields={
                "workspaces": [
                    "name",
                    "terraform_version",
                    "updated_at",
                    "environment",
                    "agent_pool",
                    "latest_run",
                ]
            },
            on_drift="verify",  # complete in spite of concurrent creates and deletes
        )
        async for workspace in workspaces:
            out.writerow(row(workspace))
    if not workspaces.report.verified:
        print("the list changed faster than it could be read", file=sys.stderr)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except ScalrError as error:
        sys.exit(str(error))
