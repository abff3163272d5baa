"""The words by which files name their columns, totals and notes."""

import re
from functools import lru_cache

from etl.recognise.text import chinese_part, clean, is_part_year, normal, split_unit, years_in

ROLES: dict[str, frozenset[str]] = {
    "place": frozenset(
        "城市 地区 市 省 省份 省市 省市区 市县 县市 县区 区县 县(市、区) 县(市,区) 行政区 行政区划 地市 设区市 各市 "
        "地区名称 城市名称 城市名 地名 地区名 市州 市(州) 地级市 所属城市 所属省份 省(区、市) 县(市) 国家 国家和地区 "
        "city region area province place location district county prefecture country cities "
        "cityname city_name provincename province_name cityname(cn) state municipality 统计地区 "
        "地区地区 城市city 地区region 项目地区 place_name region_name geo geography economy territory countryname country_or_area entity 国家名称 地区(省、市) name_of_city ref_area".split()
    ),
    "year": frozenset(
        "年份 年度 年 year 时间 统计年份 统计年度 数据年份 years time_period time 年份year yr 年别".split()
    ),
    "indicator": frozenset(
        "指标 指标名称 项目 统计指标 indicatorname seriesname series 指标项 指标项目 主要指标 indicator item items variable indicators "
        "indicator_name 项目名称 内容".split()
    ),
    "unit": frozenset("单位 计量单位 unit units unit_measure 指标单位".split()),
    "value": frozenset("数值 值 指标值 value 数据 统计值 obs_value values 完成值".split()),
    "code": frozenset(
        "代码 编码 countrycode indicatorcode seriescode iso3 iso code3 行政区划代码 code id 序号 index no no. 编号 城市代码 地区代码 adcode citycode "
        "city_code province_code gbcode unnamed:0 行政代码 区划代码 省份代码 ci ind 排名 名次 rank 位次".split()
    ),
    "part": frozenset(
        "月 月份 month months 季度 quarter 日期 date day 日 hour 小时 datetime 监测日期 监测时间".split()
    ),
    "note": frozenset("备注 说明 note notes 来源 source 数据来源 remark remarks 口径".split()),
    "status": frozenset({"status", "obs_status"}),
    "bound": frozenset({"bound"}),
    "period": frozenset({"period"}),
    "quality": frozenset({"quality"}),
    "published": frozenset({"published"}),
}
_ROLE_OF = {word.replace("_", "").rstrip("."): role for role, words in ROLES.items() for word in words}
_BROADER = frozenset("省份 省 province 所属省份 区域 region 大区 所属区域 provincename 省市 国家 country 地带".split())
_SCOPES = {
    "全市": "全市",
    "totalcity": "全市",
    "全市范围": "全市",
    "市辖区": "市辖区",
    "districtsundercity": "市辖区",
    "市区": "市辖区",
    "urbandistricts": "市辖区",
}
# A column under one of these is the parent's own amount.
_PLAIN_MEASURES = frozenset(
    "绝对数 绝对值 绝对量 数值 总量 本年 本期 全年 全年累计 实绩 实际 实际值 实际完成 完成数 完成值 数量 指标值 "
    "合计 总计 小计 年末数 当年 total value amount level 全年实绩 年度值 当年值 本年实际".split()
)
_TOTALS = frozenset(
    "合计 总计 平均 平均值 均值 小计 总平均 全国 全国总计 全国合计 全国平均 全省合计 全省平均 东部 中部 西部 东北 "
    "东部地区 中部地区 西部地区 东北地区 华北 华东 华南 华中 西南 西北 华北地区 华东地区 华南地区 中南地区 中南 "
    "西南地区 西北地区 地级以上城市 地级及以上城市 地级市 县级市 直辖市 副省级城市 省会城市 长三角 珠三角 京津冀 汾渭平原 "
    "长江经济带 最大值 最小值 标准差 中位数 total average mean sum max min median std count nationaltotal "
    "national grandtotal subtotal overall 其他 其它 不分地区 县(市)合计 市辖区合计 设区市平均 全市平均 全市合计".split()
)
_WHOLE = frozenset("全省 全市 全区 全县 全州 本省 本市 省本级 全省(市)".split())
# What every city calls some part of itself: never a place without the city.
_PARTS = frozenset(
    "市区 城区 主城区 中心城区 市辖区 县城 县(市)城区 各县(市)城区 县市城区 郊区 市本级 县本级 省本级".split()
)
_NOTE = re.compile(
    r"^[(\[]?(?:注|备注|说明|附注|资料来源|数据来源|来源|出处|本表|表中|制表|审核|填报|填表|单位负责人|"
    r"note|source|data source|remark|\*|#)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^(?:填报|填表|制表|审核|复核|经办|单位负责|统计负责|联系|报出)[^:：]{0,6}[:：]")
_DECLARATION = re.compile(
    r"^(?:计量)?单位\s*[:：]|续表|^续\s*\d*$|continued|^\s*表\s*[\d一二三四五六七八九十]|^(?:数据库|指标|时间|地区|年份|年度)\s*[:：]",
    re.IGNORECASE,
)
_MADE_ON = re.compile(
    r"发布|公布|印发|制表|填报|填表|更新|打印|导出|报送|审核|编印|统计局|出版社|published|updated",
    re.IGNORECASE,
)
_CONTINUED = re.compile(r"续\s*表|^续\s*\d*$|\bcontinued\b|\(续", re.IGNORECASE)
_TARGET_WORDS = re.compile(r"目标|计划|任务数|预期|规划|预算|预计|预测|target|plan\b|forecast", re.IGNORECASE)
_RATE_WORDS = re.compile(
    r"增长|增速|增幅|增减|降幅|下降|上升|变化|变动|比上年|同比|环比|指数|占比|比重|构成|人均|位次|排名|名次|"
    r"growth|change|rate of|per capita|rank|index|share",
    re.IGNORECASE,
)
_BRACKETED_SCOPE = re.compile(r"[(（]\s*([^()（）]+?)\s*[)）]")


