"""Turn the OpenAPI document into `scalr_async.resources._generated` and the emulator's catalog.

`overlay` corrects the document, `document` resolves its references and classifies its operations,
`calls` fills a `module` for each resource with its class and its functions, and `__main__` writes
files. Anything that cannot be rendered is an error; the overlay lists the handwritten parts.
"""
