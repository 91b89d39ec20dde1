"""JSON:API 1.0 (https://jsonapi.org/format/1.0/): resources, documents, queries, errors. No I/O.

```
ref        Ref: a link to a resource          schema     what a resource class says of itself
document   documents cut into pieces          model      Resource, its decorators, identities
converter  values, one by one; hooks          filler     values, the fast way
linkage    identifiers in relationships       included   related resources in the same document
codec      all of these together              operation  one operation of the API
query      options of a call to its query     reading    what an answer means
pieces     large documents, cut bit by bit    origin     relationships, on first use
```
"""
