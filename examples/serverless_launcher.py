"""A launcher for a serverless agent pool: each task becomes a Kubernetes Job with one agent.

    pip install uvicorn
    LAUNCH_KEY=... uvicorn serverless_launcher:app

The pool has its address as `webhook_url`, and the sensitive header X-Launch-Key. Agents take the
pool's token from the Kubernetes secret `scalr-agent`. A Job has the name of its task, so that even
after a crash Kubernetes takes it once. The service account of this pod may create Jobs in its
namespace. TASKS names the file that remembers what was launched (tasks.db).
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
"""Token, authority and namespace, as every pod has them."""


def job_of(task: LaunchTask) -> dict[str, Any]:
    """Return a Job that runs one agent, which takes one task and leaves."""
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
            "activeDeadlineSeconds": 4 * 3600,  # an agent that got no task does not stay for ever
            "ttlSecondsAfterFinished": 3600,
            "template": {"spec": {"restartPolicy": "Never", "containers": [agent]}},
        },
    }


def cluster() -> tuple[str, dict[str, str], ssl.SSLContext]:
    """Return where Jobs are created, and with what; read anew, since the token is rotated."""
    namespace = (ACCOUNT / "namespace").read_text().strip()
    token = (ACCOUNT / "token").read_text().strip()
    context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    url = f"{KUBERNETES}/apis/batch/v1/namespaces/{namespace}/jobs"
    return url, {"Authorization": f"Bearer {token}"}, context


async def launch(delivery: Delivery) -> None:
    """Launch an agent for a task; what is raised has Scalr send the task again."""
    assert isinstance(delivery.payload, LaunchTask)  # a `TaskVerifier` lets nothing else in
    url, headers, context = cluster()
    timeout = aiohttp.ClientTimeout(total=10)
    async with (
        aiohttp.ClientSession(headers=headers, timeout=timeout) as kubernetes,
        kubernetes.post(url, json=job_of(delivery.payload), ssl=context) as answer,
    ):
        if answer.status != 409:  # there already: launched before
            answer.raise_for_status()


app = WebhookApp(
    WebhookReceiver(
        TaskVerifier("X-Launch-Key", os.environ["LAUNCH_KEY"]),
        launch,
        store=SQLiteDeliveryStore(os.environ.get("TASKS", "tasks.db")),
    )
)
