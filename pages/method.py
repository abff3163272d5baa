"""方法与口径: the working of any judgement, the method in words, the dictionary, what data there is and is not."""

from dashboard import data_tables, method_text, picks, pieces, questions, tables, target_lists, target_notes, working
from dashboard.kept import kept

year = picks.year()
target, place = working.picked()
row = working.judged(target, place, year=year)
if row:
    working.draw(row, year=year)
    tables.download(target_lists.for_csv([row]), working.CSV, name=f"判断过程_{row['target']}_{year}")
    if row["is_issued"]:
        target_notes.draw(row, year=year)
else:
    pieces.headline(
        "每盏灯怎样得来", "目标是文件里的一句话，数据是公布的数字；灯只由这两样和下面的规则算出，每一步都能看到。"
    )
working.pick_another(target, place)

pieces.draw(pieces.section("判断方法"), kept(method_text.method, folded=row is not None))
coverage = questions.coverage(year)
pieces.draw(
    pieces.section("数据有多少", f"站在{year}年看，每份文件有多少项目标能够判断"),
    kept(data_tables.coverage, coverage),
)
tables.download(coverage, data_tables.COVERAGE_CSV, name=f"能够判断的目标_{year}")
dictionary = questions.dictionary()
pieces.draw(pieces.section("数据字典", f"{len(dictionary)}个指标"), kept(data_tables.dictionary, dictionary, year=year))
tables.download(dictionary, data_tables.DICTIONARY_CSV, name="数据字典")
releases = questions.releases()
pieces.draw(pieces.section("入库记录"), kept(data_tables.releases, releases))
tables.download(releases, data_tables.RELEASES_CSV, name="入库记录")
