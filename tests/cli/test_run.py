from __future__ import annotations

import argparse
import asyncio
import io
import os
import re
import signal
import sys
import warnings
from pathlib import Path

import pytest

from scalr_async.cli import main
from scalr_async.cli._run import Exit, run
from scalr_async.errors import (
    ConnectError,
    FileError,
    InvalidArgumentError,
    PayloadTooLargeError,
    TLSError,
)

ARGUMENTS = argparse.Namespace(command="_pools:list_pools")


@pytest.fixture
def ending(monkeypatch):
    """Let the command end in some way."""

    def end(error: BaseException | None) -> None:
        async def command(_: argparse.Namespace) -> int:
            if error is not None:
                raise error
            return Exit.SOME_FAILED

        monkeypatch.setattr("scalr_async.cli._pools.list_pools", command)

    return end


def test_the_exit_code_is_the_commands(ending) -> None:
    ending(None)

    assert run(ARGUMENTS) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidArgumentError("which one?"), 2),
        (ConnectError("no route"), 3),
        (PermissionError(13, "Permission denied", "file"), 2),
        (FileError("disk full"), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_are_a_line_and_a_code(ending, capsys, error, code) -> None:
    ending(error)

    assert run(ARGUMENTS) == code

    text = capsys.readouterr().err
    assert text.startswith("scalr-async: ")
    assert text.count("\n") == 1


def test_a_plain_server_asked_with_tls_is_a_hint(ending, capsys) -> None:
    ending(TLSError("wrong version number"))

    assert run(ARGUMENTS) == 3
    assert capsys.readouterr().err.endswith("a server without TLS is given as http://HOST:PORT\n")


CONSTRUCTORS = re.compile(r"ScalrClient|Config\(|Limits\(|\bca_file\b|^proxy:")


@pytest.mark.parametrize(
    "words",
    [
        "--host a.scalr.io --ca-file /nowhere",
        "--host a.scalr.io --ca-file /dev/null",
        "--host a.scalr.io --proxy ftp://x",
        "--host a.scalr.io --proxy @/dev/null",
        "--host http://a.scalr.io",
        "--host a.scalr.io/x",
        "--profile nobody",
        "",
    ],
)
def test_what_is_wrong_is_told_in_options(monkeypatch, capsys, tmp_path, words) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SCALR_HOSTNAME", "SCALR_ADDRESS", "SCALR_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    if "--host" in words:
        monkeypatch.setenv("SCALR_TOKEN", "token")

    assert main(["pools", "list", *words.split()]) == 2

    text = capsys.readouterr().err.removeprefix("scalr-async: ")
    assert not CONSTRUCTORS.search(text)


@pytest.mark.parametrize(
    "error",
    [
        TLSError("no TLS"),
        PayloadTooLargeError("larger than 5 bytes"),
        ConnectError("the proxy answered 407: it does not take the user of Config(proxy=...)"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_went_wrong_is_told_in_options(ending, capsys, error) -> None:
    assert CONSTRUCTORS.search(str(error))
    ending(error)

    assert run(ARGUMENTS) == 3

    assert not CONSTRUCTORS.search(capsys.readouterr().err)


def test_a_full_disk_under_standard_output_is_said_once(monkeypatch, capfd) -> None:
    async def command(_: argparse.Namespace) -> int:
        sys.stdout.write("text")
        return Exit.OK

    monkeypatch.setattr("scalr_async.cli._pools.list_pools", command)
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)

        assert run(ARGUMENTS) == 2

    assert capfd.readouterr().err == "scalr-async: cannot be written: No space left on device\n"


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["pools", "--help"]], ids=" ".join)
def test_help_that_nobody_gets_is_an_error(monkeypatch, capfd, words) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)

        assert main(words) == 2
    assert capfd.readouterr().err == "scalr-async: cannot be written: No space left on device\n"


def test_help_goes_to_standard_error_if_standard_output_is_closed(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdout", None)

    assert main(["--version"]) == 0
    assert capsys.readouterr().err.startswith("scalr-async ")


def test_output_that_is_no_file_can_be_dropped(ending, monkeypatch) -> None:
    ending(BrokenPipeError())
    monkeypatch.setattr(sys, "stdout", io.StringIO())

    assert run(ARGUMENTS) == 130


@pytest.mark.parametrize(("output", "code"), [(None, 2), ("-", 2), ("file", 1)])
def test_a_closed_standard_output_is_missed_only_where_it_is_written(
    ending, monkeypatch, capsys, output, code
) -> None:
    ending(None)
    monkeypatch.setattr(sys, "stdout", None)

    assert run(argparse.Namespace(command=ARGUMENTS.command, output=output)) == code
    assert ("standard output is closed" in capsys.readouterr().err) == (code == 2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_cancels_the_command_and_is_told(monkeypatch, capsys, number) -> None:
    ended = []

    async def command(_: argparse.Namespace) -> int:
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), number)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)
        return Exit.OK

    monkeypatch.setattr("scalr_async.cli._pools.list_pools", command)

    code = run(ARGUMENTS)

    assert ended == [True]
    assert code == {signal.SIGTERM: 143, signal.SIGINT: 130}[number]
    word = {signal.SIGTERM: "terminated", signal.SIGINT: "interrupted"}[number]
    assert capsys.readouterr().err == f"scalr-async: {word}\n"
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_an_error_of_ours_is_not_hidden(ending) -> None:
    ending(ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        run(ARGUMENTS)


def test_a_reader_that_leaves_is_no_error(ending, monkeypatch, capfd, tmp_path) -> None:
    ending(BrokenPipeError())
    with (tmp_path / "output").open("w") as output:
        monkeypatch.setattr(sys, "stdout", output)

        assert run(ARGUMENTS) == 130

        output.write("lost")
    assert (tmp_path / "output").read_text() == ""
    assert capfd.readouterr().err == ""


@pytest.mark.filterwarnings("always")
def test_a_warning_is_one_line(monkeypatch, capsys) -> None:
    async def command(_: argparse.Namespace) -> int:
        warnings.warn("others can read the file", UserWarning, stacklevel=1)
        return Exit.OK

    monkeypatch.setattr("scalr_async.cli._pools.list_pools", command)

    assert run(ARGUMENTS) == 0
    assert capsys.readouterr().err == "scalr-async: others can read the file\n"


def test_ctrl_c_before_a_command_begins_is_a_line_and_a_code(monkeypatch, capsys) -> None:
    def interrupted(_: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("scalr_async.cli._run.run", interrupted)

    assert main(["pools", "list"]) == 130
    assert capsys.readouterr().err == "scalr-async: interrupted\n"


def test_an_error_nobody_can_read_keeps_its_code(ending, monkeypatch) -> None:
    ending(InvalidArgumentError("which one?"))
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stderr", full)

        assert run(ARGUMENTS) == 2
