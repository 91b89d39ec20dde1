"""The arguments of `scalr-async`."""

from __future__ import annotations

import argparse
from typing import Any, Final

from scalr_async._version import __version__
from scalr_async.cli import _options
from scalr_async.cli._epilogs import EPILOG, WORKSPACES

__all__ = ["KINDS", "parser"]

KINDS: Final = ("accounts", "environments", "workspaces", "agent_pools", "agents")
"""The collections of an inventory, in the order they are walked."""


def parser() -> argparse.ArgumentParser:
    """Build the parser; parsed arguments hold the `command` to run, as `module:function`."""
    root = _options.Parser(
        prog="scalr-async",
        description="Scalr from the command line: inventory, agent pools, and an emulator.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    root.add_argument("--version", action="version", version=f"scalr-async {__version__}")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _demo(_command(commands, "demo", "_demo:demo", "show the main features on an emulated Scalr"))
    _crawl(_command(commands, "crawl", "_crawl:crawl", "write an inventory to a file"))
    _report(_command(commands, "report", "_report:report", "write an HTML page with charts"))
    _diff(_command(commands, "diff", "_diff:diff", "compare two inventories"))
    _runs(commands.add_parser("runs", help="list runs, or wait for them"))
    _pools(commands.add_parser("pools", help="list, create, delete and link agent pools"))
    _emulate(_command(commands, "emulate", "_emulate:emulate", "serve an emulated Scalr"))
    shell = _command(
        commands, "completion", "_completion:completion", "print a script for completion"
    )
    shell.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell")
    return root


def _command(
    commands: argparse._SubParsersAction[Any],
    name: str,
    target: str,
    text: str,
) -> argparse.ArgumentParser:
    description = f"{text[0].upper()}{text[1:]}."
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=description, allow_abbrev=False
    )
    command.set_defaults(command=target)
    return command


def _name_lists(command: argparse._ActionsContainer, **helps: str) -> None:
    """Add options that take names, separated by commas; each may be given several times."""
    for name, text in helps.items():
        command.add_argument(
            f"--{name}",
            type=_options.words,
            action="extend",
            default=[],
            metavar="NAME,...",
            help=text,
        )


def _estate(command: argparse.ArgumentParser, **defaults: int) -> argparse._ArgumentGroup:
    group = command.add_argument_group("what there is")
    beside = {"environments": ", beside the one there is"}
    for name in ("environments", "workspaces", "pools", "agents"):
        group.add_argument(
            f"--{name}",
            type=_options.any_count,
            default=defaults.get(name, 0),
            metavar="N",
            help=f"number of {name} to create{beside.get(name, '')} (default %(default)s)",
        )
    return group


def _knobs(command: argparse.ArgumentParser, *, latency: float, rate: float | None) -> None:
    command.add_argument(
        "--latency",
        type=_options.seconds,
        default=latency,
        metavar="S",
        help="seconds before each answer (default %(default)s)",
    )
    command.add_argument(
        "--rate-limit",
        type=_options.rate,
        default=rate,
        metavar="N",
        help="requests a second, others get a 429 (default %(default)s)",
    )
    command.add_argument(
        "--seed", type=int, default=0, metavar="N", help="the same number gives the same ids"
    )


def _demo(command: argparse.ArgumentParser) -> None:
    _estate(command, environments=3, workspaces=2500, pools=4, agents=12)
    _knobs(command, latency=0.02, rate=200.0)
    command.add_argument(
        "--links",
        type=_options.any_count,
        default=500,
        metavar="N",
        help="number of workspaces to link to a new pool (default %(default)s)",
    )


