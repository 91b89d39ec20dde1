"""The clients that are compared; one module each.

A module has the works that its client can do, as functions of a `Job`:

- `attributes`: walk the list; read six attributes of every workspace;
- `ids`: the same, and the id of everything that a workspace is related to;
- `related`: the same as `attributes` with `INCLUDE`, and the name of everything included;
- `gets`: read the workspaces one after another, one request each;
- `links`: set the agent pool of every workspace, `in_flight` at once;
- `everything`: walk the list and give back all of it, for the comparison of results.

Each of the first five returns a sum over what it read, equal for all clients.
"""
