"""The search for a host and a token for a client that was given none.

Places are searched in this order, and a value in an earlier place takes precedence:

1. the environment: `SCALR_HOSTNAME` or `SCALR_ADDRESS`, `SCALR_ACCOUNT` or `SCALR_ACCOUNT_ID`,
   and `SCALR_PROFILE`, which names a profile of the next file. For the token:
   1. `SCALR_TOKEN`
   2. `SCALR_TOKEN_FILE`: the path of a `TokenFile`
   3. `SCALR_SERVICE_ACCOUNT_EMAIL` and `SCALR_ID_TOKEN_FILE`, the path of an OIDC identity token:
      an `AssumeServiceAccount`
2. `~/.scalr/scalr.conf`: per profile, one object `{"hostname": ..., "token": ..., "account": ...}`
   under the profile's name; without `SCALR_PROFILE` the profile `default` is used. The same keys at
   the top level, with or without other profiles, form the profile `default`
3. `~/.terraform.d/credentials.tfrc.json`, as `terraform login` writes it: the entry of the host,
   or the only entry when no host is known

The last three variables are this library's; Scalr's own tools have none for tokens that change.
No file is read when the environment contains host and token and names no profile. A token from a
file is only ever used for the host that the file names with it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from scalr_async._text import printable, shown
from scalr_async._value_class import value_class
from scalr_async._values import Secret, hide_arguments
from scalr_async.config import TokenSource, unpickle, without_secrets
from scalr_async.errors import ConfigError
from scalr_async.tokens import AssumeServiceAccount, TokenFile, printable_path, read_private

__all__ = ["Credentials", "discover"]

_HOSTS: Final = ("SCALR_HOSTNAME", "SCALR_ADDRESS")
_TOKEN: Final = "SCALR_TOKEN"  # noqa: S105  # a variable's name, not its value
_TOKEN_FILE: Final = "SCALR_TOKEN_FILE"  # noqa: S105  # likewise
_ASSUMED: Final = ("SCALR_SERVICE_ACCOUNT_EMAIL", "SCALR_ID_TOKEN_FILE")
_ACCOUNTS: Final = ("SCALR_ACCOUNT", "SCALR_ACCOUNT_ID")
_PROFILE: Final = "SCALR_PROFILE"
_SCALR_FILE: Final = Path(".scalr", "scalr.conf")
_TERRAFORM_FILE: Final = Path(".terraform.d", "credentials.tfrc.json")
_KEYS: Final = ("hostname", "token", "account")
_NOWHERE: Final = Path(os.devnull)
"""A stand-in for a missing home directory: no file can be below it."""


def _secret(token: str | TokenSource) -> Secret | TokenSource:
    return Secret(token) if isinstance(token, str) else token


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class Credentials:
    """Credentials that were found.

    Attributes:
        host: the host, for `Config`.
        token: the token, or the source of tokens, for `Config`.
        account: the id of the account, None if no place names one.
        profile: the profile that `SCALR_PROFILE` named, None without it.
    """

    host: str
    token: Secret | TokenSource = attrs.field(converter=_secret)
    account: str | None = None
    profile: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return unpickle, (type(self).__name__,)


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class _Found:
    """The values found in one place, None for each missing one."""

    host: str | None = None
    token: str | TokenSource | None = attrs.field(default=None, repr=False)
    account: str | None = None
    others: Sequence[str] = ()
    """The hosts of all profiles with a token, in printable form."""


@hide_arguments
def discover(env: Mapping[str, str] | None = None, home: Path | None = None) -> Credentials:
    """Find host and token in the environment and the files of the Scalr and Terraform tools.

    A file that other users can read is used, with a `UserWarning`. Raises `ConfigError` for a file
    that cannot be read, for a missing profile, and if host or token is not found; the message then
    lists the places that were searched.

    Args:
        env: the environment, `os.environ` if None.
        home: the directory with the files, the user's home directory if None.
    """
    env = os.environ if env is None else env
    if not isinstance(env, Mapping):
        raise ConfigError(f"env: must be a mapping of str to str, not {type(env).__name__}")
    profile = env.get(_PROFILE) or None
    own = _from_environment(env)
    if own.host and own.token and profile is None:
        return Credentials(host=own.host, token=own.token, account=own.account)
    home = _home(home)
    conf = _from_scalr(home / _SCALR_FILE, profile)
    host = own.host or conf.host
    same = conf.host is None or _comparable(conf.host) == _comparable(host or "")
    token = own.token or (conf.token if same else None)
    if host is None or token is None:
        stored = _from_terraform(home / _TERRAFORM_FILE)
        if host is None and len(stored) == 1:
            host = next(iter(stored))
        token = token or _token_for(stored, host)
        if host is None or token is None:
            known = [name for name, held in stored.items() if held]
            known += conf.others
            raise ConfigError(_not_found_message(host, token, known, home))
    account = own.account or (conf.account if same else None)
    return Credentials(host=host, token=token, account=account, profile=profile)


def _home(given: Any) -> Path:
    """Return the given directory, the user's home directory, or `_NOWHERE` if there is none."""
    if given is not None:
        if isinstance(given, str | Path) and not isinstance(given, Secret):
            return Path(given)
        raise ConfigError(f"home: must be a path, not {type(given).__name__}")
    try:
        return Path.home()
    except RuntimeError:  # a container may run as an unknown user id
        return _NOWHERE


