"""The operations of the API: what each request does, and what it answers."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from scalr_async._catalog import Schema
from scalr_async._http import JSONAPI
from scalr_async.emulator._blobs import BLOBS
from scalr_async.emulator._bodies import Changes, parse_body, parse_changes
from scalr_async.emulator._call import BASE_PATH, Answer, Call, download, refusal
from scalr_async.emulator._csv import comma_separated
from scalr_async.emulator._documents import Selection
from scalr_async.emulator._errors import ApiError, missing, not_found, unsupported
from scalr_async.emulator._faults import LoggedRequest
from scalr_async.emulator._links import relationship
from scalr_async.emulator._query import Query, parse_query, parse_selection
from scalr_async.emulator._routes import Routes
from scalr_async.emulator._service import Actor, Service
from scalr_async.emulator._store import OWNER, TOKEN, Record
from scalr_async.emulator._usage import Usage
from scalr_async.emulator.operations import ACTIONS, PUBLIC, SUBSETS
from scalr_async.emulator.rules._access_tokens import expired

__all__ = ["Api"]

_MEDIA_TYPES: Final = (JSONAPI, "application/json", "text/json", "")
_QUERIES: Final = 64
"""Lists remembered until something changes, so that their pages cost no new search."""


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
        self._usage = Usage(service.store)
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

    def place(self, root: str) -> None:
        """Let the links in answers begin with this scheme and host."""
        self.service.blobs.root = root
        self.service.documents.url = f"{root}{BASE_PATH}"

    def admits(self, request: LoggedRequest, *, authorization: str) -> bool:
        """Say whether a request may be made, before anything of its body is kept."""
        if request.path.startswith(BLOBS):
            return request.method == "PUT" and self.service.blobs.awaits(request.path)
        if self._authenticate(authorization) is not None:
            return True
        try:
            return self._routes.match(request.method, request.path).route.name in PUBLIC
        except ApiError:
            return False

    def answer(self, request: LoggedRequest, *, authorization: str) -> Answer:
        """Answer one request."""
        self.service.runs.catch_up()
        actor = self._authenticate(authorization)
        try:
            match = self._routes.match(request.method, request.path)
        except ApiError as error:
            return _unauthorized() if actor is None else refusal(error)
        if actor is None and match.route.name not in PUBLIC:
            return _unauthorized()
        call = Call(
            route=match.route,
            parameters=match.parameters,
            pairs=request.query,
            body=request.body,
            actor=actor or self._actor,
        )
        try:
            if match.route.content_type is not None:
                self._check_media_type(request)
            return self._operations[match.route.operation](call)
        except ApiError as error:
            return refusal(error)

    def transfer(self, request: LoggedRequest) -> Answer:
        """Take an upload, or hand out a download; neither needs a token."""
        blobs = self.service.blobs
        if request.method == "PUT" and blobs.write(request.path, request.body):
            return Answer()
        blob = blobs.read(request.path) if request.method == "GET" else None
        if blob is None:
            return refusal(missing(f"There is nothing at '{request.path}'."))
        return download(blob.content, blob.content_type)

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
        session = self.service.sessions.get(token)
        if session is not None:
            valid = session.expires > self.service.now()
            return self._active(session.holder) if valid else None
        record = self.service.store.get("access-tokens", token.partition(".")[0])
        if record is None or record.attributes[TOKEN] != token or expired(self.service, record):
            return None
        return self._active(record.related(OWNER)[0])

    def _active(self, id: str) -> Record | None:
        holder = self.service.store.find(id)
        if holder is None or holder.type == "agent-pools":
            return None
        return holder if holder.attributes.get("status", "Active") == "Active" else None

    def _check_media_type(self, request: LoggedRequest) -> None:
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.body and sent not in _MEDIA_TYPES:
            raise unsupported(f"Send {JSONAPI}.")

    def _schema(self, call: Call) -> Schema:
        return self.service.catalog.schemas[str(call.route.schema)]

    def _record(self, call: Call) -> Record:
        """Return the object that the path stands for."""
        name = self._served.get(call.route.path, str(call.route.resource))
        type = self.service.catalog.schemas[name].type
        if not call.parameters:
            return self._only(call, type)
        id = list(call.parameters.values())[-1]
        record = self._usage.get(type, id)
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
        schema = self.service.named.get(kind)
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
        found = self._found(call, query, owner)
        if "format" in call.route.query and call.query("format") == "csv":
            return comma_separated(service.documents, shape.schema, found, query.selection)
        page = query.cut.of(found)
        url = service.documents.url + call.path
        tail = page.tail(url, call.pairs, urlencode)
        return Answer(status=200, body=service.documents.page(page.items, query.selection, tail))

    def _lister(self, call: Call) -> str | None:
        """Tokens are listed to their holder only."""
        return call.actor.holder if call.route.schema == "AccessToken" else None

    def _found(self, call: Call, query: Query, owner: str | None) -> Sequence[Record]:
        shape = self.service.shapes[self._schema(call).type]
        rows = self._usage.rows(shape.schema.type, call)
        if rows is not None:
            return query.run(self.service.store, shape, rows)
        if self.service.rules[shape.schema.type].volatile:
            return query.run(self.service.store, shape, owner)
        kept = tuple(p for p in call.pairs if not p[0].startswith(("page[", "include", "fields")))
        key = (call.route.path, owner, kept)
        revision, records = self._lists.get(key, (-1, ()))
        if revision != self.service.store.revision:
            records = query.run(self.service.store, shape, owner)
            subset = SUBSETS.get(call.route.name)
            records = records if subset is None else [r for r in records if subset(r)]
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
            if not records and schema.type == "slack-connections":
                return Answer(body=b'{"data":null}')  # what the official client takes for none
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
        once = self.service.rules[type].once(record)
        body = self.service.documents.one(record, selection, once)
        location = f"{self.service.documents.url}{call.path}/{record.id}"
        return Answer(status=201, body=body, headers={"Location": location})

    def _update(self, call: Call) -> Answer:
        selection = self._selection(call)
        record = self._record(call)
        changes = self._changes(call, record.id)
        self.service.update(record, changes, call.actor)
        status = call.route.statuses[0]  # a Slack integration is answered with 201
        return Answer(status=status, body=self.service.documents.one(record, selection))

    def _delete(self, call: Call) -> Answer:
        self.service.delete(self._record(call))
        return Answer(status=204)

    def _relate(self, call: Call) -> Answer:
        owner = self._parent(call)
        assert owner is not None
        status, body = relationship(self.service, call, owner)
        return Answer(status=status, body=body)

    def _act(self, call: Call) -> Answer:
        return ACTIONS[call.route.name](self.service, call)


def _unauthorized() -> Answer:
    return Answer(status=401, headers={"WWW-Authenticate": "Bearer"})
