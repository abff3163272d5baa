-- Where every task and every step of one stands on a day (?): METHOD.md §4. One row a task (step 0) and step.
--
-- Tasks of documents issued later are left out. Only reports made by that day count, each of a release that is in force. The unit's own last word
-- says how the work goes; closing, relapse, finding and verification are acts of others and outrank it.
-- Silence never gives a colour: an overdue task on which nobody said anything since it was due says so.
--
-- Out: task, step, document, place, title, quote, due, due_year (only a year was named), standing,
--      lead, state, contested, days (until due; negative when past), told_state, told_on, told_percent,
--      told_unit, done_on, done_unit, closed_on, closed_unit, closed_person, contested_on, relapsed_on, relapses, reports.

with looked_from as (select cast(? as date) as day),
item as (
    select task, 0 as step, document, place, title, quote, due, due_year, coalesce(standing, '') as standing, lead, position, 0 as step_position
    from task
    union all
    select s.task, s.position + 1, t.document, t.place, s.title, s.quote, s.due, s.due_year, coalesce(s.standing, ''), case when coalesce(len(s.lead), 0) > 0 then s.lead else t.lead end, t.position, s.position + 1
    from task_step s join task t on t.task = s.task
),
dated as (
    select
        i.task, i.step, i.document, i.place, i.title, i.quote, i.standing, i.lead, i.position, i.step_position, l.day,
        coalesce(i.due, make_date(i.due_year, 12, 31)) as due,
        case when i.due is null then i.due_year end as due_year
    from item i
    cross join looked_from l
    join document d on d.document = i.document and coalesce(d.published_on, make_date(d.published_year, 1, 1)) <= l.day
),
report as (
    select
        r.task, r.step, r.state, r.stated_on, r.percent, r.unit, r.person,
        row_number() over (partition by r.task, r.step order by r.stated_on, r.seq, r.row_number) as nth
    from task_report r cross join looked_from l
    where r.task <> '' and r.stated_on <= l.day
      and not exists (select 1 from withdrawal w where w.release = r.release)
      and not exists (select 1 from release newer where newer.replaces = r.release)
),
act as (
    select
        task, step, count(*) as reports,
        max(case when state in ('progress', 'on_schedule', 'behind', 'done', 'not_done') then nth end) as told,
        max(case when state = 'done' then nth end) as done,
        max(case when state = 'closed' then nth end) as closed,
        max(case when state = 'relapsed' then nth end) as relapsed,
        max(case when state = 'contested' then nth end) as contested,
        max(case when state = 'verified' then nth end) as verified,
        sum(case when state = 'relapsed' then 1 else 0 end) as relapses
    from report group by task, step
),
known as (
    select
        d.task, d.step, d.document, d.place, d.title, d.quote, d.due, d.due_year, d.standing, d.lead, d.position, d.step_position, d.day,
        coalesce(a.reports, 0) as reports, coalesce(a.relapses, 0) as relapses,
        a.told, a.done, a.closed,
        coalesce(a.contested > coalesce(a.verified, 0), false) as contested,
        coalesce(a.relapsed > coalesce(a.closed, 0), false) as relapsed,
        told.state as told_state, told.stated_on as told_on, told.percent as told_percent, told.unit as told_unit,
        done.stated_on as done_on, done.unit as done_unit,
        closed.stated_on as closed_on, closed.unit as closed_unit, closed.person as closed_person,
        finding.stated_on as contested_on, back.stated_on as relapsed_on
    from dated d
    left join act a on a.task = d.task and a.step = d.step
    left join report told on told.task = a.task and told.step = a.step and told.nth = a.told
    left join report done on done.task = a.task and done.step = a.step and done.nth = a.done
    left join report closed on closed.task = a.task and closed.step = a.step and closed.nth = a.closed
    left join report finding on finding.task = a.task and finding.step = a.step and finding.nth = a.contested
    left join report back on back.task = a.task and back.step = a.step and back.nth = a.relapsed
)
select
    task, step, document, place, title, quote, due, due_year, standing, lead,
    case
        when contested and (done is not null or closed is not null) then 'found_undone'
        when relapsed then 'relapsed'
        when closed is not null then 'closed'
        when told_state = 'done' and due >= day then 'done_early'
        when told_state = 'done' then 'done'
        when due is null and standing <> '' then 'standing'
        when due is null then 'undated'
        when due < day and told_state in ('progress', 'on_schedule', 'behind') and told_on >= day - interval 365 day then 'overdue_working'
        when due < day and (told_state = 'not_done' or told_on > due) then 'overdue'
        when due < day then 'overdue_unreported'
        when due <= day + interval 90 day then 'due_soon'
        when told_state = 'on_schedule' and not contested then 'not_due_on_schedule'
        when told_state = 'behind' then 'not_due_behind'
        else 'not_due'
    end as state,
    contested, datediff('day', day, due) as days,
    told_state, told_on, told_percent, told_unit, done_on, done_unit, closed_on, closed_unit, closed_person, contested_on, relapsed_on, relapses, reports
from known
order by position, task, step_position
