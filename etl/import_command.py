"""python -m etl import: a received file, read, rehearsed and, unless it is a dry run, published."""

import argparse
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from etl.access import operator
from etl.console import Console
from etl.intake import Intake, publish_file, read_file, rehearse_file, why_not_ready
from etl.problem import STOP, Refused
from etl.publish import Release
from etl.rehearsal import Change, JudgementChange, Rehearsal, TaskChange
from etl.store import Store
from etl.task_reports import evidence_names
from etl.words import read_words

_MOST_LINES = 20
_WORDS_ONLY = {"tasks": "任务进展报告", "explanations": "原因和措施说明"}


class Unanswerable(Exception):
    """The answers cannot be used; str() is a Chinese sentence."""


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="收到的文件，或本系统的 CSV、模板")
    parser.add_argument("--answers", type=Path, metavar="F.json", help='对问题的回答：{"问题编号": "选项"}')
    parser.add_argument("--dry-run", action="store_true", help="只预演，什么都不存")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--source", metavar="TEXT", help="数值的出处，默认是文件名")
    parser.add_argument("--person", metavar="NAME", help="上报人")
    parser.add_argument("--note", metavar="TEXT", help="说明")


def import_file(arguments: argparse.Namespace, store: Store, console: Console) -> int:
    """Read, rehearse, publish; the exit status. Raises Refused or Unanswerable with what to do."""
    data = _bytes_of(arguments.file, console)
    answers = _answers(arguments.answers, console)
    with console.patience("正在识别文件"):
        intake = read_file(
            store, data, name=arguments.file.name, answers=answers, source=arguments.source,
            evidence=_evidence(arguments.file, data, console),
        )  # fmt: skip
    with console.patience("正在预演"):
        rehearsal = rehearse_file(store, intake)
    release = None
    if intake.ready and not arguments.dry_run:
        with console.patience("正在发布"):
            release = publish_file(
                store, intake, data=data, name=arguments.file.name, by=operator(arguments.person), note=arguments.note
            )
    if arguments.format == "json":
        print(json.dumps(_as_dict(intake, rehearsal, release), ensure_ascii=False, indent=1), file=console.out)
    else:
        print("\n".join(_lines(store, intake, rehearsal, release)), file=console.out)
    for id in sorted(set(answers) - _asked(intake)):
        console.say(f"文件里没有编号为“{id}”的问题，这个回答没有用到。")
    if intake.stopped or (not intake.ready and not arguments.dry_run):
        raise Refused(why_not_ready(intake))
    return 0


def _bytes_of(path: Path, console: Console) -> bytes:
    try:
        return console.read_bytes(path)
    except OSError as error:
        raise Unanswerable(f"读不到文件 {path}，请检查路径。") from error


def evidence_beside(path: Path) -> list[Path]:
    """The files that reports on tasks in a file name as their evidence, in the same folder."""
    try:
        return [path.parent / name for name in evidence_names(path.read_bytes())]
    except OSError:
        return []


def _evidence(path: Path, data: bytes, console: Console) -> dict[str, bytes]:
    """The evidence that came along; what is missing is a problem of the row that names it."""
    found = {}
    for name in evidence_names(data):
        with suppress(OSError):
            found[name] = console.read_bytes(path.parent / name)
    return found


def _answers(path: Path | None, console: Console) -> dict[str, str]:
    if path is None:
        return {}
    try:
        answers = json.loads(_bytes_of(path, console).decode("utf-8-sig"))
    except ValueError as error:
        raise Unanswerable(f"{path} 不是可读的 JSON 文件。") from error
    if not isinstance(answers, dict):
        raise Unanswerable(f'{path} 应写成 {{"问题编号": "选项"}}。')
    return {str(id): str(choice) for id, choice in answers.items()}


def _asked(intake: Intake) -> set[str]:
    report = intake.report
    return {question.id for question in (*report.questions, *report.offers)} | {id for id, _ in report.settled}


