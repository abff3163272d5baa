-- The figures of whole years of figure_seen, each with the years around it in its own series (METHOD §2): the same
-- whatever year is looked at, so they are lined up once. Portable like assess.sql, which reads this as `series`.

with
yearly as (     -- whole years; all windows share one order, which is what keeps this fast at size
    select
        f.cell, f.year, f.value, coalesce(f.bound, '') as bound, f.quality, f.source, f.vintages,
        coalesce(f.bound, '') = '' as exact,
        -- era counts the breaks (OBS_STATUS B), also of a missing value: two eras are never set against each other
        sum(case when f.obs_status = 'B' then 1 else 0 end) over so_far as era,
        sum(case when coalesce(f.bound, '') <> '' and f.value is not null then 1 else 0 end) over so_far as bounds,
        min(case when f.value is not null then f.year end) over later as next_year,
        min(case when f.value is not null and coalesce(f.bound, '') = '' then f.year end) over later as next_exact_year
    from figure_seen f
    where coalesce(f.period, '') = ''
    window
        so_far as (partition by f.cell order by f.year rows between unbounded preceding and current row),
        later as (partition by f.cell order by f.year rows between 1 following and unbounded following)
),

-- the k-th row before is the k-th year before exactly when no year is missing between them
stepped as (
    select
        yearly.*,
        lag(value, 1) over w as value_1, lag(value, 2) over w as value_2, lag(value, 3) over w as value_3, lag(value, 4) over w as value_4, lag(value, 5) over w as value_5,
        case when lag(year, 1) over w = year - 1 and lag(era, 1) over w = era and lag(bounds - case when exact then 0 else 1 end, 1) over w = bounds then 1 else 0 end as step_1,
        case when lag(year, 2) over w = year - 2 and lag(era, 2) over w = era and lag(bounds - case when exact then 0 else 1 end, 2) over w = bounds then 1 else 0 end as step_2,
        case when lag(year, 3) over w = year - 3 and lag(era, 3) over w = era and lag(bounds - case when exact then 0 else 1 end, 3) over w = bounds then 1 else 0 end as step_3,
        case when lag(year, 4) over w = year - 4 and lag(era, 4) over w = era and lag(bounds - case when exact then 0 else 1 end, 4) over w = bounds then 1 else 0 end as step_4,
        case when lag(year, 5) over w = year - 5 and lag(era, 5) over w = era and lag(bounds - case when exact then 0 else 1 end, 5) over w = bounds then 1 else 0 end as step_5
    from yearly
    where value is not null
    window w as (partition by cell order by year)
)

-- d looks back over up to six consecutive exact years of one era; a bound never enters d or P
select
    cell, year, value, bound, quality, source, vintages, exact, era, next_year, next_exact_year,
    case when exact then 1 + step_1 + step_2 + step_3 + step_4 + step_5 end as run_length,
    case when exact and step_1 = 1 then value_1 end as previous,
    case
        when not exact then null
        when step_5 = 1 then value_5 when step_4 = 1 then value_4 when step_3 = 1 then value_3
        when step_2 = 1 then value_2 when step_1 = 1 then value_1 else value
    end as pace_from
from stepped
