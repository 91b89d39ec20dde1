"""Inventories: what accounts hold, as files, and what is made of them.

    jobs = Job(sources=[...], selections=select(["workspaces"], names=True), ...)
    for document in read_inventory(Path("inventory.ndjson")): ...

_collections   what can be listed, and the options of a crawl
_crawl         reads it page by page; _checkpoint how far it has come
_output        drafts, and the file that they become
_documents     resources as JSON documents; _tables as rows of typed columns
_csv _parquet _sqlite   the formats of tables
_reading       all formats read back
_diff          two inventories compared; _diff_page as HTML
_statistics    what a report counts; _findings what needs attention
_report_page   the page of a report; _charts its bars and tables
_text          numbers and JSON that may be shown
"""

from __future__ import annotations
