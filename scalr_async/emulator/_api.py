"""The operations of the API: what each request does, and what it answers."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import attrs
import msgspec

from scalr_async._catalog import Route, Schema
from scalr_async._wire import JSONAPI
from scalr_async.emulator._actions import ACTIONS
from scalr_async.emulator._bodies import Changes, parse_body, parse_changes, parse_object
from scalr_async.emulator._documents import Selection
from scalr_async.emulator._errors import ApiError, not_found
from scalr_async.emulator._faults import LoggedRequest
from scalr_async.emulator._links import relationship
from scalr_async.emulator._query import Query, parse_query, parse_selection
from scalr_async.emulator._routes import Match, Routes
from scalr_async.emulator._service import Actor, Service
from scalr_async.emulator._store import OWNER, Record
from scalr_async.emulator.rules._access_tokens import TOKEN, expired

__all__ = ["Answer", "Api", "Call"]

_MEDIA_TYPES: Final = (JSONAPI, "application/json", "text/json", "")
_QUERIES: Final = 64
"""Lists remembered until something changes, so that their pages cost no new search."""


@attrs.frozen(kw_only=True)
class Answer:
    """A response: its body is a JSON:API document, or empty."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Call:
    """One request whose route is known and whose token is good."""

    route: Route
    parameters: Mapping[str, str]
    pairs: Sequence[tuple[str, str]]
    body: bytes
    actor: Actor

    def object(self, field: Any) -> dict[str, Any]:
        """Read a plain JSON body."""
        return parse_object(field, self.body)


