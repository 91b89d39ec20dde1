"""Turn the OpenAPI document into `scalr_async.resources._generated` and the emulator's catalog.

`overlay` mends the document, `document` follows its references and says what each operation does,
`calls` fills a `module` for each resource with its class and its functions, and `__main__` writes
files. What cannot be rendered is an error; what is written by hand, the overlay lists.
"""
