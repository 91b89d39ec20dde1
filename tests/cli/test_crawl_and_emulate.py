"""What was crawled, loaded into an emulator and crawled again is the same, and complete."""

from __future__ import annotations

import json

import pytest

from scalr_async.emulator import Emulator
from scalr_async.inventory._collections import collections
from tests.emulator.world import target

pytestmark = pytest.mark.generous("compares answers with those of another emulator")


@pytest.fixture
def crawl_all(run, monkeypatch, tmp_path):
    """Crawl each collection of an emulator; returns their resources, without their origin."""

    async def crawl_all(emu: Emulator) -> dict[str, list[dict]]:
        monkeypatch.setenv("SCALR_HOSTNAME", emu.url)
        monkeypatch.setenv("SCALR_TOKEN", str(emu.token))
        found = {}
        for name in collections():
            ended = await run("crawl", name)
            assert ended.code == 0, ended.err
            found[name] = [json.loads(line) | {"meta": {}} for line in ended.lines]
        return found

    return crawl_all


async def test_every_collection_survives_a_crawl_and_an_emulator(crawl_all, emu, tmp_path) -> None:
    emu.seed(environments=2, workspaces=120, pools=2, agents=3)
    for type in emu._service.types:
        if not emu._service.rows(type) and type != "run-triggers":  # needs two workspaces
            target(emu, type)
    home = {"account": emu.store.all("accounts")[0].id}
    for key, is_sensitive in (("OPEN", False), ("HIDDEN", True)):
        values = {"key": key, "value": "v", "category": "shell", "sensitive": is_sensitive}
        emu.create("vars", values, home)
    before = await crawl_all(emu)
    file = tmp_path / "all.ndjson"
    file.write_text("".join(json.dumps(each) + "\n" for some in before.values() for each in some))

    async with Emulator.load(file) as loaded:
        after = await crawl_all(loaded)

    assert all(before.values())
    for name in before:
        assert after[name] == before[name], name
    values = {v["attributes"]["key"]: v["attributes"]["value"] for v in after["variables"]}
    assert (values["OPEN"], values["HIDDEN"]) == ("v", None)
