"""The prose of the documentation names everything that is public, and nothing that does not exist."""

from __future__ import annotations

import argparse
import ast
import builtins
import functools
import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, get_args

import attrs
import pytest

import scalr_async
from scalr_async import (
    Config,
    Event,
    Limits,
    Pager,
    RetryPolicy,
    ScalrClient,
    ScalrError,
    Timeouts,
    TokenFile,
    bulk,
    errors,
    watch,
    webhooks,
)
from scalr_async.cli._epilogs import EPILOG
from scalr_async.cli._parser import parser
from scalr_async.emulator import DeliveryScript, Emulator, RunScript
from scalr_async.emulator.engine.store import Store
from scalr_async.resources import Runs
from scalr_async.testing import WebhookSink
from scalr_async.transport._attempt import Phase
from scalr_async.webhooks import (
    MemoryDeliveryStore,
    SQLiteDeliveryStore,
    WebhookReceiver,
    WebhookVerifier,
)
from tests.docs.pages import PAGES, ROOT, name_of, spans
from tools.reference import facts

every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)

OBJECTS: Final[dict[str, type[Any]]] = {
    "emu": Emulator,
    "scalr_emulator": Emulator,
    "store": Store,
    "scalr": ScalrClient,
    "pager": Pager,
    "error": ScalrError,
    "result": bulk.BulkResult,
    "receiver": WebhookReceiver,
    "delivery": webhooks.Delivery,
    **facts.collections(),
}
"""The classes of the variables that the documentation uses."""

FOREIGN: Final = frozenset(
    {
        "BufferedProtocol",
        "ClientSession",
        "TCPConnector",
        "ThreadPoolExecutor",
        "TracebackException",
    }
    | {"CancelledError", "RateLimit"}
)
"""Classes of other libraries, and a header, that the documentation names."""

INTERNAL: Final = {"Admission", "Document", "PageAnswer", "RecordedRequest"}
"""Classes that only the page on the design names."""


@functools.cache
def all_source() -> str:
    """Return the source of the package without its generated modules."""
    files = (path for path in (ROOT / "scalr_async").rglob("*.py") if "_gen" not in str(path))
    return "".join(path.read_text("utf-8") for path in files)


LOGGED: Final = {
    *re.findall(r'"(scalr\.(?:webhook|hook|token)_\w+)', all_source()),
    *("error.type", "scalr.attempts"),
    *(f"scalr.client.{name}" for name in ("retries", "waits", "wait_time", "refusals")),
}
"""Names of other log records, of attributes of spans, and of counters."""


def classes() -> dict[str, Any]:
    """Return every public name that begins with a capital letter."""
    return {
        name: getattr(import_module(module), name)
        for module in facts.public_modules()
        for name in facts.public_names(module)
        if re.match(r"[A-Z]\w*[a-z]", name)
    }


CLASSES: Final = classes()


def has_member(cls: Any, name: str) -> bool:
    """Whether a class or its instances have a member."""
    fields = {field.name for field in attrs.fields(cls)} if attrs.has(cls) else set()
    slots = {name for each in cls.__mro__ for name in getattr(each, "__annotations__", ())}
    made = ""
    if cls.__module__.startswith("scalr_async"):
        made = inspect.getsource(errors if cls is ScalrError else cls)  # `error` is any of them
    assigned = re.search(rf"self\.{name}(?:: [^=]+)? =", made) is not None
    return assigned or hasattr(cls, name) or name in fields | slots


def unknown_keywords(called: Callable[..., Any], call: ast.Call) -> list[str]:
    """Return the keywords of a call that its signature does not have."""
    parameters = inspect.signature(called).parameters.values()
    names = {parameter.name for parameter in parameters}
    for parameter in parameters:
        if parameter.kind is parameter.VAR_KEYWORD:
            names |= {*facts.items(facts.named(facts.annotation(parameter.annotation), called))}
    return [key.arg for key in call.keywords if key.arg is not None and key.arg not in names]


def is_event(text: str) -> bool:
    """Whether a text is the name of an event, or of an attribute of a span."""
    return text in {event.name for event in get_args(Event)} | LOGGED


def faults(text: str) -> Iterator[str]:
    """Yield the names in an expression that do not exist."""
    if re.search(r"\w[/-]\w", text):
        return  # a path or a header
    try:
        tree = ast.parse(text.removeprefix("await ").replace("...)", "_)"), mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if (
                name in OBJECTS | CLASSES and not is_event(text)
            ):
                if not has_member((OBJECTS | CLASSES)[name], attr):
                    yield f"{name}.{attr}"
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="scalr"), attr=name), attr=a):
                if name in OBJECTS and not has_member(OBJECTS[name], a):
                    yield f"scalr.{name}.{a}"
            case ast.Name(id=name) if re.fullmatch(r"[A-Z]+[a-z]+[A-Z]\w*", name):
                if name not in CLASSES.keys() | FOREIGN | INTERNAL | vars(builtins).keys():
                    yield name
    for call in ast.walk(tree):
        match call:
            case ast.Call(func=ast.Name(id=name)) if inspect.isclass(CLASSES.get(name)):
                yield from unknown_keywords(CLASSES[name], call)
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id=name) | ast.Attribute(value=ast.Name(id="scalr"), attr=name),
                    attr=attr,
                )
            ) if name in OBJECTS and hasattr(OBJECTS[name], attr):
                yield from unknown_keywords(getattr(OBJECTS[name], attr), call)


