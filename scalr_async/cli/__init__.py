"""The command line: `scalr-async`, also `python -m scalr_async`.

_parser       what may be typed; `--help` imports nothing more
_exit         exit codes
_run          runs a command in a loop, and makes one line and an exit code of its errors
_present      tables and progress as plain text; _rich the same for terminals
_connect      the client of a command
_names        what a word stands for: an id or a name; _input workspaces named in a file
_consent      asks before much is changed
_inventory    walks everything there is, page by page
_files        files that are written whole or not at all
_failures     what a bulk call could not do

_crawl        and _rows (lines of a file), _bookmark (how far it has come)
_report       and _statistics (what is counted), _attention (what is wrong), _page, _charts
_pools        and _links (workspaces on a pool)
_emulate
_completion
_demo         and _demo_server (an emulator in another process), _counters (requests)
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code, which `scalr-async --help` explains."""
    # What is imported takes some tenths of a second, in which Ctrl-C may come already, and
    # `--help` shall not pay for all of it.
    try:
        from scalr_async.cli._parser import parser  # noqa: PLC0415  # as above

        arguments = parser().parse_args(argv)

        from scalr_async.cli._run import run  # noqa: PLC0415  # as above

        return run(arguments)
    except SystemExit as ended:
        return int(ended.code or 0)
    except KeyboardInterrupt:
        with contextlib.suppress(AttributeError, OSError):  # closed, or full
            sys.stderr.write("scalr-async: interrupted\n")
        return 130
