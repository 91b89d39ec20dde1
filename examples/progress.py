"""Walk over all workspaces, and show the client's activity on one line.

The line is written to standard error, and only if that is a terminal or `--plain` is given.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import attrs

from scalr_async import Event, ScalrClient, ScalrError
from scalr_async.telemetry import AttemptEvent, PageEvent, RetryEvent, WaitEvent


@attrs.define
class Progress:
    """Counts events, and shows the progress of a walk."""

    items: int = 0
    total: int | None = None
    counts: Counter[str] = attrs.field(factory=Counter)

    def see(self, event: Event) -> None:
        """Count an event; pass this method to the client as `on_event`."""
        match event:
            case PageEvent(items=items, total_count=total):
                self.items += items
                self.total = total
                self.show("\r")
            case AttemptEvent():
                self.counts["requests"] += 1
            case RetryEvent():
                self.counts["retries"] += 1
            case WaitEvent():
                self.counts["waits"] += 1

    def __str__(self) -> str:
        of = "" if self.total is None else f" of {self.total}"
        work = ", ".join(f"{number} {what}" for what, number in self.counts.items())
        return f"{self.items}{of} workspaces ({work})"

    def show(self, end: str) -> None:
        """Write the line; `end` is a carriage return to overwrite it next time, or a line feed."""
        if sys.stderr.isatty() or "--plain" in sys.argv:
            print(self, end=end, file=sys.stderr, flush=True)


async def main() -> None:
    progress = Progress()
    versions: Counter[str] = Counter()
    async with ScalrClient(on_event=progress.see) as scalr:
        async for workspace in scalr.workspaces.list():
            versions[workspace.terraform_version or "none"] += 1
    progress.show("\n")
    for version, number in versions.most_common():
        print(f"{number:6} {version}")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except ScalrError as error:
        sys.exit(str(error))
