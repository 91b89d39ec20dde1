"""A launcher for a serverless agent pool: each task becomes a Kubernetes Job with one agent.

    pip install uvicorn
    LAUNCH_KEY=... uvicorn serverless_launcher:app

The pool has its address as `webhook_url`, and the sensitive header X-Launch-Key. Agents read the
pool's token from the Kubernetes secret `scalr-agent`. A Job is named after its task, so that even
after a crash Kubernetes accepts it only once. The service account of this pod may create Jobs in
its namespace. TASKS names the file that remembers what was launched (tasks.db).
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any

import aiohttp

from scalr_async.webhooks import (
    Delivery,
    LaunchTask,
    SQLiteDeliveryStore,
    TaskVerifier,
    WebhookApp,
    WebhookReceiver,
)

KUBERNETES = os.environ.get("KUBERNETES_URL", "https://kubernetes.default.svc")
ACCOUNT = Path(os.environ.get("ACCOUNT", "/var/run/secrets/kubernetes.io/serviceaccount"))
"""The folder with token, CA certificate and namespace that every pod has."""


def job_of(task: LaunchTask) -> dict[str, Any]:
    """Return a Job that runs one agent, which executes one task and exits."""
    token = {"secretKeyRef": {"name": "scalr-agent", "key": "token"}}
    agent = {
        "name": "agent",
        "image": "scalr/agent:latest",
        "args": ["run"],
        "env": [
            {"name": "SCALR_AGENT_SINGLE", "value": "true"},
            {"name": "SCALR_AGENT_TOKEN", "valueFrom": token},
        ],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": f"scalr-{task.task_id}",
            "annotations": {"scalr/run": task.run_id or "", "scalr/action": task.action or ""},
        },
        "spec": {
            "backoffLimit": 0,
            "activeDeadlineSeconds": 4 * 3600,  # ends an agent that got no task
            "ttlSecondsAfterFinished": 3600,
            "template": {"spec": {"restartPolicy": "Never", "containers": [agent]}},
        },
    }


def cluster() -> tuple[str, dict[str, str], ssl.SSLContext]:
    """Return URL, headers and TLS context for creating Jobs; read anew, as tokens are rotated."""
    namespace = (ACCOUNT / "namespace").read_text().strip()
    token = (ACCOUNT / "token").read_text().strip()
    context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    url = f"{KUBERNETES}/apis/batch/v1/namespaces/{namespace}/jobs"
    return url, {"Authorization": f"Bearer {token}"}, context


async def launch(delivery: Delivery) -> None:
    """Launch an agent for a task; after an exception, Scalr sends the task again."""
    assert isinstance(delivery.payload, LaunchTask)  # a `TaskVerifier` accepts nothing else
    url, headers, context = cluster()
    timeout = aiohttp.ClientTimeout(total=10)
    async with (
        aiohttp.ClientSession(headers=headers, timeout=timeout) as kubernetes,
        kubernetes.post(url, json=job_of(delivery.payload), ssl=context) as answer,
    ):
        if answer.status != 409:  # 409: launched before
            answer.raise_for_status()


app = WebhookApp(
    WebhookReceiver(
        TaskVerifier("X-Launch-Key", os.environ["LAUNCH_KEY"]),
        launch,
        store=SQLiteDeliveryStore(os.environ.get("TASKS", "tasks.db")),
    )
)
