"""Whether two published numbers differ by more than the digits they were written with."""

import re
import unicodedata
from decimal import Decimal

_DIGITS = re.compile(r"-?\d+(?:\.(\d*))?")


def beyond_rounding(old: float, new: float, *, old_written: str = "", new_written: str = "") -> bool:
    """41 and 41.4 are one number rounded differently, 41.0 and 41.4 are not.

    `*_written`: the number as its file has it, in the file's unit; empty where that is not known.
    """
    step = max(_half_step(old, old_written), _half_step(new, new_written))
    return abs(old - new) > step * (1 + 1e-9) + 1e-9 * max(abs(old), abs(new))


def _half_step(value: float, written: str) -> float:
    """Half the last digit that was written, in the unit of `value`."""
    text = "".join(unicodedata.normalize("NFKC", written).split()).replace(",", "")
    found = _DIGITS.search(text)
    if found is None:
        exponent = Decimal(repr(value)).normalize().as_tuple().exponent
        return 0.5 * 10.0 ** min(0, exponent if isinstance(exponent, int) else 0)
    number = float(found[0])
    factor = abs(value / number) if number and value else 1.0  # a unit that was converted
    return 0.5 * 10.0 ** -len(found[1] or "") * factor