class Api:
    """Answers requests out of a service."""

    def __init__(self, service: Service, actor: Actor, token: str) -> None:
        self.service = service
        self._actor = actor
        self._token = token
        self._routes = Routes(service.catalog.routes)
        self._served = {
            route.path: route.schema
            for route in service.catalog.routes
            if route.operation == "get" and route.schema
        }
        self._lists: dict[Any, tuple[int, Sequence[Record]]] = {}
        self._operations: dict[str, Callable[[Call], Answer]] = {
            "action": self._act,
            "create": self._create,
            "delete": self._delete,
            "get": self._get,
            "list": self._list,
            "other": self._act,
            "relationship": self._relate,
            "singleton": self._singleton,
            "update": self._update,
        }

    def answer(self, request: LoggedRequest, *, authorization: str) -> Answer:
        """Answer one request."""
        actor = self._authenticate(authorization)
        if actor is None:
            return Answer(status=401, headers={"WWW-Authenticate": "Bearer"})
        try:
            match: Match = self._routes.match(request.method, request.path)
            self._check_media_type(request)
            call = Call(
                route=match.route,
                parameters=match.parameters,
                pairs=request.query,
                body=request.body,
                actor=actor,
            )
            return self._operations[match.route.operation](call)
        except ApiError as error:
            return refusal(error)

    def _authenticate(self, header: str) -> Actor | None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            return None
        if hmac.compare_digest(token.encode("utf-8", "surrogateescape"), self._token.encode()):
            return self._actor
        holder = self._holder(token)
        if holder is None:
            return None
        return Actor(
            holder=holder.id,
            user=holder.id if holder.type == "users" else self._actor.user,
            account=self.service.account_of(holder) or self._actor.account,
            email=str(holder.attributes.get("email")),
        )

    def _holder(self, token: str) -> Record | None:
        """Return the user or service account that a token speaks for; agents' are not for us."""
        record = self.service.store.get("access-tokens", token.partition(".")[0])
        if record is None or record.attributes[TOKEN] != token or expired(self.service, record):
            return None
        holder = self.service.store.find(record.related(OWNER)[0])
        if holder is None or holder.type == "agent-pools":
            return None
        return holder if holder.attributes.get("status", "Active") == "Active" else None

    def _check_media_type(self, request: LoggedRequest) -> None:
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.body and sent not in _MEDIA_TYPES:
            error = {
                "status": "415",
                "title": "Unsupported Media Type",
                "detail": f"Send {JSONAPI}.",
            }
            raise ApiError(415, [error])

    def _schema(self, call: Call) -> Schema:
        return self.service.catalog.schemas[str(call.route.schema)]

    def _record(self, call: Call) -> Record:
        """Return the object that the path stands for."""
        name = self._served.get(call.route.path, str(call.route.resource))
        type = self.service.catalog.schemas[name].type
        if not call.parameters:
            return self._only(call, type)
        id = list(call.parameters.values())[-1]
        record = self.service.store.get(type, id)
        if record is None:
            raise not_found(name, id)
        return record

    def _only(self, call: Call, type: str) -> Record:
        """Return the one object of a type that the account has, making it when it is not there."""
        account = call.actor.account
        for record in self.service.store.sources(type, OWNER, account):
            return record
        nothing = Changes(attributes={}, relationships={})
        return self.service.create(type, nothing, call.actor, owner=account)

    def _parent(self, call: Call) -> Record | None:
        """Return the object below whose path a route stands, None for a route at the root."""
        if not call.parameters:
            return None
        name, id = next(iter(call.parameters.items()))
        kind = self._served.get(call.route.path.partition("}")[0] + "}") or "".join(
            word.title() for word in name.split("_")
        )
        schema = self.service.catalog.schemas.get(kind)
        parent = None if schema is None else self.service.store.get(schema.type, id)
        if parent is None:
            raise not_found(kind, id)
        return parent

    def _selection(self, call: Call) -> Selection:
        return parse_selection(self.service.types, self._schema(call), call.route, call.pairs)

    def _list(self, call: Call) -> Answer:
        service = self.service
        shape = service.shapes[self._schema(call).type]
        query = parse_query(service.store, service.types, shape, call.route, call.pairs)
        parent = self._parent(call)
        owner = parent.id if parent is not None else self._lister(call)
        page = query.page(self._found(call, query, owner))
        url = service.documents.url + _filled(call)
        tail = page.tail(url, call.pairs, urlencode)
        return Answer(status=200, body=service.documents.page(page.records, query.selection, tail))

    def _lister(self, call: Call) -> str | None:
        """Tokens are listed to their holder only."""
        return call.actor.holder if call.route.schema == "AccessToken" else None

    def _found(self, call: Call, query: Query, owner: str | None) -> Sequence[Record]:
        shape = self.service.shapes[self._schema(call).type]
        if self.service.rules[shape.schema.type].volatile:
            return query.run(self.service.store, shape, owner)
        kept = tuple(p for p in call.pairs if not p[0].startswith(("page[", "include", "fields")))
        key = (call.route.path, owner, kept)
        revision, records = self._lists.get(key, (-1, ()))
        if revision != self.service.store.revision:
            records = query.run(self.service.store, shape, owner)
            if len(self._lists) >= _QUERIES:
                self._lists.clear()
            self._lists[key] = self.service.store.revision, records
        return records

    def _get(self, call: Call) -> Answer:
        selection = self._selection(call)
        record = self._record(call)
        return Answer(status=200, body=self.service.documents.one(record, selection))

    def _singleton(self, call: Call) -> Answer:
        selection = self._selection(call)
        schema = self._schema(call)
        parent = self._parent(call)
        if parent is None:
            record = self._only(call, schema.type)
        else:
            records = [
                source
                for name, r in schema.relationships.items()
                if r.target == parent.type
                for source in self.service.store.sources(schema.type, name, parent.id)
            ]
            if not records:
                raise not_found(str(call.route.schema), parent.id)
            record = records[-1]
        return Answer(status=200, body=self.service.documents.one(record, selection))

    def _changes(self, call: Call, id: str | None) -> Changes:
        return parse_changes(
            self.service.store,
            self.service.schemas,
            self.service.catalog.schemas[str(call.route.body)],
            parse_body(call.body),
            id=id,
        )

    def _create(self, call: Call) -> Answer:
        selection = self._selection(call)
        parent = self._parent(call)
        changes = self._changes(call, None)
        type = self._schema(call).type
        owner = parent.id if parent is not None else self._lister(call)
        record = self.service.create(type, changes, call.actor, owner=owner)
        secret = record.attributes.get(TOKEN) if type == "access-tokens" else None
        extra = {"token": secret} if secret else None
        body = self.service.documents.one(record, selection, extra)
        location = f"{self.service.documents.url}{_filled(call)}/{record.id}"
        return Answer(status=201, body=body, headers={"Location": location})

    def _update(self, call: Call) -> Answer:
        selection = self._selection(call)
        record = self._record(call)
        changes = self._changes(call, record.id)
        self.service.update(record, changes, call.actor)
        return Answer(status=200, body=self.service.documents.one(record, selection))

    def _delete(self, call: Call) -> Answer:
        self.service.delete(self._record(call))
        return Answer(status=204)

    def _relate(self, call: Call) -> Answer:
        owner = self._parent(call)
        assert owner is not None
        status, body = relationship(self.service, call, owner, _filled(call))
        return Answer(status=status, body=body)

    def _act(self, call: Call) -> Answer:
        action = ACTIONS.get(call.route.name)
        if action is not None:
            status, body = action(self.service, call)
            return Answer(status=status, body=body)
        if call.route.operation == "action" and call.route.response == "empty":
            self._parent(call)
            return Answer(status=call.route.statuses[0])
        detail = f"The emulator does not know '{call.route.name}' yet."
        return refusal(ApiError(501, [{"status": "501", "title": detail}]))


def refusal(error: ApiError) -> Answer:
    """Return the answer that an error is."""
    return Answer(status=error.status, body=msgspec.json.encode({"errors": error.errors}))


def _filled(call: Call) -> str:
    return call.route.path.format_map(call.parameters)
