"""Integrations: hooks, policies, checks, monitoring, registries, Slack, webhooks."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from scalr_async.emulator.engine.bodies import Changes, Lenience
from scalr_async.emulator.engine.drafts import Draft, require_name
from scalr_async.emulator.engine.errors import (
    ApiError,
    conflict,
    invalid_attribute,
    not_found,
)
from scalr_async.emulator.engine.filters import FilterField
from scalr_async.emulator.engine.helpers import listing, target
from scalr_async.emulator.engine.http import Actor, Answer, Call, json
from scalr_async.emulator.engine.service import Action, Rule, Service
from scalr_async.emulator.engine.store import Derived, Record, Store
from scalr_async.emulator.scalr.registry import resync, software
from scalr_async.emulator.scalr.secrets import Secretive, is_refused, masked_headers

__all__ = ["ACTIONS", "DERIVED", "RULES"]

_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
_PORTS: Final = {"http": ":80", "https": ":443"}
_CHANNELS: Final = (
    {"id": "C123", "name": "general", "is-private": False},
    {"id": "C456", "name": "deployments", "is-private": False},
    {"id": "C789", "name": "incidents", "is-private": True},
)


class Hooks(Rule):
    """Hooks: filtered by the events of their links to environments."""

    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {"events": FilterField(values=self._events)}

    def prepare(self, draft: Draft) -> None:
        """Check the name."""
        require_name(draft)

    def _events(self, record: Record) -> list[str]:
        links = self.service.store.sources("hook-environment-links", "hook", record.id)
        return [event for link in links for event in link.attributes["events"]]


class HookEnvironmentLinks(Rule):
    """Links of hooks to environments: found and sorted by their hooks."""

    searched = ("hook",)


class PolicyGroups(Rule):
    """Policy groups: each has one policy, whatever its repository contains."""

    unique = "account"
    defaults: ClassVar[Mapping[str, Any]] = {
        "execute-as": "policy_check",
        "opa-version": "0.61.0",
        "status": "active",
    }

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {"software-version": FilterField(values=self._software)}

    def prepare(self, draft: Draft) -> None:
        """Check the version of OPA, and add a missing branch."""
        require_name(draft)
        version = draft.attributes.get("opa-version")
        if version is not None and not _VERSION.fullmatch(version):
            raise invalid_attribute("opa-version", f"Version '{version}' is not supported.")
        repository = draft.attributes.get("vcs-repo")
        if repository and not repository.get("branch"):
            draft.attributes["vcs-repo"] = {"path": None, **repository, "branch": "main"}

    def removing(self, record: Record) -> None:
        """Refuse while the group is linked to an environment."""
        if record.related("environments"):
            detail = "Policy group is in use and can not be removed"
            raise conflict(detail, "Policy group can not be deleted")

    def created(self, record: Record) -> None:
        """Create the policy."""
        attributes = {"name": "policy", "enabled": True, "enforced-level": "soft-mandatory"}
        policy = Changes(attributes=attributes, relationships={"policy-group": record.id})
        self.service.create("policies", policy, self.service.owner)

    def _software(self, record: Record) -> list[str]:
        version = record.attributes.get("opa-version", self.defaults["opa-version"])
        return software(self.service.store, "opa", version)


class CheckovIntegrations(Rule):
    """Checkov integrations: their environments check configurations before planning."""

    defaults: ClassVar[Mapping[str, Any]] = {"status": "active", "version": "3.2.312"}

    def prepare(self, draft: Draft) -> None:
        """Check the name."""
        require_name(draft)


class EventBridgeIntegrations(Rule):
    """AWS EventBridge integrations: AWS names the event source."""

    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}

    def prepare(self, draft: Draft) -> None:
        """Set the event source and the ARN."""
        require_name(draft)
        source = f"aws.partner/scalr.com/{draft.id}"
        region = draft.attributes.get("region")
        draft.attributes.setdefault("event-source", source)
        arn = f"arn:aws:events:{region}::event-source/{source}"
        draft.attributes.setdefault("event-source-arn", arn)


class SamlIntegrations(Secretive):
    """SAML integrations."""

    secrets = ("mapping-azure-aad-secret-key", "sp-private-key")
    defaults: ClassVar[Mapping[str, Any]] = {
        "status": "active",
        "verification-status": "pending",
        "idp-cert-fingerprint-algorithm": "sha256",
        "security-requested-authn-context-comparison": "exact",
        "security-signature-algorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    }


class _Connected(Secretive):
    """Integrations whose status is `failed` if their key is refused."""

    secrets = ("api-key",)
    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}

    def prepare(self, draft: Draft) -> None:
        """Set the status; keys that look invalid count as refused."""
        require_name(draft)
        if draft.sets("api-key"):
            failed = is_refused(draft.attributes["api-key"])
            draft.attributes["status"] = "failed" if failed else "active"
            draft.attributes["err-message"] = "The API key is not accepted." if failed else None
            if not failed:
                draft.attributes["status"] = draft.changes.attributes.get("status", "active")


class DatadogIntegrations(_Connected):
    """Datadog integrations."""


class InfracostIntegrations(_Connected):
    """Infracost integrations: their environments estimate the costs of plans."""


class DockerIntegrations(Secretive):
    """Docker registries, one integration per host; Scalr logs in before it stores them."""

    secrets = ("password",)
    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}

    def key(self, record: Record) -> Hashable | None:
        """Return account and host, None without a URL."""
        host = str(record.attributes.get("registry-url", "")).partition("://")[2]
        return (record.relationships.get("account"), host) if host else None

    def taken(self) -> ApiError:
        """Return the error of a host that another integration has."""
        detail = "Only one integration per registry host is allowed."
        return invalid_attribute("registry-url", detail)

    def prepare(self, draft: Draft) -> None:
        """Check the password, and normalize the URL as Scalr does."""
        if is_refused(draft.changes.attributes.get("password")):
            raise invalid_attribute("password", "The registry does not accept the credentials.")
        url = draft.changes.attributes.get("registry-url")
        if url:
            draft.attributes["registry-url"] = _normal(url.strip())


def _normal(url: str) -> str:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
    except ValueError:
        raise invalid_attribute("registry-url", "Value is not a valid URL.") from None
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(_PORTS.get(parts.scheme, '/'))}"


class WebhookIntegrations(Secretive):
    """Webhooks: a key is generated if none is given, and shown once; headers may be sensitive."""

    secrets = ("secret-key",)
    computed = frozenset({"headers"})
    defaults: ClassVar[Mapping[str, Any]] = {
        "enabled": True,
        "http-method": "POST",
        "max-attempts": 3,
        "timeout": 15,
    }

    def prepare(self, draft: Draft) -> None:
        """Check the URL, and generate a missing key."""
        require_name(draft)
        if not draft.attributes.get("url", "").startswith(("http://", "https://")):
            raise invalid_attribute("url", "Value is not a valid URL.")
        if not draft.attributes.get("secret-key"):
            draft.attributes["secret-key"] = self.service.text(32)

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Hide the key and the values of sensitive headers."""
        super().present(record, attributes)
        attributes["headers"] = masked_headers(attributes["headers"])

    def loaded(self, record: Record, owner: Actor) -> None:  # noqa: ARG002 - the same for all
        """Generate a key, because the file contains none."""
        self.service.store.change(record, {"secret-key": self.service.text(32)}, {})

    def once(self, record: Record) -> Mapping[str, Mapping[str, Any]]:
        """Return the key."""
        return {"attributes": {"secret-key": record.attributes["secret-key"]}}


