"""Logs, downloads, uploads, CSV and redirects, through the whole client."""

from __future__ import annotations

import asyncio
import errno
import gzip
import io
import json
import os
import threading
import zlib
from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from scalr_async import (
    Config,
    DecodeError,
    FileError,
    ForbiddenError,
    InvalidArgumentError,
    NotFoundError,
    PayloadError,
    RetryPolicy,
    ScalrClient,
    _files,
)
from scalr_async.resources import ConfigurationVersion, Download
from tests.conftest import CANARY
from tests.servers import CLOSE, HANG, Pause, ScriptedServer, Steps, reply

STATE = b'{"version": 4}' * 50_000


class Asked:
    """A client on a scripted server."""

    def __init__(self, *script: Any) -> None:
        self.server = ScriptedServer(*script)

    async def __aenter__(self) -> ScalrClient:
        await self.server.__aenter__()
        retry = RetryPolicy(base=0.001, cap=0.002)
        self.client = ScalrClient(config=Config(host=self.server.url, token=CANARY, retry=retry))
        return await self.client.__aenter__()

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()
        await self.server.__aexit__()

    @property
    def targets(self) -> list[str]:
        return [r.target.removeprefix("/api/iacp/v3") for r in self.server.requests]


def text(body: str, content_type: str = "text/plain") -> bytes:
    return reply(200, body.encode(), {"Content-Type": content_type})


class TestText:
    @pytest.mark.parametrize(
        ("call", "target"),
        [
            (lambda s: s.plans.log("plan-1"), "/plans/plan-1/output"),
            (lambda s: s.plans.log("plan-1", clean=True), "/plans/plan-1/output?clean=true"),
            (lambda s: s.applies.log("apply-1"), "/applies/apply-1/output"),
            (lambda s: s.cost_estimates.log("ce-1"), "/cost-estimates/ce-1/output"),
            (lambda s: s.policy_checks.log("pc-1"), "/policy-checks/pc-1/output"),
            (lambda s: s.modules.changelog("mod-1"), "/modules/mod-1/changelog"),
            (lambda s: s.metrics(), "/metrics"),
        ],
    )
    async def test_it_is_read_as_it_is(self, call: Any, target: str) -> None:
        async with (asked := Asked(text("größe\n\x1b[1m"))) as scalr:
            assert await call(scalr) == "größe\n\x1b[1m"

        assert asked.targets == [target]
        assert asked.server.requests[0].headers["accept"] == "*/*"

    async def test_bytes_that_are_no_text_are_marked(self) -> None:
        async with Asked(reply(200, b"a\xffb")) as scalr:
            assert await scalr.plans.log("plan-1") == "a\N{REPLACEMENT CHARACTER}b"

    async def test_a_log_that_is_not_there_yet_is_none(self) -> None:
        async with Asked(reply(204)) as scalr:
            assert await scalr.plans.log("plan-1") is None
            assert await scalr.applies.log("apply-1") is None

    async def test_a_log_that_stands_elsewhere_is_read_there(self) -> None:
        async with ScriptedServer(text("denied")) as store:
            script = reply(302, headers={"Location": f"{store.url}/log?sig=1"})
            async with Asked(script) as scalr:
                assert await scalr.policy_checks.log("pc-1") == "denied"

        assert "authorization" not in store.requests[0].headers

    async def test_ping_says_nothing(self) -> None:
        async with (asked := Asked(reply(200), reply(503), reply(401))) as scalr:
            assert await scalr.ping() is None

        assert asked.targets == ["/ping"]


