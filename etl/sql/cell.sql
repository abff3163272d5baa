-- The series that a judgement may read, one number each: those of the indicators that target_place asks about (`cell`),
-- and the published rates of change of these (`rate_cell`: their own number and that of the series they are rates of).
create or replace temp table cell as
with asked as (
    select distinct t.indicator, p.place from target_place p join target t on t.target = p.target
),
wanted as (
    select indicator, place from asked
    union
    select i.indicator, a.place from asked a join indicator i on i.rate_of = a.indicator
)
select cast(row_number() over (order by indicator, place) as integer) as cell, indicator, place from wanted;

create or replace temp table rate_cell as
select l.cell, o.cell as rate_of, i.rate_base_year
from (
    select rate_of, rate_base_year, min(indicator) as indicator from indicator
    where rate_of is not null
    group by rate_of, rate_base_year
) i
join cell l on l.indicator = i.indicator
join cell o on o.indicator = i.rate_of and o.place = l.place;
