"""The asyncio client for Scalr: typed, exact under faults, fast.

    from scalr_async import ScalrClient

    async with ScalrClient("acme.scalr.io", token) as scalr:
        async for workspace in scalr.workspaces.list():
            print(workspace.name)

Layers; each imports only those above it here:

    _values _value_class _text _tasks _backlog _phrases  value types and helpers
    _prefixes                                            the beginnings of ids
    _version                                             its version
    _rate_limit _estimate                                limits in headers, requests counted
    errors _http _files _ndjson _arguments _catalog      errors, HTTP messages, API description
    config credentials telemetry tokens budget           options, credentials and events of a client
    transport                                            bytes over HTTP; only it knows aiohttp
    jsonapi filters                                      documents to objects and back
    pagination bulk                                      many pages, many writes
    resources _guards                                    the API's collections; read-only, dry runs
    client watching                                      ScalrClient; watches of lists
    webhooks                                             deliveries from Scalr; needs no client
    inventory                                            exports of an account, reports from them
    cli opentelemetry                                    the command line; traces and metrics

`emulator` (a Scalr server) and `testing` (fixtures for pytest) stand outside these layers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from scalr_async._version import __version__

if TYPE_CHECKING:
    from scalr_async import filters
    from scalr_async._estimate import Estimate
    from scalr_async._guards import OutgoingRequest, RecordedRequest
    from scalr_async._http import Headers, Response
    from scalr_async._values import UNSET, Secret
    from scalr_async.budget import RedisBudget
    from scalr_async.bulk import BulkResult, Outcome, bulk_report, run_bulk, run_bulk_iter
    from scalr_async.client import ScalrClient
    from scalr_async.config import Config, Limits, RetryPolicy, Timeouts
    from scalr_async.errors import (
        APIError,
        BadRequestError,
        BulkError,
        ClientStateError,
        ConfigError,
        ConflictError,
        ConnectError,
        DeadlineExceededError,
        DecodeError,
        DeliveryError,
        DisconnectedError,
        DriftError,
        ErrorObject,
        FileError,
        ForbiddenError,
        InvalidArgumentError,
        MalformedDeliveryError,
        MultipleResultsError,
        NoResultError,
        NotFoundError,
        PayloadError,
        PayloadTooLargeError,
        ProtocolError,
        RateLimitError,
        ScalrError,
        ServerError,
        SignatureError,
        StaleDeliveryError,
        TLSError,
        TokenError,
        TransportError,
        UnauthorizedError,
        UnexpectedRedirectError,
        UnprocessableEntityError,
        VerificationError,
    )
    from scalr_async.jsonapi import Ref, Resource, make_converter
    from scalr_async.pagination import DriftReport, Page, Pager
    from scalr_async.resources._with_response import WithResponse
    from scalr_async.telemetry import Event
    from scalr_async.tokens import (
        AssumeServiceAccount,
        ExpiringToken,
        TokenCommand,
        TokenFile,
        TokenProvider,
    )
    from scalr_async.watching import Change, Watch, watch

__all__ = [
    "UNSET",
    "APIError",
    "AssumeServiceAccount",
    "BadRequestError",
    "BulkError",
    "BulkResult",
    "Change",
    "ClientStateError",
    "Config",
    "ConfigError",
    "ConflictError",
    "ConnectError",
    "DeadlineExceededError",
    "DecodeError",
    "DeliveryError",
    "DisconnectedError",
    "DriftError",
    "DriftReport",
    "ErrorObject",
    "Estimate",
    "Event",
    "ExpiringToken",
    "FileError",
    "ForbiddenError",
    "Headers",
    "InvalidArgumentError",
    "Limits",
    "MalformedDeliveryError",
    "MultipleResultsError",
    "NoResultError",
    "NotFoundError",
    "Outcome",
    "OutgoingRequest",
    "Page",
    "Pager",
    "PayloadError",
    "PayloadTooLargeError",
    "ProtocolError",
    "RateLimitError",
    "RecordedRequest",
    "RedisBudget",
    "Ref",
    "Resource",
    "Response",
    "RetryPolicy",
    "ScalrClient",
    "ScalrError",
    "Secret",
    "ServerError",
    "SignatureError",
    "StaleDeliveryError",
    "TLSError",
    "Timeouts",
    "TokenCommand",
    "TokenError",
    "TokenFile",
    "TokenProvider",
    "TransportError",
    "UnauthorizedError",
    "UnexpectedRedirectError",
    "UnprocessableEntityError",
    "VerificationError",
    "Watch",
    "WithResponse",
    "__version__",
    "bulk_report",
    "filters",
    "make_converter",
    "run_bulk",
    "run_bulk_iter",
    "watch",
]

_HOMES: Final = {
    "_estimate": "Estimate",
    "_guards": "OutgoingRequest RecordedRequest",
    "_http": "Headers Response",
    "_values": "UNSET Secret",
    "budget": "RedisBudget",
    "bulk": "BulkResult Outcome bulk_report run_bulk run_bulk_iter",
    "client": "ScalrClient",
    "config": "Config Limits RetryPolicy Timeouts",
    "errors": (
        "APIError BadRequestError BulkError ClientStateError ConfigError ConflictError "
        "ConnectError DeadlineExceededError DecodeError DeliveryError DisconnectedError "
        "DriftError ErrorObject FileError ForbiddenError InvalidArgumentError "
        "MalformedDeliveryError "
        "MultipleResultsError NoResultError NotFoundError PayloadError PayloadTooLargeError "
        "ProtocolError RateLimitError ScalrError ServerError SignatureError StaleDeliveryError "
        "TLSError TokenError TransportError UnauthorizedError UnexpectedRedirectError "
        "UnprocessableEntityError VerificationError "
    ),
    "jsonapi": "Ref Resource make_converter",
    "pagination": "DriftReport Page Pager",
    "resources._with_response": "WithResponse",
    "telemetry": "Event",
    "tokens": "AssumeServiceAccount ExpiringToken TokenCommand TokenFile TokenProvider",
    "watching": "Change Watch watch",
}
"""The module of each public name; imported when the name is first used."""

_MODULES: Final = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name in {"credentials", "filters"}:
        return import_module(f"{__name__}.{name}")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
