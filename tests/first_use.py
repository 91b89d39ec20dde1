"""A fresh interpreter that uses each feature for the first time, in a loop that runs.

`python -m tests.first_use URL TOKEN` imports the client, then forks once for each feature, and
prints which modules each of them loaded. It imports nothing that the client does not.
"""

import asyncio
import base64
import json
import os
import pickle
import sys
import traceback
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

Feature = Callable[[Any], Awaitable[object]]


async def plain(scalr: Any) -> None:
    """Do what nearly every program does: read, list, create, change, include, link, fail."""
    from scalr_async import NotFoundError

    home = await scalr.environments.create(name=f"e-{os.getpid()}")
    workspace = await scalr.workspaces.create(name=f"w-{os.getpid()}", environment=home)
    pool = await scalr.agent_pools.create(name=f"p-{os.getpid()}")
    await scalr.agent_pools.link_workspaces(pool, [workspace])
    read = await scalr.workspaces.get(workspace, include=["environment"])
    assert read.environment.resource.name == home.name
    assert read.agent_pool.id == pool.id
    await scalr.workspaces.update(read, auto_apply=True)
    names = [each.name async for each in scalr.workspaces.list(environment=home, page_size=1)]
    assert names == [workspace.name]
    await scalr.tags.create(name=f"t-{os.getpid()}")
    try:
        await scalr.tags.get("tag-nothing")
    except NotFoundError:
        pass


async def dry_run(scalr: Any) -> None:
    client = scalr.with_options(dry_run=True)
    assert (await client.tags.create(name="dry")).id
    assert client.recorded[0].document["data"]["type"] == "tags"


async def resume(scalr: Any) -> None:
    pager = scalr.tags.list()
    await pager.first()
    assert [tag async for tag in pager.resume(pager.checkpoint())]


async def verify(scalr: Any) -> None:
    pager = scalr.tags.list(on_drift="verify", page_size=1)
    assert [tag async for tag in pager]
    assert pager.report.verified


async def shards(scalr: Any) -> None:
    assert await scalr.tags.list().shards(2)


async def ensure(scalr: Any) -> None:
    ensured = await scalr.tags.ensure(name=f"ensured-{os.getpid()}")
    assert ensured.action == "created"


async def reconcile(scalr: Any) -> None:
    name = f"reconciled-{os.getpid()}"
    assert await scalr.tags.create(name=name, reconcile=scalr.tags.list(name=name))


async def similar_names(scalr: Any) -> None:
    from scalr_async import NoResultError

    try:
        await scalr.tags.find(name="t-")
    except NoResultError as error:
        found = error.message
    assert "close: " in found


async def unknown_options(scalr: Any) -> None:
    from scalr_async import InvalidArgumentError

    try:
        scalr.tags.list(include=["nonsense"])
    except InvalidArgumentError as error:
        refused = error.message
    assert "no such" in refused


async def environment_variables(scalr: Any) -> None:
    from scalr_async import ScalrClient

    os.environ.update(SCALR_HOSTNAME="acme.scalr.io", SCALR_TOKEN="t")
    assert ScalrClient().config.host == "acme.scalr.io"


async def workload_identity(scalr: Any) -> None:
    from scalr_async import AssumeServiceAccount, ScalrClient

    assert ScalrClient("acme.scalr.io", AssumeServiceAccount("bot@acme.scalr.io", lambda: "t"))


async def watch(scalr: Any) -> None:
    from scalr_async import watch

    assert watch(scalr.tags.list(), interval=60)


_VERIFIED = "_verify _census _evidence _overlap _seams"

FEATURES: dict[Feature, set[str]] = {
    plain: set(),
    dry_run: {"scalr_async._catalog", "importlib.resources"},
    resume: {"scalr_async.pagination._section"},
    verify: {f"scalr_async.pagination.{name}" for name in _VERIFIED.split()},
    shards: {f"scalr_async.pagination.{name}" for name in ("_shards", "_overlap", "_section")},
    ensure: {"scalr_async.resources._ensuring", "scalr_async.resources._poller"},
    reconcile: {"scalr_async.resources._reconcile"},
    similar_names: {"difflib"},
    unknown_options: {"difflib"},
    environment_variables: {"scalr_async.credentials"},
    workload_identity: {
        "scalr_async.resources._assuming",
        "scalr_async.resources._generated.service_accounts",
    },
    watch: {
        "scalr_async.resources._poller",
        "scalr_async.resources._waiting",
        "scalr_async.watching",
    },
}
"""Each feature, and the modules that it loads for itself."""

OPTIONAL = (
    "bulk cli credentials emulator inventory opentelemetry testing watching webhooks _catalog"
).split()
"""Parts of this package that a plain client does not need."""

HOMES = sorted(
    {
        *(f"scalr_async.{name}" for name in OPTIONAL),
        *(name for names in FEATURES.values() for name in names),
    }
)


def first_use(feature: Feature, url: str, token: str) -> dict[str, Any]:
    """Create a tag, then use the feature; return the modules that it loaded."""

    async def main() -> list[str]:
        from scalr_async import ScalrClient

        async with ScalrClient(url, token) as scalr:
            if feature is not plain:
                await scalr.tags.create(name=f"t-{os.getpid()}")
            before = {*sys.modules}
            await feature(scalr)
            return sorted({*sys.modules} - before)

    try:
        return {"loaded": asyncio.run(main())}
    except BaseException:  # noqa: BLE001 - reported by the test
        return {"failed": traceback.format_exc()}


def import_first(module: str) -> str | None:
    try:
        import_module(module)
    except BaseException:  # noqa: BLE001 - reported by the test
        return traceback.format_exc()
    return None


def forked(run: Callable[..., Any], *arguments: object) -> Any:
    """Return what a function returns in a copy of this process."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        with os.fdopen(writing, "w") as pipe:
            json.dump(run(*arguments), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        found = json.load(pipe)
    os.waitpid(child, 0)
    return found


def main(url: str, token: str, pickles: str) -> dict[str, Any]:
    import aiohttp  # noqa: F401 - what comes beyond it is counted

    first = {module: forked(import_first, module) for module in HOMES}
    unpickled = forked(lambda: repr(pickle.loads(base64.b64decode(pickles))))
    before = {*sys.modules}
    from scalr_async import ScalrClient  # noqa: F401 - this is what is measured

    classes = [
        f"{name}.{found.__qualname__}"
        for name in {*sys.modules} - before
        if name.partition(".")[0] == "scalr_async"
        for found in vars(sys.modules[name]).values()
        if isinstance(found, type) and found.__module__ == name and "__attrs_attrs__" in vars(found)
    ]
    return {
        "first": first,
        "classes": sorted(classes),
        "pickles": unpickled,
        "imported": sorted({*sys.modules} - before),
        "used": {feature.__name__: forked(first_use, feature, url, token) for feature in FEATURES},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
