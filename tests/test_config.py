from __future__ import annotations

import copy
import math
import pickle
import ssl
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from yarl import URL

from scalr_async.config import Config, Limits, RetryPolicy, Timeouts
from scalr_async.errors import ConfigError


def provided() -> str:
    return "t"


def config(host: str = "acme.scalr.io", token: Any = "s3cret-t0ken", **changes: Any) -> Config:
    return Config(host=host, token=token, **changes)


class TestHost:
    @pytest.mark.parametrize(
        ("host", "root"),
        [
            ("acme.scalr.io", "https://acme.scalr.io/api/iacp/v3"),
            (" acme.scalr.io\n", "https://acme.scalr.io/api/iacp/v3"),
            ("ACME.scalr.io", "https://acme.scalr.io/api/iacp/v3"),
            ("https://acme.scalr.io", "https://acme.scalr.io/api/iacp/v3"),
            ("https://acme.scalr.io/", "https://acme.scalr.io/api/iacp/v3"),
            ("https://acme.scalr.io/api/iacp/v3/", "https://acme.scalr.io/api/iacp/v3"),
            ("acme.scalr.io:8443", "https://acme.scalr.io:8443/api/iacp/v3"),
            ("http://localhost:8080", "http://localhost:8080/api/iacp/v3"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/iacp/v3"),
            ("http://127.8.8.8", "http://127.8.8.8/api/iacp/v3"),
            ("http://[::1]:8080", "http://[::1]:8080/api/iacp/v3"),
            ("https://b\xfccher.example", "https://xn--bcher-kva.example/api/iacp/v3"),
        ],
    )
    def test_it_leads_to_the_api(self, host: str, root: str) -> None:
        assert str(config(host).api_root) == root

    @pytest.mark.parametrize(
        "host",
        [
            "",
            "   ",
            "https://",
            "ftp://acme.scalr.io",
            "acme.scalr.io/elsewhere",
            "https://[",
            "acme scalr.io",
            "acme.scalr.io\r\nX: y",
            "acme.scalr.io:port",
            "acme.scalr.io:99999",
            "acme.scalr.io\\evil",
            "a%2eb.scalr.io",
            "acme..scalr.io",
            ".scalr.io",
            "acme.scalr.io..",
            ".",
            f"{'a' * 64}.scalr.io",
            ".".join(["a" * 60] * 5),
            "\ud800.scalr.io",
            "acme.scalr.io\0",
            "acme*.scalr.io",
            "[acme.scalr.io]",
            "[::1%eth0",
        ],
    )
    def test_what_is_no_host_is_refused_by_name(self, host: str) -> None:
        with pytest.raises(ConfigError, match="host") as caught:
            config(host)
        assert repr(host) in str(caught.value)

    @pytest.mark.parametrize("end", ["?x=s3cret", "#s3cret", "/?s3cret#x", "/api/iacp/v3?s3cret"])
    def test_a_query_is_refused_and_not_echoed(self, end: str) -> None:
        with pytest.raises(ConfigError, match="give the host alone") as caught:
            config(f"https://acme.scalr.io{end}")
        assert "https://acme.scalr.io" in str(caught.value)
        assert "s3cret" not in str(caught.value)

    @pytest.mark.parametrize(
        "host", ["a" * 63, ".".join(["a" * 60] * 4), "acme.scalr.io.", "10.0.0.1", "[2001:db8::1]"]
    )
    def test_every_form_of_a_name_that_resolvers_take_is_one(self, host: str) -> None:
        assert config(host).api_root.raw_host == host.strip("[]")

    @pytest.mark.parametrize("host", [None, 5, b"acme.scalr.io", URL("https://u:s3cret@acme.io")])
    def test_what_is_no_text_is_refused_and_not_echoed(self, host: Any) -> None:
        with pytest.raises(ConfigError, match=f"host: must be a str, not {type(host).__name__}"):
            config(host)

    @pytest.mark.parametrize(
        "host",
        ["http://acme.scalr.io", "http://10.0.0.1", "http://localhost.example", "http://0.0.0.0"],
    )
    def test_plain_http_is_for_loopback_only(self, host: str) -> None:
        with pytest.raises(ConfigError, match="token in the clear"):
            config(host)

    @pytest.mark.parametrize(
        "host", ["https://user:p4ss@acme.scalr.io", "user@acme.scalr.io", "https://u:p4ss@["]
    )
    def test_credentials_in_it_are_refused_and_not_echoed(self, host: str) -> None:
        with pytest.raises(ConfigError, match="user or password") as caught:
            config(host)
        assert "p4ss" not in str(caught.value)
        assert caught.value.__context__ is None


class TestToken:
    @pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
    def test_the_newline_of_a_mounted_file_is_not_part_of_it(self, end: str) -> None:
        assert config(token=f"abc{end}").token == "abc"

    @pytest.mark.parametrize(
        "token", ["", "\n", "a b", "a\nb", "a\rb", "a\0b", "\nab", "caf\xe9", "a\tb", "a\x7fb"]
    )
    def test_what_could_leave_its_line_is_refused_and_not_echoed(self, token: str) -> None:
        with pytest.raises(ConfigError, match="token") as caught:
            config(token=f"s3cret{token}" if token.strip() else token)
        assert "s3cret" not in str(caught.value)

    @pytest.mark.parametrize("token", [None, b"abc", 7])
    def test_what_is_no_string_is_refused(self, token: Any) -> None:
        with pytest.raises(ConfigError, match="must be a str"):
            config(token=token)

    def test_it_is_nowhere_to_be_seen(self) -> None:
        made = config(headers={"X-Key": "s3cret-h"}, proxy="http://u:s3cret-p@proxy:3128")
        shown = [
            repr(made),
            str(made),
            repr(attrs.asdict(made, recurse=False)),
            repr(copy.deepcopy(made)),
        ]

        assert not [text for text in shown if "s3cret" in text]
        assert b"s3cret" not in pickle.dumps(made)

    @pytest.mark.parametrize(
        "secrets",
        [
            {"token": "t"},
            {"token": provided, "headers": {"X-Key": "s3cret"}},
            {"token": provided, "proxy": "http://proxy:3128"},
        ],
    )
    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_a_pickle_of_it_says_that_it_is_of_no_use(
        self, secrets: dict[str, Any], protocol: int
    ) -> None:
        stored = pickle.dumps([config(**secrets)], protocol)

        assert b"s3cret" not in stored
        with pytest.raises(ConfigError, match=r"Config: a pickle does not contain its secrets"):
            pickle.loads(stored)

    def test_without_a_secret_it_makes_the_round_trip(self) -> None:
        made = config(token=provided, account="acc-1", timeouts=Timeouts(total=5))

        assert pickle.loads(pickle.dumps(made)) == made

    def test_a_copy_is_the_same(self) -> None:
        made = config()

        assert copy.copy(made) is copy.deepcopy(made) is made


class TestHeaders:
    def test_they_are_kept(self) -> None:
        assert config(headers={"X-Team": "infra"}).headers == {"X-Team": "infra"}

    @pytest.mark.parametrize(
        "name",
        [
            "Authorization",
            "cookie",
            "Host",
            "Content-Length",
            "Transfer-Encoding",
            "Accept-Encoding",
            "Expect",
        ],
    )
    def test_those_of_the_client_are_refused(self, name: str) -> None:
        with pytest.raises(ConfigError, match="set by the client itself"):
            config(headers={name: "x"})

    @pytest.mark.parametrize("name", ["", "X Y", "X:", "X\r\nY", "X\xe9"])
    def test_what_is_no_name_is_refused(self, name: str) -> None:
        with pytest.raises(ConfigError, match="not a header name"):
            config(headers={name: "x"})

    @pytest.mark.parametrize("headers", [{"X-Key": 5}, {"X-Key": None}, {"X-Key": b"s3cret"}])
    def test_a_value_that_is_no_text_is_refused_and_not_echoed(self, headers: Any) -> None:
        with pytest.raises(ConfigError, match="header X-Key: must be a str, not") as caught:
            config(headers=headers)
        assert "s3cret" not in str(caught.value)

    @pytest.mark.parametrize("headers", [None, 5, "X-Key: s3cret", [("X-Key", "s3cret")], {"X"}])
    def test_what_is_no_mapping_is_refused_and_not_echoed(self, headers: Any) -> None:
        with pytest.raises(ConfigError, match="headers: must be a mapping") as caught:
            config(headers=headers)
        assert "s3cret" not in str(caught.value)

    @pytest.mark.parametrize("name", [None, 5, b"X-Key", ("X", "Y")])
    def test_a_name_that_is_no_text_is_refused(self, name: Any) -> None:
        with pytest.raises(ConfigError, match="is not a header name"):
            config(headers={name: "x"})

    def test_one_name_in_two_spellings_is_refused(self) -> None:
        with pytest.raises(ConfigError, match="'x-key' is given twice"):
            config(headers={"X-Key": "1", "x-key": "2"})

    def test_nobody_can_change_them_after_they_were_checked(self) -> None:
        given = {"X-Key": "1"}
        made = config(headers=given)
        given["X-Key"] = "a\r\nX: y"

        assert made.headers == {"X-Key": "1"}
        assert not isinstance(made.headers, MutableMapping)
        with pytest.raises(TypeError):
            made.headers["X-Other"] = "2"
        assert not hasattr(made.headers, "update")
        assert copy.deepcopy(made).headers == attrs.evolve(made).headers == {"X-Key": "1"}
        assert (repr(made.headers), len(made.headers)) == ("{'X-Key': <redacted>}", 1)

    @pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\0b", "caf\xe9"])
    def test_a_value_that_could_leave_its_line_is_refused_and_not_echoed(self, value: str) -> None:
        with pytest.raises(ConfigError, match="header X-Key") as caught:
            config(headers={"X-Key": f"s3cret{value}"})
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["profile", "user_agent"])
def test_a_line_break_in_a_header_of_ours_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name}: line breaks"):
        config(**{name: "a\r\nX: y"})


