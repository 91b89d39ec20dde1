"""The configuration of a client: `Config` and its parts, all frozen, validated when built.

`credentials` finds the host and the token of a client that was given none.
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NoReturn, SupportsIndex, final

import attrs
from yarl import URL

from scalr_async._text import shown
from scalr_async._value_class import value_class
from scalr_async._values import Secret, hide_arguments, hide_init_arguments
from scalr_async._version import __version__
from scalr_async.budget import RedisBudget
from scalr_async.errors import ConfigError
from scalr_async.tokens import AssumeServiceAccount, TokenProvider

__all__ = ["API_PATH", "Config", "Limits", "RetryPolicy", "Timeouts", "TokenSource"]


TokenSource = TokenProvider | AssumeServiceAccount
"""The source of tokens that change."""

API_PATH: Final = "/api/iacp/v3"
"""The path of the API on every host."""

_OWN_HEADERS: Final = frozenset(
    {
        "accept", "accept-encoding", "authorization", "connection", "content-encoding",
        "content-length", "content-type", "cookie", "expect", "host", "keep-alive",
        "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
"""Header fields that the client sets itself; callers may not override them."""


_Validator = Callable[[object, "attrs.Attribute[Any]", Any], None]

_MOST: Final = 1e9
"""The largest number of seconds (32 years) or requests; arithmetic with it is safe."""


def _refuse(instance: object, attribute: attrs.Attribute[Any], value: Any, rule: str) -> NoReturn:
    raise ConfigError(f"{type(instance).__name__}({attribute.name}={shown(value)}): must be {rule}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value <= _MOST


def _positive(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not (_is_number(value) and value > 0):
        _refuse(instance, attribute, value, "a number above 0")


def _not_negative(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not (_is_number(value) and value >= 0):
        _refuse(instance, attribute, value, "a number, 0 or above")


def _count(most: int) -> _Validator:
    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        if type(value) is not int or not 1 <= value <= most:
            _refuse(instance, attribute, value, f"a whole number from 1 to {most}")

    return check


def _positive_or_none(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is not None:
        _positive(instance, attribute, value)


def _a(kind: type, *, none: bool = False) -> _Validator:
    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not isinstance(value, kind) and not (none and value is None):
            _refuse(instance, attribute, value, f"{kind.__name__}(...)")

    return check


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class Timeouts:
    """Time limits, in seconds; None means no limit of that kind.

    Attributes:
        total: the deadline of one call, including all its attempts and waits and the reading of
            the body; for downloads and uploads it starts again with each chunk.
        connect: the limit for establishing TCP and TLS in one attempt.
        read: the longest silence before an answer and between two chunks of it; the client notices
            silence up to a quarter of this time late, at most a second.
    """

    total: float | None = attrs.field(default=60.0, validator=_positive_or_none)
    connect: float | None = attrs.field(default=10.0, validator=_positive_or_none)
    read: float | None = attrs.field(default=30.0, validator=_positive_or_none)


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class Limits:
    """Bounds of one client and all its clones together.

    Attributes:
        connections: the largest number of requests in flight; a download counts until its body
            begins. If the server allows fewer, the client finds that lower limit by itself.
        requests_per_second: the rate to keep to; with None the client only follows the server's
            throttling.
        burst: the largest number of requests at once, and in any `burst / requests_per_second`
            seconds: `requests_per_second=500 / 60, burst=500` means 500 a minute.
        shared: the budget that shares this rate with other processes, None for no sharing.
        body: the largest answer in bytes after decompression.
    """

    connections: int = attrs.field(default=64, validator=_count(1000))
    requests_per_second: float | None = attrs.field(default=None, validator=_positive_or_none)
    burst: int = attrs.field(default=1, validator=_count(100_000))
    shared: RedisBudget | None = attrs.field(default=None, validator=_a(RedisBudget, none=True))
    body: int = attrs.field(default=64 * 1024 * 1024, validator=_count(2**40))

    def __attrs_post_init__(self) -> None:
        if self.burst > 1 and self.requests_per_second is None:
            raise ConfigError(f"Limits(burst={self.burst}): needs requests_per_second as well")


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class RetryPolicy:
    """Rules for sending a request again.

    The delay before attempt n+1 is random, from 0 to `base * 2**(n-1)`, and at least `Retry-After`.
    Retries, except those after a 429, also draw on a retry budget that the client and its clones
    share, so that they do not multiply the load during an outage.

    Attributes:
        max_attempts: the largest number of requests of one call.
        base: the base of the delay, in seconds.
        throttled_base: the base after a 429, in seconds.
        cap: the longest delay in seconds.
        budget_reserve: the number of retries in a full retry budget; it should cover the number of
            connections that may be lost at once.
        budget_ratio: the share of a retry that a request which succeeds at its first attempt adds
            to the retry budget.
    """

    max_attempts: int = attrs.field(default=5, validator=_count(100))
    base: float = attrs.field(default=0.25, validator=_not_negative)
    throttled_base: float = attrs.field(default=1.0, validator=_not_negative)
    cap: float = attrs.field(default=20.0, validator=_positive)
    budget_reserve: float = attrs.field(default=100.0, validator=_not_negative)
    budget_ratio: float = attrs.field(default=0.2, validator=_not_negative)


_LABEL: Final = r"[A-Za-z0-9_-]{1,63}"
_HOST_NAME: Final = re.compile(rf"(?!.{{255}}){_LABEL}(?:\.{_LABEL})*\.?")
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")


def is_host(host: str) -> bool:
    """Return whether a text has the form of a host name (RFC 1035, 2.3.4) or an IP address.

    Resolvers raise `UnicodeError` for an empty label, or one of more than 63 characters.
    """
    if _HOST_NAME.fullmatch(host):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def without_secrets(host: str) -> str:
    """Return a host as it was given, without user, password, query and fragment of a URL."""
    return re.split("[?#]", host.rpartition("@")[2])[0]


def _api_root(host: str) -> URL:
    """Return the API root of a host name or URL; refuse `http://` except for loopback."""
    text = host.strip()
    if "@" in text:
        raise ConfigError("host: a URL with user or password in it is not accepted")
    label = f"host {shown(without_secrets(host), 512)}"
    try:
        url = URL(text if "://" in text else f"https://{text}")
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not is_host(url.raw_host or ""):
        raise ConfigError(f"{label}: must be a host name or an https:// URL")
    if url.scheme == "http" and not is_loopback(url.raw_host or ""):
        raise ConfigError(f"{label}: http:// would send the token in the clear; use https://")
    if url.path.rstrip("/") not in ("", API_PATH) or url.query_string or url.fragment:
        raise ConfigError(f"{label}: give the host alone; the client adds {API_PATH}")
    return url.origin().joinpath(API_PATH.lstrip("/"), encoded=True)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def header_value(name: str, value: str, *, secret: bool = False) -> str:
    """Return the value, or refuse one that could end its header line (RFC 9110, 5.5)."""
    if not isinstance(value, str):
        raise ConfigError(f"{name}: must be a str, not {type(value).__name__}")
    if not (value.isascii() and value.isprintable()):
        found = "its value is not shown" if secret else shown(value)
        raise ConfigError(f"{name}: line breaks, controls and non-ASCII are not allowed ({found})")
    return value


def _host(value: Any) -> str:
    if not isinstance(value, str):  # a URL object may hold a password
        raise ConfigError(f"host: must be a str, not {type(value).__name__}")
    return value


def _token(value: str | TokenSource) -> Secret | TokenSource:
    if callable(value) or isinstance(value, AssumeServiceAccount):
        return value
    return bearer(value)


@hide_arguments
def bearer(value: str) -> Secret:
    """Return a token as a `Secret`, without the newline that ends a mounted secret file."""
    if not isinstance(value, str):
        raise ConfigError(f"token: must be a str, not {type(value).__name__}")
    text = str(value).rstrip("\r\n")
    if not text or " " in text:
        raise ConfigError("token: must not be empty or contain spaces (its value is not shown)")
    return Secret(header_value("token", text, secret=True))


@final
class _FrozenHeaders(Mapping[str, str]):
    """Immutable header fields that have been checked."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = dict(fields)

    def __getitem__(self, name: str) -> str:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return repr(self._fields)