def options(made: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the options of a command and of those below it."""
    for action in made._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from options(below)


@every_page
def test_code_in_the_prose_names_what_exists(page: Path) -> None:
    foreign = page.stem in ("from-go-scalr", "from-terrasnek", "from-requests")
    found = [fault for text in spans(page) for fault in faults(text)]

    assert foreign or found == []


@functools.cache
def known_options() -> frozenset[str]:
    return frozenset({*options(parser()), "--check", "--series"})


@every_page
def test_paths_modules_and_sessions_in_the_prose_exist(page: Path) -> None:
    sessions = set(re.findall(r"(?m)^def (\w+)\(session", (ROOT / "noxfile.py").read_text("utf-8")))
    for text in spans(page):
        if found := re.match(r"nox -s (\w+)", text):
            assert found[1] in sessions, text
        if found := re.match(r"python -m ([\w.]+)", text):
            assert find_spec(found[1]), text
        if re.match(r"(?:benchmarks|docs|examples|openapi|tests|tools)/", text):
            assert (ROOT / text).exists(), text
        if re.match(r"(?:_\w+|transport|resources)[\w/]*(?:\.py|/)$", text):
            assert [*(ROOT / "scalr_async").rglob(text)], text
        if re.match(r"SCALR_\w+$", text):
            assert text in all_source(), text
        if re.match(r"--[\w-]+", text):
            assert text.split()[0] in known_options(), text


EXAMPLES: Final = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("path", [*PAGES, *EXAMPLES], ids=name_of)
def test_examples_import_public_modules_only(path: Path) -> None:
    imported = re.findall(
        r"(?m)^ *(?:from|import) (scalr_async(?:\.\w+)*)", path.read_text("utf-8")
    )

    assert {*imported} <= {*facts.public_modules()}


@every_page
def test_events_in_the_prose_exist(page: Path) -> None:
    for text in spans(page):
        if re.fullmatch(r"scalr\.[a-z]+(?:_\w+)?", text) and not hasattr(ScalrClient, text[6:]):
            assert is_event(text), text


def test_the_page_on_telemetry_has_every_log_record_that_is_no_event() -> None:
    page = (ROOT / "docs" / "telemetry.md").read_text("utf-8")
    records = {name for name in LOGGED if re.match(r"scalr\.\w+_", name)}

    assert len(records) > 8
    assert {*re.findall(r"(?m)^\| `(scalr\.\w+)` \| `\w+` \|", page)} == records


def test_the_page_on_the_configuration_names_every_environment_variable() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    variables = {*re.findall(r'"(SCALR_[A-Z_]+)"', all_source())}

    assert len(variables) > 8
    assert [name for name in variables if f"`{name}`" not in page] == []


def test_the_page_on_the_command_line_has_the_exit_codes_of_its_help() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    table = page.partition("## Exit codes")[2].partition("## ")[0]

    assert re.findall(r"(?m)^\| (\d+) \|", table) == re.findall(r"(?m)^  (\d+) ", EPILOG)


def test_every_public_name_of_the_package_is_on_a_page_written_by_hand() -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    missing = [name for name in scalr_async.__all__ if not re.search(rf"\b{name}\b", text)]

    assert missing == []


def test_the_page_on_stability_names_every_module_that_is_public() -> None:
    page = (ROOT / "docs" / "stability.md").read_text("utf-8")
    public, private = page.partition("## Versions")[0].split("Names that begin with an underscore")
    modules = {name.removeprefix("scalr_async.") for name in facts.public_modules()}

    assert set(re.findall(r"`(\w+)`", public)) == modules | {"scalr_async", "crawl"}
    assert set(re.findall(r"`(\w+)`", private)) == {"scalr_async"} | facts.INTERNAL


@pytest.mark.parametrize(
    "text",
    [
        "scalr.agent_pool.list()",
        "scalr.agent_pools.link()",
        "scalr.agent_pools.update(pool, color=1)",
        "runs.approve",
        "emu.speed",
        "Limits.bodies",
        "Config(color=1)",
        "ScalrMistake",
        "await pager.shred(3)",
    ],
)
def test_a_name_that_does_not_exist_is_found(text: str) -> None:
    assert [*faults(text)] != []


def test_the_page_on_errors_names_every_phase_of_a_deadline() -> None:
    page = (ROOT / "docs" / "errors.md").read_text("utf-8")
    table = page.partition("| `phase` |")[2].partition("\n\n")[0]

    assert {*re.findall(r"(?m)^\| `([\w ]+)` \|", table)} == {*get_args(Phase), "wait"}


def test_the_page_on_the_design_names_every_module() -> None:
    page = (ROOT / "docs" / "design.md").read_text("utf-8")
    named = {word for text in re.findall(r"`([^`\n]+)`", page) for word in text.split()}
    modules = {name.removeprefix("scalr_async.") for name in facts.public_modules()}

    assert (modules | facts.INTERNAL) - {"scalr_async"} - named == set()


def test_the_page_on_the_configuration_names_every_field_with_its_default() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    shown = next(text for text in page.split("```") if "config = Config(" in text)
    for cls in (Config, Timeouts, Limits, RetryPolicy):
        call = shown.partition(f"{cls.__name__}(\n")[2]
        names = [field.name for field in attrs.fields(cls) if field.init]
        assert [name for name in names if f" {name}=" not in call] == []


def signature_default(called: Callable[..., Any], name: str) -> Any:
    return inspect.signature(called).parameters[name].default


@pytest.mark.parametrize(
    ("page", "text", "called", "name", "value"),
    [
        ("bulk", "`Limits.connections` (64)", Limits, "connections", 64),
        ("how-to/timeouts", "`Limits.connections` (64)", Limits, "connections", 64),
        ("how-to/timeouts", "| `Timeouts.total` | 60 s |", Timeouts, "total", 60.0),
        ("how-to/timeouts", "| `Timeouts.connect` | 10 s |", Timeouts, "connect", 10.0),
        ("how-to/timeouts", "| `Timeouts.read` | 30 s |", Timeouts, "read", 30.0),
        ("performance", "`prefetch` (8)", Pager, "prefetch", 8),
        ("performance", "`Limits.connections` (64)", Limits, "connections", 64),
        ("reliability", "`cap` (20)", RetryPolicy, "cap", 20.0),
        ("reliability", "`max_attempts` (5)", RetryPolicy, "max_attempts", 5),
        ("reliability", "100 repeats", RetryPolicy, "budget_reserve", 100.0),
        ("reliability", "a fifth of a repeat", RetryPolicy, "budget_ratio", 0.2),
        ("runs", "`interval` seconds on average (2 by default)", Runs.follow_logs, "interval", 2.0),
        ("runs", '`"terminal"` (the default)', Runs.wait, "until", "terminal"),
        ("lists", "`page_size=100`", Pager, "page_size", 100),
        ("lists", "`prefetch=8`", Pager, "prefetch", 8),
        ("lists", "`limit=None`", Pager, "limit", None),
        ("lists", '`on_drift="report"`', Pager, "on_drift", "report"),
        ("lists", "`watch(pager, interval=60)`", watch, "interval", 60.0),
        ("webhooks", "`max_body` bytes (1 MiB)", WebhookVerifier, "max_body", 1024 * 1024),
        ("webhooks", "`tolerance` seconds (300)", WebhookVerifier, "tolerance", 300.0),
        ("webhooks", "`patience` (5 s)", WebhookReceiver, "patience", 5.0),
        ("webhooks", "`backlog` (1 000)", WebhookReceiver, "backlog", 1000),
        ("webhooks", "`concurrency` (16)", WebhookReceiver, "concurrency", 16),
        ("webhooks", "`drain` seconds (25)", WebhookReceiver, "drain", 25.0),
        ("webhooks", "`lease` seconds (60)", WebhookReceiver, "lease", 60.0),
        (
            "webhooks",
            "1, 5, 30 and 120 seconds",
            WebhookReceiver,
            "delays",
            (1.0, 5.0, 30.0, 120.0),
        ),
        ("webhooks", "the latest 100 000 deliveries", MemoryDeliveryStore, "most", 100_000),
        ("webhooks", "for a week", SQLiteDeliveryStore, "keep", 7 * 86_400),
        ("configuration", "once a second (`check_every`)", TokenFile, "check_every", 1.0),
        ("testing", "`await next(timeout=5.0)`", WebhookSink.next, "timeout", 5.0),
        ("emulator", "`changes=0`", RunScript, "changes", 0),
        ("emulator", "`additions=2`", RunScript, "additions", 2),
        ("emulator", "SHA-256 by default", DeliveryScript, "algorithm", "sha256"),
        ("testing", "again after 0.05 seconds", DeliveryScript, "pause", 0.05),
        ("emulator", "tags=8", Emulator.seed, "tags", 8),
        ("emulator", "status=503", Emulator.fail, "status", 503),
    ],
)
def test_a_default_in_the_prose_is_that_of_the_code(
    page: str, text: str, called: Callable[..., Any], name: str, value: object
) -> None:
    assert text in " ".join((ROOT / "docs" / f"{page}.md").read_text("utf-8").split())
    assert signature_default(called, name) == value
