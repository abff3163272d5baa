"""Text as the Office formats can hold it: what XML 1.0 has no place for becomes visible, never a broken file."""

import re

# Control characters, lone surrogates and the two non-characters; tab and line end stay.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MARK = "monitor-snapshot="  # how the mark of reports/seal.py begins


def plain_text(text: str) -> str:
    """`text` with every unfit character as 〓, so that nothing is dropped unseen; no text can pose as a file's mark."""
    return _UNFIT.sub("〓", text.replace("\r\n", "\n").replace("\r", "\n")).replace(_MARK, _MARK.replace("=", "＝"))


def plain_json(text: str) -> str:
    """JSON text with the same values, in which no string can pose as a file's mark."""
    return text.replace(_MARK, _MARK.replace("=", "\\u003d"))
