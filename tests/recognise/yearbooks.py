"""Made-up yearbook tables of every make, each with the truth about every one of its figures."""

import random
from dataclasses import dataclass, field

from files import xlsx_file

PLACES = {
    "360100": ["南昌市", "南 昌 市", "南昌", "南昌市①", "南昌市 ", "南昌 Nanchang"],
    "360400": ["九江市", "九 江", "九江市", "九江市*"],
    "360800": ["吉安市", "吉安", "吉  安  市"],
    "360900": ["宜春市", "宜春", "宜春市 Yichun"],
    "361000": ["抚州市", "撫州市", "抚州"],
    None: ["杭州市", "北京市", "新余市", "Paris", "东湖新区"],
}
# indicator: names, and spellings of units with what one of them is in the register's unit
INDICATORS = {
    "pm25": (
        ["PM2.5", "PM2.5年均浓度", "细颗粒物（PM2.5）年均浓度"],
        [("微克/立方米", 1), ("μg/m³", 1), ("毫克/立方米", 1000)],
    ),
    "sewage_rate": (["污水处理率", "城市污水处理率", "污 水 处 理 率"], [("%", 1), ("％", 1)]),
    "wetland": (["湿地面积", "濕地面積"], [("公顷", 1), ("平方公里", 100), ("万亩", 2000 / 3), ("公頃", 1)]),
    "gdp": (["地区生产总值"], [("亿元", 1), ("万元", 1e-4)]),
    "wastewater": (["废水排放量"], [("万吨", 1), ("吨", 1e-4)]),
    "good_days": (["优良天数"], [("天", 1)]),
    None: (
        ["工业用电量", "Population", "第三产业比重", "固废综合利用率"],
        [("万千瓦时", 1), ("万人", 1), ("%", 1), (None, 1)],
    ),
}
MISSING = ["", "--", "…", "—", "-", "/", "\t"]


@dataclass
class Truth:
    place: str | None
    indicator: str | None
    year: int | None  # None: the file does not say it
    value: float | None