def _as_dict(intake: Intake, rehearsal: Rehearsal, release: Release | None) -> dict[str, Any]:
    """The contract of the report, and what publishing would change or has changed."""
    published = None
    if release is not None:
        published = {"release": release.release, "already": release.already, "rows": release.rows}
    return {
        **intake.report.as_dict(),
        "kind": intake.kind,
        "ready": intake.ready,
        "rehearsal": rehearsal.as_dict(),
        "release": published,
    }


# text --------------------------------------------------------------------------------------------


def _lines(store: Store, intake: Intake, rehearsal: Rehearsal, release: Release | None) -> list[str]:
    names = dict(store.rows("select place, name from place"))
    names.update(store.rows("select indicator, name from indicator"))
    names.update(
        store.rows("select indicator, name from reference_indicator union select place, name from reference_place")
    )
    names.update((each.indicator, each.name) for each in intake.references)
    names.update((each.place, each.name) for each in intake.reference_places)
    names.update(store.rows("select task, title from task"))
    counts = rehearsal.counts()
    summary = (
        f"{intake.name}：新增{counts['new']}个数值，修订{counts['revised']}个，与库中一致{counts['confirmed']}个，"
        f"缺{counts['missing']}个，待回答{counts['asked']}个，不采用{counts['left_out']}个，"
        f"略过{counts['skipped']}行（合计、标题、注释）。"
    )
    if intake.kind in _WORDS_ONLY:
        summary = f"{intake.name}：{_WORDS_ONLY[intake.kind]}{len(intake.rows)}条，任务状态变化{counts['tasks']}项。"
    lines = [summary]
    lines += _listed("任务", [_task_line(each, names) for each in rehearsal.tasks])
    lines += _listed("修订", [_change_line(each, names) for each in rehearsal.revised])
    lines += _listed("判定变化", [_judgement_line(each, names) for each in rehearsal.judgements])
    lines += [f"{'不能收' if problem.severity == STOP else '请看一眼'}：{problem}" for problem in intake.problems]
    lines += [
        f"问题 {question.id}（{question.where}）：{question.why}。可选：{_some(question.choices)}"
        for question in intake.report.questions
    ]
    lines += [
        f"可选 {offer.id}（{offer.where}）：{offer.why}。不回答就是“{offer.choices[0]}”，也可以回答：{_some(offer.choices[1:])}"
        for offer in intake.report.offers
    ]
    if release is None:
        return lines
    if release.already:
        return [*lines, f"这个文件已经发布过（{release.release}），没有任何改变。"]
    return [*lines, f"已发布为 {release.release}，共{release.rows}{'条' if intake.kind in _WORDS_ONLY else '个数值'}。"]


def _change_line(change: Change, names: dict[str, str]) -> str:
    year = f"{change.year}年" if change.year else ""
    rounding = "" if change.beyond_rounding else "（差别在舍入范围内）"
    return (
        f"{names.get(change.place, change.place)}{names.get(change.indicator, change.indicator)}{year}{change.period}："
        f"{_number(change.old)} → {_number(change.new)}{rounding}；原出处：{change.old_source}；新出处：{change.new_source}"
    )


def _judgement_line(change: JudgementChange, names: dict[str, str]) -> str:
    return (
        f"{names.get(change.place, change.place)} {change.target}（站在{change.year}年看）："
        f"{change.before_word} → {change.after_word}，因为{change.reason}"
    )


def _task_line(change: TaskChange, names: dict[str, str]) -> str:
    words = read_words().tasks
    step = f"第{change.step}步" if change.step else ""
    return f"{names.get(change.task, change.task)}{step}：{words[change.before].word} → {words[change.after].word}"


def _listed(heading: str, lines: list[str]) -> list[str]:
    shown = [f"{heading}：{line}" for line in lines[:_MOST_LINES]]
    more = len(lines) - len(shown)
    return [*shown, f"{heading}：另有{more}处，见 --format json。"] if more > 0 else shown


def _some(choices: tuple[str, ...]) -> str:
    return "、".join(choices[:8]) + ("……" if len(choices) > 8 else "")


def _number(value: float | None) -> str:
    return "缺" if value is None else f"{value:.10g}"
