"""What is wrong with something somebody gave us, in words they can act on."""

from dataclasses import dataclass

STOP = "stop"
LOOK = "look"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it stands, what was found, what was expected, what to do."""

    severity: str  # "stop": nothing is loaded; "look": loaded, but somebody should look
    where: str  # "indicators.toml 第12行"
    found: str
    expected: str
    message: str  # one Chinese sentence
    column: str = ""  # of a cell of our own files: its column, by which a form knows its field

    def __str__(self) -> str:
        return f"{self.where}：{self.message}"


class Refused(Exception):
    """An input that is not taken, with every problem it has; str() is one line a problem."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
