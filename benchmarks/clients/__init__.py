"""The compared clients, one module each.

A module has the kinds of work that its client supports, as functions of a `Job`:

- `attributes`: walk the list; read six attributes of every workspace;
- `ids`: the same, and the ids of everything to which a workspace is related;
- `related`: the same as `attributes` with `INCLUDE`, and the name of everything included;
- `gets`: read the workspaces one after another, one request each;
- `links`: set the agent pool of every workspace, `in_flight` at once;
- `everything`: walk the list and return all of it, for the comparison of results.

Each of the first five returns a sum over the data, equal for all clients.
"""
