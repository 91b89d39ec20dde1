"""Inventories: the contents of accounts as files, their comparison and reports on them.

    jobs = Job(sources=[...], selections=select(["workspaces"], names=True), ...)
    for document in read_inventory(Path("inventory.ndjson")): ...

_collections   the collections that can be listed, and the options of a crawl
_crawl         reads lists page by page; _checkpoint stores its progress
_output        drafts, and the file that is made from them
_documents     resources as JSON documents; _tables: as rows of typed columns
_csv _parquet _sqlite   the formats of tables
_reading       reads all formats
_diff          compares two inventories; _fields: two documents; _diff_page: the result as HTML
_statistics    the numbers of a report; _findings: the things that need attention
_report_page   the page of a report; _charts its bars and tables
_text          numbers and JSON as text that is safe to show
"""

from __future__ import annotations
