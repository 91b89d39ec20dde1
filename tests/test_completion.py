"""What editors and IPython offer behind a dot, by jedi, for every collection of the client."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jedi
import pytest

from scalr_async import ScalrClient, resources
from scalr_async.resources._generated import COLLECTIONS
from tests.resources.test_with_response import MANY

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
HEAD = "from scalr_async import ScalrClient\n\nasync def use(scalr: ScalrClient) -> None:\n"
LINES = [
    *(f"scalr.{name}.list" for name in COLLECTIONS),
    *(f"scalr.{name}.with_response.list" for name in COLLECTIONS),
    "scalr.close",
]


def calls(name: str) -> set[str]:
    cls = getattr(resources, COLLECTIONS[name][1])
    return {name for name, _ in inspect.getmembers(cls, inspect.isfunction) if name[0] != "_"}


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep parsed files apart: workers that write one cache read each other's half files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jedi.settings, "cache_directory", str(tmp_path_factory.mktemp("jedi")))
        yield


@cache
def script() -> jedi.Script:
    """One for all lines: it remembers what it has read."""
    source = HEAD + "".join(f"    {line}\n" for line in LINES)
    return opened(source)


def opened(source: str) -> jedi.Script:
    """Return a file in an editor: in another process, where nothing rewrites what is imported."""
    environment = jedi.create_environment(sys.executable, safe=False)
    return jedi.Script(source, environment=environment, project=jedi.Project(ROOT))


def offered(line: str) -> set[str]:
    """Return what is offered behind the last dot of a line."""
    number = HEAD.count("\n") + 1 + LINES.index(line)
    found = script().complete(number, 4 + line.rindex(".") + 1)
    return {completion.name for completion in found}


def test_every_collection_is_offered() -> None:
    assert set(COLLECTIONS) | {"open", "close", "with_options"} <= offered("scalr.close")


def test_every_call_of_every_collection_is_offered() -> None:
    for name in COLLECTIONS:
        assert calls(name) | {"with_response"} <= offered(f"scalr.{name}.list"), name


def test_every_call_of_one_request_is_offered_with_its_response() -> None:
    for name in COLLECTIONS:
        found = offered(f"scalr.{name}.with_response.list")
        expected = calls(name) - MANY.get(name, set())
        assert {call for call in found if call[0] != "_"} == expected, name


def test_a_living_client_offers_its_collections_and_their_calls() -> None:
    names = [{"scalr": ScalrClient("acme.scalr.io", "hush")}]

    for name in ("agent_pools", "runs", "workspaces"):
        found = {c.name for c in jedi.Interpreter(f"scalr.{name}.", names).complete()}
        assert calls(name) <= found
    pools = [{"pools": names[0]["scalr"].agent_pools.with_response}]
    found = {c.name for c in jedi.Interpreter("pools.", pools).complete()}
    assert calls("agent_pools") - MANY["agent_pools"] <= found


def test_the_result_of_a_call_is_known_to_be_a_resource() -> None:
    source = f"{HEAD}    pool = await scalr.agent_pools.get('apool-1')\n    pool.account.id"
    found = opened(source)

    assert {"name", "workspaces", "raw"} <= {c.name for c in found.complete(5, 9)}
    assert {"id", "resource", "type"} <= {c.name for c in found.complete(5, 17)}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_is_made_once_and_its_property_tells_what_it_is(name: str) -> None:
    scalr = ScalrClient("acme.scalr.io", "hush")
    described = getattr(ScalrClient, name)

    assert isinstance(described, property)
    assert described.__doc__
    assert getattr(scalr, name) is getattr(scalr, name)
    assert type(getattr(scalr, name)) is getattr(resources, COLLECTIONS[name][1])
