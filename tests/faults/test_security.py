"""What the rows do not say and the security checklist does."""

from __future__ import annotations

import ast
import copy
import pickle
import shutil
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from scalr_async import Config, Secret
from scalr_async._http import Request
from scalr_async._values import SecretBytes
from tests.conftest import CANARY
from tests.faults.common import POOL, client, ok, resource
from tests.servers import ScriptedServer

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "scalr_async").rglob("*.py"))


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(program), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )


def test_security_a_token_is_in_no_copy_of_a_configuration() -> None:
    config = Config(host="acme.scalr.io", token=CANARY, headers={"X-Key": CANARY})
    shown = [repr(attrs.asdict(config, recurse=False)), repr(copy.copy(config)), repr(config)]
    shown += [repr(copy.deepcopy(Secret(CANARY))), repr({"token": config.token})]

    assert not [text for text in shown if CANARY in text]
    assert CANARY.encode() not in pickle.dumps([config.token, config.headers])


def test_security_a_body_is_not_shown_by_what_holds_it() -> None:
    body = SecretBytes(CANARY, "utf-8")
    request = Request(method="POST", path="/vars", body=body)

    assert (repr(body), str(body)) == ("<redacted>", "<redacted>")
    assert CANARY not in repr(request)
    assert body == CANARY.encode()


async def test_security_a_sensitive_value_is_a_secret_wherever_it_is_read() -> None:
    made = resource("webhook-integrations", "wh-1", {"name": "w", "secret-key": CANARY})
    async with ScriptedServer(ok(made, 201)) as server, client(server.url) as scalr:
        found = await scalr.webhook_integrations.create(name="w", url="https://w", events=[])

    assert found.secret_key == CANARY
    assert CANARY not in repr(found) + repr(found.secret_key) + str([found])


async def test_security_a_url_that_a_document_names_gets_no_token_elsewhere() -> None:
    async with ScriptedServer(POOL) as other:
        links = {"upload": f"{other.url}/up"}
        version = resource("configuration-versions", "cv-1") | {"links": links}
        async with ScriptedServer(ok(version)) as server, client(server.url) as scalr:
            await scalr.configuration_versions.upload("cv-1", b"archive")

    (sent,) = other.requests
    assert (sent.method, sent.body) == ("PUT", b"archive")
    plain = {"host", "user-agent", "accept", "accept-encoding", "content-type", "content-length"}
    assert set(sent.headers) == plain
    assert CANARY not in repr(sent)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_security_nothing_that_came_is_run_unpickled_or_unpacked(path: Path) -> None:
    tree = ast.parse(path.read_text())
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    called = {name for name, _ in calls(tree)}
    codec = path.name == "_compile.py"  # compiles functions of names that the schema holds
    unpacks = {"extract", "extractall", "unpack_archive"}

    assert not imported & {"pickle", "marshal", "shelve", "yaml", "tarfile", "dill", "ctypes"}
    assert not called & ({"eval", "__import__"} | (set() if codec else {"exec", "compile"}))
    assert not [name for name in called if name.rpartition(".")[2] in unpacks]
    assert not [name for name in called if name in {"os.system", "os.popen", "subprocess.run"}]


def test_security_importing_the_package_opens_no_file_and_no_socket() -> None:
    program = """
        import sys
        import attrs, cattrs, aiohttp, msgspec, yarl, json, logging, asyncio

        seen = []

        def look(event, arguments):
            if event == "open" and str(arguments[0]).endswith((".py", ".pyc", ".so")):
                return
            if event.split(".")[0] in {"open", "socket", "subprocess", "os", "urllib", "tempfile"}:
                if event not in {"os.listdir", "os.scandir"}:
                    seen.append((event, str(arguments)[:100]))

        sys.addaudithook(look)
        import scalr_async
        scalr_async.ScalrClient, scalr_async.Config, scalr_async.filters, scalr_async.run_bulk
        print(seen)
    """
    done = run(program)

    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


LEAKS = {
    "stdout": "print(CANARY)",
    "log": "logging.getLogger('x').warning(CANARY)",
    "file": "(tmp_path / 'leak').write_text(CANARY)",
    "traceback": "assert CANARY == ''",
}


def test_security_the_canary_is_found_wherever_it_leaks(tmp_path: Path) -> None:
    leaking = [f"def test_{where}(tmp_path):\n    {leak}\n" for where, leak in LEAKS.items()]
    head = "import logging\nfrom tests.conftest import CANARY\n\n"
    (tmp_path / "test_leak.py").write_text(head + "\n".join(leaking))
    options = ["-p", "tests.conftest", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'base'}"]
    command = [sys.executable, "-m", "pytest", "-q", *options, "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [*command, str(tmp_path / "test_leak.py")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    shutil.rmtree(tmp_path)  # else it is found once more

    assert done.returncode == 1, done.stdout
    _, seen = done.stdout.split("the canary token was seen")
    for leak in ("::test_stdout: ", "::test_log: ", "leak\n", "::test_traceback: traceback"):
        assert leak in seen


def test_security_dependencies_have_floors_at_the_versions_that_were_mended() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    bounds = {
        name: bounds.split(",<")
        for name, bounds in (d.split(">=") for d in project["dependencies"])
    }

    assert bounds.keys() == {"aiohttp", "attrs", "cattrs", "msgspec", "yarl"}
    floor, ceiling = (tuple(map(int, each.split("."))) for each in bounds["aiohttp"])
    assert (3, 14, 3) <= floor < ceiling, "what is used of it is private in part"


def test_security_there_is_one_name_and_a_policy() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    model = (ROOT / "docs" / "threat-model.md").read_text()

    assert project["name"] == "scalr-async"
    assert "threat-model" in (ROOT / "SECURITY.md").read_text()
    assert "threat-model" in (ROOT / "docs" / "index.md").read_text()
    assert model.startswith("# Threat model")