@hide_arguments
def merged_headers(kept: Mapping[str, str], given: Any) -> Mapping[str, str]:
    """Return header fields with the given ones added or replaced; None removes all.

    Raises `ConfigError` for headers that `Config.headers` does not accept.
    """
    if given is None:
        return _headers({})
    added = _headers(given)
    names = set(map(str.lower, added))
    return _headers({n: text for n, text in kept.items() if n.lower() not in names} | dict(added))


def _headers(value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        kind = "a text" if isinstance(value, str | bytes) else type(value).__name__
        raise ConfigError(f"headers: must be a mapping of str to str, not {kind}")
    fields: dict[str, Secret] = {}
    for name, text in value.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise ConfigError(f"headers: {shown(name)} is not a header name")
        if name.lower() in _OWN_HEADERS:
            raise ConfigError(f"headers: {name!r} is set by the client itself")
        if name.lower() in map(str.lower, fields):
            raise ConfigError(f"headers: {name!r} is given twice")
        fields[name] = Secret(header_value(f"header {name}", text, secret=True))
    return _FrozenHeaders(fields)


def _profile(value: str | None) -> str | None:
    return None if value is None else header_value("profile", value)


def _user_agent(value: str) -> str:
    return header_value("user_agent", value)


def _proxy(value: Any) -> Secret | None:
    if value is None:
        return None
    try:
        url = URL(value) if isinstance(value, str) else URL()
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not is_host(url.raw_host or ""):
        raise ConfigError("proxy: must be an http:// or https:// URL (its value is not shown)")
    return Secret(value)


def unpickle(kind: str) -> NoReturn:
    """Refuse to unpickle an object that is useless without the secrets that a pickle omits."""
    raise ConfigError(
        f"{kind}: a pickle does not contain its secrets; create it where it is used, from the "
        "environment or with a function as its token"
    )


def _context_or_none(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is not None and not isinstance(value, ssl.SSLContext):
        rule = "an ssl.SSLContext, or None: certificates are always checked"
        _refuse(instance, attribute, value, rule)


def _file(value: str | os.PathLike[str] | None) -> str | None:
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def _text_or_none(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is not None and (not isinstance(value, str) or not value.strip() or "\0" in value):
        _refuse(instance, attribute, value, "a non-empty str, or None")


@hide_init_arguments
@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class Config:
    """The configuration of a client."""

    host: str = attrs.field(converter=_host)
    """`acme.scalr.io` or `https://acme.scalr.io`; `http://` is accepted for loopback only."""
    token: Secret | TokenSource = attrs.field(converter=_token, repr=lambda _: "<redacted>")
    """A token, or a source of tokens that expire.

    A source is a `TokenFile`, a `TokenCommand`, an `AssumeServiceAccount`, or a function that
    returns a `str`, an `ExpiringToken` or an awaitable of either. The client asks the source before
    the first request, in the background before an `ExpiringToken` expires, and once for all calls
    that a 401 refused; each of these calls is then sent once more. An exception from the source is
    raised by the calls that wait for a token. The source must not use the same client.
    """
    account: str | None = attrs.field(default=None, validator=_text_or_none)
    """The default account id of creates that need one.

    Scalr's command line calls it `--account`, its Terraform provider `account_id`. Lists are not
    filtered by it.
    """
    timeouts: Timeouts = attrs.field(factory=Timeouts, validator=_a(Timeouts))
    """Time limits of each call."""
    limits: Limits = attrs.field(factory=Limits, validator=_a(Limits))
    """Bounds of all calls together."""
    retry: RetryPolicy = attrs.field(factory=RetryPolicy, validator=_a(RetryPolicy))
    """Rules for sending a request again."""
    profile: str | None = attrs.field(default="preview", converter=_profile)
    """Sent as `Prefer: profile=...` (RFC 7240); None leaves it out."""
    user_agent: str = attrs.field(default=f"scalr-async/{__version__}", converter=_user_agent)
    """Sent as `User-Agent`."""
    headers: Mapping[str, str] = attrs.field(factory=dict, converter=_headers)
    """Sent with every request; their values are treated as secrets."""
    proxy: Secret | None = attrs.field(default=None, converter=_proxy)
    """The proxy's URL; the environment's proxy variables and netrc are never read."""
    ca_file: str | None = attrs.field(default=None, converter=_file, validator=_text_or_none)
    """A PEM file with the certificate authorities to trust instead of the system's."""
    ssl: ssl.SSLContext | None = attrs.field(default=None, repr=False, validator=_context_or_none)
    """An SSL context, instead of `ca_file`."""
    api_root: URL = attrs.field(init=False)
    """The URL of the API's root, derived from `host`."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "api_root", _api_root(self.host))
        if self.ssl is not None and self.ca_file is not None:
            raise ConfigError("give ca_file or ssl, not both")

    def __copy__(self) -> Config:
        return self

    def __deepcopy__(self, memo: object) -> Config:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        if isinstance(self.token, Secret) or self.headers or self.proxy is not None:
            return unpickle, (type(self).__name__,)
        return object.__reduce_ex__(self, protocol)