def _emulate(command: argparse.ArgumentParser) -> None:
    command.epilog = (
        "The emulator's token opens nothing else, so it is printed unless it goes to a file."
    )
    command.add_argument(
        "--host", type=_options.word, default="127.0.0.1", help="address (default %(default)s)"
    )
    command.add_argument(
        "--port",
        type=_options.port,
        default=0,
        help="port (default: a free one)",
        metavar="N",
    )
    token = command.add_mutually_exclusive_group()
    token.add_argument("--token", help="bearer token to accept (default: derived from the seed)")
    token.add_argument(
        "--token-file",
        metavar="FILE",
        type=_options.word,
        help="write the token to this file instead of printing it",
    )
    command.add_argument(
        "--account",
        action="append",
        metavar="NAME",
        help="name of an account, may be repeated (default: mainiacp)",
    )
    start = _estate(command).add_mutually_exclusive_group()
    start.add_argument(
        "--demo",
        action="store_true",
        help="the account that the examples of the documentation are written for",
    )
    start.add_argument(
        "--from",
        dest="inventory",
        metavar="FILE",
        type=_options.word,
        help="NDJSON file of a crawl, whose ids, names and links are kept",
    )
    _knobs(command, latency=0.0, rate=None)
    command.add_argument(
        "--answers",
        choices=("generous", "sparse"),
        default="generous",
        help="sparse omits all that JSON:API allows to omit (default %(default)s)",
    )


def _connection(command: argparse.ArgumentParser, *, several: bool = False) -> None:
    group = command.add_argument_group("which Scalr")
    group.add_argument("--host", type=_options.word, help="host name or URL, such as acme.scalr.io")
    group.add_argument(
        "--profile",
        type=_options.word,
        metavar="NAME",
        action="append" if several else "store",
        help="profile of ~/.scalr/scalr.conf" + (", may be repeated" if several else ""),
    )
    group.add_argument(
        "--token-file", metavar="FILE", type=_options.word, help="file with the token, - for stdin"
    )
    group.add_argument(
        "--ca-file", metavar="FILE", type=_options.word, help="PEM file of trusted authorities"
    )
    group.add_argument("--proxy", metavar="URL", help="URL of the proxy, or @FILE with the URL")
    group.add_argument(
        "--rate",
        type=_options.rate_limit,
        metavar="N",
        help="the rate limit in requests a second, or a minute: 500/m",
    )
    group.add_argument(
        "--budget",
        metavar="URL",
        help="share the rate through a Redis or Valkey server: redis://HOST, or @FILE",
    )
    group.add_argument(
        "--token", action=_options.RefuseToken, default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )


def _pools(command: argparse.ArgumentParser) -> None:
    commands = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed = _command(commands, "list", "_pools:list_pools", "list agent pools")
    shown = _command(commands, "show", "_pools:show", "show a pool and its agents")
    made = _command(commands, "create", "_pools:create", "create a pool")
    deleted = _command(commands, "delete", "_pools:delete", "delete a pool")
    token = _command(commands, "token", "_pools:token", "create a token for the agents of a pool")
    linked = _command(commands, "link", "_pools:link", "link workspaces to a pool")
    unlinked = _command(commands, "unlink", "_pools:unlink", "unlink workspaces from a pool")
    made.add_argument("name", metavar="NAME", help="name of the new pool")
    made.add_argument(
        "--environment",
        action="append",
        metavar="ENV",
        help="id or name of an environment of the pool, may be repeated (default: all)",
    )
    made.add_argument("--vcs", action="store_true", help="let its agents connect to VCS providers")
    token.add_argument("--description", metavar="TEXT", help="the purpose of the token")
    token.add_argument(
        "--output", metavar="FILE", type=_options.word, help="private file for the token"
    )
    for each in (shown, deleted, token):
        each.add_argument("pool", metavar="POOL", help="id or name of the pool")
    for each in (linked, unlinked):
        _links(each)
    for each in (made, deleted, token, linked, unlinked):
        each.add_argument("--dry-run", action="store_true", help="print the changes, write nothing")
    for each in (deleted, linked, unlinked):
        each.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    for each in (listed, shown, made, linked, unlinked):
        each.add_argument("--json", action="store_true", help="write NDJSON")
    for each in (listed, shown, made, deleted, token, linked, unlinked):
        _connection(each)


def _links(command: argparse.ArgumentParser) -> None:
    command.epilog = WORKSPACES
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.add_argument("pool", nargs="?", metavar="POOL", help="id or name of the pool")
    command.add_argument("--environment", metavar="ENV", help="workspaces of this environment")
    command.add_argument("--tag", metavar="TAG", help="workspaces with this tag")
    command.add_argument(
        "--workspace", nargs="+", action="extend", metavar="WS", help="ids and names"
    )
    command.add_argument(
        "--file", metavar="FILE", type=_options.word, help="file with workspaces, - for stdin"
    )
    command.add_argument(
        "--via",
        choices=("workspace", "pool"),
        default="workspace",
        help="write to each workspace (default), or the pool's list in 3 requests",
    )
    command.add_argument(
        "--concurrency",
        type=_options.positive,
        default=16,
        metavar="N",
        help="concurrent requests (default %(default)s)",
    )


