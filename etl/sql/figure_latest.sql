-- The present value of every cell of figure_considered, from the releases in force: the last vintage by release, then
-- by its own publication date, then by row. A row without a value withdraws the number and stays.
select place, indicator, year, period, value, bound, obs_status, quality, source, note, published, release, vintages
from (
    select
        f.*,
        row_number() over (
            partition by f.place, f.indicator, f.year, f.period
            order by f.seq desc, coalesce(f.published, r.published_on) desc, f.row_number desc
        ) as nth,
        cast(count(*) over (partition by f.place, f.indicator, f.year, f.period) as integer) as vintages
    from figure_considered f
    join release_in_force r on r.release = f.release
    where cast(? as date) is null or coalesce(f.published, r.published_on) <= cast(? as date)
) ranked
where nth = 1
