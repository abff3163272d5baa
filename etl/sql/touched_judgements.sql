-- Targets and places whose judgement reads a touched cell, as the indicator itself or as its
-- published rate of change, or about which (or about the task they wait for) some releases (each ?: their numbers) say something;
-- first_year: from which year looked at on. A figure is seen from its own year on, the base year of
-- a target from every year.
create or replace temp table judged_here as
with touched_figure as (
    select place, indicator, year from touched_cell
    union
    select c.place, i.rate_of, c.year from touched_cell c join indicator i on i.indicator = c.indicator
    where i.rate_of is not null
)
select target, place, min(first_year) as first_year
from (
    select
        tp.target, tp.place,
        case when f.year = coalesce(t.base_year, case when t.measure = 'change' then t.by_year - 1 end) then 0 else f.year end as first_year
    from touched_figure f
    join target t on t.indicator = f.indicator
    join main.target_place tp on tp.target = t.target and tp.place = f.place
    union all
    select target, place, 0 from assigned_value where list_contains(?, release)
    union all
    select tp.target, tp.place, 0
    from statement s join main.target_place tp on tp.target = s.target and (tp.place = s.place or s.place = '')
    where list_contains(?, s.release)
    union all
    select tp.target, tp.place, 0
    from task_report r join target t on t.after_task = r.task join main.target_place tp on tp.target = t.target
    where list_contains(?, r.release)
) touched
group by target, place
