"""A static Scalr: answers from prepared bytes, so that the client is what is measured.

`python -m benchmarks.server --workspaces 10000 --latency 0.05` prints its port and serves until
its standard input ends. Workspaces have every attribute and relationship of the schema (3 KB
each); their ids are `ws-000000000` and so on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from urllib.parse import parse_qs, unquote

ENVIRONMENTS = 40
POOLS = 8
USERS = 25
TAGS = 30
POOL = re.compile(rb"apool-\d{15}")
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.api+json\r\nContent-Length: %d\r\n\r\n"


def linkage(kind: str, name: str | None) -> dict[str, object]:
    return {"data": None if name is None else {"type": kind, "id": name}}


def workspace(index: int) -> dict[str, object]:
    """Return one workspace as Scalr sends it."""
    locked = index % 17 == 0
    vcs = {
        "branch": "main",
        "dry-runs-enabled": True,
        "identifier": f"platform/network-{index % 97}",
        "ingress-submodules": False,
        "path": None,
        "trigger-patterns": None,
        "trigger-prefixes": ["modules/vpc", "stacks/common"],
        "version-constraint": None,
    }
    attributes = {
        "apply-schedule": None,
        "auto-apply": index % 3 == 0,
        "auto-destroy-days": None,
        "auto-destroy-status": None,
        "auto-destroy-time": None,
        "auto-queue-runs": "skip_first",
        "created-at": "2025-03-14T09:26:53.589793Z",
        "deletion-protection-changed-by-email": None,
        "deletion-protection-enabled": True,
        "destroy-schedule": None,
        "environment-type": "production",
        "execution-mode": "remote",
        "favorite": False,
        "force-latest-run": False,
        "has-resources": True,
        "hooks": {
            "post-apply": "./notify.sh --done",
            "post-plan": None,
            "pre-apply": None,
            "pre-init": "./prepare.sh",
            "pre-plan": None,
        },
        "iac-platform": "opentofu",
        "lock-reason": "frozen until the migration is over" if locked else None,
        "locked": locked,
        "name": f"network-{index:09d}",
        "operations": True,
        "permissions": {
            "can-create-run": True,
            "can-destroy": False,
            "can-force-unlock": True,
            "can-lock": True,
            "can-queue-run": True,
            "can-read-settings": True,
            "can-unlock": True,
            "can-update": True,
            "can-update-variable": True,
        },
        "remote-backend": True,
        "remote-state-sharing": True,
        "run-operation-timeout": None,
        "terraform-version": f"1.9.{index % 9}",
        "terragrunt": None,
        "updated-at": "2026-10-01T12:00:00.123456Z",
        "updated-by-email": f"user-{index % USERS}@example.com",
        "var-files": ["common.tfvars", f"region-{index % 5}.tfvars"],
        "vcs-repo": vcs,
        "working-directory": f"stacks/network-{index % 97}",
    }
    relationships = {
        "agent-pool": linkage("agent-pools", f"apool-{index % POOLS:015d}"),
        "configuration-version": linkage("configuration-versions", f"cv-{index:015d}"),
        "created-by": linkage("users", f"user-{index % USERS:015d}"),
        "current-run": linkage("runs", f"run-{index:015d}"),
        "drift-report": linkage("drift-reports", None),
        "environment": linkage("environments", f"env-{index % ENVIRONMENTS:015d}"),
        "latest-configuration-version": linkage("configuration-versions", f"cv-{index:015d}"),
        "latest-run": linkage("runs", f"run-{index:015d}"),
        "locked-by": linkage("users", None),
        "locked-by-run": linkage("runs", None),
        "module": linkage("modules", None),
        "module-version": linkage("module-versions", None),
        "readme-id": linkage("workspace-readme", None),
        "ssh-key": linkage("account-ssh-keys", None),
        "tags": {
            "data": [{"type": "tags", "id": f"tag-{(index + n) % TAGS:015d}"} for n in range(3)]
        },
        "updated-by": linkage("users", f"user-{(index + 7) % USERS:015d}"),
        "vcs-provider": linkage("vcs-providers", "vcs-000000000000001"),
    }
    name = f"ws-{index:09d}"
    return {
        "type": "workspaces",
        "id": name,
        "attributes": attributes,
        "relationships": relationships,
        "links": {"self": f"https://example.scalr.io/api/iacp/v3/workspaces/{name}"},
    }


def included() -> list[dict[str, object]]:
    """Return what `include=environment,agent-pool,tags,created-by` brings with a page."""
    stamp = "2025-01-02T03:04:05Z"

    def item(kind: str, ident: str, **attributes: object) -> dict[str, object]:
        dashed = {key.replace("_", "-"): value for key, value in attributes.items()}
        account = {"account": linkage("accounts", "acc-svrcncgh453bi8g")}
        return {"type": kind, "id": ident, "attributes": dashed, "relationships": account}

    return [
        *(
            item("environments", f"env-{n:015d}", name=f"env-{n}", created_at=stamp, locked=False)
            for n in range(ENVIRONMENTS)
        ),
        *(item("agent-pools", f"apool-{n:015d}", name=f"pool-{n}") for n in range(POOLS)),
        *(item("tags", f"tag-{n:015d}", name=f"tag-{n}") for n in range(TAGS)),
        *(
            item("users", f"user-{n:015d}", email=f"user-{n}@example.com", created_at=stamp)
            for n in range(USERS)
        ),
    ]


def encode(value: object) -> bytes:
    return json.dumps(value).encode()


class Pages:
    """Pages of a collection of any size, cut from the bytes of 300 prepared workspaces."""

    PREPARED = 300

    def __init__(self, total: int) -> None:
        self.total = total
        mark = "ws-000000000"
        items = [encode({**workspace(n), "id": mark}) for n in range(self.PREPARED)]
        self._parts = [item.split(mark.encode(), 1) for item in items]
        self._included = b',"included":' + encode(included())
        self._ready: dict[tuple[int, int, bool], bytes] = {}

    def item(self, index: int) -> bytes:
        before, after = self._parts[index % self.PREPARED]
        return b"%bws-%09d%b" % (before, index, after)

    def page(self, number: int, size: int, include: bool) -> bytes:
        key = (number, size, include)
        if key not in self._ready:
            answer = self._make(*key)
            if self.total > 10_000:  # too large to keep
                return answer
            self._ready[key] = answer
        return self._ready[key]

    def _make(self, number: int, size: int, include: bool) -> bytes:
        first = (number - 1) * size
        items = [self.item(n) for n in range(first, min(first + size, self.total))]
        last = max(1, -(-self.total // size))
        pagination = {
            "current-page": number,
            "page-size": size,
            "prev-page": number - 1 or None,
            "next-page": number + 1 if number < last else None,
            "total-pages": last,
            "total-count": self.total,
        }
        body = b'{"data":[%b]%b,"meta":{"pagination":%b}}' % (
            b",".join(items),
            self._included if include else b"",
            encode(pagination),
        )
        return PAGE % len(body) + body


class Http(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as much of it as a benchmark needs."""

    def __init__(self, pages: Pages, latency: float) -> None:
        self.pages = pages
        self.latency = latency
        self.data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.data += data
        while b"\r\n\r\n" in self.data:
            head, _, rest = self.data.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: *(\d+)", head)
            size = int(length[1]) if length else 0
            if len(rest) < size:
                return
            self.data = rest[size:]
            answer = self.answer(head.split(b" ", 2)[1].decode(), rest[:size])
            if self.latency:
                asyncio.get_running_loop().call_later(self.latency, self.write, answer)
            else:
                self.write(answer)

    def write(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)  # type: ignore[attr-defined]  # it is a WriteTransport

    def answer(self, target: str, sent: bytes) -> bytes:
        path, _, query = target.partition("?")
        name = path.rpartition("/")[2]
        if name != "workspaces":
            body = b'{"data":%b}' % self.pages.item(int(name.removeprefix("ws-")))
            if pool := POOL.search(sent):
                body = POOL.sub(pool[0], body)
            return PAGE % len(body) + body
        asked = {key: values[0] for key, values in parse_qs(unquote(query)).items()}
        number = int(asked.get("page[number]", "1"))
        size = int(asked.get("page[size]", "20"))
        return self.pages.page(number, size, "include" in asked)


async def serve(workspaces: int, latency: float) -> None:
    pages = Pages(workspaces)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Http(pages, latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspaces", type=int, default=10_000)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.workspaces, arguments.latency))
