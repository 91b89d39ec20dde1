"""Paragraphs below the options in `--help`."""

from __future__ import annotations

from typing import Final

__all__ = ["EPILOG", "WORKSPACES"]

EPILOG: Final = """\
exit codes:
  0    all went well
  1    some items failed: each is named with its reason
  2    usage: options that make no sense, names that nobody has, no credentials,
       a local file that cannot be read or written
  3    the server refused, or could not be reached
  4    a list changed while it was read: something may be missing
  130  interrupted, or the reader of the output left
  143  terminated

Where a command needs a Scalr, it is found by SCALR_HOSTNAME and SCALR_TOKEN, then in
~/.scalr/scalr.conf and the credentials of Terraform. A token is never an option: use
--token-file, with - for standard input.
"""
WORKSPACES: Final = """\
Workspaces are given by --environment and --tag, by --workspace, or in a file: a word a
line, or what `crawl workspaces` writes, as NDJSON or CSV. Without any of these they are
read from standard input. A word is an id, a name, or environment/name.
"""