def _from_environment(env: Mapping[str, str]) -> _Found:
    def first(*names: str) -> str | None:
        for name in names:
            value: Any = env.get(name, "")
            if not isinstance(value, str):
                raise ConfigError(f"{name}: must be a str, not {type(value).__name__}")
            if value.strip():
                return value.strip()
        return None

    return _Found(
        host=first(*_HOSTS),
        token=first(_TOKEN) or _source(first),
        account=first(*_ACCOUNTS),
    )


def _source(first: Callable[[str], str | None]) -> TokenSource | None:
    """Return the source of changing tokens that the environment names."""
    if path := first(_TOKEN_FILE):
        return TokenFile(path)
    email, identity = map(first, _ASSUMED)
    if email and identity:
        return AssumeServiceAccount(email, Path(identity))
    if email or identity:
        lacking = _ASSUMED[1 if email else 0]
        raise ConfigError(f"{' and '.join(_ASSUMED)} belong together: {lacking} is not set")
    return None


def _from_scalr(path: Path, profile: str | None) -> _Found:
    content = _read(path)
    if content is None:
        if profile is not None:
            raise ConfigError(f"{_PROFILE}={shown(profile)}: there is no {printable_path(path)}")
        return _Found()
    profiles = {name: value for name, value in content.items() if isinstance(value, dict)}
    if any(content.get(key) is not None and key not in profiles for key in _KEYS):
        profiles["default"] = content
    values = profiles.get(profile or "default")
    others = [
        without_secrets(host) + ("" if name == "default" else f" (profile {name})")
        for name, each in profiles.items()
        if isinstance(host := each.get("hostname"), str) and host.strip() and each.get("token")
    ]
    if values is None and profile is None:
        return _Found(others=others)
    if values is None:
        raise ConfigError(
            f"{_PROFILE}={shown(profile)}: not in {printable_path(path)}, which has "
            f"{sorted(profiles)}"
        )
    return _Found(
        host=_text(path, values, "hostname"),
        token=_text(path, values, "token"),
        account=_text(path, values, "account"),
        others=others,
    )


def _from_terraform(path: Path) -> dict[str, Secret | None]:
    """Return the token of each host in the file."""
    hosts = (_read(path) or {}).get("credentials")
    stored: dict[str, Secret | None] = {}
    for name, values in hosts.items() if isinstance(hosts, dict) else ():
        token = _text(path, values, "token") if isinstance(values, dict) else None
        stored[name] = Secret(token) if token else None
    return stored


def _token_for(stored: Mapping[str, Secret | None], host: str | None) -> Secret | None:
    if host is None:
        return None
    return next(
        (held for name, held in stored.items() if _comparable(name) == _comparable(host)), None
    )


def _comparable(host: str) -> str:
    """Return the name of a host or URL in a form that can be compared.

    The same host may be written in capitals, with a dot at its end, with the default port, and in
    Unicode or Punycode (RFC 5891).
    """
    scheme, _, rest = host.strip().lower().rpartition("://")
    name, colon, port = rest.partition("/")[0].rpartition(":")
    if not colon or not port.isdecimal() or name.endswith(":"):  # no port, or a bare IPv6 address
        name, port = rest.partition("/")[0], ""
    if port == ("80" if scheme == "http" else "443"):
        port = ""
    with contextlib.suppress(UnicodeError):  # not a host name: it equals only itself
        name = name.removesuffix(".").encode("idna").decode()
    return f"{name}:{port}" if port else name


def _text(path: Path, values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    if value is not None and not isinstance(value, str):
        raise ConfigError(f"{printable_path(path)}: {key!r} must be a string")
    return value.strip() or None if value is not None else None


def _read(path: Path) -> dict[str, Any] | None:
    """Return the object in a JSON file, or None if there is no such file.

    The parser's error is not chained, because it contains the whole text.
    """
    problem = "must contain a JSON object"
    try:
        if (text := read_private(path)) is None:
            return None
        if isinstance(content := json.loads(text), dict):
            return content
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error.msg} (line {error.lineno})"
    except RecursionError:
        problem = "nested too deeply"
    except UnicodeDecodeError:
        problem = "not UTF-8"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    except ConfigError:
        raise
    except ValueError:  # a number with thousands of digits, or a NUL in the path
        problem = "cannot be read"
    raise ConfigError(f"{printable_path(path)}: {problem}")


def _not_found_message(host: str | None, token: object, known: Sequence[str], home: Path) -> str:
    if host is not None:
        what = f"no token for {without_secrets(host)}"
    else:
        what = "no host and no token" if token is None else "a token, but no host"
    if known:
        what += f" (there are tokens for {', '.join(printable(name, 80) for name in known)})"
    paths = home / _SCALR_FILE, home / _TERRAFORM_FILE
    files = ", ".join(f"then {printable_path(path)}" for path in paths)
    if home == _NOWHERE:
        files = "and in no file, since this user has no home directory"
    return (
        f"{what}: looked at {', '.join((*_HOSTS, _TOKEN, _TOKEN_FILE, *_ASSUMED))} in the "
        f"environment, {files}; "
        "give them to ScalrClient, or set SCALR_HOSTNAME and SCALR_TOKEN"
    )
