"""Sources of tokens that change: what they give, what they refuse, and that they show nothing."""

from __future__ import annotations

import asyncio
import copy
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from scalr_async import AssumeServiceAccount, ExpiringToken, TokenCommand, TokenFile
from scalr_async._values import Secret
from scalr_async.errors import ConfigError, TokenError
from scalr_async.tokens import ask

SH = "/bin/sh"


def written(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


async def token_of(source: Any) -> str:
    return str((await ask(source)).token)


class TestExpiringToken:
    def test_it_shows_nothing(self) -> None:
        token = ExpiringToken("hush", expires_in=60)

        assert repr(token) == "ExpiringToken(token=<redacted>, expires_in=60, refresh_in=None)"
        assert isinstance(token.token, Secret)
        assert b"hush" not in pickle.dumps(token)

    @pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), True, "60", 1e10])
    @pytest.mark.parametrize("name", ["expires_in", "refresh_in"])
    def test_a_time_that_is_none_is_refused(self, name: str, seconds: Any) -> None:
        with pytest.raises(ConfigError, match=f"{name}=.*must be seconds above 0, or None"):
            ExpiringToken("hush", **{name: seconds})

    @pytest.mark.parametrize("given", [None, 5, b"hush", ["hush"]])
    async def test_a_token_that_is_no_text_is_refused_unseen(self, given: Any) -> None:
        with pytest.raises(ConfigError, match="token: must be a str, not") as caught:
            await ask(lambda: given)

        assert "hush" not in str(caught.value)


class TestTokenFile:
    @pytest.mark.parametrize("content", [b"hush", b"hush\n", b" hush \r\n\n", b"\xef\xbb\xbfhush"])
    async def test_it_is_read_without_what_an_editor_leaves(
        self, tmp_path: Path, content: bytes
    ) -> None:
        given = await ask(TokenFile(written(tmp_path / "token", content)))

        assert (given.token, given.expires_in, given.refresh_in) == ("hush", None, 1.0)

    async def test_it_is_read_anew_each_time(self, tmp_path: Path) -> None:
        source = TokenFile(str(written(tmp_path / "token", b"one")), check_every=None)
        first = await token_of(source)
        replacement = written(tmp_path / "new", b"two")
        os.utime(replacement, ns=(0, 0))
        replacement.replace(tmp_path / "token")

        assert [first, await token_of(source)] == ["one", "two"]

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (None, "there is no such file"),
            (b"", "is empty"),
            (b" \n", "is empty"),
            (b"\xffhush", "not UTF-8"),
        ],
    )
    async def test_a_file_without_a_token_is_named(
        self, tmp_path: Path, content: bytes | None, problem: str
    ) -> None:
        path = tmp_path / "token"
        if content is not None:
            written(path, content)
        with pytest.raises(TokenError) as caught:
            await ask(TokenFile(path))

        assert str(caught.value) == f"token file {path}: {problem}"
        assert caught.value.__context__ is None

    async def test_what_the_system_says_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        with pytest.raises(TokenError, match="cannot be read: Too many levels"):
            await ask(TokenFile(tmp_path / "loop"))

    async def test_it_has_to_be_a_small_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe", 0o600)
        with pytest.raises(ConfigError, match="not a regular file"):
            await ask(TokenFile(tmp_path / "pipe"))
        with pytest.raises(TokenError, match="Is a directory"):
            await ask(TokenFile(tmp_path))
        with pytest.raises(ConfigError, match="larger than"):
            await ask(TokenFile(written(tmp_path / "token", b"x" * (1024 * 1024 + 1))))

    async def test_a_file_that_others_can_read_is_used_with_a_warning(self, tmp_path: Path) -> None:
        path = written(tmp_path / "token", b"hush", 0o644)
        with pytest.warns(UserWarning, match="chmod 600"):
            assert await token_of(TokenFile(path)) == "hush"

    @pytest.mark.parametrize("path", ["", "a\0b", None, 5, b"x", Secret("hush")])
    def test_a_path_that_is_none_is_refused_unseen(self, path: Any) -> None:
        with pytest.raises(ConfigError, match="path: must be the path of a file") as caught:
            TokenFile(path)

        assert "hush" not in str(caught.value)


