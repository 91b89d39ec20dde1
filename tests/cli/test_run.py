from __future__ import annotations

import argparse
import sys
import warnings

import pytest

from scalr_async.cli._exit import Exit
from scalr_async.cli._run import run
from scalr_async.errors import ConnectError, FileError, InvalidArgumentError

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
