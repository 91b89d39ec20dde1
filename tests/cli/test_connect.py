"""Which Scalr a command speaks to, and how."""

from __future__ import annotations

import argparse
import json

import pytest

from scalr_async.budget import RedisBudget
from scalr_async.cli._connect import connect
from scalr_async.cli._parser import parser
from scalr_async.errors import ConfigError, InvalidArgumentError


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SCALR_HOSTNAME", "SCALR_ADDRESS", "SCALR_TOKEN", "SCALR_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / ".scalr"
    folder.mkdir()
    conf = folder / "scalr.conf"
    conf.write_text(json.dumps({"work": {"hostname": "work.scalr.io", "token": "w"}}))
    conf.chmod(0o600)
    return tmp_path


def options(*words: object) -> argparse.Namespace:
    return parser().parse_args(["pools", "list", *map(str, words)])


def test_a_profile_that_is_named_stands_before_the_environment(home, monkeypatch) -> None:
    monkeypatch.setenv("SCALR_HOSTNAME", "other.scalr.io")
    monkeypatch.setenv("SCALR_TOKEN", "o")

    config = connect(options("--profile", "work")).config

    assert (config.host, config.token) == ("work.scalr.io", "w")
    assert connect(options()).config.host == "other.scalr.io"


def test_a_token_of_a_profile_is_for_its_host(home) -> None:
    with pytest.raises(ConfigError, match=r"no token for b\.io \(there are tokens for work"):
        connect(options("--profile", "work", "--host", "b.io"))


@pytest.mark.parametrize("text", ["t0ken", "t0ken\n", "\ufefft0ken\r\n"])
def test_a_token_comes_from_a_file(home, text) -> None:
    (home / "token").write_text(text, encoding="utf-8")

    config = connect(options("--host", "a.io", "--token-file", home / "token")).config

    assert config.token == "t0ken"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_token_file_is_named(home, content) -> None:
    (home / "token").write_bytes(content)

    with pytest.raises(InvalidArgumentError, match=r"--token-file: .*token is empty"):
        connect(options("--host", "a.io", "--token-file", home / "token"))


@pytest.mark.parametrize(("text", "rate"), [("8", 8.0), ("8/s", 8.0), ("300/m", 5.0), ("0.5", 0.5)])
def test_a_rate_is_a_second_or_a_minute(home, text, rate) -> None:
    config = connect(options("--profile", "work", "--rate", text)).config

    assert config.limits.requests_per_second == rate


@pytest.mark.parametrize("text", ["500/h", "many", "0", "-1", "nan", "1/m/m", "/m", ""])
def test_a_rate_that_is_none_is_refused(text, capsys) -> None:
    with pytest.raises(SystemExit):
        options("--rate", text)

    assert "requests a second" in capsys.readouterr().err


def test_a_proxy_and_authorities_are_used(home, ca_file) -> None:
    words = ("--profile", "work", "--proxy", "http://proxy:3128", "--ca-file", ca_file)

    config = connect(options(*words)).config

    assert (config.proxy, config.ca_file) == ("http://proxy:3128", ca_file)


def test_a_proxy_with_a_password_comes_from_a_file(home) -> None:
    (home / "proxy").write_text("http://me:s3cret@proxy:3128\n")

    config = connect(options("--profile", "work", "--proxy", f"@{home}/proxy")).config

    assert config.proxy == "http://me:s3cret@proxy:3128"


@pytest.mark.parametrize("url", ["http://me:s3cret@proxy:3128", "http://me:s3cret@[proxy"])
def test_a_password_on_the_command_line_is_refused_and_not_repeated(home, url) -> None:
    with pytest.raises(InvalidArgumentError, match="--proxy @FILE") as refused:
        connect(options("--profile", "work", "--proxy", url))

    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("host", ["acme.scalr.io", "https://acme.scalr.io"])
def test_a_budget_is_shared_by_those_who_talk_to_one_host(home, monkeypatch, host) -> None:
    monkeypatch.setenv("SCALR_HOSTNAME", host)
    monkeypatch.setenv("SCALR_TOKEN", "o")

    limits = connect(options("--budget", "redis://cache/1", "--rate", "500/m")).config.limits

    assert limits.shared == RedisBudget("redis://cache/1", key="acme.scalr.io")
    assert limits.requests_per_second == pytest.approx(500 / 60)


def test_a_budget_with_a_password_comes_from_a_file_and_is_not_shown(home) -> None:
    (home / "budget").write_text("rediss://:s3cret@cache\n")

    config = connect(options("--profile", "work", "--budget", f"@{home}/budget")).config

    assert config.limits.shared.url == "rediss://:s3cret@cache"
    assert "s3cret" not in repr(config)


@pytest.mark.parametrize(
    "url", ["redis://:s3cret@cache", "redis://a:s3cret@[cache", "redis://cache?password=s3cret"]
)
def test_a_password_of_a_budget_on_the_command_line_is_refused_without_repeating_it(
    home, url
) -> None:
    with pytest.raises(InvalidArgumentError, match="--budget @FILE") as refused:
        connect(options("--profile", "work", "--budget", url))

    assert "s3cret" not in str(refused.value)


def test_what_is_no_budget_is_refused(home) -> None:
    with pytest.raises(ConfigError, match="url must begin with one of redis://"):
        connect(options("--profile", "work", "--budget", "http://cache"))
