-- Where a target stands as a whole (METHOD §1: each place must; the verdict names who does not).
--
-- In:  assessment, place. Out: the columns of `verdict` (derived.sql), one row a target and year.
-- A group stands where its worst place stands: red before yellow before grey before green, so that a
-- place without data can never hide behind green ones. No statuses are averaged into one number.

with
-- red 4, yellow 3, grey 2, green 1; within a light what is certain before what is likely
weighed as (
    select
        a.*, coalesce(p.short, p.name, a.place) as place_name, coalesce(p.position, 0) as place_position,
        case a.light when 'red' then 400 when 'yellow' then 300 when 'grey' then 200 else 100 end
            + case a.status
                when 'not_met' then 24 when 'wrong_way' then 23 when 'off_track' then 22 when 'stalled' then 21
                when 'aim_missed' then 20 when 'met_at_risk' then 19 when 'slightly_behind' then 18
                when 'cannot_judge' then 17 when 'no_data' then 16 when 'awaiting' then 15 when 'too_early' then 14
                when 'target_pending' then 13 when 'condition_open' then 12 when 'not_due' then 11 when 'not_applicable' then 10
                when 'on_track' then 9 when 'met_roughly' then 8 when 'met_now' then 7 when 'holding' then 6 when 'done_early' then 5
                else 1 end as weight,
        case a.last_light when 'red' then 400 when 'yellow' then 300 when 'grey' then 200 when 'green' then 100 end
            + case a.last_status
                when 'not_met' then 24 when 'wrong_way' then 23 when 'off_track' then 22 when 'stalled' then 21
                when 'aim_missed' then 20 when 'met_at_risk' then 19 when 'slightly_behind' then 18
                when 'cannot_judge' then 17 when 'no_data' then 16 when 'awaiting' then 15 when 'too_early' then 14
                when 'target_pending' then 13 when 'condition_open' then 12 when 'not_due' then 11 when 'not_applicable' then 10
                when 'on_track' then 9 when 'met_roughly' then 8 when 'met_now' then 7 when 'holding' then 6 when 'done_early' then 5
                else 1 end as last_weight,
        -- one place missed: the group missed; one unknown: nobody can say that the group met
        case a.bucket when 'due_missed' then 5 when 'due_unknown' then 4 when 'due_awaiting' then 3 when 'not_due' then 2 when 'due_met' then 1 else 0 end as heap,
        a.light in ('red', 'yellow') as lags
    from assessment a
    left join place p on p.place = a.place
),

grouped as (
    select
        target, max(document) as document, max(indicator) as indicator, year,
        max_by(status, weight) as status, max_by(light, weight) as light, max(weight) as weight,
        max_by(bucket, heap) as bucket, max(force) as force,
        max(case when contested then 1 else 0 end) = 1 as contested,
        count(*) as places,
        sum(case when light = 'green' then 1 else 0 end) as met_places,
        sum(case when lags then 1 else 0 end) as missed_places,
        sum(case when light = 'grey' then 1 else 0 end) as open_places,
        max(reason) as only_reason, max(change_why) as only_change,
        -- null as soon as one place was not looked at in the year before
        case when count(last_weight) = count(*) then max_by(last_status, last_weight) end as last_status,
        case when count(last_weight) = count(*) then max_by(last_light, last_weight) end as last_light
    from weighed
    group by target, year
),

-- worst first; among equals in the order of the register
lagging as (
    select
        target, year, place, place_name,
        row_number() over (partition by target, year order by weight desc, place_position, place) as nth
    from weighed
    where lags
),

laggard_lists as (
    select target, year, array_sort(array_agg(place)) as laggards from lagging group by target, year
),

-- at most six are named, the rest are counted
named as (
    select
        target, year, count(*) as n,
        max(case when nth = 1 then place_name end)
            || coalesce('、' || max(case when nth = 2 then place_name end), '')
            || coalesce('、' || max(case when nth = 3 then place_name end), '')
            || coalesce('、' || max(case when nth = 4 then place_name end), '')
            || coalesce('、' || max(case when nth = 5 then place_name end), '')
            || coalesce('、' || max(case when nth = 6 then place_name end), '')
            || case when count(*) > 6 then '等' || cast(count(*) as string) || '地' else '' end as names
    from lagging
    group by target, year
),

changed as (
    select
        target, year, sum(1) as n, min(place_name) as first_name, min_by(change_why, place_name) as first_why
    from weighed
    where last_status is not null and (status <> last_status or light <> last_light)
    group by target, year
)

select
    g.target, g.document, g.indicator, g.year, g.status, g.light,
    g.bucket like 'due%' as due, g.bucket, g.force, g.contested,
    g.places, g.met_places, g.missed_places, g.open_places,
    l.laggards,
    case
        when g.places = 1 then g.only_reason
        else cast(g.places as string) || '个地方须各自达到：'
            || cast(g.met_places as string) || '个达到或预计可达到'
            || case when g.missed_places > 0 then '，' || cast(g.missed_places as string) || '个未达到、有差距或存疑（' || n.names || '）' else '' end
            || case when g.open_places > 0 then '，' || cast(g.open_places as string) || '个尚不能判断' else '' end
    end as reason,
    g.last_status, g.last_light,
    case
        when g.places = 1 then g.only_change
        when g.last_status is null then null
        when g.status = g.last_status and g.light = g.last_light then ''
        when c.n = 1 then c.first_name || '：' || c.first_why
        when c.n > 1 then cast(c.n as string) || '个地方状态变化，如' || c.first_name || '：' || c.first_why
        else ''
    end as change_why
from grouped g
left join laggard_lists l on l.target = g.target and l.year = g.year
left join named n on n.target = g.target and n.year = g.year
left join changed c on c.target = g.target and c.year = g.year
order by g.year, g.target
