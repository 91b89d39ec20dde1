"""What users do from beginning to end, with the client of this project."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import resource
import zipfile

import pytest

from scalr_async import ScalrClient
from scalr_async.emulator import Emulator
from scalr_async.errors import APIError, ConflictError, FileError, ScalrError

ENVIRONMENT = "env-svrcnchebt61e30"
ARCHIVE = bytes(range(256)) * 2000


@pytest.fixture
async def emu():
    async with Emulator() as emu:
        emu.run_step = 0.01
        yield emu


@pytest.fixture
async def scalr(emu):
    async with ScalrClient(emu.url, emu.token) as scalr:
        yield scalr


async def uploaded(scalr, workspace, content):
    version = await scalr.configuration_versions.create(workspace=workspace)
    await scalr.configuration_versions.upload(version, content)
    return version


async def test_from_an_upload_to_a_state(scalr, tmp_path):
    workspace = await scalr.workspaces.create(name="app", environment=ENVIRONMENT)
    archive = tmp_path / "configuration.tar.gz"
    archive.write_bytes(ARCHIVE)
    version = await uploaded(scalr, workspace, archive)
    assert (await scalr.configuration_versions.get(version)).status == "uploaded"

    run = await scalr.runs.create(workspace=workspace, configuration_version=version)
    planned = "".join([part async for part in scalr.runs.follow_logs(run, interval=0.005)])
    assert "Plan:" in planned
    assert (await scalr.runs.get(run)).status == "planned"
    await scalr.runs.confirm(run, comment="go")
    log = "".join([part async for part in scalr.runs.follow_logs(run, interval=0.005)])
    assert log.startswith(planned)
    assert len(log) > len(planned)
    assert (await scalr.runs.get(run)).status == "applied"

    package = io.BytesIO()
    await scalr.runs.policy_input(run, to=package)
    assert zipfile.is_zipfile(package)
    (written,) = await scalr.state_versions.list(workspace=workspace).collect()
    target = tmp_path / "terraform.tfstate"
    await scalr.state_versions.download(written, to=target)
    assert json.loads(target.read_text())["serial"] == written.serial


async def test_states_of_ones_own(scalr):
    async def push(workspace, **members):
        raw = json.dumps(state | members).encode()
        return await scalr.state_versions.create(
            workspace=workspace,
            state=base64.b64encode(raw).decode(),
            md5=hashlib.md5(raw).hexdigest(),
            serial=(state | members)["serial"],
        )

    workspace = await scalr.workspaces.create(name="app", environment=ENVIRONMENT)
    state = {"version": 4, "serial": 1, "lineage": "mine", "outputs": {}, "resources": []}
    await push(workspace)
    assert (await push(workspace, serial=2)).serial == 2
    with pytest.raises(ConflictError):
        await push(workspace, serial=2)
    with pytest.raises(APIError) as caught:
        await push(workspace, serial=3, lineage="another")
    assert caught.value.status == 412


async def test_a_configuration_comes_back_as_it_went(scalr):
    async def parts():
        yield ARCHIVE
        yield b"end"

    workspace = await scalr.workspaces.create(name="app", environment=ENVIRONMENT)
    version = await uploaded(scalr, workspace, parts())
    back = [part async for part in scalr.configuration_versions.download(version)]
    assert b"".join(back) == ARCHIVE + b"end"


@pytest.mark.parametrize("trouble", ["full", "cut"])
async def test_a_download_that_fails_leaves_the_old_file(emu, scalr, tmp_path, trouble):
    workspace = await scalr.workspaces.create(name="app", environment=ENVIRONMENT)
    version = await uploaded(scalr, workspace, ARCHIVE)
    target = tmp_path / "configuration.tar.gz"
    target.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if trouble == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    else:
        emu.fail("GET", "/configuration-versions/*", cut="body", times=None)
    try:
        with pytest.raises(FileError if trouble == "full" else ScalrError):
            await scalr.configuration_versions.download(version, to=target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
