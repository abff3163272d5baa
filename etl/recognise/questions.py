"""Everything a file does not say, gathered into one question each, once a file.

A question's id depends on what is asked, never on the order of cells, so that an answer given
today still fits when the same file is read again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from etl.recognise.report import Question

KEEP = "keep"
LEAVE = "leave"
CONFIRM = "confirm"
HUNDREDFOLD = "hundredfold"
_MOST_SHOWN = 8
KEEP_WORDS = "作为参考序列保留（不用于评判）"
LEAVE_WORDS = "不采用"
CONFIRM_WORDS = "核对无误，照用"


@dataclass
class Asking:
    """Collects open questions; knows the answers already given."""

    answers: Mapping[str, str]
    remembered: Mapping[str, str] = field(default_factory=dict)  # of a recipe; used where they still fit
    _open: dict[str, Question] = field(default_factory=dict)
    _where: dict[str, dict[str, None]] = field(default_factory=dict)
    _offered: dict[str, Question] = field(default_factory=dict)
    _answered_questions: dict[str, Question] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)  # answers that are no choice

    def ask(self, id: str, *, about: str, where: str, why: str, choices: Iterable[tuple[str, str]]) -> str | None:
        """The meaning of the answer; None while it is open. `choices`: words and meaning."""
        question = _question(id, about=about, where="", why=why, choices=choices)
        meaning = self._answered(question)
        (self._open if meaning is None else self._answered_questions).setdefault(id, question)
        self._where.setdefault(id, {})[where] = None
        return meaning

    def offer(self, id: str, *, about: str, where: str, why: str, choices: Iterable[tuple[str, str]]) -> str:
        """The meaning of the answer; that of the first choice while nobody answered. Nothing waits for it."""
        question = _question(id, about=about, where=where, why=why, choices=choices)
        self._offered[id] = question
        return self._answered(question) or question.meanings[0]

    def _answered(self, question: Question) -> str | None:
        """What was answered, now or for an earlier file of this shape."""
        id = question.id
        for given in (self.answers.get(id), self.remembered.get(id)):
            meaning = question.meaning_of(str(given).strip()) if given is not None else None
            if meaning is not None:
                self.settled[id] = str(given).strip()
                return meaning
        if id in self.answers:
            self.wrong[id] = str(self.answers[id])
        return None

    def offers(self) -> tuple[Question, ...]:
        """What may be answered and need not."""
        return tuple(self._offered.values())

    def questions(self) -> tuple[Question, ...]:
        """The open questions with every place they concern, year first, values last."""
        return self._in_order(self._open)

    def answered(self) -> tuple[Question, ...]:
        """The questions that were answered, in the same order; the answers are in `settled`."""
        return self._in_order(self._answered_questions)

    def _in_order(self, questions: Mapping[str, Question]) -> tuple[Question, ...]:
        order = ("year", "indicator", "place", "unit", "value")
        found = [replace(each, where=listed(self._where[each.id])) for each in questions.values()]
        return tuple(sorted(found, key=lambda each: (order.index(each.about), each.id)))


def _question(id: str, *, about: str, where: str, why: str, choices: Iterable[tuple[str, str]]) -> Question:
    pairs = tuple(choices)
    return Question(id, about, where, why, tuple(words for words, _ in pairs), tuple(each for _, each in pairs))


def listed(names: Iterable[str], *, most: int = _MOST_SHOWN) -> str:
    """Names in one line, with the number of those not shown."""
    distinct = list(dict.fromkeys(name for name in names if name))
    shown = "、".join(distinct[:most])
    return f"{shown} 等{len(distinct)}处" if len(distinct) > most else shown


def use_or_leave() -> list[tuple[str, str]]:
    """The two answers to a question about doubtful values."""
    return [(CONFIRM_WORDS, CONFIRM), (LEAVE_WORDS, LEAVE)]


def share_or_percent() -> list[tuple[str, str]]:
    """The answers about numbers in percent that look like shares of 1."""
    return [("是小数，0.87 按 87% 读取", HUNDREDFOLD), *use_or_leave()]


def keep_or_leave() -> list[tuple[str, str]]:
    """The two answers about a series that no document asks for."""
    return [(LEAVE_WORDS, LEAVE), (KEEP_WORDS, KEEP)]


def year_choices(likely: Iterable[int], *, latest: int) -> list[tuple[str, str]]:
    """Years as choices: the likely ones first, then all from the latest back to 1990."""
    years = [year for year in dict.fromkeys(likely) if 1949 <= year <= latest]
    years += [year for year in range(latest, 1989, -1) if year not in years]
    return [(str(year), str(year)) for year in years]