class TestJson:
    @pytest.mark.parametrize(
        ("call", "target"),
        [
            (lambda s: s.plans.json_output("plan-1"), "/plans/plan-1/json-output"),
            (
                lambda s: s.plans.sanitized_json_output("plan-1"),
                "/plans/plan-1/sanitized-json-output",
            ),
            (lambda s: s.cost_estimates.breakdown("ce-1"), "/cost-estimates/ce-1/breakdown"),
        ],
    )
    async def test_it_is_read_where_it_stands(self, call: Any, target: str) -> None:
        moved = reply(302, headers={"Location": "/store/plan.json"})
        async with (asked := Asked(moved, text('{"a": [1]}', "application/json"))) as scalr:
            assert await call(scalr) == {"a": [1]}

        assert asked.targets == [target, "/store/plan.json"]

    async def test_what_is_not_there_yet_is_none(self) -> None:
        async with Asked(reply(204)) as scalr:
            assert await scalr.plans.json_output("plan-1") is None

    async def test_what_is_no_json_is_an_error(self) -> None:
        async with Asked(text("<html>", "text/html")) as scalr:
            with pytest.raises(DecodeError, match="received text/html"):
                await scalr.plans.json_output("plan-1")


class TestLocations:
    @pytest.mark.parametrize(
        ("call", "target"),
        [
            (lambda s: s.users.sign_in_url("github"), "/iam/signin/github"),
            (
                lambda s: s.users.sign_in_url("google", post_auth_action="join"),
                "/iam/signin/google?post_auth_action=join",
            ),
            (lambda s: s.users.sign_up_url("google"), "/iam/signup/google"),
            (lambda s: s.users.log_out_url(), "/logout"),
        ],
    )
    async def test_it_is_told_and_not_followed(self, call: Any, target: str) -> None:
        there = "https://github.com/login?state=x"
        async with (asked := Asked(reply(302, headers={"Location": there}))) as scalr:
            assert await call(scalr) == there

        assert asked.targets == [target]

    @pytest.mark.parametrize("answer", [reply(200, b"{}"), reply(302), reply(204)])
    async def test_no_redirect_is_an_error(self, answer: bytes) -> None:
        async with Asked(answer) as scalr:
            with pytest.raises(DecodeError, match="no redirect target") as caught:
                await scalr.users.log_out_url()

        assert caught.value.path == "/logout"

    async def test_a_refusal_is_what_it_is(self) -> None:
        async with Asked(reply(403)) as scalr:
            with pytest.raises(ForbiddenError):
                await scalr.users.sign_in_url("github")


def download(scalr: ScalrClient, **options: Any) -> Download:
    return scalr.state_versions.download("sv-1", **options)


