-- The judgement as far as the peers take it: the columns of judged.py from the steps of assess.sql up to `nearest`;
-- without sentences.
select
    target, place, year, status, light, bucket, basis,
    case when x_shown is not null then x_bound end as value_bound,
    case when not stale then path_says end as path_status,
    case when not stale then outlook_says end as outlook_status,
    coalesce(array_to_string(array_sort(breach_list), '、'), '') as breaches,
    last_status, last_light,
    coalesce(basis = 'outlook' and abs(path_step - outlook_step) > 1, false) as disagree,
    coalesce(x_shown is not null and x_bound = '' and measure <> 'trend' and (abs(x - z) <= slack or abs(x - z_to) <= slack), false) as exactly,
    x_shown as value,
    case when x_shown is not null then t end as value_year,
    b as base,
    case when b is not null then t0 end as base_year,
    case when measure <> 'trend' then least(z, coalesce(z_to, z)) end as goal,
    case when measure <> 'trend' and z_to is not null then greatest(z_to, z) end as goal_to,
    case when not stale then p end as path,
    round(case when measure = 'trend' then d_short else d end, 9) as change_per_year,
    case when not stale then h end as outlook,
    case when measure <> 'trend' and not stale and x_bound = '' then round(-margin, 9) end as gap,
    case when not stale and same_era and x_bound = '' and t > t0 then round((x - b) / (t - t0), 9) end as achieved_per_year,
    case when not due and not stale and measure <> 'trend' and x_bound = '' and not x_meets and by_year > t then round((z_near - x) / (by_year - t), 9) end as needed_per_year,
    nearest_year, nearest_value
from nearest
