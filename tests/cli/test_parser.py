from __future__ import annotations

import runpy
import subprocess
import sys

import pytest

from scalr_async._version import __version__
from scalr_async.cli import main
from scalr_async.cli._parser import KINDS, parser


def test_the_version_is_told(capsys) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"scalr-async {__version__}\n"


def test_help_names_every_command_and_every_exit_code(capsys) -> None:
    assert main(["--help"]) == 0

    text = capsys.readouterr().out
    for word in ("demo", "crawl", "report", "pools", "emulate", "130", "--token-file"):
        assert word in text


@pytest.mark.parametrize("words", [["crawl"], ["report"], ["pools", "list"], ["pools", "link"]])
def test_a_real_token_is_never_an_option_and_never_repeated(words, capsys) -> None:
    assert main([*words, "--token", "canary"]) == 2

    text = capsys.readouterr().err
    assert "--token-file" in text
    assert "canary" not in text


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["bogus"],
        ["pools"],
        ["pools", "link", "eu", "--concurrency", "0"],
        ["crawl", "secrets"],
        ["crawl", "--format", "xml"],
        ["crawl", "--form", "csv"],
        ["emulate", "--port", "65536"],
        ["emulate", "--workspaces", "-1"],
        ["emulate", "--latency", "-1"],
        ["emulate", "--latency", "nan"],
        ["emulate", "--rate-limit", "0"],
        ["emulate", "--rate-limit", "many"],
        ["emulate", "--token", "a", "--token-file", "b"],
        ["emulate", "--answers", "few"],
        ["emulate", "--demo", "--from", "inventory.ndjson"],
        ["crawl", "--output", ""],
        ["crawl", "--output", "a", "--resume", ""],
        ["report", "--output", ""],
        ["pools", "list", "--host", ""],
        ["pools", "list", "--profile", ""],
        ["pools", "list", "--token-file", ""],
        ["pools", "list", "--ca-file", ""],
        ["pools", "link", "eu", "--file", ""],
    ],
)
def test_what_makes_no_sense_is_a_usage_error(words, capsys) -> None:
    assert main(words) == 2

    assert capsys.readouterr().err.startswith("usage: scalr-async")


def test_a_number_out_of_range_is_named(capsys) -> None:
    main(["emulate", "--port", "70000"])

    assert "'70000' must be a port, 0 to 65535" in capsys.readouterr().err


def test_kinds_are_taken_as_they_are_named() -> None:
    assert parser().parse_args(["crawl", *KINDS]).kinds == list(KINDS)


def test_help_imports_no_command() -> None:
    heavy = "{'scalr_async.emulator', 'scalr_async.cli._run', 'rich'}"
    code = (
        "import sys; from scalr_async.cli import main; main(['--help']);"
        f"sys.exit(bool({heavy} & set(sys.modules)))"
    )

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert ended.returncode == 0


def test_the_package_runs_as_a_module(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["scalr_async", "--version"])
    # Where the package is installed, pytest imports it in a way of its own that `runpy` cannot use.
    ways = [way for way in sys.meta_path if type(way).__name__ != "AssertionRewritingHook"]
    monkeypatch.setattr(sys, "meta_path", ways)

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("scalr_async", run_name="__main__")

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"scalr-async {__version__}\n"
