-- From which year on a task counts as done, seen on a day (both ?; null: now): reported done or closed
-- in a release in force, and neither found undone nor relapsed since. Reads release_in_force.
select task, min(case when state in ('done', 'closed') then year(stated_on) end) as year
from task_report r
join release_in_force f on f.release = r.release
where task <> '' and step = 0 and (cast(? as date) is null or stated_on <= cast(? as date))
group by task
having coalesce(max(case when state in ('done', 'closed', 'verified') then stated_on end) >= max(case when state in ('contested', 'relapsed', 'not_done') then stated_on end), true)
   and min(case when state in ('done', 'closed') then year(stated_on) end) is not null
