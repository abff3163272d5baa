"""Which targets there were, seen from a year: SQL that the screens and the snapshots share.

A document asks nothing before it is issued: seen from 2017, a plan of 2022 is not there yet. The
judging itself knows no such rule (`etl assess` looks at any year, before the document as well).
"""


def issued(year: str, *, target: str = "t") -> str:
    """SQL of a condition: the document of row `target` of the table target had been issued by `year`, an SQL expression.

    The latest year that can be looked at stands for today, so that a plan of this year counts
    although its first figures are still to come.
    """
    return f"({target}.document_year <= {year} or {year} >= (select coalesce(max(year), 0) from verdict))"


def issued_by(year: int, *, latest: int, target: str = "t") -> str:
    """The same of one year, where the latest that can be looked at is known already: the query has less to look up."""
    return "true" if year >= latest else f"{target}.document_year <= {year}"
