"""Rows for a spreadsheet, which must not take a text for a formula."""

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """The value as text; where a spreadsheet would calculate it, an apostrophe stands before.

    >>> cell("=HYPERLINK(1)"), cell(None), cell(12)
    ("'=HYPERLINK(1)", '', '12')
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text
