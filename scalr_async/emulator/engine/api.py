"""The operations of the API, one function for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from scalr_async._catalog import Schema
from scalr_async._http import JSONAPI
from scalr_async.emulator.engine.blobs import BLOBS
from scalr_async.emulator.engine.bodies import Changes, parse_body, parse_changes
from scalr_async.emulator.engine.documents import Selection
from scalr_async.emulator.engine.errors import ApiError, missing, not_found, unsupported
from scalr_async.emulator.engine.helpers import comma_separated
from scalr_async.emulator.engine.http import BASE_PATH, Actor, Answer, Call, download, refusal
from scalr_async.emulator.engine.parameters import check_parameters, is_true
from scalr_async.emulator.engine.query import Query, parse_query, parse_selection
from scalr_async.emulator.engine.relationship_routes import relationship
from scalr_async.emulator.engine.request_log import LoggedRequest
from scalr_async.emulator.engine.routes import routes_of
from scalr_async.emulator.engine.service import Action, Service
from scalr_async.emulator.engine.store import OWNER, Record

__all__ = ["Api"]

_MEDIA_TYPES: Final = (JSONAPI, "application/json", "text/json", "")
_QUERIES: Final = 64
"""The most lists cached between changes, so that further pages need no new search."""


class Api:
    """Answers requests about the objects of a service.

    Args:
        service: Holds the objects.
        authenticate: Returns the principal of an `Authorization` value; None if it is not valid.
        actions: Operations other than reading or writing an object, by name.
        public: The names of operations that need no token.
        subsets: Lists that have only some objects of their type, by the operation's name.
        refresh: Called before each answer, to bring the objects up to date.
    """

    def __init__(
        self,
        service: Service,
        *,
        authenticate: Callable[[str], Actor | None],
        actions: Mapping[str, Action],
        public: frozenset[str],
        subsets: Mapping[str, Callable[[Record], bool]],
        refresh: Callable[[], None],
    ) -> None:
        self.service = service
        self._authenticate = authenticate
        self._actions = actions
        self._public = public
        self._subsets = subsets
        self._refresh = refresh
        self._routes = routes_of(service.catalog)
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

    def set_root(self, root: str) -> None:
        """Set the scheme and host with which the links in answers begin."""
        self.service.blobs.root = root
        self.service.documents.url = f"{root}{BASE_PATH}"

    def admits(self, request: LoggedRequest, *, authorization: str) -> bool:
        """Return whether a request is authorized; asked before its body is read."""
        if request.path.startswith(BLOBS):
            return request.method == "PUT" and self.service.blobs.awaits(request.path)
        if self._authenticate(authorization) is not None:
            return True
        try:
            return self._routes.match(request.method, request.path).route.name in self._public
        except ApiError:
            return False

    def answer(self, request: LoggedRequest, *, authorization: str) -> Answer:
        """Answer one request."""
        self._refresh()
        actor = self._authenticate(authorization)
        try:
            match = self._routes.match(request.method, request.path)
        except ApiError as error:
            return _unauthorized() if actor is None else refusal(error)
        if actor is None and match.route.name not in self._public:
            return _unauthorized()
        call = Call(
            route=match.route,
            parameters=match.parameters,
            pairs=request.query,
            body=request.body,
            actor=actor or self.service.owner,
        )
        try:
            if match.route.content_type is not None:
                self._check_media_type(request)
            check_parameters(match.route, request.query)
            return self._operations[match.route.operation](call)
        except ApiError as error:
            return refusal(error)

    def transfer(self, request: LoggedRequest) -> Answer:
        """Answer an upload or a download; neither needs a token."""
        blobs = self.service.blobs
        if request.method == "PUT" and blobs.write(request.path, request.body):
            return Answer()
        blob = blobs.read(request.path) if request.method in ("GET", "HEAD") else None
        if blob is None:
            return refusal(missing(f"There is nothing at '{request.path}'."))
        return download(blob.content, blob.content_type)

    def _check_media_type(self, request: LoggedRequest) -> None:
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.body and sent not in _MEDIA_TYPES:
            raise unsupported(f"Send {JSONAPI}.")

    def _schema(self, call: Call) -> Schema:
        return self.service.catalog.schemas[str(call.route.schema)]

    def _record(self, call: Call) -> Record:
        """Return the object that the path identifies."""
        name = self._served.get(call.route.path, str(call.route.resource))
        type = self.service.catalog.schemas[name].type
        if not call.parameters:
            return self._single_record(call, type)
        id = list(call.parameters.values())[-1]
        record = self.service.get(type, id)
        if record is None:
            raise not_found(self.service.kind(name), id)
        return record

    def _single_record(self, call: Call, type: str) -> Record:
        """Return the account's only object of a type; create it if it is missing."""
        account = call.actor.account
        for record in self.service.store.sources(type, OWNER, account):
            return record
        nothing = Changes(attributes={}, relationships={})
        return self.service.create(type, nothing, call.actor, owner=account)

    def _parent(self, call: Call) -> Record | None:
        """Return the object in whose path the route is nested, None for a route at the root."""
        if not call.parameters:
            return None
        name, id = next(iter(call.parameters.items()))
        kind = self._served.get(call.route.path.partition("}")[0] + "}") or "".join(
            word.title() for word in name.split("_")
        )
        schema = self.service.named.get(kind)
        parent = None if schema is None else self.service.store.get(schema.type, id)
        if parent is None:
            raise not_found(self.service.kind(kind), id)
        return parent

    def _selection(self, call: Call) -> Selection:
        return parse_selection(self.service.types, self._schema(call), call.pairs)

    def _list(self, call: Call) -> Answer:
        service = self.service
        shape = service.shapes[self._schema(call).type]
        query = parse_query(service.store, service.types, service.shapes, shape, call)
        parent = self._parent(call)
        owner = parent.id if parent is not None else self._listed_owner(call)
        found = self._found(call, query, owner)
        if "format" in call.route.query and call.query("format") == "csv":
            return comma_separated(service.documents, shape.schema, found, query.selection)
        page = query.paging.of(found)
        url = service.documents.url + call.path
        tail = page.tail(url, call.pairs, urlencode)
        return Answer(status=200, body=service.documents.page(page.items, query.selection, tail))

    def _listed_owner(self, call: Call) -> str | None:
        """Return the owner whose objects are listed: the token's holder if the type is private."""
        rule = self.service.rules[self._schema(call).type]
        return call.actor.holder if rule.private else None

    def _found(self, call: Call, query: Query, owner: str | None) -> Sequence[Record]:
        shape = self.service.shapes[self._schema(call).type]
        rows = self.service.rows(shape.schema.type, call)
        if rows is not None:
            return query.run(self.service.store, shape, rows)
        if self.service.rules[shape.schema.type].volatile:
            return query.run(self.service.store, shape, owner)
        kept = tuple(p for p in call.pairs if not p[0].startswith(("page[", "include", "fields")))
        key = (call.route.path, owner, call.actor.holder, kept)
        revision, records = self._lists.get(key, (-1, ()))
        if revision != self.service.store.revision:
            records = query.run(self.service.store, shape, owner)
            subset = self._subsets.get(call.route.name)
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
            record = self._single_record(call, schema.type)
        else:
            records = [
                source
                for name, r in schema.relationships.items()
                if r.target == parent.type
                for source in self.service.store.sources(schema.type, name, parent.id)
            ]
            if not records and self.service.rules[schema.type].optional:
                return Answer(body=b'{"data":null}')
            if not records:
                raise not_found(self.service.kind(str(call.route.schema)), parent.id)
            record = records[-1]
        return Answer(status=200, body=self.service.documents.one(record, selection))

    def _changes(self, call: Call, id: str | None) -> Changes:
        service, schema = self.service, self.service.catalog.schemas[str(call.route.body)]
        changes = parse_changes(
            service.store,
            service.kinds,
            schema,
            parse_body(call.body),
            id=id,
            lenience=service.rules[schema.type].lenience,
        )
        changes.forced = is_true(call.query("force"))
        return changes

    def _create(self, call: Call) -> Answer:
        selection = self._selection(call)
        parent = self._parent(call)
        changes = self._changes(call, None)
        type = self._schema(call).type
        owner = parent.id if parent is not None else self._listed_owner(call)
        record = self.service.create(type, changes, call.actor, owner=owner)
        once = self.service.rules[type].once(record)
        body = self.service.documents.one(record, selection, once)
        headers = {"Location": self.service.documents.location(record)}
        return Answer(status=201, body=body, headers=headers)

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
        return relationship(self.service, call, owner)

    def _act(self, call: Call) -> Answer:
        if call.route.schema is not None:
            self._selection(call)  # before the action has an effect
        return self._actions[call.route.name](self.service, call)


def _unauthorized() -> Answer:
    return Answer(status=401, headers={"WWW-Authenticate": "Bearer"})
