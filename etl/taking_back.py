"""What withdrawing a release would change, before anybody presses the button: which judgements rest on it."""

from etl.assess import seen_of
from etl.facts import IN_REGISTER
from etl.publish import UnknownRelease
from etl.rehearsal import JudgementChange, judged_twice
from etl.store import Cursor, Store, read_sql


def rehearse_withdrawal(store: Store, release: str) -> tuple[JudgementChange, ...]:
    """Every target and place that would be judged differently without a release in force; nothing is stored.

    Raises UnknownRelease where there is none of that number.
    """
    with store.reading() as cursor:
        cursor.begin()  # one state of the data for all that follows
        try:
            if not cursor.execute("select 1 from release where release = ?", [release]).fetchall():
                raise UnknownRelease(f"没有编号为“{release}”的发布；用 releases 查看全部发布。")
            return _rehearse(cursor, release)
        finally:
            cursor.rollback()


def _rehearse(cursor: Cursor, release: str) -> tuple[JudgementChange, ...]:
    cursor.execute(read_sql("touched_cells.sql"), [[release]])
    cursor.execute(read_sql("touched_judgements.sql"), [[release]] * 3)
    _look_without(cursor, release)
    found = cursor.execute(
        f"""
        select distinct year
        from (
            select year, value, indicator, place from figure_now n
            where year in (select year from touched_cell) and not exists (
                select 1 from touched_cell c where c.place = n.place and c.indicator = n.indicator and c.year = n.year
            )
            union all
            select year, value, indicator, place from figure_without
        ) figure_left
        where value is not null and {IN_REGISTER}
        union
        select year from verdict where year not in (select year from touched_cell)
        order by year
        """
    ).fetchall()

    def take_away(cursor: Cursor) -> None:
        _look_without(cursor, release)
        day = [None, None]
        for name in ("statement", "assigned"):
            cursor.execute(f"create or replace temp table {name}_seen as {read_sql(f'{name}_latest.sql')}", day)
        cursor.execute(f"create or replace temp table task_done_seen as {read_sql('task_done.sql')}", day)
        cursor.execute(
            "delete from figure_seen f where exists "
            "(select 1 from touched_cell c where c.place = f.place and c.indicator = f.indicator and c.year = f.year)"
        )
        cursor.execute(f"insert into figure_seen by name {seen_of('figure_without')}")

    return judged_twice(cursor, take_away, years=[year for (year,) in found])


def _look_without(cursor: Cursor, release: str) -> None:
    """The releases in force without this one, and the figures that then stand in the cells it touches."""
    cursor.execute(read_sql("release_in_force.sql"), [None])
    cursor.execute("delete from release_in_force where release = ?", [release])
    cursor.execute(
        "create or replace temp view figure_considered as select f.* from figure f "
        "join touched_cell c on c.place = f.place and c.indicator = f.indicator and c.year = f.year"
    )
    cursor.execute(f"create or replace temp table figure_without as {read_sql('figure_latest.sql')}", [None, None])