class TestTokenCommand:
    async def test_it_is_run_each_time(self, tmp_path: Path) -> None:
        count = tmp_path / "count"
        source = TokenCommand([SH, "-c", f"echo x >> {count}; echo token-$(wc -l < {count})"])

        given = [await token_of(source) for _ in range(2)]

        assert [each.replace(" ", "") for each in given] == ["token-1", "token-2"]

    async def test_what_it_prints_lasts_as_long_as_said(self) -> None:
        given = await ask(TokenCommand(["echo", "hush"], expires_in=60))

        assert (given.token, given.expires_in, given.refresh_in) == ("hush", 60, None)

    @pytest.mark.parametrize(
        ("script", "problem"),
        [
            ("exit 3", "ended with 3"),
            ("echo hush; exit 1", "ended with 1"),
            ("true", "printed nothing"),
            ("echo ' '", "printed nothing"),
            (r"printf '\377'", "printed text that is not UTF-8"),
            ("kill -9 $$", "ended with -9"),
        ],
    )
    async def test_a_command_that_fails_is_named(self, script: str, problem: str) -> None:
        with pytest.raises(TokenError) as caught:
            await ask(TokenCommand([SH, "-c", script]))

        assert str(caught.value) == f"token command {SH}: {problem}"
        assert caught.value.__context__ is None

    async def test_a_command_that_is_not_there_is_named(self) -> None:
        with pytest.raises(TokenError, match="/no/such: cannot be run: No such file"):
            await ask(TokenCommand(["/no/such", "hush"]))

    async def test_it_has_no_input(self) -> None:
        assert await token_of(TokenCommand([SH, "-c", "cat; echo hush"])) == "hush"

    async def test_it_is_killed_when_it_takes_too_long(self, tmp_path: Path) -> None:
        pid = tmp_path / "pid"
        source = TokenCommand([SH, "-c", f"echo $$ > {pid}; exec sleep 60"], timeout=0.05)
        with pytest.raises(TokenError, match=r"took longer than 0\.05 s"):
            await ask(source)

        assert not is_running(pid)

    async def test_it_is_killed_when_nobody_waits_any_more(self, tmp_path: Path) -> None:
        pid = tmp_path / "pid"
        source = TokenCommand([SH, "-c", f"echo $$ > {pid}; exec sleep 60"], timeout=None)
        task = asyncio.create_task(ask(source))
        while not (pid.exists() and pid.read_text()):
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert not is_running(pid)

    @pytest.mark.parametrize(
        "arguments", [[], (), "echo hush", b"echo", None, ["echo", 5], [""], ["a\0"], {"a": "b"}]
    )
    def test_what_is_no_list_of_arguments_is_refused_unseen(self, arguments: Any) -> None:
        with pytest.raises(ConfigError, match="arguments: must be a list of str") as caught:
            TokenCommand(arguments)

        assert "hush" not in str(caught.value)


def is_running(pid: Path) -> bool:
    if not pid.exists() or not pid.read_text():
        return False  # killed before it could say anything
    try:
        os.kill(int(pid.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


class TestAssumeServiceAccount:
    def test_a_path_is_a_token_file(self, tmp_path: Path) -> None:
        source = AssumeServiceAccount("bot@acme.scalr.io", tmp_path / "identity", lifetime=600)

        assert source.identity == TokenFile(tmp_path / "identity")

    @pytest.mark.parametrize("email", ["", "@", "bot", "bot@", "@acme", 5, None, Secret("h@sh")])
    def test_what_is_no_address_is_refused(self, email: Any) -> None:
        with pytest.raises(ConfigError, match="email: must be the address of a service account"):
            AssumeServiceAccount(email, lambda: "t")

    @pytest.mark.parametrize("identity", ["eyJ.hush.x", b"hush", None, 5, ["hush"]])
    def test_an_identity_that_would_not_change_is_refused_unseen(self, identity: Any) -> None:
        with pytest.raises(ConfigError, match="identity: must be a Path, or a function") as caught:
            AssumeServiceAccount("bot@acme.scalr.io", identity)

        assert "hush" not in str(caught.value)

    @pytest.mark.parametrize("lifetime", [0, -1, 1.5, True, "60", 10**12])
    def test_a_lifetime_is_whole_seconds(self, lifetime: Any) -> None:
        with pytest.raises(ConfigError, match=r"lifetime=.*must be"):
            AssumeServiceAccount("bot@acme.scalr.io", lambda: "t", lifetime=lifetime)


SOURCES: list[Any] = [
    TokenFile("/run/token"),
    TokenCommand(["vault", "hush"], expires_in=60),
    AssumeServiceAccount("bot@acme.scalr.io", TokenCommand(["vault", "hush"])),
]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: type(source).__name__)
def test_a_source_can_be_shown_and_copied(source: Any) -> None:
    assert "hush" not in repr(source)
    assert copy.deepcopy(source) == source
    assert pickle.loads(pickle.dumps(source)) == source


async def test_whatever_text_a_file_holds_is_what_the_client_gets_to_check(tmp_path: Path) -> None:
    for content in (b"\0", b"a b", b"a\nb", b"\xff\xfe", b"{}", b"\x1b[0m", "é".encode()):
        path = written(tmp_path / "token", content)
        if content == b"\xff\xfe":
            with pytest.raises(TokenError, match="not UTF-8"):
                await ask(TokenFile(path))
        else:
            assert (await token_of(TokenFile(path))).encode() == content
