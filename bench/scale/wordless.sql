-- The judgement as far as the peers take it: the columns of judged.py from the steps of assess.sql up to `lit` and
-- `near`, and the year before; without sentences.
select
    l.target, l.place, l.year, l.status, l.light, l.bucket, l.basis,
    case when l.x_shown is not null then l.x_bound end as value_bound,
    case when not l.stale then l.path_says end as path_status,
    case when not l.stale then l.outlook_says end as outlook_status,
    coalesce(array_to_string(array_sort(l.breach_list), '、'), '') as breaches,
    e.status as last_status, e.light as last_light,
    coalesce(l.basis = 'outlook' and abs(l.path_step - l.outlook_step) > 1, false) as disagree,
    coalesce(l.x_shown is not null and l.x_bound = '' and l.measure <> 'trend' and (abs(l.x - l.z) <= l.slack or abs(l.x - l.z_to) <= l.slack), false) as exactly,
    l.x_shown as value,
    case when l.x_shown is not null then l.t end as value_year,
    l.b as base,
    case when l.b is not null then l.t0 end as base_year,
    case when l.measure <> 'trend' then least(l.z, coalesce(l.z_to, l.z)) end as goal,
    case when l.measure <> 'trend' and l.z_to is not null then greatest(l.z_to, l.z) end as goal_to,
    case when not l.stale then l.p end as path,
    round(case when l.measure = 'trend' then l.d_short else l.d end, 9) as change_per_year,
    case when not l.stale then l.h end as outlook,
    case when l.measure <> 'trend' and not l.stale and l.x_bound = '' then round(-l.margin, 9) end as gap,
    case when not l.stale and l.same_era and l.x_bound = '' and l.t > l.t0 then round((l.x - l.b) / (l.t - l.t0), 9) end as achieved_per_year,
    case when not l.due and not l.stale and l.measure <> 'trend' and l.x_bound = '' and not l.x_meets and l.by_year > l.t then round((l.z_near - l.x) / (l.by_year - l.t), 9) end as needed_per_year,
    case when l.due and l.t is null then n.nearest_year when l.status = 'no_data' then l.latest_year end as nearest_year,
    case when l.due and l.t is null then n.nearest_value when l.status = 'no_data' then l.latest_value end as nearest_value
from lit l
left join near n on n.target = l.target and n.place = l.place and n.year = l.year
left join lit e on e.target = l.target and e.place = l.place and e.year + 1 = l.year
