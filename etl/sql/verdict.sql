-- Where a target stands as a whole (METHOD §1: each place must; the verdict names who does not).
--
-- In:  assessment, place. Out: the columns of `verdict` (derived.sql), one row a target and year.
-- A group stands where its worst place stands: red before yellow before grey before green, so that a
-- place without data can never hide behind green ones. No statuses are averaged into one number.
-- One pass over the judgements: what is said of a few of the places is gathered beside what is said of all.

with
-- red 4, yellow 3, grey 2, green 1; within a light what is certain before what is likely, the rest last
light_weight(light, weight) as (values ('red', 400), ('yellow', 300), ('grey', 200), ('green', 100)),
status_weight(status, weight) as (values
    ('not_met', 24), ('wrong_way', 23), ('off_track', 22), ('stalled', 21),
    ('aim_missed', 20), ('met_at_risk', 19), ('slightly_behind', 18),
    ('cannot_judge', 17), ('no_data', 16), ('awaiting', 15), ('too_early', 14),
    ('target_pending', 13), ('condition_open', 12), ('not_due', 11), ('not_applicable', 10),
    ('on_track', 9), ('met_roughly', 8), ('met_now', 7), ('holding', 6), ('done_early', 5)
),

weighed as (
    select
        a.*, coalesce(p.short, p.name, a.place) as place_name, coalesce(p.position, 0) as place_position,
        coalesce(l.weight, 100) + coalesce(s.weight, 1) as weight, last_l.weight + coalesce(last_s.weight, 1) as last_weight,
        -- one place missed: the group missed; one unknown: nobody can say that the group met
        case a.bucket when 'due_missed' then 5 when 'due_unknown' then 4 when 'due_awaiting' then 3 when 'not_due' then 2 when 'due_met' then 1 else 0 end as heap,
        a.light in ('red', 'yellow') as lags,
        a.last_status is not null and (a.status <> a.last_status or a.light <> a.last_light) as changed
    from assessment a
    left join place p on p.place = a.place
    left join light_weight l on l.light = a.light
    left join status_weight s on s.status = a.status
    left join light_weight last_l on last_l.light = a.last_light
    left join status_weight last_s on last_s.status = a.last_status
),

grouped as (
    select
        target, any_value(document) as document, any_value(indicator) as indicator, year,
        max_by(status, weight) as status, max_by(light, weight) as light,
        max_by(bucket, heap) as bucket, any_value(force) as force,
        coalesce(bool_or(contested), false) as contested,
        count(*) as places,
        count(*) filter (light = 'green') as met_places,
        count(*) filter (lags) as missed_places,
        count(*) filter (light = 'grey') as open_places,
        any_value(reason) as only_reason, any_value(change_why) as only_change,
        min(place, 24) filter (lags) as laggards,     -- every city of the largest province; of thousands the first few: the judgements know all
        -- worst first; among equals in the order of the register; at most six are named, the rest are counted
        min_by(place_name, 1000000 * cast(1000 - weight as bigint) + place_position, 6) filter (lags) as first_laggards,
        count(*) filter (changed) as changed_places,
        min(place_name) filter (changed) as first_changed, min_by(change_why, place_name) filter (changed) as first_change,
        -- null as soon as one place was not looked at in the year before
        case when count(last_weight) = count(*) then max_by(last_status, last_weight) end as last_status,
        case when count(last_weight) = count(*) then max_by(last_light, last_weight) end as last_light
    from weighed
    group by target, year
)

select
    target, document, indicator, year, status, light,
    bucket like 'due%' as due, bucket, force, contested,
    places, met_places, missed_places, open_places,
    laggards,
    case
        when places = 1 then only_reason
        else places || '个地方须各自达到：' || met_places || '个达到或预计可达到'
            || case when missed_places > 0 then '，' || missed_places || '个未达到、有差距或存疑（'
                || array_to_string(first_laggards, '、')
                || case when missed_places > 6 then '等' || missed_places || '地' else '' end || '）' else '' end
            || case when open_places > 0 then '，' || open_places || '个尚不能判断' else '' end
    end as reason,
    last_status, last_light,
    case
        when places = 1 then only_change
        when last_status is null then null
        when status = last_status and light = last_light then ''
        when changed_places = 1 then first_changed || '：' || first_change
        when changed_places > 1 then changed_places || '个地方状态变化，如' || first_changed || '：' || first_change
        else ''
    end as change_why
from grouped
order by year, target
