"""Which download was made for whom: its address is of no use to anybody else.

Streamlit gives a file out to whoever knows its address; what a page shows (pictures) is for all who may
look, what somebody takes along is for the account that asked for it.
"""

import hashlib
import threading
from collections import OrderedDict

from streamlit import runtime
from streamlit.runtime.media_file_storage import MediaFileKind

_MOST = 10_000  # remembered, the latest; a download is fetched right after it was made
_made: OrderedDict[tuple[str, str], None] = OrderedDict()
_lock = threading.Lock()


def made_for(account: str, content: bytes) -> None:
    """Remember that these bytes were made for an account."""
    with _lock:
        _made[account, hashlib.sha256(content).hexdigest()] = None
        while len(_made) > _MOST:
            _made.popitem(last=False)


def is_for(account: str, name: str) -> bool:
    """Whether an account may fetch what Streamlit holds under a name: pictures of pages, and what was made for it."""
    file = runtime.get_instance().media_file_mgr.read_file(name.partition(".")[0]) if runtime.exists() else None
    if file is None or file.kind != MediaFileKind.DOWNLOADABLE:
        return True  # nothing there, which Streamlit says itself, or part of a page
    return (account, hashlib.sha256(file.content).hexdigest()) in _made
