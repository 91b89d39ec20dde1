from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pytest

from scalr_async._files import (
    allowed_mode,
    check_regular_file,
    commit_file,
    continue_file,
    partial_path,
    replace_file,
    replace_path,
    wrap_os_errors,
    write_file,
)
from scalr_async.cli._streams import read_text
from scalr_async.errors import FileError, InvalidArgumentError


@contextlib.contextmanager
def continued(path: Path, size: int):
    """Continue a draft, and put it in place."""
    draft = partial_path(path)
    with continue_file(draft, size, mode=allowed_mode(path, 0o666)) as file:
        yield file
        commit_file(file, draft, path)


@contextlib.contextmanager
def replaced(path: Path):
    with replace_path(path) as draft, draft.open("wb") as file:
        yield file


def test_a_file_is_replaced_in_one_step(tmp_path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    write_file(path, "new")

    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_file_is_its_owners_alone(tmp_path) -> None:
    write_file(tmp_path / "token", "secret", mode=0o600)

    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600


def test_what_fails_leaves_nothing_behind(tmp_path) -> None:
    target = tmp_path / "directory"
    target.mkdir()

    with pytest.raises(FileError, match="directory' cannot be written: Is a directory"):
        write_file(target, "text")

    assert list(tmp_path.iterdir()) == [target]


def test_a_link_is_replaced_and_its_target_left_alone(tmp_path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / "link").symlink_to(target)

    write_file(tmp_path / "link", "new")

    assert target.read_text() == "precious"
    assert (tmp_path / "link").read_text() == "new"


@pytest.mark.parametrize("size", [0, 4])
def test_a_draft_that_is_a_link_is_not_followed(tmp_path, size) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / "all.part").symlink_to(target)

    refused = pytest.raises(FileError, match=r"all\.part' cannot be written")
    with (
        refused if size else contextlib.nullcontext(),
        continued(tmp_path / "all", size) as file,
    ):
        file.write(b"new")

    assert target.read_text() == "precious"


def test_a_draft_has_one_writer(tmp_path) -> None:
    (tmp_path / "all.part").write_text("1234")
    with (
        continued(tmp_path / "all", 4),
        pytest.raises(FileError, match="another process is writing it"),
        continued(tmp_path / "all", 4),
    ):
        pass


def test_without_locks_a_draft_is_written_all_the_same(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)

    with continued(tmp_path / "all", 0) as file:
        file.write(b"new")

    assert (tmp_path / "all").read_text() == "new"


def test_what_is_no_regular_file_is_written_directly() -> None:
    with replace_file(Path("/dev/null")) as file:
        file.write(b"gone")

    assert Path("/dev/null").is_char_device()


def test_a_device_that_fails_says_so() -> None:
    with (
        pytest.raises(FileError, match="/dev/full' cannot be written: No space left"),
        replace_file(Path("/dev/full")) as file,
    ):
        file.write(b"x")


def test_a_byte_order_mark_is_no_text(tmp_path) -> None:
    (tmp_path / "ids").write_bytes(b"\xef\xbb\xbfws-1\n")

    assert read_text(str(tmp_path / "ids")) == "ws-1\n"


def test_the_reason_of_an_error_is_its_own_whatever_it_says() -> None:
    with (
        pytest.raises(FileError, match="'null' cannot be read: line 1: got `null`"),
        wrap_os_errors(Path("null"), "cannot be read"),
    ):
        raise ValueError("line 1: got `null`")


def test_a_name_with_a_null_byte_is_refused() -> None:
    with pytest.raises(FileError, match="null byte"):
        read_text("a\0b")


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/full"])
def test_what_never_ends_is_refused(monkeypatch, name) -> None:
    monkeypatch.setattr("scalr_async._files._MAX_READ", 2**20)

    with pytest.raises(FileError, match=f"{name}' cannot be read: larger than 1 MiB"):
        read_text(name)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o400, 0o644])
@pytest.mark.parametrize(
    "write",
    [replace_file, lambda path: continued(path, 0), lambda path: replaced(path)],
    ids=["new", "draft", "path"],
)
def test_nobody_reads_a_new_file_who_could_not_read_the_old_one(tmp_path, mode, write) -> None:
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)

    with write(path) as file:
        file.write(b"new")

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("mode", [0o600, 0o640, None])
def test_a_file_that_replaces_a_link_is_no_less_private_than_its_target(tmp_path, mode) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    if mode is not None:
        target.touch(mode=mode)
    link.symlink_to("target")

    write_file(link, "new")

    assert not link.is_symlink()
    assert link.stat().st_mode & 0o777 == (0o666 if mode is None else mode) & ~umask()


def umask() -> int:
    before = os.umask(0)
    os.umask(before)
    return before


def test_a_name_for_an_open_file_is_written_through_and_stays(tmp_path) -> None:
    with (tmp_path / "open").open("w+b") as behind:
        path = Path(f"/proc/self/fd/{behind.fileno()}")
        with replace_file(path) as file:
            file.write(b"text")

        assert path.is_symlink()

    assert (tmp_path / "open").read_bytes() == b"text"


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/null", "/dev/fd/1", "pipe", "folder"])
def test_what_can_not_be_replaced_is_no_regular_file(tmp_path, name) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()

    with pytest.raises(InvalidArgumentError, match=r"--resume: .* is no regular file"):
        check_regular_file(tmp_path / name, "--resume")


def test_the_second_of_two_that_begin_is_refused_and_the_first_goes_on(tmp_path) -> None:
    with continued(tmp_path / "all", 0) as first:
        first.write(b"first")
        refused = pytest.raises(FileError, match="another process is writing it")
        with refused, continued(tmp_path / "all", 0) as second:
            second.write(b"second")

    assert (tmp_path / "all").read_bytes() == b"first"


def test_a_draft_that_got_its_name_meanwhile_is_not_written_again(tmp_path, monkeypatch) -> None:
    """Another crawl ends just before its lock is taken over."""
    draft = tmp_path / "all.part"
    draft.write_bytes(b"complete")
    monkeypatch.setattr("fcntl.flock", lambda *_: draft.replace(tmp_path / "all"))

    refused = pytest.raises(FileError, match="another process is writing it")
    with refused, continued(tmp_path / "all", 0):
        pass

    assert (tmp_path / "all").read_bytes() == b"complete"
