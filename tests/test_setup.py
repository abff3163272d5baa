"""The environment is made once, the same for running and testing, and not made again without a reason."""

import sys
from pathlib import Path

import pytest

from tools import setup

ROOT = Path(__file__).resolve().parent.parent


def test_an_old_python_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    monkeypatch.setattr(sys, "argv", ["setup.py"])
    assert setup.main() == 1
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err


def test_what_is_installed_is_not_installed_again_until_it_changes(tmp_path: Path) -> None:
    stamp, requirements, others = (
        tmp_path / name for name in ("installed", "requirements.txt", "requirements-dev.txt")
    )
    requirements.write_text("one==1.0\n", encoding="utf-8")
    others.write_text("two==2.0\n", encoding="utf-8")
    assert setup.not_installed([requirements, others], stamp=stamp) == [requirements, others]
    setup.note_installed([requirements], stamp=stamp)
    assert setup.not_installed([requirements, others], stamp=stamp) == [others]
    requirements.write_text("one==1.1\n", encoding="utf-8")
    assert setup.not_installed([requirements], stamp=stamp) == [requirements]


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-lake.txt", "requirements-signin.txt", "requirements-dev.txt"]
)
def test_every_requirement_is_pinned_exactly(name: str) -> None:
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    loose = [line for line in lines if line and not line.startswith("-r ") and "==" not in line]
    assert loose == []
