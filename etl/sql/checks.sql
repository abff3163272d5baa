-- Every promise of the data. A check starts with `-- check NAME: sentence` and returns the rows that break it.

-- check one_present_value: 每个地区、指标、年份、时段只有一个现值
select place, indicator, year, period, count(*) as times
from figure_now
group by place, indicator, year, period
having count(*) > 1
order by year, indicator, place, period

-- check figure_place_known: 数据里的地区都在登记表里，或是有名称的参考地区
select f.place, count(*) as figures
from figure_now f left join place p on p.place = f.place
where p.place is null
  and not exists (select 1 from reference_place x where x.place = f.place and x.release = f.release)
group by f.place
order by f.place

-- check figure_indicator_known: 数据里的指标都在登记表里，或是有名称和单位的参考序列
select f.indicator, count(*) as figures
from figure_now f left join indicator i on i.indicator = f.indicator
where i.indicator is null
  and not exists (select 1 from reference_indicator x where x.indicator = f.indicator and x.release = f.release)
group by f.indicator
order by f.indicator

-- check assigned_target_known: 下达的目标值都对应登记表里的目标和地区
select distinct a.target, a.place, a.release
from assigned_value a
left join target_place t on t.target = a.target and t.place = a.place
where t.target is null
order by a.target, a.place, a.release

-- check statement_target_known: 公开说法都对应登记表里的目标和地区
select distinct s.target, s.place, s.release
from statement s
left join target_place t on t.target = s.target and (t.place = s.place or s.place = '')
where t.target is null
order by s.target, s.place, s.release

-- check fact_has_release: 每条数据都属于一次发布
select f.release, count(*) as rows
from (
    select release from figure
    union all select release from assigned_value
    union all select release from statement
    union all select release from task_report
    union all select release from explanation
    union all select release from evidence
) f
left join release r on r.release = f.release
where r.release is null
group by f.release
order by f.release

-- check release_number_once: 发布编号不重复
select release, count(*) as times from release group by release having count(*) > 1 order by release

-- check release_has_original: 每次发布都保存着原始文件
select r.release
from release r
left join original o on o.release = r.release
group by r.release
having count(o.release) <> 1
order by r.release

-- check same_file_once: 同一个文件只有一次发布在生效
select r.kind, r.file_hash, count(*) as times
from release r
where not exists (select 1 from withdrawal w where w.release = r.release)
  and not exists (select 1 from release newer where newer.replaces = r.release)
group by r.kind, r.file_hash
having count(*) > 1
order by r.kind, r.file_hash

-- check withdrawal_known_once: 撤回的都是存在的发布，且只撤回一次
select w.release, count(*) as times
from withdrawal w left join release r on r.release = w.release
group by w.release, r.release
having count(*) > 1 or r.release is null
order by w.release

-- check figure_finite: 数值都是有限的数
select release, place, indicator, year, value
from figure
where value is not null and (isnan(value) or isinf(value))
order by release, row_number

-- check present_value_is_last: 现值就是生效发布中最后公布的那一个
select n.place, n.indicator, n.year, n.period, n.release as shown, l.release as last_release
from figure_now n
join (
    select f.place, f.indicator, f.year, f.period, max(f.seq) as seq
    from figure f
    where not exists (select 1 from withdrawal w where w.release = f.release)
      and not exists (select 1 from release newer where newer.replaces = f.release)
    group by f.place, f.indicator, f.year, f.period
) s on s.place = n.place and s.indicator = n.indicator and s.year = n.year and s.period = n.period
join release l on l.seq = s.seq
where l.release <> n.release
order by n.year, n.indicator, n.place

-- check judged_once: 每个目标、地区、年份只有一个判定
select target, place, year, count(*) as times
from assessment
group by target, place, year
having count(*) > 1
order by year, target, place

-- check judged_all: 有数据的年份里每个目标、地区都有判定
select t.target, t.place, y.year
from target_place t
cross join (
    select distinct year from figure_now
    where value is not null and not starts_with(indicator, 'x:') and not starts_with(place, 'x:')
) y
left join assessment a on a.target = t.target and a.place = t.place and a.year = y.year
where a.target is null
order by y.year, t.target, t.place

-- check target_has_place: 每个目标至少涉及一个地区
select t.target
from target t left join target_place p on p.target = t.target
where p.target is null
order by t.target

-- check report_task_known: 任务进展报告都对应登记表里的任务和步骤，合计对应文件
select r.release, r.task, r.step, r.document
from task_report r
left join task t on t.task = r.task
left join task_step s on s.task = r.task and s.position + 1 = r.step
left join document d on d.document = r.document
where (r.task <> '' and t.task is null) or (r.step > 0 and s.task is null) or d.document is null
order by r.release, r.task, r.step

-- check evidence_kept: 报告提到的佐证文件都保存着
select r.release, r.evidence_file
from task_report r left join evidence e on e.release = r.release and e.file_name = r.evidence_file
where r.evidence_file <> ''
group by r.release, r.evidence_file
having count(e.release) = 0
order by r.release, r.evidence_file

-- check explanation_known: 原因和措施都对应登记表里的任务或目标
select x.release, x.target, x.place, x.task
from explanation x
left join task t on t.task = x.task
left join target_place p on p.target = x.target and p.place = x.place
where t.task is null and p.target is null
order by x.release, x.target, x.place, x.task

-- check arranged_alike: 按地区排列的数据与现值一致
select coalesce(n.place, a.place) as place, coalesce(n.indicator, a.indicator) as indicator, coalesce(n.year, a.year) as year
from figure_now n
full join figure_by_place a on a.place = n.place and a.indicator = n.indicator and a.year = n.year and a.period = n.period
where n.place is null or a.place is null or n.value is distinct from a.value or n.bound is distinct from a.bound
   or n.obs_status is distinct from a.obs_status
order by place, indicator, year

-- check holding_counted: 每个指标、地区的数据个数与现值一致
select coalesce(n.place, h.place) as place, coalesce(n.indicator, h.indicator) as indicator
from (select place, indicator, count(value) as figures from figure_now group by place, indicator) n
full join holding h on h.place = n.place and h.indicator = n.indicator
where n.figures is distinct from h.figures
order by place, indicator

-- check release_present_counted: 每次发布现用的数据个数与现值一致
select coalesce(n.release, p.release) as release
from (select release, count(value) as figures from figure_now group by release) n
full join release_present p on p.release = n.release
where coalesce(n.figures, 0) <> coalesce(p.figures, 0)
order by release

-- check release_rows_counted: 每次发布记下的条数与数据一致
select r.release, r.row_count, count(f.release) as found
from release r
left join (
    select release from figure
    union all select release from assigned_value
    union all select release from statement
    union all select release from task_report
    union all select release from explanation
) f on f.release = r.release
group by r.release, r.row_count
having r.row_count <> count(f.release)
order by r.release
