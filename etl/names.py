"""One way to compare names: width, spaces and letter case never make two names of one."""

import difflib
import unicodedata
from collections.abc import Iterable


def normal_name(text: str) -> str:
    """A name as it is compared: NFKC (full width to half), without any space, lower case.

    Traditional script is turned into Simplified before this, by whoever reads files that have it.
    """
    folded = unicodedata.normalize("NFKC", text)
    return "".join(folded.split()).casefold()


def near_names(name: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Known names that look like `name`, nearest first, for a message about an unknown one."""
    by_normal = {normal_name(each): each for each in known}
    near = difflib.get_close_matches(normal_name(name), by_normal, n=most, cutoff=0.5)
    return [by_normal[each] for each in near]