def role_of(header: str) -> str | None:
    """What a column headed so holds: place, year, indicator, unit, value, code, note …"""
    for text in (chinese_part(header), header):
        for name in (split_unit(text)[0], text, re.split(r"[(（/\\\n]", text.strip(), maxsplit=1)[0]):
            role = _ROLE_OF.get(_plain(name))
            if role:
                return role
    return None


def _plain(header: str) -> str:
    return normal(header).replace("_", "").rstrip(".")


def is_year_word(header: str) -> bool:
    """Whether a header over nothing but years says that they are years: stat_year, 数据年份; never 2018年."""
    says = re.search(r"year|年份|年度|时间|^年$|time|时期", clean(header), re.IGNORECASE) is not None
    return says and not years_in(header) and split_unit(header)[1] is None


def is_broader(header: str) -> bool:
    """Whether a place column holds the larger area (the province of a city)."""
    return _plain(chinese_part(header)) in _BROADER


def is_total(label: str) -> bool:
    """Whether a row label is a sum or an average over places."""
    return normal(chinese_part(label)) in _TOTALS


def is_category(label: str) -> bool:
    """Whether a label sorts places into kinds: 按规模分, 一、特大城市, 其中:."""
    return (
        re.search(r"^按|分(?:组|类|型)?$|类|其中|型|城市群|地带|[:：]$|^[一二三四五六七八九十]+[、.]", clean(label))
        is not None
    )


def is_whole(label: str) -> bool:
    """Whether a row label is 全省 or 全市: some place, but the file does not say which."""
    return normal(chinese_part(label)) in _WHOLE


def is_signature(text: str) -> bool:
    """Whether a cell begins the line at a form's foot: 填报人：张三, 联系电话：…"""
    return _SIGNATURE.match(clean(text)) is not None


def is_part(name: str) -> bool:
    """Whether a name (as it is compared) is what every city calls some part of itself: 市区, 县城."""
    return name in _PARTS


def is_note(text: str) -> bool:
    """Whether a text alone in its row is a note or a source."""
    return _NOTE.match(clean(text)) is not None or len(clean(text)) > 120


def is_declaration(text: str) -> bool:
    """Whether a cell belongs to a title row: 单位：亿元, 续表, 表2-8, 指标：…"""
    return _DECLARATION.search(clean(text)) is not None


def is_date_of_paper(text: str) -> bool:
    """Whether a title row says when the table was made or published, not what year it is about."""
    plain = clean(text)
    return _MADE_ON.search(plain) is not None or (is_part_year(plain) and years_in(plain) != [])


def is_continued(text: str) -> bool:
    """Whether a title says that the table before goes on."""
    return _CONTINUED.search(clean(text)) is not None


def names_previous(text: str) -> bool:
    """Whether a column holds the figures of the year before, without saying which year that is."""
    return (
        re.fullmatch(r"(?:上年|去年|上期|上年同期|去年同期)(?:同期)?(?:数|值|数值|数据|实绩|完成)?", normal(text))
        is not None
    )


def names_target(text: str) -> bool:
    """Whether a column holds plans or targets instead of what happened."""
    return _TARGET_WORDS.search(clean(text)) is not None


def names_only_plans(title: str) -> bool:
    """Whether a title is about plans or targets and says of nothing that it was done."""
    return names_target(title) and re.search(r"完成|实际|执行|进展|实施|对比|情况|result|actual", clean(title)) is None


def part_of_year(title: str) -> str:
    """The title, where it names a part of a year or several years together as what its figures are of.

    A bare date, and a date on which something was made or published, is none.
    """
    plain = clean(title)
    bare = re.fullmatch(r"[(（]?\s*\d{4}\s*年?\s*[\d年月日季度./ -]*[)）]?", plain) is not None
    bare = bare or re.search(r"12\s*月\s*(?:末|底|31\s*日)", plain) is not None  # the end of the year
    together = re.search(r"平均|累计|合计|总计", plain) is not None
    named = is_part_year(plain) and (years_in(plain) != [] or together)
    return plain if named and not bare and _MADE_ON.search(plain) is None else ""


@lru_cache(maxsize=65536)
def names_rate(text: str) -> bool:
    """Whether a word turns an amount into a rate of change, a share or a rank."""
    return _RATE_WORDS.search(clean(text)) is not None


def is_plain_measure(text: str) -> bool:
    """Whether a lower header only says that this is the amount itself."""
    return normal(chinese_part(text)) in _PLAIN_MEASURES


def split_scope(text: str) -> tuple[str, str]:
    """A label without its scope, and the scope: 全市, 市辖区 or empty."""
    name = normal(text)
    if name in _SCOPES:
        return "", _SCOPES[name]
    scope = ""
    for found in _BRACKETED_SCOPE.finditer(text):
        inner = _SCOPES.get(normal(found[1]))
        if inner:
            scope = scope or inner
            text = text.replace(found[0], " ", 1)
    text = clean(text)
    for word in ("全市", "市辖区"):
        for rest in (text.removeprefix(word), text.removesuffix(word)):
            if not scope and rest != text and len(rest.strip()) > 1:
                return clean(rest), word
    return text, scope
