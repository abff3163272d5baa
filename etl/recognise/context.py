"""What the words around a table say: its title rows, and the name of its sheet."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from etl.recognise.grid import Sheet
from etl.recognise.headings import (
    is_continued,
    is_date_of_paper,
    is_declaration,
    names_only_plans,
    names_rate,
    names_target,
    part_of_year,
    split_scope,
)
from etl.recognise.places import Places
from etl.recognise.text import (
    YEAR,
    chinese_part,
    clean,
    is_part_year,
    is_unit,
    names_yearbook,
    split_unit,
    unit_of,
    years_in,
)

_FILLER = re.compile(r"^(?:历年|年末|年度|年|全省|各设区市|设区市|各市|各地区|分地区|各省|主要|\s)+")
_BRACKETED = re.compile(r"[(（]([^()（）]+)[)）]")
_OF_YEARBOOK = re.compile(r"([\u3400-\u9fff]{2,8}?)(?:省|市)?(?:城市|环境|农村|经济|社会)?(?:统计)?年\s*鉴")
# 8-15, 8.3.1, 表二、: never the numeral that begins 九江市 or 二氧化硫.
_NUMBER = re.compile(r"^[\d.\-—–\s]*(?:[一二三四五六七八九十]{1,3}(?=[、.．\-—–\s]))?[\d.\-—–、．\s]*")
_FORM = re.compile(r"(?:情况|统计|一览)?表?$|情况$")


@dataclass(frozen=True)
class Context:
    """What the words around a table say: above it, in the sheet's name."""

    scope: str = ""
    unit: str | None = None
    years: tuple[int, ...] = ()  # data years named; more than one decides nothing
    yearbook: tuple[int, ...] = ()  # years of a yearbook: never taken, offered as a choice
    indicator: tuple[str, ...] = ()  # possible names of the indicator, best first
    place: str = ""
    rate: bool = False  # a title speaks of growth, shares or ranks
    part: str = ""  # a title speaks of a month, a quarter or several years together
    planned: str = ""  # a title speaks of plans or targets and of nothing done


def carried(own: Context, base: Context) -> Context:
    return Context(
        scope=own.scope or base.scope,
        unit=own.unit or base.unit,
        years=own.years or base.years,
        yearbook=own.yearbook or base.yearbook,
        indicator=own.indicator or base.indicator,
        place=own.place or base.place,
        rate=own.rate or base.rate,
        part=own.part or base.part,
        planned=own.planned or base.planned,
    )


def with_sheet_name(context: Context, sheet: Sheet, places: Places, *, editions: Iterable[int] = ()) -> Context:
    """The sheet's name says the year, the place or the indicator where nothing nearer does.

    `editions`: years of the yearbook that the file is from, as other sheets or its name say. A
    sheet named after the edition says nothing about the year of its figures.
    """
    years = tuple(years_in(sheet.name))
    if names_yearbook(sheet.name) or not set(years).isdisjoint({*context.yearbook, *editions}):
        context, years = replace(context, yearbook=tuple(dict.fromkeys((*context.yearbook, *years)))), ()
    name = clean(YEAR.sub(" ", sheet.name)).strip(" 年()（）-_")
    names = context.indicator
    generic = not name or name.casefold().startswith(("sheet", "表", "工作表")) or not any(map(str.isalpha, name))
    if places.is_named(name):
        return replace(context, years=context.years or years, place=context.place or name)
    if not generic and name not in names and not is_part_year(name):
        names = (*names, name)
    return replace(context, years=context.years or years, indicator=names)


def read_context(titles: Iterable[str], places: Places) -> Context:
    """Scope, unit, year, indicator and place as title rows say them."""
    scope, unit, place, part, planned = "", None, "", "", ""
    years: list[int] = []
    yearbook: list[int] = []
    names: list[str] = []
    for text in titles:
        for line in _parts(text):
            if names_yearbook(line):
                yearbook.extend(years_in(line))
                place = place or _title_place(clean(line), line, places)
                continue
            if is_date_of_paper(line):
                yearbook.extend(each + 1 for each in years_in(line))
                part = part or part_of_year(line)
                continue
            part = part or part_of_year(line)
            planned = planned or (clean(line) if names_only_plans(line) else "")
            found_unit = unit_of(line) if is_unit(line) else split_unit(line)[1]
            unit = unit or found_unit
            plain, said = split_scope(chinese_part(line))
            scope = scope or said
            if not names_target(line):
                years.extend(each for each in years_in(line) if each not in years)
            name = _title_name(plain)
            if line.startswith(("指标:", "指标：")):
                names.insert(0, split_unit(line[3:])[0])
            elif name and not is_unit(line) and not is_continued(line) and not is_declaration(line):
                names.append(name)
            place = place or _title_place(name, line, places)
    return Context(
        scope, unit, tuple(years), tuple(dict.fromkeys(yearbook)), tuple(names), place, any(map(names_rate, names)),
        part, planned,
    )  # fmt: skip


def _parts(text: str) -> list[str]:
    """A title row's pieces: one each cell or line."""
    pieces = [piece.strip() for piece in text.replace("\r", "\n").split("\n")]
    out: list[str] = []
    for piece in pieces:
        head, mark, tail = piece.partition("单位")
        out.extend([head.strip(" (（"), mark + tail.rstrip(" )）")] if mark and tail[:1] in ":：" else [piece])
    return [piece for piece in out if piece]


def _title_name(text: str) -> str:
    """A title as a possible name of an indicator: without number, year and unit."""
    plain = split_unit(chinese_part(text))[0]
    plain = clean(YEAR.sub(" ", plain))
    for mark in ("附表", "表"):
        plain = plain.removeprefix(mark).lstrip(" :：")
    plain = _NUMBER.sub("", plain)
    plain = _FILLER.sub("", plain)
    return _FORM.sub("", plain) or plain


def _title_place(name: str, line: str, places: Places) -> str:
    """The place a title is about: 地区：…, (江西省), 九江市2018年…, 江苏统计年鉴."""
    text = line.partition(":")[2] or line.partition("：")[2] if line.startswith("地区") else ""
    if text and places.is_named(text):
        return clean(text)
    bracketed = [clean(found[1]) for found in _BRACKETED.finditer(line) if places.is_named(found[1])]
    if len(bracketed) == 1:
        return bracketed[0]
    plain = clean(YEAR.sub(" ", name)).lstrip("年 ")
    edition = _OF_YEARBOOK.match(plain)
    if edition and places.is_named(edition[1]):
        return edition[1]
    for length in range(min(len(plain), 12), 1, -1):
        if plain[length - 1] in "省市县区州盟旗" and places.is_named(plain[:length]):
            rest = plain[length:]
            return "" if rest.startswith(("各", "分", "所辖", "设区")) else plain[:length]
    return ""
