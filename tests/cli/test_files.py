from __future__ import annotations

import pytest

from scalr_async.cli._files import write_whole


def test_a_file_is_replaced_in_one_step(tmp_path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    write_whole(path, "new")

    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_file_is_its_owners_alone(tmp_path) -> None:
    write_whole(tmp_path / "token", "secret", mode=0o600)

    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600


def test_what_fails_leaves_nothing_behind(tmp_path) -> None:
    target = tmp_path / "directory"
    target.mkdir()

    with pytest.raises(OSError):
        write_whole(target, "text")

    assert list(tmp_path.iterdir()) == [target]
