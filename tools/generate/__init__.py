"""Turn the OpenAPI document into the modules of `scalr_async.resources._generated`.

`overlay` mends the document, `spec` and `resolve` make plain values of it (`model`), `render`
writes these as text. What cannot be rendered is an error; nothing is left out but what the
overlay lists as written by hand, with its reason.
"""
