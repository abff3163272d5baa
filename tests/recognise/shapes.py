"""Every shape in which yearly files come, small: a sentence, the bytes, what has to be read.

`reads` holds (row, column, place, indicator, year, value in the register's unit), rows and columns
from 1 as the file has them; None is open, unknown or missing. `asks` is every question left open.
"""

from dataclasses import dataclass, field

from files import csv_file, grid, xlsx_file

Expected = tuple[int, int, str | None, str | None, int | None, float | None]


@dataclass(frozen=True)
class Case:
    sentence: str
    data: bytes
    reads: tuple[Expected, ...]
    asks: frozenset[str] = field(default=frozenset())
    name: str = "上报.xlsx"


def _case(sentence: str, data: bytes, *reads: Expected, asks: tuple[str, ...] = (), name: str = "上报.xlsx") -> Case:
    return Case(sentence, data, reads, frozenset(asks), name)


NC, JJ, JA, YC, FZ, JX = "360100", "360400", "360800", "360900", "361000", "360000"

CASES = [
    _case(
        "A long table has a row for each place and year.",
        csv_file("""
            城市,年份,PM2.5(μg/m³),污水处理率(%)
            南昌市,2017,41,93.5
            南昌市,2018,33,94
            九江市,2017,48,--
        """),
        (2, 3, NC, "pm25", 2017, 41),
        (3, 4, NC, "sewage_rate", 2018, 94),
        (4, 4, JJ, "sewage_rate", 2017, None),
    ),
    _case(
        "A tidy table names place, indicator, year, value and unit in each row.",
        csv_file("""
            place,indicator,year,value,unit,status,source,note
            南昌市,PM2.5,2017,41,微克/立方米,A,年报,
            360400,gdp,2017,24130000,万元,A,年鉴,
            九江市,污水处理率,2018,,%,,年鉴,未报
        """),
        (2, 4, NC, "pm25", 2017, 41),
        (3, 4, JJ, "gdp", 2017, 2413),
        (4, 4, JJ, "sewage_rate", 2018, None),
    ),
    _case(
        "Years stand over the columns and the title names the indicator and its unit.",
        csv_file("""
            各设区市PM2.5年均浓度(微克/立方米),,
            城市,2016年,2017年
            南昌市,43,41
            宜春市,52,51
        """),
        (3, 2, NC, "pm25", 2016, 43),
        (4, 3, YC, "pm25", 2017, 51),
    ),
    _case(
        "Years are stored as numbers and only the sheet's name is the indicator.",
        xlsx_file(("PM10", grid("城市|2016|2017\n南昌市|78|76\n九江市|80|77"))),
        (2, 2, NC, "pm10", 2016, 78),
        (3, 3, JJ, "pm10", 2017, 77),
        asks=("unit:微克/立方米",),
    ),
    _case(
        "The title holds the year, an own row holds the unit.",
        csv_file("""
            2017年各市湿地面积,
            单位：公顷,
            地区,湿地面积
            南昌市,1200
            九江市,3400
        """),
        (4, 2, NC, "wetland", 2017, 1200),
        (5, 2, JJ, "wetland", 2017, 3400),
    ),
    _case(
        "Neither title nor header holds a year: it is asked once.",
        csv_file("""
            城市,污水处理率(%),PM2.5(微克/立方米)
            南昌市,93.5,41
            九江市,90,48
        """),
        (2, 2, NC, "sewage_rate", None, 93.5),
        (3, 3, JJ, "pm25", None, 48),
        asks=("year",),
    ),
    _case(
        "The year of the yearbook is not the year of its figures.",
        csv_file("""
            江西统计年鉴2018,
            城市,污水处理率(%)
            南昌市,93.5
            九江市,90
            资料来源：2018年江西统计年鉴,
        """),
        (3, 2, NC, "sewage_rate", None, 93.5),
        asks=("year",),
    ),
    _case(
        "A year in a source note decides nothing.",
        csv_file("""
            城市,污水处理率(%)
            南昌市,93.5
            九江市,90
            数据来源：江西省住建厅2019年公布,
        """),
        (2, 2, NC, "sewage_rate", None, 93.5),
        asks=("year",),
    ),
    _case(
        "Group headings and totals are no places without data.",
        xlsx_file(
            (
                "2017年",
                [
                    ["城市", "污水处理率(%)"],
                    ["江西省", ""],
                    ["  南昌市", "93.5"],
                    ["  九江市", "90.00"],
                    ["合计", "91.7"],
                    ["东部地区", "95"],
                ],
            )
        ),
        (3, 2, NC, "sewage_rate", 2017, 93.5),
        (4, 2, JJ, "sewage_rate", 2017, 90),
    ),
    _case(
        "A province with a figure above its cities is a place.",
        csv_file("""
            地区,2017年地区生产总值（亿元）
            江西省,20006.31
            南昌市,5003.19
        """),
        (2, 2, JX, "gdp", 2017, 20006.31),
        (3, 2, NC, "gdp", 2017, 5003.19),
    ),
    _case(
        "A stacked 续表 repeats the header and goes on.",
        csv_file("""
            2-8 2017年污水处理率,
            城市,污水处理率(%)
            南昌市,93.5
            ,
            2-8 续表 1 continued,
            城市,污水处理率(%)
            九江市,90
        """),
        (3, 2, NC, "sewage_rate", 2017, 93.5),
        (7, 2, JJ, "sewage_rate", 2017, 90),
    ),
    _case(
        "A stacked 续表 has other columns under a header of its own.",
        csv_file("""
            2017年环境指标,,
            城市,污水处理率(%),PM2.5(微克/立方米)
            南昌市,93.5,41
            九江市,90,48
            续表,,
            城市,湿地面积(公顷),优良天数(天)
            南昌市,1200,300
            九江市,3400,310
        """),
        (4, 3, JJ, "pm25", 2017, 48),
        (7, 2, NC, "wetland", 2017, 1200),
        (8, 3, JJ, "good_days", 2017, 310),
    ),
    _case(
        "The 续表 on a second sheet has other columns; the title of the first still holds.",
        xlsx_file(
            ("表一", grid("2017年环境指标||\n城市|污水处理率(%)|PM2.5(微克/立方米)\n南昌市|93.5|41\n九江市|90|48")),
            ("表二", grid("续表|\n城市|湿地面积(公顷)\n南昌市|1200\n九江市|3400")),
        ),
        (3, 2, NC, "sewage_rate", 2017, 93.5),
    ),
    _case(
        "Two halves stand side by side.",
        csv_file("""
            2017年污水处理率(%),,,,
            城市,污水处理率,,城市,污水处理率
            南昌市,93.5,,宜春市,88
            九江市,90,,抚州市,87
            吉安市,89,,江西省,91
        """),
        (3, 2, NC, "sewage_rate", 2017, 93.5),
        (3, 5, YC, "sewage_rate", 2017, 88),
        (5, 5, JX, "sewage_rate", 2017, 91),
    ),
    _case(
        "Two halves stand side by side, the right one shifted down a row.",
        xlsx_file(
            (
                "2017年",
                grid("""
                    城市|污水处理率(%)||
                    南昌市|93.5|城市|污水处理率(%)
                    九江市|90|宜春市|88
                    吉安市|89|抚州市|87
                    ||江西省|91
                """),
            )
        ),
        (2, 2, NC, "sewage_rate", 2017, 93.5),
        (4, 2, JA, "sewage_rate", 2017, 89),
        (3, 4, YC, "sewage_rate", 2017, 88),
        (5, 4, JX, "sewage_rate", 2017, 91),
    ),
    _case(
        "Places stand over the columns, indicators in the rows, the unit beside them.",
        csv_file("""
            2017年主要指标,,,
            指标,单位,南昌市,九江市
            污水处理率,%,93.5,90
            湿地面积,公顷,1200,3400
            地区生产总值,亿元,5003.19,2413.63
        """),
        (3, 3, NC, "sewage_rate", 2017, 93.5),
        (4, 4, JJ, "wetland", 2017, 3400),
        (5, 3, NC, "gdp", 2017, 5003.19),
    ),
    _case(
        "Indicators in the rows, years over the columns, the place only in the title.",
        csv_file("""
            南昌市主要环境指标,,
            指标,2016年,2017年
            污水处理率(%),92,93.5
            PM2.5年均浓度(微克/立方米),43,41
        """),
        (3, 2, NC, "sewage_rate", 2016, 92),
        (4, 3, NC, "pm25", 2017, 41),
    ),
    _case(
        "Years in the rows, places over the columns.",
        csv_file("""
            各市污水处理率(%),,
            年份,南昌市,九江市
            2016,92,88
            2017,93.5,90
        """),
        (3, 2, NC, "sewage_rate", 2016, 92),
        (4, 3, JJ, "sewage_rate", 2017, 90),
    ),
    _case(
        "A two-level header: indicators over years, the upper level merged.",
        xlsx_file(
            (
                "数据",
                grid("""
                    城市|污水处理率(%)||PM2.5(微克/立方米)|
                    |2016|2017|2016|2017
                    南昌市|92|93.5|43|41
                    九江市|88|90|50|48
                """),
            ),
            merged=[(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4)],
        ),
        (3, 2, NC, "sewage_rate", 2016, 92),
        (4, 5, JJ, "pm25", 2017, 48),
    ),
    _case(
        "A two-level header merged only for the eye: the blank cell belongs to the left.",
        csv_file("""
            城市,污水处理率(%),,PM2.5(微克/立方米),
            ,2016年,2017年,2016年,2017年
            南昌市,92,93.5,43,41
            九江市,88,90,50,48
        """),
        (3, 3, NC, "sewage_rate", 2017, 93.5),
        (4, 4, JJ, "pm25", 2016, 50),
    ),
    _case(
        "A sub-column keeps the words above it: 公园绿地 is not 绿地.",
        xlsx_file(
            (
                "2017年",
                grid("""
                    城市|绿地面积(公顷)|
                    ||公园绿地面积
                    南昌市|9000|3000
                    九江市|6000|2000
                """),
            ),
            merged=[(0, 0, 1, 0), (0, 1, 1, 1)],
        ),
        (3, 2, NC, "green", 2017, 9000),
        (3, 3, NC, "park_green", 2017, 3000),
    ),
    _case(
        "A growth column under an amount is not the amount.",
        xlsx_file(
            (
                "2017年",
                grid("""
                    城市|地区生产总值|
                    |绝对数(亿元)|增长率(%)
                    南昌市|5003.19|9
                    九江市|2413.63|9.1
                """),
            ),
            merged=[(0, 0, 1, 0), (0, 1, 0, 2)],
        ),
        (3, 2, NC, "gdp", 2017, 5003.19),
        (3, 3, NC, "gdp_growth", 2017, 9),
    ),
    _case(
        "An amount's name under a heading of growth rates is not the amount.",
        xlsx_file(
            (
                "2017年",
                grid("""
                    城市|增长率(%)|
                    |地区生产总值|湿地面积
                    南昌市|9|1
                    九江市|9.1|2
                """),
            ),
            merged=[(0, 0, 1, 0), (0, 1, 0, 2)],
        ),
        (3, 2, NC, None, 2017, 9),
        (3, 3, NC, None, 2017, 1),
        asks=("indicator:unknown",),
    ),
    _case(
        "The scope 市辖区 in the header picks the indicator of that scope.",
        csv_file("""
            2017年绿化,,
            城市,建成区绿化覆盖率(%),
            ,全市,市辖区
            南昌市,42,43
            九江市,48,49
        """),
        (4, 2, NC, None, 2017, 42),
        (4, 3, NC, "green_cover_urban", 2017, 43),
        asks=("indicator:建成区绿化覆盖率全市@全市",),
    ),
    _case(
        "Inner spaces, footnote marks and English beside a name do not hide a place.",
        csv_file("""
            地　区,2017年污水处理率（％）
            南 昌 市,93.5
            九江市①,90
            宜春 Yichun,88
            抚州市*,87
        """),
        (2, 2, NC, "sewage_rate", 2017, 93.5),
        (3, 2, JJ, "sewage_rate", 2017, 90),
        (4, 2, YC, "sewage_rate", 2017, 88),
        (5, 2, FZ, "sewage_rate", 2017, 87),
    ),
    _case(
        "Traditional script is the same place and indicator.",
        csv_file("""
            城市,2017年濕地面積(公頃)
            南昌市,1200
            撫州市,800
        """),
        (2, 2, NC, "wetland", 2017, 1200),
        (3, 2, FZ, "wetland", 2017, 800),
    ),
    _case(
        "English Yichun and Fuzhou are two cities each: asked, never guessed.",
        csv_file("""
            City,Year,PM2.5(μg/m3)
            Nanchang,2017,41
            Yichun,2017,51
            Fuzhou,2017,27
        """),
        (2, 3, NC, "pm25", 2017, 41),
        (3, 3, None, "pm25", 2017, 51),
        (4, 3, None, "pm25", 2017, 27),
        asks=("place:yichun", "place:fuzhou"),
    ),
    _case(
        "The province beside it tells one Yichun from the other.",
        csv_file("""
            Province,City,Year,PM2.5(μg/m3)
            Jiangxi,Yichun,2017,51
            Heilongjiang,Yichun,2017,20
            Fujian,Fuzhou,2017,27
        """),
        (2, 4, YC, "pm25", 2017, 51),
        (3, 4, None, "pm25", 2017, 20),
        (4, 4, None, "pm25", 2017, 27),
    ),
    _case(
        "津市 and 沙市 keep their 市; a district with namesakes elsewhere is asked about.",
        csv_file("""
            地区,2017年污水处理率(%)
            津市,93
            沙市区,92
            西湖区,91
        """),
        (2, 2, "430781", "sewage_rate", 2017, 93),
        (3, 2, "421003", "sewage_rate", 2017, 92),
        (4, 2, None, "sewage_rate", 2017, 91),
        asks=("place:西湖区",),
    ),
    _case(
        "The city it stands under tells one 西湖区 from the other.",
        csv_file("""
            城市,县区,2017年污水处理率(%)
            南昌市,西湖区,91
            杭州市,西湖区,95
        """),
        (2, 3, "360103", "sewage_rate", 2017, 91),
        (3, 3, None, "sewage_rate", 2017, 95),
    ),
    _case(
        "A name cut off at its end is asked about.",
        csv_file("""
            地区,2017年污水处理率(%)
            南昌市,93
            连山壮族瑶族自,80
        """),
        (3, 2, None, "sewage_rate", 2017, 80),
        asks=("place:连山壮族瑶族自",),
    ),
    _case(
        "Every mark for a missing figure is missing, never 0.",
        csv_file("""
            城市,年份,PM2.5(微克/立方米)
            南昌市,2011,--
            南昌市,2012,…
            南昌市,2013,/
            南昌市,2014,—
            南昌市,2015,
            南昌市,2016,N/A
            南昌市,2017,41
        """),
        *((row, 3, NC, "pm25", 2009 + row, None) for row in range(2, 8)),
        (8, 3, NC, "pm25", 2017, 41),
    ),
    _case(
        "Odd but single-valued numbers are read as what they are.",
        csv_file("""
            城市,年份,地区生产总值(亿元)
            南昌市,2011,"2,688.87"
            南昌市,2012,0050
            南昌市,2013,0. 00
            南昌市,2014,３６６７.９６
            南昌市,2015,4000.01①
            南昌市,2016,4354.99 (亿元)
        """),
        (2, 3, NC, "gdp", 2011, 2688.87),
        (3, 3, NC, "gdp", 2012, 50),
        (4, 3, NC, "gdp", 2013, 0),
        (5, 3, NC, "gdp", 2014, 3667.96),
        (6, 3, NC, "gdp", 2015, 4000.01),
        (7, 3, NC, "gdp", 2016, 4354.99),
        asks=("value:leading_zero",),  # 0050 is 50, or a 0.50 that lost its point
    ),
    _case(
        "Text that is no number is asked about, the rest is read.",
        csv_file("""
            城市,2017年污水处理率(%)
            南昌市,93..5
            九江市,90
            吉安市,"12,5"
        """),
        (2, 2, NC, "sewage_rate", 2017, None),
        (3, 2, JJ, "sewage_rate", 2017, 90),
        (4, 2, JA, "sewage_rate", 2017, None),
        asks=("value:unreadable",),
    ),
    _case(
        "Units are converted by a known factor.",
        csv_file("""
            城市,2017年湿地面积(万亩),2017年地区生产总值(万元),2017年造林面积(公顷)
            南昌市,53.7,50031900,2000
            九江市,60,24136300,4000
        """),
        (2, 2, NC, "wetland", 2017, 35800),
        (2, 3, NC, "gdp", 2017, 5003.19),
        (2, 4, NC, "afforestation", 2017, 3),
    ),
    _case(
        "A unit of another kind is asked about.",
        csv_file("""
            城市,2017年湿地面积(处)
            南昌市,12
            九江市,13
        """),
        (2, 2, NC, "wetland", 2017, 12),
        asks=("unit:公顷@处",),
    ),
    _case(
        "A share shown as percent is read as it is shown.",
        xlsx_file(
            ("2017年", [["城市", "污水处理率"], ["南昌市", 0.935], ["九江市", 0.9]]),
            percent=[(1, 1), (2, 1)],
        ),
        (2, 2, NC, "sewage_rate", 2017, 93.5),
        (3, 2, JJ, "sewage_rate", 2017, 90),
    ),
    _case(
        "A column in % that never exceeds 1 is asked about.",
        csv_file("""
            城市,2017年污水处理率(%)
            南昌市,0.935
            九江市,0.9
        """),
        (2, 2, NC, "sewage_rate", 2017, 0.935),
        asks=("value:shares",),
    ),
    _case(
        "Months are not years.",
        csv_file("""
            城市,2017年1月,2017年2月
            南昌市,60,50
            九江市,61,51
        """),
        (2, 2, NC, None, 2017, 60),
        asks=(),
    ),
    _case(
        "The national portal's CSV: GB18030, a TAB behind each cell, a comma behind each line.",
        "数据库：分省年度数据\t,\n指标：废水排放总量(万吨)\t,\n时间：最近2年\t,\n地区\t,2017年\t,2016年\t,\n"
        "江西省\t,189000\t,221000\t,\n福建省\t,\t,237000\t,\n注：口径有调整\t,\n数据来源：国家统计局\t,\n".encode(
            "gb18030"
        ),
        (5, 2, JX, None, 2017, 189000),
        (5, 3, JX, None, 2016, 221000),
        (6, 2, None, None, 2017, None),
        asks=("indicator:废水排放总量",),
        name="分省年度数据.csv",
    ),
    _case(
        "UTF-16 with tabs, as Excel saves Unicode text.",
        "城市\t2017年污水处理率(%)\n南昌市\t93.5\n九江市\t90\n".encode("utf-16"),
        (2, 2, NC, "sewage_rate", 2017, 93.5),
    ),
    _case(
        "HTML that calls itself .xls.",
        "<html><head><meta charset='gb2312'></head><body><table><tr><td rowspan=2>城市</td>"
        "<td colspan=2>污水处理率(%)</td></tr><tr><td>2016年</td><td>2017年</td></tr>"
        "<tr><td>南昌市</td><td>92</td><td>93.5</td></tr><tr><td>九江市</td><td>88</td><td>90</td></tr>"
        "</table></body></html>".encode("gb18030"),
        (3, 2, NC, "sewage_rate", 2016, 92),
        (4, 3, JJ, "sewage_rate", 2017, 90),
        name="导出.xls",
    ),
    _case(
        "A row of ordinals below the header counts columns.",
        csv_file("""
            城市,2017年污水处理率(%),2017年湿地面积(公顷)
            甲,1,2
            南昌市,93.5,1200
            九江市,90,3400
        """),
        (3, 2, NC, "sewage_rate", 2017, 93.5),
        (4, 3, JJ, "wetland", 2017, 3400),
    ),
    _case(
        "Codes and running numbers beside the names are no figures.",
        csv_file("""
            序号,行政区划代码,城市,2017年污水处理率(%)
            1,360100,南昌市,93.5
            2,360400,九江市,90
        """),
        (2, 4, NC, "sewage_rate", 2017, 93.5),
        (3, 4, JJ, "sewage_rate", 2017, 90),
    ),
    _case(
        "Unknown columns are asked about once, however many there are.",
        csv_file("""
            城市,年份,GRP_pc,gas,PM10(微克/立方米)
            南昌市,2017,1,2,76
            九江市,2017,3,4,77
        """),
        (2, 3, NC, None, 2017, 1),
        (2, 5, NC, "pm10", 2017, 76),
        asks=("indicator:unknown",),
    ),
    _case(
        "A column of targets is not what happened.",
        csv_file("""
            城市,2017年污水处理率(%),2020年污水处理率目标(%)
            南昌市,93.5,95
            九江市,90,95
        """),
        (2, 2, NC, "sewage_rate", 2017, 93.5),
        (2, 3, NC, None, 2020, 95),
    ),
    _case(
        "Figures between 1949 and 2100 are figures, in any column and in the first row too.",
        csv_file("""
            城市,2017年优良天数(天),2017年废水排放量(万吨)
            南昌市,300,2017
            九江市,310,1998
        """),
        (2, 2, NC, "good_days", 2017, 300),
        (2, 3, NC, "wastewater", 2017, 2017),
        (3, 3, JJ, "wastewater", 2017, 1998),
    ),
    _case(
        "So they are beside an indicator's name, below the years.",
        csv_file("""
            南昌市,,
            指标,2016,2017
            废水排放量(万吨),2010,2020
            湿地面积(公顷),1980,1990
        """),
        (3, 2, NC, "wastewater", 2016, 2010),
        (3, 3, NC, "wastewater", 2017, 2020),
        (4, 3, NC, "wetland", 2017, 1990),
    ),
    _case(
        "A blank below a place or a year means the same again.",
        csv_file("""
            城市,年份,PM2.5(微克/立方米)
            南昌市,2016,43
            ,2017,41
            九江市,2016,50
            ,2017,48
        """),
        (3, 3, NC, "pm25", 2017, 41),
        (5, 3, JJ, "pm25", 2017, 48),
    ),
    _case(
        "The year stands only at the first of its rows.",
        csv_file("""
            年份,城市,PM2.5(微克/立方米)
            2016,南昌市,43
            ,九江市,50
            2017,南昌市,41
            ,九江市,48
        """),
        (3, 3, JJ, "pm25", 2016, 50),
        (5, 3, JJ, "pm25", 2017, 48),
    ),
    _case(
        "A province with a figure of its own opens its group: Fuzhou below Fujian is 福州.",
        csv_file("""
            City,2017年PM2.5(ug/m3)
            Jiangxi,
            Nanchang,41
            Fujian,30
            Fuzhou,27
        """),
        (3, 2, NC, "pm25", 2017, 41),
        (5, 2, None, "pm25", 2017, 27),
    ),
    _case(
        "An amount's name under a title of growth rates is asked about.",
        csv_file("""
            2017年地区生产总值增长速度,
            城市,地区生产总值
            南昌市,9
            九江市,8
        """),
        (3, 2, NC, None, 2017, 9),
        asks=("indicator:under",),
    ),
    _case(
        "Numbered rows under section headings: one question for all of them.",
        csv_file("""
            南昌市2017年主要指标,,
            指标名称,单位,数值
            一、环境,,
            1.污水处理率,%,91
            2.PM2.5年均浓度,微克/立方米,41
        """),
        (4, 3, NC, None, 2017, 91),
        (5, 3, NC, None, 2017, 41),
        asks=("indicator:under",),
    ),
    _case(
        "Each place has rows of indicators, years over the columns.",
        csv_file("""
            城市,指标,2016年,2017年
            南昌市,PM2.5(微克/立方米),43,41
            ,污水处理率(%),90,91
            九江市,PM2.5(微克/立方米),50,48
        """),
        (3, 4, NC, "sewage_rate", 2017, 91),
        (4, 3, JJ, "pm25", 2016, 50),
    ),
    _case(
        "A year spelled out is a year.",
        csv_file("""
            二〇一七年环境质量,
            城市,PM2.5(微克/立方米)
            南昌市,41
            九江市,48
        """),
        (3, 2, NC, "pm25", 2017, 41),
    ),
    _case(
        "The day a table was made is not the year of its figures.",
        csv_file("""
            江西省统计局 2018年5月,
            城市,湿地面积(公顷)
            南昌市,91
            九江市,41
        """),
        (3, 2, NC, "wetland", None, 91),
        asks=("year",),
    ),
    _case(
        "Where no cell is merged, a blank beside an upper heading leaves open what it spans.",
        csv_file("""
            2017年,,
            城市,,工业
            ,废水排放量(万吨),固废(吨)
            南昌市,91,2
            九江市,41,3
        """),
        (4, 2, NC, None, 2017, 91),
        asks=("indicator:废水排放量", "indicator:unknown"),
    ),
    _case(
        "全省 is asked about, with the area of the other places as the choice.",
        csv_file("""
            地区,2017年污水处理率(%)
            南昌市,93
            全省,91
        """),
        (3, 2, None, "sewage_rate", 2017, 91),
        asks=("place:全省",),
    ),
    _case(
        "A bound stays a bound.",
        csv_file("""
            城市,2017年造林面积(万亩)
            南昌市,<0.01
            九江市,80以上
        """),
        (2, 2, NC, "afforestation", 2017, 0.01),
        (3, 2, JJ, "afforestation", 2017, 80),
    ),
    _case(
        "Big5, as files from across the strait are.",
        "城市,2017年濕地面積(公頃)\n南昌市,1200\n撫州市,800\n九江市,5\n".encode("big5"),
        (3, 2, FZ, "wetland", 2017, 800),
    ),
    _case(
        "Where no word says which indicator it is, it is asked, not called unknown.",
        csv_file("""
            城市,2016年,2017年
            南昌市,43,41
            九江市,50,48
        """),
        (2, 2, NC, None, 2016, 43),
        asks=("indicator@表1",),
    ),
    _case(
        "The heading above a table of a web page is its title.",
        "<html><title>统计年鉴2018</title><h3>2017年各市湿地面积（公顷）</h3><p>x</p><table><tr><td>城市</td><td>湿地面积</td></tr>"
        "<tr><td>南昌市</td><td>1200</td></tr><tr><td>九江市</td><td>3400</td></tr></table></html>".encode(),
        (2, 2, NC, "wetland", 2017, 1200),
    ),
    _case(
        "One share among percentages is asked about.",
        csv_file("""
            城市,2017年污水处理率(%)
            南昌市,93
            九江市,0.9
            宜春市,88
        """),
        (3, 2, JJ, "sewage_rate", 2017, 0.9),
        asks=("value:shares",),
    ),
    _case(
        "Brackets make no other name, nor does 年平均 for 年均.",
        csv_file("""
            城市,2017年细颗粒物PM2.5年平均浓度(微克/立方米)
            南昌市,41
            九江市,48
        """),
        (2, 2, NC, "pm25", 2017, 41),
    ),
    _case(
        "全省 in a table of one province's cities is that province.",
        csv_file("""
            地区,2017年污水处理率(%)
            全省,91
            南昌市,93
            九江市,90
        """),
        (2, 2, JX, "sewage_rate", 2017, 91),
    ),
    _case(
        "全省 beside the cities of another province is that other one, though the register calls its own so.",
        csv_file("""
            地区,2017年污水处理率(%)
            全省,91
            南京市,93
            苏州市,90
        """),
        (2, 2, None, "sewage_rate", 2017, 91),
    ),
    _case(
        "市区 is the register's only under its own city.",
        csv_file("""
            九江市2017年污水处理情况,
            地区,污水处理率(%)
            市区,91
            都昌县,88
        """),
        (3, 2, None, "sewage_rate", 2017, 91),
    ),
    _case(
        "市区 without a city is asked about.",
        csv_file("""
            地区,2017年污水处理率(%)
            市区,91
            镇区,88
        """),
        (2, 2, None, "sewage_rate", 2017, 91),
        asks=("place:市区",),
    ),
    _case(
        "市区 under its city's heading is found.",
        csv_file("""
            南通市2017年污水处理情况,
            地区,污水处理率(%)
            市区,91
            如东县,88
        """),
        (3, 2, "320600-urban", "sewage_rate", 2017, 91),
    ),
    _case(
        "A sheet named after the edition of the yearbook does not say the data year.",
        xlsx_file(("2019", [["江西统计年鉴—2019"], ["城市", "污水处理率(%)"], ["南昌市", 93.5], ["九江市", 90]])),
        (3, 2, NC, "sewage_rate", None, 93.5),
        asks=("year",),
    ),
    _case(
        "Nor does a sheet that calls itself a yearbook, nor a statistical handbook.",
        xlsx_file(
            ("2019年鉴", [["城市", "污水处理率(%)"], ["南昌市", 93.5], ["九江市", 90]]),
            ("表2", [["江西统计手册2019"], ["城市", "湿地面积(公顷)"], ["南昌市", 5]]),
        ),
        (2, 2, NC, "sewage_rate", None, 93.5),
        asks=("year",),
    ),
    _case(
        "A count before an English unit belongs to the unit.",
        csv_file("""
            Region,PM10 (2017)(ug/m3),湿地面积(2017)(1 000 hectares),造林面积(2017)(10 000 mu)
            Nanchang,64,3.5,4
            Jiujiang,70,12,5
        """),
        (2, 2, NC, "pm10", 2017, 64),
        (2, 3, NC, "wetland", 2017, 3500),
        (2, 4, NC, "afforestation", 2017, 4),
    ),
    _case(
        "同比±% under an amount is percent, whatever the amount's unit.",
        csv_file("""
            城市,PM2.5(微克/立方米),
            ,2017年,同比±%
            南昌市,41,-4.7
            九江市,48,2.1
        """),
        (3, 2, NC, "pm25", 2017, 41),
        (3, 3, NC, None, None, -4.7),
        asks=("indicator:unknown",),
    ),
    _case(
        "A title about a month is asked about as such.",
        csv_file("""
            2017年12月各设区市空气质量,
            城市,PM2.5(微克/立方米)
            南昌市,60
            九江市,70
        """),
        (3, 2, NC, "pm25", None, 60),
        asks=("year:part",),
    ),
    _case(
        "The end of a year, and twelve months, are the year.",
        csv_file("""
            2017年1—12月各设区市空气质量,
            城市,PM2.5(微克/立方米)
            南昌市,41
            九江市,48
        """),
        (3, 2, NC, "pm25", 2017, 41),
    ),
    _case(
        "A title about plans is asked about, once.",
        csv_file("""
            各市污水处理率目标分解表,
            城市,2017年(%)
            南昌市,95
            九江市,93
        """),
        (3, 2, NC, None, 2017, 95),
        asks=("indicator:污水处理率目标分解", "value:planned"),
    ),
    _case(
        "What is expected is no figure yet.",
        csv_file("""
            各市污水处理率(%),,
            城市,2016年,2017年(预计)
            南昌市,93,95
            九江市,90,93
        """),
        (3, 2, NC, "sewage_rate", 2016, 93),
        (3, 3, NC, None, 2017, 95),
    ),
    _case(
        "An average of five years is no year.",
        csv_file("""
            各市污水处理率(%),,
            城市,2017年,五年平均
            南昌市,93,92
            九江市,90,88
        """),
        (3, 2, NC, "sewage_rate", 2017, 93),
        (3, 3, NC, None, None, 92),
    ),
    _case(
        "综合指数 is that of the air only where something says air.",
        csv_file("""
            2017年各市高质量发展评价,
            城市,综合指数
            南昌市,3.1
            九江市,2.9
        """),
        (3, 2, NC, None, 2017, 3.1),
        asks=("indicator:综合指数",),
    ),
    _case(
        "A title about the air says so.",
        csv_file("""
            2017年各市环境空气质量,
            城市,综合指数
            南昌市,3.1
            九江市,2.9
        """),
        (3, 2, NC, "air_index", 2017, 3.1),
    ),
    _case(
        "An indicator written once for the rows below it goes on.",
        csv_file("""
            指标,地区,年份,数值,单位
            PM2.5,南昌市,2016,43,微克/立方米
            ,,2017,41,微克/立方米
            ,九江市,2017,48,微克/立方米
            污水处理率,南昌市,2017,93,%
        """),
        (3, 4, NC, "pm25", 2017, 41),
        (4, 4, JJ, "pm25", 2017, 48),
        (5, 4, NC, "sewage_rate", 2017, 93),
    ),
    _case(
        "A column 合计 or 平均 beside columns of places is theirs together.",
        csv_file("""
            2017年江西省环境指标,,,,
            指标,单位,合计,南昌市,九江市,平均
            PM2.5,微克/立方米,44,41,48,45
            污水处理率,%,92,93,90,91
        """),
        (3, 4, NC, "pm25", 2017, 41),
        (3, 5, JJ, "pm25", 2017, 48),
        (4, 4, NC, "sewage_rate", 2017, 93),
    ),
    _case(
        "A code right before a name only repeats it.",
        csv_file("""
            地区,2017年污水处理率(%)
            360100南昌市,93
            360400 九江市,90
        """),
        (2, 2, NC, "sewage_rate", 2017, 93),
        (3, 2, JJ, "sewage_rate", 2017, 90),
    ),
    _case(
        "A year behind the name, in brackets or with the unit, is only the year.",
        csv_file("""
            城市,PM2.5浓度2016年(μg/m3),"PM2.5(2017,μg/m3)"
            南昌市,43,41
            九江市,50,48
        """),
        (2, 3, NC, "pm25", 2017, 41),
        asks=("indicator:pm2.5浓度",),
    ),
    _case(
        "The line that signs a form is no figure.",
        csv_file("""
            南昌市2017年环境指标,,
            指标,2017年,备注
            污水处理率（%）,93,
            湿地面积（公顷）,1200,
            填报人：张三,联系电话,13800000000
        """),
        (3, 2, NC, "sewage_rate", 2017, 93),
        (5, 2, "no cell"),
    ),
]
