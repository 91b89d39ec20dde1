"""A JSON:API server made from a catalog of routes and schemas. It knows nothing of Scalr's rules.

server       HTTP: listening, latency, faults, connections
http         requests and answers; bodies as HTTP carries them
request_log  the latest requests; faults: scripted answers, cut connections, a rate limit
routes       from method and path to the operation
api          one function for each kind of operation; relationship_routes for linkage
query        the query of a list; filters: the meaning of filter values
bodies       the members that a write sets, checked against the schema
service      objects under rules, and the base class of rules; drafts: objects as a write
             would leave them; store: records and their indexes
documents    answers as bytes; sparse: with as little in them as is legal
blobs        uploads and downloads beside the API
errors       refusals: statuses, titles, wording
helpers      first and last steps of many operations
"""