def _crawl(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "kinds",
        nargs="*",
        type=_options.kind,
        metavar="KIND",
        help=f"collections to read (default: {', '.join(KINDS)})",
    )
    what = command.add_argument_group("what is read")
    _name_lists(
        what,
        include="relationships whose resources are written too",
        fields="fields to request, if the API has sparse fieldsets",
        columns="columns of a table (default: those that CSV files share, all of the others)",
    )
    what.add_argument(
        "--filter",
        type=_options.pair,
        action="append",
        metavar="NAME=VALUE",
        help="may be repeated",
    )
    what.add_argument(
        "--names", action="store_true", help="also write the names of linked resources"
    )
    what.add_argument(
        "--since", metavar="TIME", help="only what was updated since: 2026-01-31, 36h"
    )
    what.add_argument("--verify", action="store_true", help="find items that changes have hidden")
    command.add_argument(
        "--format", choices=("ndjson", "csv", "parquet", "sqlite"), help="default: ndjson"
    )
    command.add_argument(
        "--output",
        metavar="FILE",
        type=_options.word,
        help="output file, - for standard output (default)",
    )
    command.add_argument(
        "--resume",
        metavar="FILE",
        type=_options.word,
        help="save progress to this file, and resume from it",
    )
    command.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        type=_options.scheduler,
        help="read with the workers of this Dask scheduler: tcp://HOST:8786",
    )
    command.add_argument(
        "--allow-missing", action="store_true", help="exit with 0 even if a list changed"
    )
    command.add_argument(
        "--dry-run", action="store_true", help="only show items, requests and time"
    )
    command.add_argument("--json", action="store_true", help="write the summary as JSON")
    _connection(command, several=True)


def _report(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--output",
        metavar="FILE",
        type=_options.word,
        default="scalr-report.html",
        help="output file, - for standard output (default %(default)s)",
    )
    command.add_argument(
        "--from",
        dest="files",
        metavar="FILE",
        type=_options.word,
        nargs="+",
        action="extend",
        help="read the files of a crawl instead of a server",
    )
    _connection(command)


def _diff(command: argparse.ArgumentParser) -> None:
    for name in ("old", "new"):
        command.add_argument(name, metavar="FILE", type=_options.word, help=f"the {name} inventory")
    command.add_argument(
        "--format", choices=("text", "json", "html"), default="text", help="default: %(default)s"
    )
    command.add_argument(
        "--output",
        metavar="FILE",
        type=_options.word,
        help="output file, - for standard output (default)",
    )
    _name_lists(
        command,
        ignore="fields to ignore",
        types="compare only these types, also where a file has none",
    )
    command.add_argument(
        "--exit-code",
        action="store_true",
        help="exit 1 if there are changes, or types that were not compared",
    )


def _runs(command: argparse.ArgumentParser) -> None:
    commands = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed = _command(commands, "list", "_runs:list_runs", "list runs")
    waited = _command(commands, "wait", "_runs:wait", "wait until runs have ended")
    listed.add_argument("--workspace", metavar="WS", help="id or name of a workspace")
    listed.add_argument(
        "--status",
        type=_options.words,
        action="extend",
        metavar="NAME,...",
        help="statuses of runs",
    )
    listed.add_argument(
        "--limit",
        type=_options.positive,
        default=20,
        metavar="N",
        help="largest number of runs (default %(default)s)",
    )
    waited.add_argument("run", nargs="+", metavar="RUN", help="ids of runs")
    waited.add_argument(
        "--until",
        default="terminal",
        metavar="STATUS",
        help="terminal, confirmable, or a status (default: %(default)s)",
    )
    waited.add_argument(
        "--timeout", type=_options.duration, metavar="S", help="longest wait in seconds"
    )
    for each in (listed, waited):
        each.add_argument("--json", action="store_true", help="write NDJSON")
        _connection(each)
