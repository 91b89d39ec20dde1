from __future__ import annotations

import json
import os
import pickle
import re
import traceback
import warnings
from pathlib import Path
from typing import Any

import pytest

from scalr_async._values import Secret
from scalr_async.credentials import Credentials, discover
from scalr_async.errors import ConfigError
from scalr_async.tokens import AssumeServiceAccount, TokenFile

A, B = "a.scalr.io", "b.scalr.io"


class Home:
    """A home directory with credential files in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.scalr_file = path / ".scalr" / "scalr.conf"
        self.terraform_file = path / ".terraform.d" / "credentials.tfrc.json"

    def write(self, path: Path, content: Any, mode: int = 0o600) -> None:
        path.parent.mkdir(exist_ok=True)
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(raw)
        path.chmod(mode)

    def scalr(self, content: Any, mode: int = 0o600) -> Home:
        self.write(self.scalr_file, content, mode)
        return self

    def terraform(self, hosts: Any) -> Home:
        self.write(self.terraform_file, {"credentials": hosts})
        return self

    def find(self, **env: str) -> Credentials:
        return discover(env, self.path)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


class TestEnvironment:
    @pytest.mark.parametrize("name", ["SCALR_HOSTNAME", "SCALR_ADDRESS"])
    def test_it_is_enough(self, home: Home, name: str) -> None:
        found = home.find(**{name: A, "SCALR_TOKEN": "t"})

        assert found == Credentials(host=A, token="t")

    def test_a_token_stands_before_a_file_and_that_before_an_exchange(self, home: Home) -> None:
        env = {
            "SCALR_HOSTNAME": A,
            "SCALR_TOKEN": "t",
            "SCALR_TOKEN_FILE": "/run/token",
            "SCALR_SERVICE_ACCOUNT_EMAIL": "bot@a.scalr.io",
            "SCALR_ID_TOKEN_FILE": "/run/identity",
        }
        home.scalr({"hostname": A, "token": "of the file"})
        order: list[Any] = []
        for name in ("SCALR_TOKEN", "SCALR_TOKEN_FILE", "SCALR_SERVICE_ACCOUNT_EMAIL"):
            order.append(home.find(**env).token)
            del env[name]
        del env["SCALR_ID_TOKEN_FILE"]
        order.append(home.find(**env).token)

        assert order == [
            "t",
            TokenFile("/run/token"),
            AssumeServiceAccount("bot@a.scalr.io", Path("/run/identity")),
            "of the file",
        ]

    @pytest.mark.parametrize("given", ["SCALR_SERVICE_ACCOUNT_EMAIL", "SCALR_ID_TOKEN_FILE"])
    def test_half_of_an_exchange_is_refused(self, home: Home, given: str) -> None:
        with pytest.raises(ConfigError, match=r"belong together: SCALR_.* is not set") as caught:
            home.find(**{"SCALR_HOSTNAME": A, given: "bot@a.scalr.io"})

        assert f"{given} is not set" not in str(caught.value)

    @pytest.mark.parametrize("given", ["SCALR_SERVICE_ACCOUNT_EMAIL", "SCALR_ID_TOKEN_FILE"])
    def test_half_of_an_exchange_is_not_looked_at_where_there_is_a_token(
        self, home: Home, given: str
    ) -> None:
        assert home.find(SCALR_HOSTNAME=A, SCALR_TOKEN="t", **{given: "x"}).token == "t"

    def test_the_host_name_stands_before_the_address(self, home: Home) -> None:
        assert home.find(SCALR_HOSTNAME=A, SCALR_ADDRESS=B, SCALR_TOKEN="t").host == A

    @pytest.mark.parametrize(
        ("env", "account"),
        [
            ({"SCALR_ACCOUNT": "acc-1", "SCALR_ACCOUNT_ID": "acc-2"}, "acc-1"),
            ({"SCALR_ACCOUNT_ID": "acc-2"}, "acc-2"),
            ({"SCALR_ACCOUNT": " "}, None),
        ],
    )
    def test_the_account(self, home: Home, env: dict[str, str], account: str | None) -> None:
        assert home.find(SCALR_HOSTNAME=A, SCALR_TOKEN="t", **env).account == account

    def test_a_newline_at_the_end_is_not_part_of_a_value(self, home: Home) -> None:
        found = home.find(SCALR_HOSTNAME=f"{A}\n", SCALR_TOKEN="t\n")

        assert (found.host, found.token) == (A, "t")

    def test_when_it_says_all_no_file_is_read(self, home: Home) -> None:
        home.scalr(b"not json")

        assert home.find(SCALR_HOSTNAME=A, SCALR_TOKEN="t").host == A

    def test_it_is_the_process_own_by_default(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in list(os.environ):
            if name.startswith("SCALR_"):
                monkeypatch.delenv(name)
        monkeypatch.setenv("SCALR_HOSTNAME", A)
        monkeypatch.setenv("HOME", str(home.path))
        home.scalr({"hostname": A, "token": "filed"})

        assert discover().token == "filed"


class TestScalrFile:
    FLAT = {"hostname": A, "token": "flat", "account": "acc-1"}
    PROFILES = {"default": FLAT, "staging": {"hostname": B, "token": "staged"}}

    def test_a_flat_one(self, home: Home) -> None:
        found = home.scalr(self.FLAT).find()

        assert found == Credentials(host=A, token="flat", account="acc-1")

    def test_one_with_profiles(self, home: Home) -> None:
        home.scalr(self.PROFILES)

        assert home.find().token == "flat"
        assert home.find(SCALR_PROFILE="staging") == Credentials(
            host=B, token="staged", profile="staging"
        )

    @pytest.mark.parametrize("key", ["hostname", "token", "account"])
    def test_profiles_beside_keys_at_the_top_stay_visible(self, home: Home, key: str) -> None:
        """As the official command line leaves the file after it assumed a service account."""
        home.scalr({key: self.FLAT[key], "staging": {"hostname": B, "token": "staged"}})

        assert home.find(SCALR_PROFILE="staging") == Credentials(
            host=B, token="staged", profile="staging"
        )

    def test_keys_at_the_top_are_the_default(self, home: Home) -> None:
        home.scalr({**self.PROFILES, **self.FLAT, "token": "assumed"})

        assert home.find().token == "assumed"
        assert home.find(SCALR_PROFILE="staging").token == "staged"

    def test_a_profile_may_be_called_like_a_key(self, home: Home) -> None:
        home.scalr({"default": self.FLAT, "token": {"hostname": B, "token": "staged"}})

        assert home.find().token == "flat"
        assert home.find(SCALR_PROFILE="token").token == "staged"

    def test_a_byte_order_mark_is_no_obstacle(self, home: Home) -> None:
        home.scalr(b"\xef\xbb\xbf" + json.dumps(self.FLAT).encode())

        assert home.find().token == "flat"

    def test_the_environment_stands_before_it(self, home: Home) -> None:
        found = home.scalr(self.FLAT).find(SCALR_TOKEN="mine", SCALR_ACCOUNT="acc-9")

        assert found == Credentials(host=A, token="mine", account="acc-9")

    def test_a_profile_completes_the_environment(self, home: Home) -> None:
        home.scalr({"work": {"account": "acc-7"}})
        found = home.find(SCALR_HOSTNAME=A, SCALR_TOKEN="t", SCALR_PROFILE="work")

        assert found == Credentials(host=A, token="t", account="acc-7", profile="work")

    @pytest.mark.parametrize("host", [A, "https://A.scalr.io/", f"https://{A}/api/iacp/v3"])
    def test_its_token_is_for_its_host(self, home: Home, host: str) -> None:
        assert home.scalr(self.FLAT).find(SCALR_HOSTNAME=host).token == "flat"

    def test_its_token_and_account_are_for_no_other_host(self, home: Home) -> None:
        home.scalr(self.FLAT).terraform({B: {"token": "theirs"}})
        found = home.find(SCALR_HOSTNAME=B)

        assert found == Credentials(host=B, token="theirs")

    def test_its_token_without_a_host_is_for_any(self, home: Home) -> None:
        assert home.scalr({"token": "flat"}).find(SCALR_HOSTNAME=B).token == "flat"

    @pytest.mark.parametrize(
        ("content", "shown"),
        [
            ({"default": FLAT, "staging": {}}, "which has ['default', 'staging']"),
            (FLAT, "which has ['default']"),
            ({"prod": "text"}, "'prod': not in"),
        ],
    )
    def test_a_profile_that_is_not_there_is_named(
        self, home: Home, content: Any, shown: str
    ) -> None:
        with pytest.raises(ConfigError, match="SCALR_PROFILE='prod'") as caught:
            home.scalr(content).find(SCALR_PROFILE="prod")
        assert shown in str(caught.value)
        assert str(home.scalr_file) in str(caught.value)

    def test_a_profile_without_a_file_is_named(self, home: Home) -> None:
        with pytest.raises(ConfigError, match="SCALR_PROFILE='prod': there is no"):
            home.find(SCALR_PROFILE="prod")

    def test_no_default_profile_is_nothing_found(self, home: Home) -> None:
        with pytest.raises(ConfigError, match="no host and no token"):
            home.scalr({"staging": self.FLAT}).find()


SAME = [
    "münchen.scalr.io",
    "xn--mnchen-3ya.scalr.io",
    "MÜNCHEN.scalr.io",
    "münchen.scalr.io.",
    "münchen.scalr.io:443",
    "https://münchen.scalr.io:443/",
    "https://XN--mnchen-3ya.SCALR.io./api/iacp/v3",
    " münchen.scalr.io\n",
]


@pytest.mark.parametrize("asked", SAME)
@pytest.mark.parametrize("stored", SAME)
def test_a_host_is_the_same_however_it_is_written(home: Home, asked: str, stored: str) -> None:
    home.terraform({stored: {"token": "mine"}, "other.scalr.io": {"token": "theirs"}})

    assert home.find(SCALR_HOSTNAME=asked).token == "mine"


@pytest.mark.parametrize(
    "other",
    [
        "münchen.scalr.io:8443",
        "http://münchen.scalr.io:443",
        "münchen.scalr.com",
        "x.münchen.scalr.io",
        "xn--a.scalr.io",
        "münchen..scalr.io",
        f"{'m' * 64}.scalr.io",
        "[::1]:443",
        "::1",
        "[::1",
        ":",
        "",
    ],
)
def test_another_host_is_another_one(home: Home, other: str) -> None:
    home.terraform({other: {"token": "theirs"}, "third.scalr.io": {}})

    with pytest.raises(ConfigError, match="no token for"):
        home.find(SCALR_HOSTNAME=SAME[0])


@pytest.mark.parametrize("form", ["[::1]:8443", "http://[::1]:8443", "https://[::1]:8443/"])
def test_an_address_keeps_its_port(home: Home, form: str) -> None:
    home.terraform({"[::1]:8443": {"token": "mine"}, "[::1]": {"token": "theirs"}})

    assert home.find(SCALR_HOSTNAME=form).token == "mine"


class TestTerraformFile:
    def test_the_entry_of_the_host(self, home: Home) -> None:
        home.terraform({A: {"token": "one"}, B: {"token": "two"}})

        assert home.find(SCALR_HOSTNAME=f"https://{B.upper()}").token == "two"

    def test_the_only_entry(self, home: Home) -> None:
        assert home.terraform({A: {"token": "one"}}).find() == Credentials(host=A, token="one")

    def test_the_host_of_the_only_entry_for_a_token_of_the_environment(self, home: Home) -> None:
        found = home.terraform({A: {"token": "one"}}).find(SCALR_TOKEN="mine")

        assert found == Credentials(host=A, token="mine")

    def test_the_host_of_the_other_file(self, home: Home) -> None:
        home.scalr({"hostname": A, "account": "acc-1"}).terraform({A: {"token": "one"}, B: {}})

        assert home.find() == Credentials(host=A, token="one", account="acc-1")

    @pytest.mark.parametrize(
        "hosts", [{}, {A: {}, B: {}}, {A: {"token": "one"}, B: {"token": "two"}}, [], None]
    )
    def test_several_or_none_are_nothing_found(self, home: Home, hosts: Any) -> None:
        with pytest.raises(ConfigError, match="no host and no token"):
            home.terraform(hosts).find()

    @pytest.mark.parametrize(
        "hosts", [{}, {B: {"token": "two"}}, {A: {}}, {A: "text"}, {A: {"token": " "}}]
    )
    def test_no_token_for_the_host(self, home: Home, hosts: Any) -> None:
        with pytest.raises(ConfigError, match=f"no token for {A}"):
            home.terraform(hosts).find(SCALR_HOSTNAME=A)


def test_what_is_missing_and_which_hosts_have_tokens_is_told(home: Home) -> None:
    home.terraform({"a.example": {"token": "s3cret"}, "b.example": {"token": "s3cret"}, "c": {}})
    home.scalr({"hostname": "d.example", "token": "s3cret"})

    with pytest.raises(ConfigError) as no_token:
        home.find(SCALR_HOSTNAME="x.example")
    assert str(no_token.value).startswith(
        "no token for x.example (there are tokens for a.example, b.example, d.example): looked at"
    )
    home.scalr({})
    with pytest.raises(ConfigError) as no_host:
        home.find(SCALR_TOKEN="t")
    assert str(no_host.value).startswith("a token, but no host (there are tokens for a.example")
    assert "s3cret" not in str(no_host.value) + str(no_token.value)


def test_nothing_found_lists_where_it_looked(home: Home) -> None:
    with pytest.raises(ConfigError) as caught:
        home.find()

    for place in ("SCALR_HOSTNAME", "SCALR_TOKEN", str(home.scalr_file), str(home.terraform_file)):
        assert place in str(caught.value)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"token": "s3cret"', r"not JSON: .* \(line 1\)"),
        (b'{"token": "s3cret\xff"}', "not UTF-8"),
        (b'["s3cret"]', "must contain a JSON object"),
        (b"null", "must contain a JSON object"),
        (b"", "not JSON"),
        (b'{"token": ["s3cret"], "hostname": "a"}', "'token' must be a string"),
        (b'{"hostname": 7, "token": "s3cret"}', "'hostname' must be a string"),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * (1024 * 1024 + 1), "larger than 1048576 bytes"),
    ],
)
def test_a_broken_file_is_named_and_not_echoed(home: Home, content: bytes, problem: str) -> None:
    home.scalr(content)

    with pytest.raises(ConfigError, match=problem) as caught:
        home.find()

    error = caught.value
    assert str(home.scalr_file) in str(error)
    told = "".join(traceback.TracebackException.from_exception(error).format())
    assert "s3cret" not in told
    assert (error.__cause__, error.__context__) == (None, None)


def test_what_is_no_file_is_named(home: Home) -> None:
    home.scalr_file.mkdir(parents=True)

    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        home.find()


def test_a_pipe_in_its_place_does_not_hang(home: Home) -> None:
    home.scalr_file.parent.mkdir()
    os.mkfifo(home.scalr_file, 0o600)

    with pytest.raises(ConfigError, match="not a regular file"):
        home.find()


def test_a_file_that_may_not_be_read_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.scalr({})

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied") as caught:
        home.find()
    assert caught.value.__context__ is None


def test_a_home_that_is_a_file_holds_nothing(home: Home) -> None:
    (home.path / ".scalr").write_text("")

    with pytest.raises(ConfigError, match="no host and no token"):
        home.find()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_that_others_can_read_is_used_with_a_warning(home: Home, mode: int) -> None:
    home.scalr(TestScalrFile.FLAT, mode)

    with pytest.warns(UserWarning, match="can be read by others") as warned:
        assert home.find().token == "flat"

    (message,) = {str(warning.message) for warning in warned}
    assert str(home.scalr_file) in message
    assert "flat" not in message


def test_behind_a_link_it_is_the_file_that_counts(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.json"
    home.write(target, TestScalrFile.FLAT, 0o644)
    home.scalr_file.parent.mkdir()
    home.scalr_file.symlink_to(target)

    with pytest.warns(UserWarning, match="can be read by others"):
        assert home.find().token == "flat"


def test_where_modes_mean_nothing_they_are_not_looked_at(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.scalr(TestScalrFile.FLAT, 0o644)
    monkeypatch.setattr("scalr_async.tokens._MODES_COUNT", False)
    monkeypatch.delattr(os, "O_NONBLOCK")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert home.find().token == "flat"


def test_the_token_is_not_shown() -> None:
    found = Credentials(host=A, token="s3cret")

    assert "s3cret" not in repr(found)


class TestNoHome:
    """A container may run under a user id that has no home directory, nor HOME."""

    @pytest.fixture(autouse=True)
    def nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse() -> Path:
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.setattr(Path, "home", refuse)

    def test_the_environment_is_enough(self) -> None:
        assert discover({"SCALR_HOSTNAME": A, "SCALR_TOKEN": "mine"}).host == A

    @pytest.mark.parametrize("env", [{}, {"SCALR_HOSTNAME": A}, {"SCALR_TOKEN": "mine"}])
    def test_what_is_missing_is_looked_for_in_no_file(self, env: dict[str, str]) -> None:
        with pytest.raises(ConfigError, match="in no file, since this user has no home") as caught:
            discover(env)
        assert os.devnull not in str(caught.value)

    def test_a_profile_has_no_file_to_stand_in(self) -> None:
        with pytest.raises(ConfigError, match="SCALR_PROFILE='work'"):
            discover({"SCALR_HOSTNAME": A, "SCALR_TOKEN": "mine", "SCALR_PROFILE": "work"})


def test_a_number_of_thousands_of_digits_is_no_credential(home: Home) -> None:
    home.write(home.scalr_file, b'{"token": %b}' % (b"7" * 5000))

    with pytest.raises(ConfigError, match=r"scalr\.conf: cannot be read"):
        home.find(SCALR_HOSTNAME=A)


def test_a_home_may_be_given_as_a_text_and_hold_what_no_path_has(home: Home) -> None:
    found: Any = str(home.scalr({"hostname": A, "token": "mine"}).path)

    assert discover({}, found).host == A
    with pytest.raises(ConfigError, match="cannot be read"):
        discover({}, Path("no\0path"))


def test_a_pickle_of_what_was_found_says_that_it_is_of_no_use() -> None:
    stored = pickle.dumps(Credentials(host="acme.scalr.io", token=Secret("s3cret")))

    assert b"s3cret" not in stored
    with pytest.raises(ConfigError, match="Credentials: a pickle does not contain its secrets"):
        pickle.loads(stored)


@pytest.mark.parametrize("name", ["SCALR_HOSTNAME", "SCALR_TOKEN", "SCALR_ACCOUNT"])
def test_a_value_that_is_no_text_is_named_and_not_shown(home: Home, name: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name}: must be a str, not bytes$"):
        home.find(**{name: b"s3cret"})


def test_the_hosts_of_profiles_that_were_not_chosen_are_told(tmp_path) -> None:
    write_conf = tmp_path / ".scalr" / "scalr.conf"
    write_conf.parent.mkdir()
    write_conf.write_text(
        json.dumps(
            {
                "hostname": "top.example",
                "token": "canary",
                "staging": {"hostname": "https://user:canary@s.example", "token": "canary"},
                "bare": {"hostname": "bare.example"},
                "odd": {"hostname": 5, "token": "canary"},
                "empty": {"hostname": " ", "token": "canary"},
            }
        )
    )
    write_conf.chmod(0o600)

    with pytest.raises(ConfigError) as refused:
        discover({"SCALR_HOSTNAME": "x.example"}, tmp_path)

    told = str(refused.value)
    assert "(there are tokens for " in told
    assert "s.example (profile staging), top.example)" in told
    assert not {"canary", "bare", "odd", "empty"} & set(re.findall(r"\w+", told.partition(")")[0]))
    assert "canary" not in told
