"""The command line: `scalr-async`, also `python -m scalr_async`.

_parser       the arguments; `--help` imports nothing more
_run          runs a command, and makes one line and an exit code of its end
_streams      standard streams, and files in their place; which presenter suits one
_present      tables and progress as plain text; _terminal the same with rich
_connect      the client of a command
_names        words that stand for resources: ids and names, also in a file
_changes      asks before much is changed, and tells what failed
_inventory    walks everything there is, page by page

_crawl _report _pools _emulate _completion
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