class WebhookDeliveries(Rule):
    """The log of messages sent to webhooks."""

    defaults: ClassVar[Mapping[str, Any]] = {"attempts": 0, "status": "pending"}


class SlackIntegrations(Rule):
    """Slack integrations: the official Go client sends null for an unset `run-mode`."""

    lenience = Lenience(unset_as_null=frozenset({"run-mode"}))


class SlackConnections(Rule):
    """Slack connections: the official client expects `null` if there is none."""

    optional = True


def _connection(service: Service, call: Call) -> Record:
    account = target(service, call, "accounts")
    for connection in service.store.sources("slack-connections", "account", account.id):
        return connection
    raise not_found("SlackConnection", account.id)


def _disconnect(service: Service, call: Call) -> Answer:
    service.delete(_connection(service, call))
    return Answer(status=204)


def _channels(service: Service, call: Call) -> Answer:
    _connection(service, call)
    wanted = call.query("query").casefold()
    return listing(service, call, [c for c in _CHANNELS if wanted in str(c["name"])])


def _channel(service: Service, call: Call) -> Answer:
    _connection(service, call)
    id = call.parameters["channel_id"]
    for channel in _CHANNELS:
        if channel["id"] == id:
            return json(channel)
    raise not_found("SlackChannel", id)


def _environments(store: Store, hook: Record) -> Iterable[str]:
    links = store.sources("hook-environment-links", "hook", hook.id)
    return (id for link in links for id in link.related("environment"))


def _provider(store: Store, link: Record) -> Iterable[str]:
    return (id for hook in store.related(link, "hook") for id in hook.related("vcs-provider"))


DERIVED: Final[Mapping[tuple[str, str], Derived]] = {
    ("hook-environment-links", "vcs-provider"): Derived(
        ids=_provider, sources=frozenset({"hooks"})
    ),
    ("hooks", "environments"): Derived(
        ids=_environments, sources=frozenset({"hook-environment-links"})
    ),
}

RULES: Final[Mapping[str, type[Rule]]] = {
    "aws-event-bridge-integrations": EventBridgeIntegrations,
    "checkov-integrations": CheckovIntegrations,
    "datadog-integrations": DatadogIntegrations,
    "docker-integrations": DockerIntegrations,
    "hook-environment-links": HookEnvironmentLinks,
    "hooks": Hooks,
    "infracost-integration": InfracostIntegrations,
    "policy-groups": PolicyGroups,
    "saml-integration": SamlIntegrations,
    "slack-connections": SlackConnections,
    "slack-integrations": SlackIntegrations,
    "webhook-integration-deliveries": WebhookDeliveries,
    "webhook-integrations": WebhookIntegrations,
}

ACTIONS: Final[Mapping[str, Action]] = {
    "delete_slack_connection": _disconnect,
    "get_slack_channel": _channel,
    "list_slack_channels": _channels,
    "resync_checkov_integration": resync("checkov-integrations"),
    "resync_hook": resync("hooks"),
    "resync_policy_group": resync("policy-groups"),
}