class TestDownload:
    @pytest.mark.parametrize(
        ("call", "target"),
        [
            (
                lambda s: s.configuration_versions.download("cv-1"),
                "/configuration-versions/cv-1/download",
            ),
            (lambda s: s.runs.policy_input("run-1"), "/runs/run-1/policy-input"),
            (
                lambda s: s.runs.policy_input("run-1", stage="pre_plan"),
                "/runs/run-1/policy-input?stage=pre_plan",
            ),
            (lambda s: s.state_versions.download("sv-1"), "/state-versions/sv-1/download"),
        ],
    )
    async def test_it_comes_piece_by_piece(self, call: Any, target: str) -> None:
        async with (asked := Asked(reply(200, STATE))) as scalr:
            got = [piece async for piece in call(scalr)]

        assert b"".join(got) == STATE
        assert asked.targets == [target]

    @pytest.mark.parametrize("make", [str, Path])
    async def test_a_path_is_written(self, make: Any, tmp_path: Path) -> None:
        path = tmp_path / "terraform.tfstate"
        path.write_text("what was there before")
        async with Asked(reply(200, STATE)) as scalr:
            assert await download(scalr, to=make(path)) == len(STATE)

        assert path.read_bytes() == STATE
        assert path.stat().st_mode & 0o777 == 0o600
        assert list(tmp_path.iterdir()) == [path]

    @pytest.mark.parametrize("buffering", [0, -1])
    async def test_a_file_object_is_written_and_stays_open(
        self, buffering: int, tmp_path: Path
    ) -> None:
        with (tmp_path / "state").open("wb", buffering=buffering) as file:
            async with Asked(reply(200, STATE)) as scalr:
                assert await download(scalr, to=file) == len(STATE)
            assert not file.closed

        assert (tmp_path / "state").read_bytes() == STATE

    async def test_progress_is_told_with_the_total_if_it_is_known(self) -> None:
        told: list[Any] = []
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        packed = reply(200, b"", {"Content-Encoding": "gzip"})
        async with Asked(reply(200, STATE), chunked, packed) as scalr:
            await download(scalr, to=io.BytesIO(), on_progress=lambda *now: told.append(now))
            assert told[-1] == (len(STATE), len(STATE))
            assert [size for size, _ in told] == sorted(size for size, _ in told)
            told.clear()
            async for _ in download(scalr, on_progress=lambda *now: told.append(now)):
                pass
            assert told == [(3, None)]
            assert await download(scalr, to=io.BytesIO()) == 0

    @pytest.mark.parametrize("encoding", ["gzip", "deflate"])
    async def test_progress_of_what_is_packed_counts_what_it_holds(self, encoding: str) -> None:
        """Its length on the way says nothing of that."""
        content = bytes(range(256)) * 4096
        packed = (gzip.compress if encoding == "gzip" else zlib.compress)(content)
        told: list[Any] = []
        async with Asked(reply(200, packed, {"Content-Encoding": encoding})) as scalr:
            await download(scalr, to=io.BytesIO(), on_progress=lambda *now: told.append(now))

        assert told[-1] == (len(content), None)
        assert len(told) > 1
        assert {total for _, total in told} == {None}

    async def test_it_can_begin_again(self) -> None:
        async with (asked := Asked(reply(200, b"abc"))) as scalr:
            wanted = download(scalr)
            assert asked.targets == []
            assert [p async for p in wanted] == [p async for p in wanted] == [b"abc"]

    async def test_leaving_it_lets_go_of_the_connection(self) -> None:
        async with Asked((reply(200, bytes(9))[:-4], HANG)) as scalr:
            async for _ in download(scalr):
                break
            async with asyncio.timeout(60):
                while scalr._transport._pool.session.connector._acquired:
                    await asyncio.sleep(0)

    @pytest.mark.parametrize(
        ("answer", "error", "said"),
        [
            (
                reply(404, b'{"errors": [{"title": "StateVersion not found"}]}'),
                NotFoundError,
                "not found",
            ),
            (text("<html>", "text/html; charset=utf-8"), DecodeError, "instead of a file"),
            (reply(204), DecodeError, "nothing to download"),
            (reply(202), DecodeError, "nothing to download"),
            (reply(206, b"{"), DecodeError, "a part instead of all"),
            ((reply(200, STATE)[:-9], CLOSE), PayloadError, "the answer is incomplete"),
        ],
    )
    async def test_what_is_no_download_leaves_nothing(
        self, answer: Steps, error: type, said: str, tmp_path: Path
    ) -> None:
        before = tmp_path / "state"
        before.write_text("before")
        async with Asked(answer) as scalr:
            with pytest.raises(error, match=said) as caught:
                await download(scalr, to=before)

        assert caught.value.path == "/state-versions/sv-1/download"
        assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("state", "before")]

    async def test_a_target_is_asked_for_one_way_or_the_other(self) -> None:
        async with (asked := Asked()) as scalr:
            with pytest.raises(InvalidArgumentError, match="give `to`"):
                await download(scalr)
            with pytest.raises(InvalidArgumentError, match="is awaited"):
                aiter(download(scalr, to="state"))
            with pytest.raises(InvalidArgumentError, match="stage"):
                scalr.runs.policy_input("run-1", stag="pre_plan")

        assert asked.targets == []


class Full(io.RawIOBase):
    """A file on a disk that is full."""

    def __init__(self, room: int) -> None:
        self.room = room

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = min(self.room, len(data), 1000)
        self.room -= written
        return written


class Answering(io.RawIOBase):
    """A file whose `write` returns something."""

    def __init__(self, returned: Any) -> None:
        self.returned = returned

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> Any:
        return self.returned


def closed(_: Path) -> Any:
    file = io.BytesIO()
    file.close()
    return nullcontext(file)


def read_only(path: Path) -> Any:
    (path / "x").write_bytes(b"")
    return (path / "x").open("rb")


