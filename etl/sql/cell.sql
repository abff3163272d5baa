-- What is judged, one number each target and place (`pair`), and the series that these judgements may read, one number each:
-- those of the indicators asked about and their published rates of change (`cell`; in `rate_cell` the number of a rate
-- and that of the series it is a rate of). Numbers join several times quicker than ids.
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

create or replace temp table pair as
select
    cast(row_number() over (order by p.target, p.place) as integer) as pair, p.target, p.place, l.cell, p.goal, p.goal_to
from target_place p
join target t on t.target = p.target
join cell l on l.indicator = t.indicator and l.place = p.place;
