-- Which figures of one year the register waits for: every place and indicator that a live target is judged on.
-- Parameters: the year, three times. One row a place and indicator; `reported_missing` where somebody sent "no figure".
with live as (
    select t.target, t.document, t.indicator, p.place, t.lead, t.position
    from target t
    join target_place p on p.target = t.target
    cross join (select cast(? as integer) as year) y
    where coalesce(t.not_applicable, '') = ''
        and coalesce(t.since, t.document_year) <= y.year
        and coalesce(t.by_year, y.year) >= y.year
        and (t.valid_from is null or year(t.valid_from) <= y.year)
        and (t.valid_until is null or year(t.valid_until) > y.year)
        -- an amount of one named year is asked for in that year only
        and (t.measure <> 'year_total' or t.by_year is null or t.every_year or t.by_year = y.year)
),
wanted as (
    select
        indicator, place, min(position) as position,
        array_agg(distinct target) as targets,
        array_agg(distinct document) as documents,
        flatten(array_agg(coalesce(lead, cast([] as varchar[])))) as lead
    from live
    group by indicator, place
)
select
    w.place, pl.name as place_name, w.indicator, i.name as indicator_name, i.unit, coalesce(i.lag_years, 1) as lag_years,
    i.plausible_low, i.plausible_high,
    list_sort(list_distinct(w.lead)) as lead, list_sort(w.targets) as targets, list_sort(w.documents) as documents,
    f.value is not null as present, f.place is not null and f.value is null as reported_missing, f.value, l.value as last_value
from wanted w
join indicator i on i.indicator = w.indicator
join place pl on pl.place = w.place
left join figure_now f on f.place = w.place and f.indicator = w.indicator and f.year = ? and f.period = ''
left join figure_now l on l.place = w.place and l.indicator = w.indicator and l.year = cast(? as integer) - 1 and l.period = ''
order by w.position, pl.position