def refusing(_: Path) -> Any:
    class Refusing(Full):
        def writable(self) -> bool:
            return False

    return nullcontext(Refusing(0))


def broken(_: Path) -> Any:
    class Broken(Full):
        def writable(self) -> bool:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    return nullcontext(Broken(0))


class TestTargets:
    @pytest.mark.parametrize(
        ("to", "said"),
        [
            ("missing/state", "No such file or directory"),
            (".", "not a regular file"),
            ("", "not a regular file"),
            ("/dev/null", "not a regular file"),
            ("a\0b", "null byte"),
            ("x" * 5000, "name too long"),
        ],
    )
    async def test_one_that_cannot_be_written_is_an_error_before_anything_is_sent(
        self, to: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        async with (asked := Asked(reply(200, STATE))) as scalr:
            with pytest.raises(FileError, match=f"(?i){said}") as caught:
                await download(scalr, to=to)

        assert asked.targets == []
        assert (caught.value.method, caught.value.path) == ("GET", "/state-versions/sv-1/download")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("to", [io.StringIO(), 7, None.__class__])
    async def test_one_that_takes_no_bytes_is_refused(self, to: Any) -> None:
        async with (asked := Asked()) as scalr:
            with pytest.raises(InvalidArgumentError, match="binary mode"):
                await download(scalr, to=to)

        assert asked.targets == []

    async def test_a_disk_that_fills_is_an_error_after_bytes_went_out(self) -> None:
        async with Asked(reply(503), reply(200, STATE)) as scalr:
            with pytest.raises(FileError, match="No space left") as caught:
                await download(scalr, to=Full(2500))

        error = caught.value
        assert (error.method, error.path) == ("GET", "/state-versions/sv-1/download")
        assert (error.attempts, error.outcome) == (2, "unknown")
        assert error.elapsed > 0

    @pytest.mark.parametrize(
        "make", [closed, read_only, refusing, broken], ids=lambda f: f.__name__
    )
    async def test_a_file_that_takes_nothing_is_an_error_before_anything_is_sent(
        self, make: Any, tmp_path: Path
    ) -> None:
        async with (asked := Asked(reply(200, STATE))) as scalr:
            with make(tmp_path) as file:
                with pytest.raises(FileError, match="cannot be written") as caught:
                    await download(scalr, to=file)

        assert asked.targets == []
        assert (caught.value.outcome, caught.value.attempts) == ("not_sent", 0)

    @pytest.mark.parametrize("returned", [None, 0, -1, True, 10**9, 1.0, "1"], ids=repr)
    async def test_a_raw_file_that_does_not_take_a_part_is_an_error(self, returned: Any) -> None:
        """`None` of a raw file is: not now. Who asks again at once may ask for ever."""
        async with Asked(reply(200, STATE)) as scalr:
            with pytest.raises(FileError, match="blocking mode"):
                await asyncio.wait_for(download(scalr, to=Answering(returned)), 60)

    async def test_a_pipe_that_is_full_is_an_error(self) -> None:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        with os.fdopen(writing, "wb", buffering=0) as file, os.fdopen(reading, "rb"):
            async with Asked(reply(200, bytes(2**20))) as scalr:
                with pytest.raises(FileError, match="blocking mode"):
                    await asyncio.wait_for(download(scalr, to=file), 60)

    async def test_another_object_that_says_nothing_has_taken_all(self) -> None:
        class Digest:
            def __init__(self) -> None:
                self.taken = b""

            def write(self, data: Any) -> None:
                self.taken += bytes(data)

        digest = Digest()
        async with Asked(reply(200, STATE)) as scalr:
            assert await download(scalr, to=digest) == len(STATE)

        assert digest.taken == STATE

    @pytest.mark.parametrize("step", ["write", "fsync", "replace"])
    async def test_it_leaves_no_half_written_file(
        self, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        place = {"write": (_files, "_write_all"), "fsync": (os, "fsync"), "replace": (Path, step)}
        monkeypatch.setattr(*place[step], full)
        async with Asked(reply(200, STATE)) as scalr:
            with pytest.raises(FileError, match=r"'.*state' cannot be written: No space left"):
                await download(scalr, to=tmp_path / "state")

        assert list(tmp_path.iterdir()) == []

    async def test_closing_that_fails_too_changes_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Unclosable(Full):
            def close(self) -> None:
                super().close()
                raise OSError(errno.EIO, os.strerror(errno.EIO))

        monkeypatch.setattr(_files, "_open", lambda *_: Unclosable(0))
        async with Asked(reply(200, STATE)) as scalr:
            with pytest.raises(FileError, match="No space left"):
                await download(scalr, to=tmp_path / "state")

    async def test_cancelling_waits_for_the_write_and_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun, go = threading.Event(), threading.Event()
        ended: list[bool] = []

        def slow(*_: object) -> None:
            begun.set()
            go.wait(60)
            ended.append(True)

        monkeypatch.setattr(_files, "_write_all", slow)
        async with Asked((reply(200, STATE)[:-4], HANG)) as scalr:
            task = asyncio.ensure_future(self.save(scalr, tmp_path / "state"))
            while not begun.is_set():
                await asyncio.sleep(0.001)
            task.cancel()
            await asyncio.sleep(0.01)
            assert not task.done()
            go.set()
            with pytest.raises(asyncio.CancelledError):
                await task

        assert ended == [True]
        assert list(tmp_path.iterdir()) == []

    async def save(self, scalr: ScalrClient, path: Path) -> int:
        return await download(scalr, to=path)


class TestCsv:
    async def test_a_report_is_downloaded_with_the_filters_of_its_list(self) -> None:
        async with (asked := Asked(reply(200, b"a,b\r\n"))) as scalr:
            file = io.BytesIO()
            await scalr.terraform_version_usages.list_csv(is_auto=True, sort="-version", to=file)
            await scalr.environments.list_drifted_workspaces_csv("env-1", query="net", to=file)

        assert file.getvalue() == b"a,b\r\n" * 2
        assert asked.targets == [
            "/reports/tf-versions-usage?filter%5Bis-auto%5D=true&sort=-version&format=csv",
            "/reports/environments/env-1/drifted-workspaces?query=net&format=csv",
        ]

    async def test_it_has_no_pages(self) -> None:
        async with Asked() as scalr:
            with pytest.raises(InvalidArgumentError, match="page_size"):
                scalr.terraform_version_usages.list_csv(page_size=10)

    async def test_items_that_nobody_describes_come_as_they_are(self) -> None:
        body = json.dumps({"data": [{"id": "ws-1", "drifted": 2}]}).encode()
        async with Asked(reply(200, body)) as scalr:
            listed = [w async for w in scalr.environments.list_drifted_workspaces("env-1")]

        assert listed == [{"id": "ws-1", "drifted": 2}]


def version(upload: Any) -> bytes:
    links = {} if upload is None else {"links": {"upload": upload}}
    return json.dumps({"data": {"type": "configuration-versions", "id": "cv-1"} | links}).encode()


class TestUpload:
    async def test_an_archive_goes_to_where_the_creation_says(self, tmp_path: Path) -> None:
        archive = tmp_path / "config.tar.gz"
        archive.write_bytes(STATE)
        script = (reply(201, version("/uploads/x?sig=%2F")), reply(200))
        async with (asked := Asked(*script)) as scalr:
            made = await scalr.configuration_versions.create(workspace="ws-1")
            assert isinstance(made, ConfigurationVersion)
            await scalr.configuration_versions.upload(made, archive)

        _, sent = asked.server.requests
        assert (sent.method, sent.target, sent.body) == ("PUT", "/uploads/x?sig=%2F", STATE)
        assert sent.headers["authorization"] == f"Bearer {CANARY}"

    @pytest.mark.parametrize("given", ["cv-1", "read without the link"])
    async def test_without_the_link_it_is_asked_for(self, given: str) -> None:
        told: list[Any] = []
        async with ScriptedServer(reply(200)) as store:
            script = [reply(200, version(f"{store.url}/up"))]
            if given != "cv-1":
                script.insert(0, reply(200, version(None)))
            async with (asked := Asked(*script)) as scalr:
                cv: Any = given
                if given != "cv-1":
                    cv = await scalr.configuration_versions.get("cv-1")
                await scalr.configuration_versions.upload(
                    cv, b"abc", on_progress=lambda *now: told.append(now)
                )

        assert set(asked.targets) == {"/configuration-versions/cv-1"}
        assert told == [(3, 3)]
        assert store.requests[0].body == b"abc"
        assert "authorization" not in store.requests[0].headers

    @pytest.mark.parametrize("links", [5, None, [], "x", {}, {"upload": None}])
    async def test_one_that_a_caller_made_is_read_first_where_it_has_no_link(
        self, links: Any
    ) -> None:
        made = ConfigurationVersion(id="cv-1", links=links)
        async with ScriptedServer(reply(200)) as store:
            async with (asked := Asked(reply(200, version(f"{store.url}/up")))) as scalr:
                await scalr.configuration_versions.upload(made, b"abc")

        assert (len(asked.targets), len(store.requests)) == (1, 1)

    async def test_one_that_takes_no_archive_is_refused(self) -> None:
        async with Asked(reply(200, version(None))) as scalr:
            with pytest.raises(InvalidArgumentError, match=r"cv-1: has no links\.upload"):
                await scalr.configuration_versions.upload("cv-1", b"abc")

    async def test_the_link_may_be_an_object(self) -> None:
        async with ScriptedServer(reply(200)) as store:
            link = {"href": f"{store.url}/up", "meta": {"expires": 5}}
            async with Asked(reply(200, version(link))) as scalr:
                await scalr.configuration_versions.upload("cv-1", b"abc")

        assert (store.requests[0].target, store.requests[0].body) == ("/up", b"abc")

    @pytest.mark.parametrize(
        "link",
        [
            *("http://store.example/up", "ftp://x/", "a b", "", "http://[", "https://"),
            *(5, True, [], ["https://x/"], {"href": 5}, {"href": ["https://x/"]}),
            *("https://a..b/up", "https://.b/up", f"https://{'a' * 64}.b/up", "https://\u00e4.b/"),
        ],
    )
    async def test_a_link_that_is_not_safe_is_refused(self, link: Any) -> None:
        async with (asked := Asked(reply(200, version(link)))) as scalr:
            with pytest.raises(DecodeError, match=r"links\.upload is not an https"):
                await scalr.configuration_versions.upload("cv-1", b"abc")

        assert len(asked.targets) == 1

    async def test_what_the_store_refuses_is_an_error_without_its_url(self) -> None:
        async with ScriptedServer(reply(403, b"<Error>")) as store:
            async with Asked(reply(200, version(f"{store.url}/up?sig=secret"))) as scalr:
                with pytest.raises(ForbiddenError) as caught:
                    await scalr.configuration_versions.upload("cv-1", b"abc")

        assert str(caught.value) == "PUT /configuration-versions/cv-1: 403 Forbidden"
        assert "secret" not in repr(caught.value)

    async def test_a_file_that_is_missing_is_an_error_before_anything_is_sent(self) -> None:
        async with (asked := Asked()) as scalr:
            with pytest.raises(FileError, match=r"'missing\.tar\.gz' cannot be read: No such"):
                await scalr.configuration_versions.upload("cv-1", "missing.tar.gz")
            with pytest.raises(InvalidArgumentError):
                await scalr.configuration_versions.upload("../x", b"")

        assert asked.targets == []


async def test_a_slow_download_does_not_stop_others() -> None:
    async def slowly(scalr: ScalrClient) -> AsyncIterator[bytes]:
        async for piece in download(scalr):
            yield piece

    script = ((reply(200, bytes(4))[:-2], Pause(0.02), bytes(2)), text("log"))
    async with Asked(*script) as scalr:
        async for _ in slowly(scalr):
            assert await scalr.plans.log("plan-1") == "log"
