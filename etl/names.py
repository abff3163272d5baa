"""One way to compare names: width, spaces and letter case never make two names of one."""

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_COMPARED_CLOSELY = 20


@lru_cache(maxsize=65536)
def normal_name(text: str) -> str:
    """A name as it is compared: NFKC (full width to half), without any space, lower case.

    Traditional script is turned into Simplified before this, by whoever reads files that have it.
    """
    folded = unicodedata.normalize("NFKC", text)
    return "".join(folded.split()).casefold()


def near_names(name: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Known names that look like `name`, nearest first, for a message about an unknown one.

    Only those that share most letters are compared closely: thousands of unknown names of a file
    against thousands of known ones stay a matter of seconds.
    """
    wanted = normal_name(name)
    letters = set(wanted)
    by_normal = {normal_name(each): each for each in known}
    sharing = sorted(by_normal, key=lambda each: -_shared(letters, each))[:_COMPARED_CLOSELY]
    near = difflib.get_close_matches(wanted, sharing, n=most, cutoff=0.5)
    return [by_normal[each] for each in near]


def _shared(letters: set[str], other: str) -> float:
    return 2 * len(letters.intersection(other)) / ((len(letters) + len(other)) or 1)
