"""Paragraphs below the options in `--help`."""

from __future__ import annotations

from typing import Final

__all__ = ["EPILOG", "WORKSPACES"]

EPILOG: Final = """\
exit codes:
  0    success
  1    some items failed; the output names each with its reason
  2    usage: invalid options, unknown names, no credentials,
       a local file that cannot be read or written
  3    the server refused a request, or could not be reached
  4    a list changed while it was read, so items may be missing
  130  interrupted, or the output was closed
  143  terminated

Commands find host and token in SCALR_HOSTNAME and SCALR_TOKEN, then in
~/.scalr/scalr.conf and the credentials of Terraform. There is no option for your token: use
--token-file, with - for standard input.
"""
WORKSPACES: Final = """\
Select workspaces with --environment and --tag, with --workspace, or in a file: one word in
each line, or the output of `crawl workspaces` as NDJSON or CSV. Without these options, they are
read from standard input. A word is an id, a name, or environment/name.
"""