def test_no_profile_is_allowed() -> None:
    assert config(profile=None).profile is None


class TestProxy:
    @pytest.mark.parametrize("url", ["http://proxy:3128", "https://u:p@proxy"])
    def test_a_url_is_kept(self, url: str) -> None:
        assert config(proxy=url).proxy == url

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "proxy:3128",
            "socks5://u:s3cret@proxy",
            "http://",
            "http://u:s3cret@[",
            "http://u:s3cret@a..b:3128",
            f"http://{'a' * 64}.b",
            "http://proxy:99999",
            5,
            b"http://proxy",
            URL("http://u:s3cret@proxy"),
        ],
    )
    def test_anything_else_is_refused_and_not_echoed(self, url: Any) -> None:
        with pytest.raises(ConfigError, match="proxy: must be") as caught:
            config(proxy=url)
        assert "s3cret" not in str(caught.value)


def test_an_authority_and_a_context_exclude_each_other() -> None:
    with pytest.raises(ConfigError, match="not both"):
        config(ca_file="ca.pem", ssl=ssl.create_default_context())


OTHER_TYPES = {
    "account": [5, "", " ", b"acc-1", "acc\0"],
    "timeouts": [None, 30, 0.5, {"total": 5}, Timeouts, RetryPolicy()],
    "limits": [None, 64, "64", Timeouts()],
    "retry": [None, 3, False, [], Limits()],
    "ca_file": [5, "", b"ca.pem", True, "ca\0.pem", object()],
    "ssl": [False, True, 0, "ca.pem", ssl],
}


