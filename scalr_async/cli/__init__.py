"""The command line: `scalr-async`, also `python -m scalr_async`.

_parser       the arguments; `--help` imports nothing more
_run          runs a command; turns its result or error into an exit code and one line
_streams      standard streams, files given in their place, the presenter of a stream
_present      tables and progress as plain text; _terminal the same with rich
_connect      the client of a command
_names        resolves ids and names given as arguments or in a file
_changes      asks before large changes, and groups failures for reports
_inventory    walks whole collections, page by page

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
    # The imports take some tenths of a second. They stand inside the `try` because Ctrl-C may
    # come meanwhile, and apart because `--help` needs only the first.
    try:
        from scalr_async.cli._parser import parser  # noqa: PLC0415  # as above

        try:
            arguments = parser().parse_args(argv)
        except SystemExit as ended:
            if sys.stdout is not None:
                sys.stdout.flush()  # of `--help`
            return int(ended.code or 0)

        from scalr_async.cli._run import run  # noqa: PLC0415  # as above

        return run(arguments)
    except OSError as error:  # of `--help`, too
        from scalr_async.cli._run import unwritten  # noqa: PLC0415  # as above

        return unwritten(error)
    except KeyboardInterrupt:
        with contextlib.suppress(AttributeError, OSError):  # closed, or full
            sys.stderr.write("scalr-async: interrupted\n")
        return 130
