"""Inventories: what an account holds, as lines of a file, and pages made from it.

_lines         resources as lines of a file; _text numbers and JSON that may be shown
_checkpoint    the progress of a crawl, kept so that it can go on
_statistics    what is counted; _findings what needs attention
_report_page   the page of a report; _charts its bars and tables
"""