@pytest.mark.parametrize("name", OTHER_TYPES)
def test_a_value_of_another_type_is_refused_by_name(name: str) -> None:
    for value in OTHER_TYPES[name]:
        with pytest.raises(ConfigError, match=rf"Config\({name}=.*\): must be"):
            config(**{name: value})


@pytest.mark.parametrize("name", ["profile", "user_agent"])
@pytest.mark.parametrize("value", [5, b"x", ["x"], object()])
def test_a_header_of_ours_that_is_no_text_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"{name}: must be a str, not {type(value).__name__}"):
        config(**{name: value})


def test_an_authority_may_be_a_path() -> None:
    assert config(ca_file=Path("certs", "ca.pem")).ca_file == str(Path("certs", "ca.pem"))


NUMBERS = [
    (Timeouts, "total", [None, 0.1, 60], [0, -1, math.inf, math.nan, "5", True, 1e10, 10**5000]),
    (Timeouts, "connect", [None, 0.1], [0]),
    (Timeouts, "read", [None, 0.1], [0]),
    (Limits, "connections", [1, 1000], [0, 1001, 1.5, True, None]),
    (Limits, "requests_per_second", [None, 0.5, 100], [0, -1, math.inf]),
    (Limits, "burst", [1], [0, 100_001, 1.5, None]),
    (Limits, "body", [1, 2**40], [0, 2**40 + 1, 10**5000]),
    (RetryPolicy, "max_attempts", [1, 100], [0, 101, "5"]),
    (RetryPolicy, "base", [0, 1.5], [-1, math.nan, None, 1e308]),
    (RetryPolicy, "throttled_base", [0], [-1]),
    (RetryPolicy, "cap", [0.1], [0, -1]),
    (RetryPolicy, "budget_reserve", [0, 50], [-1, math.inf]),
    (RetryPolicy, "budget_ratio", [0, 1], [-1]),
]


def test_a_burst_belongs_to_a_rate() -> None:
    assert Limits(requests_per_second=500 / 60, burst=500).burst == 500
    with pytest.raises(ConfigError, match=r"Limits\(burst=2\): needs requests_per_second as well"):
        Limits(burst=2)


@pytest.mark.parametrize(("kind", "name", "good", "bad"), NUMBERS)
def test_numbers_are_checked_when_they_are_given(
    kind: type, name: str, good: list[Any], bad: list[Any]
) -> None:
    for value in good:
        assert getattr(kind(**{name: value}), name) == value
    for value in bad:
        with pytest.raises(ConfigError, match=rf"{kind.__name__}\({name}=.*\): must be"):
            kind(**{name: value})


def test_a_configuration_does_not_change() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        config().host = "other"


def test_one_is_made_of_another() -> None:
    other = attrs.evolve(config(), host="other.scalr.io", timeouts=Timeouts(total=1))

    assert str(other.api_root) == "https://other.scalr.io/api/iacp/v3"
    assert other.token == "s3cret-t0ken"