@dataclass
class Yearbook:
    rows: list[list[object]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    truth: dict[tuple[int, int], Truth] = field(default_factory=dict)  # row, column from 0

    def put(self, row: int, column: int, content: object) -> None:
        while len(self.rows) <= row:
            self.rows.append([])
        self.rows[row].extend([""] * (column + 1 - len(self.rows[row])))
        self.rows[row][column] = content

    def as_xlsx(self) -> bytes:
        return xlsx_file(("数据", self.rows), merged=self.merged)

    def as_csv(self) -> bytes:
        lines = [",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in self.rows]
        return "\n".join(lines).encode("gb18030")


Series = tuple[str | None, str, str | None, float]  # indicator, name, unit, factor to the register's unit
Label = tuple[str | None, str]  # place, name


def make(seed: int) -> Yearbook:
    """The yearbook of a seed; the same seed gives the same one."""
    chance = random.Random(seed)
    years = sorted(chance.sample(range(2010, 2020), chance.choice([1, 1, 2, 3])))
    series = _series(chance)
    places = _places(chance)
    book = Yearbook()
    layout = chance.choice([_wide, _wide, _long, _transposed, _side_by_side, _grouped])
    layout(book, chance, series, places, years)
    return book


def _places(chance: random.Random) -> list[tuple[str | None, str]]:
    ids = [each for each in PLACES if each] + [None, None]
    chance.shuffle(ids)
    out: list[tuple[str | None, str]] = []
    for each in ids[: chance.randint(3, 7)]:
        label = chance.choice(PLACES[each])
        if label not in [name for _, name in out]:
            out.append((each, label))
    return out


def _series(chance: random.Random) -> list[Series]:
    keys = [each for each in INDICATORS if each]
    chance.shuffle(keys)
    keys = [*keys[: chance.randint(1, 4)], *([None] if chance.random() < 0.4 else [])]
    out = []
    for key in keys:
        names, units = INDICATORS[key]
        unit, factor = chance.choice(units)
        out.append((key, chance.choice(names), unit, factor))
    return out


def _number(chance: random.Random, series: Series) -> tuple[object, float | None]:
    """What the cell holds, and its value in the register's unit."""
    if chance.random() < 0.08:
        return chance.choice(MISSING), None
    value = chance.choice([chance.randint(1, 99), round(chance.uniform(2, 90), 2), chance.randint(1950, 2050), 12345.6])
    if series[0] in {"sewage_rate", "good_days"}:
        value = round(chance.uniform(20, 99), 2)
    if series[0] == "pm25":
        value = chance.randint(20, 90) / (1000 if series[3] == 1000 else 1)
    shown = chance.choice([value, str(value), f" {value} ", f"{value:,}" if value >= 1000 else str(value)])
    return shown, value * series[3]


def _header(chance: random.Random, series: Series) -> str:
    name, unit = series[1], series[2]
    if unit is None:
        return name
    return chance.choice([f"{name}({unit})", f"{name}（{unit}）", f"{name}\n({unit})", f"{name} ({unit})"])


def _title(book: Yearbook, chance: random.Random, years: list[int], *, say_year: bool) -> int:
    """Title rows; the next free row."""
    row = 0
    if chance.random() < 0.8:
        year = f"{years[0]}年" if say_year and len(years) == 1 else ""
        book.put(row, 0, chance.choice([f"{year}各市主要指标", f"2-8 {year}环境与经济", f"表3 {year}分地区情况"]))
        row += 1
    elif say_year and len(years) == 1:
        book.put(row, 0, f"{years[0]}年")
        row += 1
    if chance.random() < 0.2:
        book.put(row, 0, "统计年鉴2021")
        row += 1
    if row and chance.random() < 0.3:
        row += 1
    return row


def _wide(book: Yearbook, chance: random.Random, series: list[Series], places: list[Label], years: list[int]) -> None:
    """Places in rows; indicators, years or both over the columns."""
    in_title = len(years) == 1 and chance.random() < 0.5
    unsaid = len(years) == 1 and not in_title and chance.random() < 0.5
    row = _title(book, chance, years, say_year=in_title)
    first = 1 + (chance.random() < 0.3)  # a column of English or of numbers beside the names
    two_levels = len(years) > 1 or (not in_title and not unsaid and chance.random() < 0.5)
    corner = chance.choice(["城市", "地  区", "City", "城市\nCity", "市名"])
    book.put(row, 0, corner)
    columns: list[tuple[Series, int | None]] = []
    if two_levels and chance.random() < 0.5:
        for each in series:
            columns += [(each, year) for year in years]
        for position, (each, year) in enumerate(columns):
            if position % len(years) == 0:
                book.put(row, first + position, _header(chance, each))
                if len(years) > 1 and chance.random() < 0.7:
                    book.merged.append((row, first + position, row, first + position + len(years) - 1))
            book.put(row + 1, first + position, chance.choice([f"{year}", f"{year}年", year]))
        row += 2
    elif two_levels:
        columns = [(each, year) for year in years for each in series]
        for position, (each, year) in enumerate(columns):
            book.put(row, first + position, f"{year}年{_header(chance, each)}")
        row += 1
    else:
        columns = [(each, None if unsaid else years[0]) for each in series]
        for position, (each, _) in enumerate(columns):
            book.put(row, first + position, _header(chance, each))
        row += 1
    if first == 2:
        book.put(row - 1, 1, "")
    _body(book, chance, row=row, first=first, columns=columns, places=places)


def _body(
    book: Yearbook,
    chance: random.Random,
    *,
    row: int,
    first: int,
    columns: list[tuple[Series, int | None]],
    places: list[Label],
) -> None:
    cut = chance.randint(1, len(places)) if chance.random() < 0.25 else None
    for position, (place, label) in enumerate(places):
        if cut is not None and position == cut and chance.random() < 0.7:
            row += chance.randint(0, 2)
            book.put(row, 0, chance.choice(["续表", "2-8 续表 1 continued 1"]))
            row += 1
        if chance.random() < 0.1:
            book.put(row, 0, chance.choice(["合计", "平均", "东部地区"]))
            for column, _each in enumerate(columns):
                book.put(row, first + column, chance.randint(100, 900))
            row += 1
        book.put(row, 0, label)
        for column, (each, year) in enumerate(columns):
            content, value = _number(chance, each)
            book.put(row, first + column, content)
            book.truth[(row, first + column)] = Truth(place, each[0], year, value)
        row += 1
    if chance.random() < 0.3:
        book.put(row + chance.randint(0, 1), 0, chance.choice(["注：数据为快报数。", "资料来源：2021年统计年鉴"]))


def _long(book: Yearbook, chance: random.Random, series: list[Series], places: list[Label], years: list[int]) -> None:
    """A row for each place and year."""
    row = _title(book, chance, years, say_year=False) if chance.random() < 0.4 else 0
    heads = [chance.choice(["城市", "地区", "city"]), chance.choice(["年份", "year", "年度"])]
    swap = chance.random() < 0.3
    for column, head in enumerate([*(reversed(heads) if swap else heads), *(_header(chance, each) for each in series)]):
        book.put(row, column, head)
    row += 1
    order = [(place, year) for place in places for year in years]
    for (place, label), year in order:
        said = chance.choice([year, str(year)])
        for column, content in enumerate([said, label] if swap else [label, said]):
            book.put(row, column, content)
        for column, each in enumerate(series, 2):
            content, value = _number(chance, each)
            book.put(row, column, content)
            book.truth[(row, column)] = Truth(place, each[0], year, value)
        row += 1


def _transposed(
    book: Yearbook, chance: random.Random, series: list[Series], places: list[Label], years: list[int]
) -> None:
    """Indicators in rows, places over the columns, the year in the title."""
    year = years[0]
    row = 0
    book.put(row, 0, f"{year}年主要指标")
    row += 1
    with_units = chance.random() < 0.5
    for column, head in enumerate(["指标", *(["单位"] if with_units else []), *(label for _, label in places)]):
        book.put(row, column, head)
    row += 1
    for each in series:
        book.put(row, 0, each[1] if with_units else _header(chance, each))
        if with_units:
            book.put(row, 1, each[2] or "")
        for column, (place, _) in enumerate(places, 2 if with_units else 1):
            content, value = _number(chance, each)
            book.put(row, column, content)
            book.truth[(row, column)] = Truth(place, each[0], year, value)
        row += 1


def _side_by_side(
    book: Yearbook, chance: random.Random, series: list[Series], places: list[Label], years: list[int]
) -> None:
    """Two halves beside each other, the right one perhaps some rows lower."""
    title = _title(book, chance, years[:1], say_year=True)
    said = any(f"{years[0]}年" in str(cell) for row in book.rows for cell in row)
    half = (len(places) + 1) // 2
    gap = chance.choice([0, 1])
    shift = chance.choice([0, 0, 1])
    for panel, (start, part) in enumerate(((0, places[:half]), (1 + len(series) + gap, places[half:]))):
        row = title + shift * panel
        if not part:
            continue
        book.put(row, start, "城市")
        for column, each in enumerate(series, 1):
            book.put(row, start + column, _header(chance, each))
        for place, label in part:
            row += 1
            book.put(row, start, label)
            for column, each in enumerate(series, 1):
                content, value = _number(chance, each)
                book.put(row, start + column, content)
                book.truth[(row, start + column)] = Truth(place, each[0], years[0] if said else None, value)


def _grouped(
    book: Yearbook, chance: random.Random, series: list[Series], places: list[Label], years: list[int]
) -> None:
    """Provinces as headings above their cities, English beside the names, perhaps a code before them."""
    year = years[0]
    book.put(0, 0, f"{year}年城市统计(全市)")
    code, english = chance.random() < 0.3, chance.random() < 0.5
    row, name = 1, int(code)
    if code:
        book.put(row, 0, "代码")
    book.put(row, name, "城    市")
    if english:
        book.put(row, name + 1, "City")
    first = name + 1 + int(english)
    for column, each in enumerate(series, first):
        book.put(row, column, _header(chance, each))
    known = [each for each in places if each[0]]
    groups = [("江西省", "Jiangxi", known), ("浙江省", "Zhejiang", [(None, "杭州市"), (None, "宁波市")])]
    chance.shuffle(groups)
    for province, in_english, members in groups:
        row += 1
        book.put(row, name, province)
        if english:
            book.put(row, name + 1, in_english)
        for number, (place, label) in enumerate(members):
            row += 1
            if code:
                book.put(row, 0, 330100 + 100 * number)
            book.put(row, name, "  " + label.strip())
            if english:
                book.put(row, name + 1, f"  City{number}")
            for column, each in enumerate(series, first):
                content, value = _number(chance, each)
                book.put(row, column, content)
                book.truth[(row, column)] = Truth(place, each[0], year, value)
