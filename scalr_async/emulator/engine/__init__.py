"""A JSON:API server made from a catalog of routes and schemas. It knows nothing of Scalr's rules.

server       the HTTP server: latency, faults, connections
http         requests and answers; bodies as HTTP carries them
request_log  the latest requests; faults: scripted answers, cut connections, a rate limit
routes       from method and path to the operation
api          one function for each kind of operation; relationship_routes for linkage
query        the query of a list; filters: the meaning of filter values
bodies       request bodies, checked against the schema
service      objects under rules, and the base class of rules; drafts: objects as a write
             would leave them; store: records and their indexes
documents    answers as bytes; sparse: answers with as little as JSON:API allows
blobs        uploads and downloads outside the API
errors       error answers: statuses, titles, wording
helpers      first and last steps of many operations
"""
