-- The figures of whole years of figure_seen, each with the years around it in its own series (METHOD §2): the same
-- whatever year is looked at, so they are lined up once. Portable like assess.sql, which reads this as `series`.

with
yearly as (     -- whole years; every window has the same order, which is what keeps this fast at size
    select
        f.cell, f.year, f.value, coalesce(f.bound, '') as bound, f.quality, f.source, f.vintages,
        -- era counts the breaks (OBS_STATUS B), also of a missing value: two eras are never set against each other
        sum(case when f.obs_status = 'B' then 1 else 0 end) over so_far as era,
        -- goes on from the year before: both exact, no break between them
        coalesce(
            coalesce(f.obs_status, '') <> 'B' and coalesce(f.bound, '') = '' and lag(f.year) over w = f.year - 1
            and lag(f.value) over w is not null and lag(coalesce(f.bound, '')) over w = '',
            false) as goes_on
    from figure_seen f
    where coalesce(f.period, '') = ''
    window
        w as (partition by f.cell order by f.year),
        so_far as (partition by f.cell order by f.year rows between unbounded preceding and current row)
),

stepped as (    -- of the years with a value
    select
        yearly.*, bound = '' as exact,
        lead(year) over w as next_year,
        min(case when bound = '' then year end) over later as next_exact_year,
        year - max(case when not goes_on then year end) over so_far as steps,
        lag(value, 1) over w as value_1, lag(value, 2) over w as value_2, lag(value, 3) over w as value_3, lag(value, 4) over w as value_4, lag(value, 5) over w as value_5
    from yearly
    where value is not null
    window
        w as (partition by cell order by year),
        so_far as (partition by cell order by year rows between unbounded preceding and current row),
        later as (partition by cell order by year rows between 1 following and unbounded following)
)

-- d looks back over up to six consecutive exact years of one era; a bound never enters d or P
select
    cell, year, value, bound, quality, source, vintages, exact, era, next_year, next_exact_year,
    case when exact then 1 + least(steps, 5) end as run_length,
    case when exact and steps >= 1 then value_1 end as previous,
    case when exact then case least(steps, 5) when 0 then value when 1 then value_1 when 2 then value_2 when 3 then value_3 when 4 then value_4 else value_5 end end as pace_from
from stepped
