"""What a process has worked and holds, from /proc: Linux only, as the measurement is."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Sample:
    at: float
    worked: float  # seconds of processor, since the process began
    memory: int  # bytes resident


def sample(process: int, *, at: float) -> Sample | None:
    """None where the process is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        resident = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return None
    return Sample(at, (int(fields[11]) + int(fields[12])) / _TICK, resident * _PAGE)
