-- Where every target stands (METHOD.md §1-§3): one row a target, place and year looked at.
--
-- In:  seen(year), target, milestone, indicator; pair, cell, rate_cell (cell.sql); figure_seen and its series
--      (series.sql), statement_seen, assigned_seen, task_done_seen (docs/architecture.md). Figures of later years than the one looked at are never
--      used, the document's base year apart.
-- Out: the columns of `assessment` (derived.sql), in that order. Put the year before a year looked at
--      into `seen` as well, else last_status, last_light and change_why are empty.
--
-- Portable on purpose (DuckDB, Spark): one `with … select`, windows instead of correlated subqueries,
-- max_by, no engine's own sugar. least() and greatest() ignore nulls in both engines, and that is used.
-- in_digits(number): its digits as people write them, 85.30 as 85.3; etl/assess.py writes it out.
--
-- Letters as in METHOD §2: x, t the value and its year; b, t0 the base; z, T (by_year) the goal; d, h, p.
-- Open readings of the method are settled in docs/decisions/0001-method-readings.md.

with
-- §1 -- what the clause asks ------------------------------------------------------------------------
clause as (
    select
        t.target, t.document_year, t.indicator, t.measure, t.rule,
        t.by_year, t.base_year, t.since, t.per, t.window_years, t.force,
        t.valid_from, t.valid_until, t.after_task, least(t.condition_met_year, waited.year) as condition_met_year, nullif(t.not_applicable, '') as not_applicable,
        coalesce(i.lag_years, 1) as lag_years,
        case when i.unit = '1' then '' else i.unit end as unit,
        -- percent and percentage points are different units: differences of a ratio are points
        case when i.unit = '%' and i.kind = 'ratio' then '个百分点' when i.unit = '1' then '' else i.unit end as step_unit,
        -- digits shown of a figure: as many as it has, four at most where the register does not say
        power(10, least(coalesce(i.decimals, 4), 6)) as scale,
        -- 31 December is the whole year; any other day is judged on a figure for exactly that day
        case when month(t.by_date) < 12 or day(t.by_date) < 31 then cast(t.by_date as string) end as by_day,
        -- asked of every year; an amount "in a year" without naming the year is asked of every year
        coalesce(t.every_year, false) or (t.measure = 'year_total' and t.by_year is null) as standing,
        -- the way the figure has to go: from the rule, else from what the indicator's figure is better at
        case
            when t.rule in ('at_least', 'more_than') then 'up'
            when t.rule in ('at_most', 'less_than') then 'down'
            when i.better = 'higher' then 'up'
            when i.better = 'lower' then 'down'
            else 'both'
        end as way,
        t.rule in ('more_than', 'less_than') as strict,
        -- tolerance, only for `about` and 基本: 1 percentage point for ratios, 5 % for amounts
        t.rule = 'about' or coalesce(t.soft, '') like '%基本%' as tolerant,
        case when coalesce(i.kind, 'amount') <> 'ratio' then null when i.unit = '1' then 0.01 when i.unit = '‰' then 10.0 else 1.0 end as point,
        case t.per when 'quarter' then 4 when 'half_year' then 2 when 'month' then 12 end as periods_due
    from target t
    join indicator i on i.indicator = t.indicator
    left join task_done_seen waited on waited.task = t.after_task
),

-- Findings and reports without a figure: the last one wins. They are known with the figures of the year
-- looked at, which come out within the lag: a finding of 2018 contests the result of 2017.
spoken as (
    select
        s.target, coalesce(s.place, '') as place, n.year, s.kind,
        coalesce(cast(s.stated_on as string), '') || case when s.kind in ('contested', 'reported_not_done') then '1' else '0' end as said_last
    from statement_seen s
    join clause c on c.target = s.target
    join (select distinct year from seen) n on coalesce(year(s.stated_on), n.year) <= n.year + c.lag_years
),

said_of as (
    select
        target, place, year,
        max_by(kind, said_last) filter (where kind in ('contested', 'verified')) as finding,
        max_by(kind, said_last) filter (where kind in ('reported_done', 'reported_not_done')) as reported
    from spoken
    group by target, place, year
),

said as (
    select p.pair, s.year, s.finding, s.reported
    from said_of s
    join pair p on p.target = s.target and p.place = s.place
),

question as (   -- what a clause asks of every place, seen from a year
    select
        c.target, n.year, c.document_year, c.measure, c.rule, c.by_year, c.by_day, c.since, c.per, c.periods_due, c.window_years,
        c.standing, c.way, c.strict, c.tolerant, c.point, c.force = 'aim' as aimed, c.lag_years,
        c.measure = 'running_total' as is_total,
        coalesce(c.by_year <= n.year, false) as due,
        coalesce(c.since, c.document_year) <= n.year as begun,
        -- the year whose previous one is the base: only where the document names no other base
        c.measure = 'change' and c.base_year is null and (c.by_year is null or (c.standing and c.by_year > n.year)) as against_previous,
        case when c.measure = 'change' then coalesce(c.base_year, c.by_year - 1) else c.base_year end as base_year_named,
        least(c.document_year, n.year + 1) as base_before,
        case
            when c.not_applicable is not null then 'not_applicable'
            -- an amended target: the old form up to that day, the new one from it on
            when year(c.valid_until) <= n.year and coalesce(c.by_year >= year(c.valid_until), true) then 'not_applicable'
            when year(c.valid_from) > n.year then 'not_applicable'
            when c.after_task is not null and coalesce(c.condition_met_year > n.year, true) then 'condition_open'
        end as not_asked,
        e.finding, e.reported
    from clause c
    cross join (select distinct year from seen) n
    left join said_of e on e.target = c.target and e.place = '' and e.year = n.year
),

-- §2 -- the figures that may serve ------------------------------------------------------------------
carried as (    -- the latest value before a year that has none
    select s.*, n.year as seen_year
    from series s
    join (select distinct year from seen) n on n.year > s.year and (s.next_year is null or n.year < s.next_year)
    where s.next_year is null or s.next_year > s.year + 1
),

before as (     -- the last exact value before a year
    select s.cell, b.base_before, s.value, s.year, s.era, s.source
    from (select distinct p.cell, q.base_before from pair p join question q on q.target = p.target) b
    join series s on s.cell = b.cell and s.year < b.base_before
    where s.exact and (s.next_exact_year is null or s.next_exact_year >= b.base_before)
),

part_year as (  -- figures for a day inside a year
    select f.cell, f.period, f.value, coalesce(f.bound, '') as bound, f.quality, f.source, f.vintages
    from figure_seen f
    where f.period in (select by_day from clause) and f.value is not null
),

goal as (
    select p.pair, p.target, p.cell, case when a.target is not null then a.value else p.goal end as goal, p.goal_to
    from pair p
    left join assigned_seen a on a.target = p.target and a.place = p.place
),

-- one row a target, place and year looked at; a date inside a year: the figure for exactly that date, else the last whole year
asked as (
    select
        q.*, p.pair, p.cell, p.goal as goal_written, p.goal_to as goal_to_written,
        -- a published rate must be against the same base; 0: against the year before, whichever that is
        case when q.measure = 'change' then case when q.against_previous then 0 else q.base_year_named end end as rate_base,
        coalesce(s.finding, q.finding, '') = 'contested' as contested,
        coalesce(s.reported, q.reported, '') as reported_last,
        case when q.due then q.by_year - (case when q.by_day is not null and d.value is null then 1 else 0 end) end as judged_year,
        d.value as day_value, d.bound as day_bound, d.quality as day_quality, d.source as day_source, d.vintages as day_vintages
    from question q
    join goal p on p.target = q.target
    left join said s on s.pair = p.pair and s.year = q.year
    left join part_year d on d.cell = p.cell and d.period = q.by_day
),

-- §1 running totals ---------------------------------------------------------------------------------
totalled as (
    select pair, cell, year, due, since, least(coalesce(judged_year, year), year) as last_year, by_year, by_day, day_value, day_bound
    from asked
    where is_total
),

offsets as (
    select tens.n * 10 + ones.n as n
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as tens(n)
    cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as ones(n)
),

several as (    -- published sums of several years
    select
        f.cell, f.period, f.value, coalesce(f.bound, '') as bound, f.source,
        cast(substr(f.period, 1, 4) as integer) as first_year, cast(substr(f.period, 6, 4) as integer) as final_year
    from figure_seen f
    where length(f.period) = 9 and substr(f.period, 5, 1) = '-' and f.value is not null
),

fitting as (    -- those that fit into since … the last year and fill a year that has no figure of its own
    select distinct t.pair, t.year, s.period, s.value, s.bound, s.source, s.first_year, s.final_year
    from totalled t
    join several s on s.cell = t.cell and s.first_year >= t.since and s.final_year <= t.last_year
    join offsets o on s.first_year + o.n <= s.final_year
    left join series y on y.cell = t.cell and y.year = s.first_year + o.n and y.exact
    where y.year is null
),

sums as (       -- of two that overlap the longer one serves, then the later
    select f.*
    from fitting f
    left join fitting g
        on g.pair = f.pair and g.year = f.year and g.period <> f.period
        and g.first_year <= f.final_year and f.first_year <= g.final_year
        and (g.final_year - g.first_year > f.final_year - f.first_year
            or (g.final_year - g.first_year = f.final_year - f.first_year and g.final_year > f.final_year))
    where g.period is null
),

amounts as (    -- one row a year that should be in the total
    select
        t.pair, t.year, t.last_year, t.due, t.since, t.since + o.n as of_year,
        s.final_year as sum_year,
        case when t.day_value is not null and t.since + o.n = t.last_year and t.by_day is not null and t.due then t.day_value else y.value end as amount,
        case when t.day_value is not null and t.since + o.n = t.last_year and t.by_day is not null and t.due then t.day_bound else y.bound end as bound,
        y.run_length, y.quality, y.source, y.vintages
    from totalled t
    join offsets o on t.since + o.n <= t.last_year
    left join series y on y.cell = t.cell and y.year = t.since + o.n
    left join sums s on s.pair = t.pair and s.year = t.year and t.since + o.n between s.first_year and s.final_year
),

counted as (    -- a bound "at least" adds to a lower bound; the other bounds count as missing
    select
        amounts.*,
        case when sum_year is not null then null when bound in ('', 'ge') then amount end as adds,
        max(case when sum_year is not null then sum_year when bound in ('', 'ge') and amount is not null then of_year end)
            over (partition by pair, year) as total_year
    from amounts
),

added as (
    select
        pair, year, max(total_year) as total_year,
        sum(adds) as added,
        sum(case when bound = 'ge' and sum_year is null then 1 else 0 end) as open_bounds,
        -- years not yet out at the end are no gap before the deadline
        sum(case when sum_year is null and adds is null and (due or of_year <= total_year) then 1 else 0 end) as missing,
        array_agg(of_year) filter (where sum_year is null and adds is null and (due or of_year <= total_year)) as missing_list,
        -- a bound has no run
        max(case when of_year = total_year and sum_year is null and run_length is not null then least(run_length, 5, total_year - since) end) as pace_years,
        max(case when of_year = total_year then quality end) as quality,
        max(case when of_year = total_year then source end) as source,
        max(case when of_year = total_year then vintages end) as vintages
    from counted
    group by pair, year
),

summed as (
    select pair, year, sum(value) as value, sum(case when bound <> '' then 1 else 0 end) as open_bounds, max_by(source, final_year) as source
    from sums
    group by pair, year
),

paced as (      -- cumulative values grow by the amounts, so d is the mean of the last up to five amounts
    select c.pair, c.year, sum(c.adds) as pace_sum
    from counted c
    join added a on a.pair = c.pair and a.year = c.year
    where a.pace_years >= 3 and c.of_year > a.total_year - a.pace_years and c.of_year <= a.total_year
    group by c.pair, c.year
),

total as (
    select
        a.pair, a.year, a.total_year, a.missing + a.open_bounds + coalesce(s.open_bounds, 0) = 0 as complete,
        a.missing, a.missing_list,
        case when a.added is not null or s.value is not null then round(coalesce(a.added, 0) + coalesce(s.value, 0), 9) end as value,
        case when a.missing = 0 then p.pace_sum / a.pace_years end as pace,
        a.quality, coalesce(a.source, s.source) as source, a.vintages
    from added a
    left join summed s on s.pair = a.pair and s.year = a.year
    left join paced p on p.pair = a.pair and p.year = a.year
),

-- §1 a count per quarter or half year -----------------------------------------------------------------
parts as (
    select
        f.cell, f.year, c.per, count(f.value) as given, min(f.value) as lowest, max(f.value) as highest, sum(f.value) as value,
        max_by(f.source, f.period) as source
    from (select distinct indicator, per from clause where per is not null) c
    join figure_seen f on f.indicator = c.indicator
    where (c.per = 'quarter' and f.period like '____-Q_')
        or (c.per = 'half_year' and f.period like '____-H_')
        or (c.per = 'month' and (f.period like '____-0_' or f.period like '____-1_'))
    group by f.cell, f.year, c.per
),

part_latest as (
    select p.cell, p.per, n.year as seen_year, max(p.year) as year
    from parts p join (select distinct year from seen) n on p.year <= n.year
    where p.given > 0
    group by p.cell, p.per, n.year
),

-- `change`: the rates published for a place, by the series they are rates of and the base they are against;
-- of two against the same base the one that always names it
rates as (
    select r.rate_of, case when k.n = 0 then 0 else coalesce(r.rate_base_year, s.year - 1) end as base, r.rate_base_year, s.*
    from rate_cell r
    join series s on s.cell = r.cell
    join (values (0), (1)) as k(n) on k.n = 1 or r.rate_base_year is null
),

rated as (
    select * from (
        select rates.*, row_number() over (partition by rate_of, base, year order by coalesce(rate_base_year, 9999)) as nth from rates
    ) ranked
    where nth = 1
),

rated_before as (   -- the latest of them before a year that has none
    select r.*, n.year as seen_year
    from rated r
    join (select distinct year from seen) n on n.year > r.year and (r.next_year is null or n.year < r.next_year)
),

-- §2 -- x and t, the value that is judged -------------------------------------------------------------
-- due: the value of that year and no other; else the latest one, for a yearly duty not before it began
valued as (
    select
        a.*, coalesce(l.year, k.year) as latest_year, coalesce(l.value, k.value) as latest_value,
        case
            when a.is_total then r.total_year
            when a.due then case when a.day_value is not null then a.judged_year when o.value is not null or q.given > 0 then a.judged_year end
            when a.standing then case when greatest(l.year, k.year, pl.year) >= coalesce(a.since, 0) then greatest(l.year, k.year, pl.year) end
            when a.measure = 'year_total' or a.per is not null then null
            else coalesce(l.year, k.year)
        end as level_year,
        -- whose row of the series goes with it: that of the year judged, else that of the latest value
        case
            when a.is_total then 'none'
            when a.due and (a.day_value is not null or o.value is not null or q.given > 0) then 'judged'
            when not a.due and a.standing and pl.year > coalesce(l.year, k.year) and pl.year >= coalesce(a.since, 0) then 'none'
            else 'latest'
        end as row_of,
        o.value as o_value, o.bound as o_bound, o.quality as o_quality, o.source as o_source, o.vintages as o_vintages, o.era as o_era,
        o.run_length as o_run_length, o.pace_from as o_pace_from, o.previous as o_previous,
        case when l.year is null then k.bound else l.bound end as l_bound, case when l.year is null then k.quality else l.quality end as l_quality, case when l.year is null then k.source else l.source end as l_source, case when l.year is null then k.vintages else l.vintages end as l_vintages, case when l.year is null then k.era else l.era end as l_era,
        case when l.year is null then k.run_length else l.run_length end as l_run_length, case when l.year is null then k.pace_from else l.pace_from end as l_pace_from, case when l.year is null then k.previous else l.previous end as l_previous,
        r.value as total_value, r.complete, r.missing, r.missing_list, r.pace, r.quality as total_quality, r.source as total_source, r.vintages as total_vintages
    from asked a
    left join series l on l.cell = a.cell and l.year = a.year
    left join carried k on k.cell = a.cell and k.seen_year = a.year
    left join series o on o.cell = a.cell and o.year = a.judged_year
    left join parts q on q.cell = a.cell and q.year = a.judged_year and q.per = a.per
    left join part_latest pl on pl.cell = a.cell and pl.per = a.per and pl.seen_year = a.year
    left join total r on r.pair = a.pair and r.year = a.year
),

served as (
    select
        v.*,
        case v.row_of when 'judged' then v.o_value when 'latest' then v.latest_value end as s_value,
        case v.row_of when 'judged' then v.o_bound when 'latest' then v.l_bound end as s_bound,
        case v.row_of when 'judged' then v.o_quality when 'latest' then v.l_quality end as s_quality,
        case v.row_of when 'judged' then v.o_source when 'latest' then v.l_source end as s_source,
        case v.row_of when 'judged' then v.o_vintages when 'latest' then v.l_vintages end as s_vintages,
        case v.row_of when 'judged' then v.o_era when 'latest' then v.l_era end as s_era,
        case v.row_of when 'judged' then v.o_run_length when 'latest' then v.l_run_length end as s_run_length,
        case v.row_of when 'judged' then v.o_pace_from when 'latest' then v.l_pace_from end as s_pace_from,
        case v.row_of when 'judged' then v.o_previous when 'latest' then v.l_previous end as s_previous,
        -- a published rate outranks a level of its own year, not a newer one
        case
            when g.year >= coalesce(v.level_year, g.year) then g.value
            when e.year >= coalesce(v.level_year, e.year) then e.value
        end as g_value,
        coalesce(g.year, e.year) as g_year, coalesce(g.bound, e.bound) as g_bound, coalesce(g.quality, e.quality) as g_quality,
        coalesce(g.source, e.source) as g_source, coalesce(g.vintages, e.vintages) as g_vintages,
        coalesce(g.run_length, e.run_length) as g_run_length, coalesce(g.pace_from, e.pace_from) as g_pace_from
    from valued v
    left join rated g on g.rate_of = v.cell and g.base = v.rate_base and g.year = coalesce(v.judged_year, v.year)
    left join rated_before e on e.rate_of = v.cell and e.base = v.rate_base and e.seen_year = (case when not v.due then v.year end)
),

measured as (
    select
        v.pair, v.target, v.cell, v.year, v.measure, v.rule, v.by_year, v.aimed, v.since, v.per, v.window_years, v.not_asked, v.document_year,
        v.lag_years, v.standing, v.begun, v.way, v.strict, v.tolerant, v.point, v.periods_due, v.due, v.judged_year, v.contested, v.reported_last as reported,
        v.goal_written, v.goal_to_written, v.against_previous, v.latest_year, v.latest_value,
        v.is_total, v.complete, v.missing, v.missing_list, v.base_year_named, v.base_before,
        v.g_value is not null as by_rate,
        case when v.g_value is not null then v.g_year else v.level_year end as t,
        case
            when v.g_value is not null then v.g_value
            when v.is_total then v.total_value
            when v.due and v.day_value is not null then v.day_value
            when v.per is not null and v.s_value is null then case when q.given >= v.periods_due then q.value end
            when v.level_year is not null then v.s_value
        end as x,
        case
            when v.g_value is not null then v.g_bound
            when v.is_total then case when v.complete then '' else 'ge' end
            when v.due and v.day_value is not null then v.day_bound
            when v.level_year is not null then coalesce(v.s_bound, '')
            else ''
        end as x_bound,
        case when v.g_value is null and not v.is_total and v.due and v.day_value is not null then v.by_day end as x_day,
        case when v.g_value is not null then v.g_quality when v.due and v.day_value is not null then v.day_quality when v.is_total then v.total_quality when v.level_year is not null then v.s_quality end as x_quality,
        case
            when v.g_value is not null then v.g_source
            when v.is_total then v.total_source
            when v.due and v.day_value is not null then v.day_source
            when v.level_year is not null then coalesce(v.s_source, q.source)
        end as x_source,
        coalesce(case when v.g_value is not null then v.g_vintages end, v.s_vintages, v.total_vintages, 1) as x_vintages,
        v.s_era as x_era,
        -- d: of the value's own run; of the latest run where no value is judged
        case
            when v.g_value is not null then case when v.g_run_length >= 4 then (v.g_value - v.g_pace_from) / least(v.g_run_length - 1, 5) end
            when v.is_total then v.pace
            when v.s_run_length >= 4 then (v.s_value - v.s_pace_from) / least(v.s_run_length - 1, 5)
        end as d,
        case when v.s_run_length >= 2 then (v.s_value - v.s_pace_from) / least(v.s_run_length - 1, 5) end as d_short,
        case when v.s_run_length >= 2 then v.s_value - v.s_previous end as last_change,
        v.s_previous as previous,
        least(case when v.g_value is not null then v.g_run_length when v.is_total then v.level_year - v.since + 1 else v.s_run_length end, 6) as run_used,
        q.given as parts_given, q.lowest as parts_lowest, q.highest as parts_highest
    from served v
    left join parts q on q.cell = v.cell and q.per = v.per and q.year = v.level_year
),

-- §2 -- b and t0 -----------------------------------------------------------------------------------
-- the document's base year, whatever year is looked at; else the last value before the document's year
based as (
    select
        m.*,
        case
            when m.is_total or m.by_rate then 0.0
            when m.against_previous then m.previous
            when m.measure = 'year_total' or m.per is not null then null
            when n.value is not null then n.value
            when m.base_year_named is null or m.measure not in ('change', 'trend') then f.value
        end as b,
        case
            when m.is_total then m.since - 1
            when m.against_previous then m.t - 1
            when m.by_rate then m.base_year_named
            when m.measure = 'year_total' or m.per is not null then null
            when n.value is not null then m.base_year_named
            when m.base_year_named is null or m.measure not in ('change', 'trend') then f.year
        end as t0,
        case
            when m.is_total or m.by_rate or m.against_previous or m.measure = 'year_total' or m.per is not null then null
            when n.value is not null then n.source
            when m.base_year_named is null or m.measure not in ('change', 'trend') then f.source
        end as b_source,
        case when m.is_total or m.by_rate or m.against_previous then m.x_era when n.value is not null then n.era else f.era end as b_era
    from measured m
    left join series n on n.cell = m.cell and n.year = m.base_year_named and n.exact
    left join before f on f.cell = m.cell and f.base_before = m.base_before
),

-- §1 -- z: the number to hold against x, in the indicator's unit; a trend is held against its base ----
compared as (
    select
        based.*,
        coalesce(b_era = x_era, true) as same_era,
        case
            when coalesce(b_era <> x_era, false) and measure in ('change', 'trend') then null
            when measure = 'trend' then b
            when measure = 'change' and not by_rate then round(b * (1 + goal_written / 100), 9)
            else goal_written
        end as z,
        case
            when coalesce(b_era <> x_era, false) and measure = 'change' then null
            when measure = 'change' and not by_rate then round(b * (1 + goal_to_written / 100), 9)
            else goal_to_written
        end as z_to,
        -- `equal` is exact at the deadline; before it 为0 with "lower is better" acts as at most 0
        case when rule = 'equal' and due and measure <> 'trend' then 'both' else way end as side
    from based
),

limited as (    -- the limits that x has to keep; of `between` both ends only where neither way is better
    select
        compared.*,
        case when side in ('up', 'both') then least(z, z_to) end as need_low,
        case when side in ('down', 'both') then greatest(z, z_to) end as need_high,
        -- comparisons carry a slack of 1e-9 of the numbers' size
        1e-9 * coalesce(greatest(abs(x), abs(z), abs(z_to), abs(b)), 0) as slack,
        case
            when not tolerant or measure = 'trend' then 0.0
            when by_rate then 1.0
            when measure = 'change' then abs(b) / 100
            when point is not null then point
            when abs(z) < 1 then 0.05 * abs(z)   -- whole units would swallow the goal itself
            else cast(ceil(round(0.05 * abs(z), 9)) as double)
        end as tolerance,
        -- what a bound leaves open; an exact value is its own lowest and highest
        case x_bound when 'le' then -1e300 when 'about' then x - coalesce(point, 0.05 * abs(x)) else x end as x_lowest,
        case x_bound when 'ge' then 1e300 when 'about' then x + coalesce(point, 0.05 * abs(x)) else x end as x_highest
    from compared
),

measured_against as (   -- how far on the right side of the limits; negative is short of them
    select
        limited.*,
        least(x_lowest - need_low, need_high - x_highest) as margin_sure,
        least(x_highest - need_low, need_high - x_lowest) as margin_possible,
        least(x - need_low, need_high - x) as margin,
        least(b - need_low, need_high - b) as margin_base,
        -- the nearer end of the goal
        case
            when need_low is null then need_high
            when need_high is null then need_low
            when abs(coalesce(x, need_low) - need_high) < abs(coalesce(x, need_low) - need_low) then need_high
            else need_low
        end as z_near
    from limited
),

judged as (
    select
        measured_against.*,
        case when strict then margin_sure > slack else margin_sure >= -slack end as x_meets,
        case when strict then margin_possible <= slack else margin_possible < -slack end as x_fails,
        case when strict then margin_base > slack else margin_base >= -slack end as base_meets,
        margin_sure >= -tolerance - slack and tolerance > 0 as x_within
    from measured_against
),

-- §1 -- each of the last years of a window ----------------------------------------------------------
windowed as (
    select
        j.pair, j.year, count(*) as present,
        sum(case
            when least(s.value - j.need_low, j.need_high - s.value) < -j.tolerance - j.slack then 0
            when j.tolerance = 0 and j.strict and least(s.value - j.need_low, j.need_high - s.value) <= j.slack then 0
            else 1 end) as kept,
        sum(case
            when least(s.value - j.need_low, j.need_high - s.value) < -j.slack then 0
            when j.strict and least(s.value - j.need_low, j.need_high - s.value) <= j.slack then 0
            else 1 end) as kept_fully
    from judged j
    join series s on s.cell = j.cell and s.exact and s.year between j.t - j.window_years + 1 and j.t
    where j.window_years is not null
    group by j.pair, j.year
),

-- §1 -- every_year: earlier years that failed are listed and change nothing ---------------------------
breached as (
    select j.pair, j.year, array_agg(s.year) as years
    from judged j
    join series s
        on s.cell = j.cell and s.exact
        and s.year >= coalesce(j.since, j.document_year) and s.year < j.t
    where j.standing and not j.is_total and j.measure <> 'trend'
        and case
            when j.against_previous then least(
                s.value - case when j.side <> 'down' then s.previous * (1 + j.goal_written / 100) end,
                case when j.side <> 'up' then s.previous * (1 + j.goal_written / 100) end - s.value)
            else least(s.value - j.need_low, j.need_high - s.value)
        end < case when j.strict then j.slack else -j.slack end
    group by j.pair, j.year
),

-- §2 -- the straight path through any milestones --------------------------------------------------------
stretch as (    -- between one milestone, or the base, and the next, or the end
    select
        m.target, m.year as from_year, m.goal as from_goal,
        lead(m.year) over (partition by m.target order by m.year) as to_year, lead(m.goal) over (partition by m.target order by m.year) as to_goal,
        coalesce(lead(m.year) over (partition by m.target order by m.year), 9999) as until_year
    from (
        select m.target, m.year, m.goal from milestone m join clause c on c.target = m.target where m.year < c.by_year
        union all
        select m.target, 0 as year, null as goal from milestone m group by m.target
    ) m
),

nodes as (
    select
        j.*,
        case when m.from_year > j.t0 then m.from_year else j.t0 end as from_year,
        case when m.from_year > j.t0 then case when j.measure = 'change' and not j.by_rate then j.b * (1 + m.from_goal / 100) else m.from_goal end else j.b end as from_value,
        coalesce(m.to_year, j.by_year) as to_year,
        coalesce(case when j.measure = 'change' and not j.by_rate then j.b * (1 + m.to_goal / 100) else m.to_goal end, j.z_near) as to_value,
        w.present as window_present, w.kept as window_kept, w.kept_fully as window_kept_fully,
        v.years as breach_list
    from judged j
    left join stretch m on m.target = j.target and j.t >= m.from_year and j.t < m.until_year
    left join windowed w on w.pair = j.pair and w.year = j.year
    left join breached v on v.pair = j.pair and v.year = j.year
),

lined as (      -- no path without base, before it, across a break, from a bound, or where b already meets z
    select
        nodes.*,
        case
            when t >= by_year then z_near
            else from_value + (to_value - from_value) * (t - from_year) / nullif(to_year - from_year, 0)
        end as expected,
        measure <> 'trend' and t0 < by_year and t0 < t and same_era and x_bound = '' and not base_meets and abs(z_near - b) > slack as has_path,
        -- outlook: to the deadline; a yearly duty is asked again one year ahead
        case
            when due or measure = 'trend' or against_previous or x_bound <> '' then null
            when standing then round(x + d, 9)
            when by_year > t then round(x + d * (by_year - t), 9)
        end as h
    from nodes
),

drawn as (
    select
        lined.*,
        case when has_path and abs(expected - b) > slack then round((x - b) / (expected - b), 9) end as p,
        least(h - need_low, need_high - h) as margin_h,
        -- +1: the figure has to rise, -1: to fall
        case side when 'up' then 1 when 'down' then -1 else sign(z_near - x) end as direction,
        -- the verdict on this one value (or this window, these periods): yes, roughly, no, unknown
        case
            when coalesce(parts_given, 0) > 0 and (parts_lowest < need_low / periods_due - slack or parts_highest > need_high / periods_due + slack) then 'no'
            when coalesce(parts_given, 0) > 0 and parts_given < periods_due then 'unknown'
            when coalesce(parts_given, 0) > 0 then 'yes'
            when window_years is not null and coalesce(window_present, 0) < window_years then 'unknown'
            when window_years is not null and window_kept_fully = window_years then 'yes'
            when window_years is not null and window_kept = window_years then 'roughly'
            when window_years is not null then 'no'
            when x is null or coalesce(need_low, need_high) is null then 'unknown'
            when x_meets then 'yes'
            when is_total and not complete then 'unknown'   -- a lower bound is never "not met"
            when x_within then 'roughly'
            when x_fails then 'no'
            else 'unknown'
        end as outcome,
        coalesce(t < year - 2 * lag_years, false) and not due as stale
    from lined
),

-- §2 -- path and outlook as statuses ------------------------------------------------------------------
signed as (
    select
        drawn.*,
        case when p >= 0.95 - 1e-9 then 'on_track' when p >= 0.60 - 1e-9 then 'slightly_behind' when p >= -1e-9 then 'off_track' when p < 0 then 'wrong_way' end as path_says,
        case
            when d is null or x is null or x_bound <> '' or margin is null or due or standing or measure = 'trend' then null
            when outcome = 'yes' and (measure <> 'change' or t > t0) then null
            when (case when strict then margin_h > slack else margin_h >= -slack end) then 'on_track'
            when tolerance > 0 and -margin_h <= tolerance + slack and not coalesce(-margin_h < 0.05 * -margin - slack, false) then 'slightly_behind'
            when abs(d) <= slack then 'stalled'
            when d * direction < 0 then 'wrong_way'
            when -margin_h < 0.05 * -margin - slack then 'on_track'
            when -margin_h <= 0.20 * -margin + slack then 'slightly_behind'
            when margin_h is not null then 'off_track'
        end as outlook_says,
        case when strict then margin_h <= slack else margin_h < -slack end as h_fails,
        -- trend: flat counts as right
        case when side = 'both' then abs(d_short) <= slack else d_short * direction >= -slack end as average_right,
        case when side = 'both' then abs(last_change) <= slack else last_change * direction >= -slack end as last_right
    from drawn
),

-- §2 -- one status, first match wins -------------------------------------------------------------------
ruled as (
    select
        signed.*,
        case
            -- 1
            when not_asked is not null then not_asked
            when measure <> 'trend' and goal_written is null then 'target_pending'
            -- 2
            when (measure = 'year_total' or per is not null) and not due and not standing then 'not_due'
            when standing and since > year then 'not_due'
            -- 3
            when due and outcome = 'yes' then 'met'
            when due and outcome = 'roughly' then 'met_roughly'
            when due and outcome = 'no' then case when aimed then 'aim_missed' else 'not_met' end
            when due and (t is null or t < judged_year) and year <= by_year + lag_years then 'awaiting'
            when due then 'cannot_judge'
            -- 5 before 4 for want of a value: an old one decides no year
            when t is null or stale then 'no_data'
            -- 4
            when standing and measure <> 'trend' and outcome = 'yes' then case when coalesce(h_fails, false) then 'met_at_risk' else 'met' end
            when standing and measure <> 'trend' and outcome = 'roughly' then 'met_roughly'
            when standing and measure <> 'trend' and outcome = 'no' then case when aimed then 'aim_missed' else 'not_met' end
            when standing and measure <> 'trend' then 'cannot_judge'
            -- trend: with a base year the value against the base, else average and last change
            when measure = 'trend' and base_year_named is not null and t > t0 and outcome = 'yes' then 'met'
            when measure = 'trend' and base_year_named is not null and t > t0 and outcome = 'no' then case when aimed then 'aim_missed' else 'not_met' end
            when measure = 'trend' and average_right and last_right then 'on_track'
            when measure = 'trend' and average_right then 'slightly_behind'
            when measure = 'trend' and last_right then 'off_track'
            when measure = 'trend' and d_short is not null then 'wrong_way'
            when measure = 'trend' then 'too_early'
            -- 6
            when outcome = 'yes' and (measure <> 'change' or t > t0) then
                case
                    when coalesce(h_fails, false) then 'met_at_risk'
                    when base_meets then 'holding'
                    when is_total and side = 'up' then 'done_early'
                    else 'met_now'
                end
            -- 7, 8
            else coalesce(outlook_says, path_says, 'too_early')
        end as status
    from signed
),

lit as (
    select
        ruled.*,
        -- the table of lights; contested takes green away and rewrites nothing
        case
            when status in ('met', 'met_roughly', 'holding', 'met_now', 'done_early', 'on_track') then case when contested then 'yellow' else 'green' end
            when status in ('met_at_risk', 'slightly_behind', 'aim_missed') then 'yellow'
            when status in ('not_met', 'off_track', 'stalled', 'wrong_way') then 'red'
            else 'grey'
        end as light,
        case
            when status = 'not_applicable' then ''
            when status in ('condition_open', 'not_due') then 'not_due'
            when status = 'target_pending' then case when due or (standing and begun) then 'due_unknown' else 'not_due' end
            when not due and not standing then 'not_due'
            when status in ('met', 'met_roughly', 'met_at_risk') then 'due_met'
            when status in ('not_met', 'aim_missed') then 'due_missed'
            when status = 'awaiting' then 'due_awaiting'
            when due or begun then 'due_unknown'
            else 'not_due'
        end as bucket,
        case
            when status in ('not_applicable', 'condition_open', 'target_pending', 'not_due', 'no_data', 'too_early') then 'none'
            when due then case when is_total then 'total' else 'deadline' end
            when measure = 'trend' then 'trend'
            when status = 'done_early' then 'total'
            when standing or outcome = 'yes' and outlook_says is null then 'hold'
            when outlook_says is not null then 'outlook'
            else 'path'
        end as basis,
        -- steps from good to bad; stalled stands beside off_track
        case path_says when 'on_track' then 0 when 'slightly_behind' then 1 when 'off_track' then 2 when 'wrong_way' then 3 end as path_step,
        case outlook_says when 'on_track' then 0 when 'slightly_behind' then 1 when 'off_track' then 2 when 'stalled' then 2 when 'wrong_way' then 3 end as outlook_step,
        -- the value stands only where it was judged: a stale one, or one of another year, stands beside
        case when not stale then x end as x_shown
    from ruled
),

near as (       -- the nearest other year where the year of the deadline has no figure
    select
        j.pair, j.year,
        min_by(s.year, abs(s.year - j.judged_year) * 2 + case when s.year > j.judged_year then 1 else 0 end) as nearest_year,
        min_by(s.value, abs(s.year - j.judged_year) * 2 + case when s.year > j.judged_year then 1 else 0 end) as nearest_value
    from judged j
    join series s on s.cell = j.cell and s.year <= j.year
    where j.due and j.t is null
    group by j.pair, j.year
),

-- §3 -- the same target and place, looked at from the year before with the same figures in force
year_before as (
    select
        pair, year + 1 as year, status as last_status, light as last_light, contested as last_contested,
        t as last_t, x_shown as last_x, due as last_due
    from lit
),

nearest as (
    select
        l.*, e.last_status, e.last_light, e.last_contested, e.last_t, e.last_x, e.last_due,
        case when l.due and l.t is null then n.nearest_year when l.status = 'no_data' then l.latest_year end as nearest_year,
        case when l.due and l.t is null then n.nearest_value when l.status = 'no_data' then l.latest_value end as nearest_value,
        -- digits shown of a figure: as many as it has, four at most where the register does not say
        p.place, c.indicator, c.force, c.not_applicable, c.valid_from, c.valid_until, c.scale,
        case when l.by_rate then '%' else c.unit end as unit,
        case when l.by_rate then '个百分点' else c.step_unit end as step_unit
    from lit l
    left join near n on n.pair = l.pair and n.year = l.year
    left join year_before e on e.pair = l.pair and e.year = l.year
    join clause c on c.target = l.target
    join pair p on p.pair = l.pair
),

-- §3 -- every number that went in, as words ---------------------------------------------------------------
spelled as (
    select
        nearest.*,
        in_digits(round(x_shown * scale) / scale) as x_text,
        case when measure in ('change', 'trend') or basis = 'path' then in_digits(round(b * scale) / scale) end as b_text,
        in_digits(round(least(z, z_to) * scale) / scale) as z_text,
        case when rule = 'between' then in_digits(round(greatest(z, z_to) * scale) / scale) end as z_to_text,
        case when status in ('not_met', 'aim_missed', 'met_roughly', 'stalled') then in_digits(round(abs(margin) * scale) / scale) end as gap_text,
        in_digits(round(nearest_value * scale) / scale) as nearest_text,
        case when status <> last_status or light <> last_light then in_digits(round(last_x * scale) / scale) end as last_x_text,
        case when basis = 'outlook' or status = 'met_at_risk' then in_digits(round(h, 2)) end as h_text,
        case when basis = 'outlook' and h is null then in_digits(round(abs(d), 3)) end as d_text,
        case when basis = 'path' then in_digits(round(expected, 2)) end as expected_text,
        case when basis in ('path', 'outlook') then in_digits(round(100 * p, 0)) end as p_text,
        case when tolerance > 0 then in_digits(round(tolerance, 2)) end as tolerance_text,
        case when measure = 'change' then in_digits(round(abs(goal_written), 2)) end as rate_text,
        case when measure = 'change' and rule = 'between' then in_digits(round(abs(goal_to_written), 2)) end as rate_to_text,
        -- what one period must have: its share of the count of the whole year
        case when parts_given > 0 then in_digits(round(least(z, z_to) / periods_due * scale) / scale) end as share_text,
        case when measure = 'change' then in_digits(round(abs(100 * (x_shown - b) / nullif(abs(b), 0)), 2)) end as moved_text,
        replace(replace(replace(cast(array_sort(missing_list) as string), '[', ''), ']', ''), ', ', '、') as missing_text,
        replace(replace(replace(cast(array_sort(breach_list) as string), '[', ''), ']', ''), ', ', '、') as breach_text,
        case rule
            when 'at_least' then '不低于' when 'more_than' then '大于' when 'at_most' then '不高于' when 'less_than' then '小于'
            when 'equal' then '等于' when 'between' then '介于' else '左右'
        end as rule_text
    from nearest
),

phrased as (
    select
        spelled.*,
        case
            when x_shown is null then ''
            when is_total then case when since < t then cast(since as string) || '—' else '' end || cast(t as string) || '年累计' || x_text || unit
                || case when missing > 0 then '（缺' || missing_text || '年，只是下限）' when x_bound <> '' then '（下限）' else '' end
            when by_rate then cast(t as string) || '年较' || cast(t0 as string) || '年' || case when x < 0 then '下降' when x > 0 then '增长' else '持平（' end
                || case when x = 0 then '0%）' else in_digits(round(abs(x_shown) * scale) / scale) || '%' end || '（公布的变化率）'
            else coalesce('截至' || x_day || '为', cast(t as string) || '年为') || case x_bound when 'ge' then '不低于' when 'le' then '不高于' when 'about' then '约' else '' end || x_text || unit
                || case
                    when measure <> 'change' or b is null or t <= t0 then ''
                    else '，较' || cast(t0 as string) || '年的' || b_text || unit
                        || case when abs(x - b) <= slack then '持平' when x < b then '下降' else '上升' end
                        || case when abs(x - b) <= slack then '' else coalesce(moved_text || '%', '') end
                end
        end as x_phrase,
        case
            when measure = 'trend' then '基期' || cast(t0 as string) || '年的' || b_text || unit
            when measure = 'change' then '“'
                || case
                    when rule = 'between' and goal_written * goal_to_written < 0 then '变化-' || case when goal_written < 0 then rate_text || '%–' || rate_to_text else rate_to_text || '%–' || rate_text end || '%'
                    when rule = 'between' then case when least(goal_written, goal_to_written) < 0 then '下降' else '增长' end
                        || case when abs(goal_written) < abs(goal_to_written) then rate_text || '%–' || rate_to_text else rate_to_text || '%–' || rate_text end || '%'
                    when goal_written = 0 and rule = 'at_most' then '零增长'
                    when goal_written = 0 and rule = 'at_least' then '不下降'
                    when goal_written = 0 and rule = 'more_than' then '增长'
                    when goal_written = 0 and rule = 'less_than' then '下降'
                    when goal_written = 0 then '变化' || rule_text || '0'
                    else case when goal_written < 0 then '下降' else '增长' end
                        || case
                            when rule = 'about' then rate_text || '%左右'
                            when rule = 'equal' then rate_text || '%'
                            -- 下降10%, at most -10: the size of the fall is at least 10
                            when (rule in ('at_most', 'less_than')) = (goal_written < 0) then case when rule in ('at_most', 'at_least') then '不少于' else '超过' end || rate_text || '%'
                            else case when rule in ('at_most', 'at_least') then '不超过' else '小于' end || rate_text || '%'
                        end
                end
                || '”的要求' || case when by_rate or z_text is null or rule = 'between' then '' else '（' || z_text || unit || '）' end
            when rule = 'between' then '目标' || z_text || '–' || z_to_text || unit
            when rule = 'about' then '目标' || z_text || unit || '左右'
            else '目标' || z_text || unit || '（要求' || rule_text || '）'
        end as z_phrase,
        case
            when margin is null then ''
            when rule = 'between' and x >= least(z, z_to) - slack and x <= greatest(z, z_to) + slack then '处在'
            when abs(x - z_near) <= slack and x_bound <> '' then case when x_meets then '达到' else '达不到' end
            when abs(x - z_near) <= slack then '等于'
            when x > z_near then '高于'
            else '低于'
        end as against,
        coalesce(case
            when status in ('awaiting', 'cannot_judge', 'no_data') and nearest_year is not null
                then '；最近为' || cast(nearest_year as string) || '年的' || nearest_text || unit || '（不能代替）'
        end, '') as nearest_phrase,
        case when coalesce(tolerance, 0) > 0 then '（容差±' || tolerance_text || step_unit || '由本系统设定）' else '' end as tolerance_phrase,
        case when standing or by_year is null then '' else cast(by_year as string) || '年' end as by_phrase,
        case when path_step is not null and outlook_step is not null and basis = 'outlook' and abs(path_step - outlook_step) > 1 then true else false end as disagree
    from spelled
),

reasoned as (
    select
        phrased.*,
        -- a reason is never empty, whatever number is missing
        coalesce(case
            when not_applicable is not null then not_applicable
            when status = 'not_applicable' and year(valid_from) > year then '该目标自' || cast(valid_from as string) || '起施行，此前按原目标评价'
            when status = 'not_applicable' then '该目标已修订，自' || cast(valid_until as string) || '起按新目标评价'
            when status = 'condition_open' then '前置任务尚未完成，条件未到'
            when status = 'target_pending' then '目标值由上级另行下达，尚未补充'
                || case reported when 'reported_done' then '；据报完成，但没有公布数值' when 'reported_not_done' then '；据报未完成，但没有公布数值' else '' end
            when status = 'not_due' and standing then '自' || cast(since as string) || '年起要求，尚未开始'
            when status = 'not_due' then '只看' || by_phrase || '当年，尚未到期'
            when status = 'awaiting' and is_total and x_shown is not null then '到期年' || by_phrase || '的数据尚未公布；' || x_phrase
            when status = 'awaiting' then '到期年' || cast(judged_year as string) || '年的数据尚未公布' || nearest_phrase
            when status = 'cannot_judge' and coalesce(parts_given, 0) > 0 then cast(t as string) || '年应有' || cast(periods_due as string) || '期，只有' || cast(parts_given as string) || '期有数，缺的不能算达到'
            when status = 'cannot_judge' and window_years is not null and t is not null
                then '要求连续' || cast(window_years as string) || '年都达到，截至' || cast(t as string) || '年只有' || cast(coalesce(window_present, 0) as string) || '年有数据'
            when status = 'cannot_judge' and is_total and x_shown is not null then x_phrase || '，' || z_phrase || '，缺的年份使结果无法判定'
            when status = 'cannot_judge' and x_shown is not null and not same_era then x_phrase || '，但统计口径自基期后有变化，不能与' || cast(t0 as string) || '年比较'
            when status = 'cannot_judge' and x_shown is not null and z is null then cast(t as string) || '年为' || x_text || unit || '，但没有' || coalesce(cast(base_year_named as string) || '年的', '') || '基期数据，无法比较'
            when status = 'cannot_judge' and x_shown is not null then x_phrase || '，' || z_phrase || case when x_bound = 'about' then '，公布的是约数' else '，公布的是界限值' end || '，不足以判定'
            when status = 'cannot_judge' then '到期年' || cast(judged_year as string) || '年无数据' || nearest_phrase
            when status = 'no_data' and nearest_year is not null then '近年无数据' || nearest_phrase
            when status = 'no_data' then '没有任何年份的数据'
            when coalesce(parts_given, 0) > 0 then cast(t as string) || '年各期最少' || in_digits(round(parts_lowest * scale) / scale) || unit
                || '、最多' || in_digits(round(parts_highest * scale) / scale) || unit
                || '，要求每' || case per when 'quarter' then '季度' when 'half_year' then '半年' else '月' end || rule_text || share_text || unit || '（全年' || z_text || unit || '）'
            when window_years is not null and (due or standing) then '截至' || cast(t as string) || '年的' || cast(window_years as string) || '年中' || cast(window_kept as string) || '年达到，' || z_phrase
            when status = 'met_roughly' then x_phrase || '，与' || z_phrase || '相差' || gap_text || step_unit || '，在容差以内' || tolerance_phrase
            when status in ('not_met', 'aim_missed') and measure = 'change' then x_phrase || '，未达到' || z_phrase
            when status in ('not_met', 'aim_missed') then x_phrase || '，' || against || z_phrase || case when x_bound <> '' or abs(margin) <= slack then '' else '，相差' || gap_text || step_unit end
            when status in ('met', 'holding', 'met_now', 'done_early') then x_phrase || '，' || case when measure = 'change' then '达到' else against end || z_phrase
                || case when rule = 'between' and (side = 'up' and x > greatest(z, z_to) + slack or side = 'down' and x < least(z, z_to) - slack) then '，超额完成' else '' end
                || case when status = 'holding' then '，基期即已达到，须' || case when by_phrase = '' then '继续保持' else '保持到' || by_phrase end when status = 'done_early' then '，提前于' || by_phrase || '完成' else '' end
            when status = 'met_at_risk' then x_phrase || '，目前达到' || z_phrase || '，但按近' || cast(run_used as string) || '年趋势'
                || case when standing then cast(t + 1 as string) || '年' else by_phrase end || '约为' || h_text || unit || '，将不再达到'
            when measure = 'trend' and status <> 'too_early' then x_phrase || '，近' || cast(run_used as string) || '年'
                || case when abs(d_short) <= slack then '首尾持平' else '平均每年' || case when d_short > 0 then '上升' else '下降' end || in_digits(round(abs(d_short), 3)) || step_unit end
                || '，最近一年'
                || case when abs(last_change) <= slack then '持平' else case when last_change > 0 then '上升' else '下降' end || in_digits(round(abs(last_change), 3)) || step_unit end
            when basis = 'outlook' and status = 'stalled' then x_phrase || '，近' || cast(run_used as string) || '年首尾持平，距' || z_phrase || '还差' || gap_text || step_unit
            when basis = 'outlook' and h is null then x_phrase || '，近' || cast(run_used as string) || '年平均每年' || case when d > 0 then '上升' else '下降' end || d_text || step_unit || '，与' || z_phrase || '方向相反'
            when basis = 'outlook' then x_phrase || '，按近' || cast(run_used as string) || '年趋势' || by_phrase || '约为' || h_text || unit || '，'
                || case when status = 'on_track' and h_fails then '差距不到所余路程的5%，可视为达到' when status = 'on_track' then '可达到' when status = 'wrong_way' then '方向相反，达不到' else '仍达不到' end || z_phrase || tolerance_phrase
            when basis = 'path' then x_phrase || '，序时进度应到' || expected_text || unit || '（从' || cast(t0 as string) || '年的' || b_text || unit || '算起），' || case when p < 0 then '方向与目标相反' else '完成应有进度的' || p_text || '%' end || '，' || by_phrase || z_phrase
            when status = 'too_early' and not same_era then x_phrase || '，统计口径自基期后有变化，前后不可比'
            when status = 'too_early' and x_bound <> '' then x_phrase || '，' || z_phrase || '，现有数据不完整，尚不能判断'
            when status = 'too_early' then x_phrase
                || case when measure = 'trend' then '' when measure = 'change' then coalesce('，' || z_phrase, '') else coalesce('，' || nullif(against, '') || z_phrase, '') end
                || case
                    when measure = 'trend' then '，没有连续两年的数据，尚不能判断走向'
                    when by_year is null and d is not null then '，方向不相反；文件没有写期限，推不出何时达到'
                    when by_year is null then '，文件没有写期限，也不足四个连续年份，看不出走向'
                    when b is null then '，没有可用的基期，也不足四个连续年份，尚不能判断走向'
                    when t <= t0 then '，尚未过基期年，也不足四个连续年份，尚不能判断走向'
                    when base_meets then '，基期已达到目标、没有进度可算，也不足四个连续年份，尚不能判断走向'
                    else '，不足四个连续年份，尚不能判断走向'
                end
        end, '数据不足，尚不能判断')
        || case when disagree then '；分歧：按序时进度' || case when p < 0 then '方向相反' else '完成' || p_text || '%' end || '，与趋势判断不一致' else '' end
        || case when contested then '；督察存疑，核实前不算达标' else '' end
        || case when x_vintages > 1 and x_shown is not null then '；该数先后公布过' || cast(x_vintages as string) || '次，以最近一次为准' else '' end
        as reason
    from phrased
)

select
    target, document, indicator, place, year, status, light,
    x_shown as value,
    case when x_shown is not null then t end as value_year,
    case when x_shown is not null then x_bound end as value_bound,
    case when x_shown is not null then x_quality end as value_quality,
    b as base,
    case when b is not null then t0 end as base_year,
    case when measure <> 'trend' then least(z, coalesce(z_to, z)) end as goal,
    case when measure <> 'trend' and z_to is not null then greatest(z_to, z) end as goal_to,
    rule, measure,
    by_year as by,
    case when not stale then p end as path,
    case when not stale then path_says end as path_status,
    round(case when measure = 'trend' then d_short else d end, 9) as change_per_year,
    case when not stale then h end as outlook,
    case when not stale then outlook_says end as outlook_status,
    disagree,
    case when measure <> 'trend' and not stale and x_bound = '' then round(-margin, 9) end as gap,
    case when not stale and same_era and x_bound = '' and t > t0 then round((x - b) / (t - t0), 9) end as achieved_per_year,
    case when not due and not stale and measure <> 'trend' and x_bound = '' and not x_meets and by_year > t then round((z_near - x) / (by_year - t), 9) end as needed_per_year,
    force, contested, reported,
    coalesce(x_shown is not null and x_bound = '' and measure <> 'trend' and (abs(x - z) <= slack or abs(x - z_to) <= slack), false) as exactly,
    bucket like 'due%' as due, bucket, basis, reason, reading, quote,
    case when x_shown is null then '' else coalesce(x_source, '') || case when b_source is null or b_source = x_source then '' else '；基期：' || b_source end end as source,
    coalesce(missing_text, '') as missing_years,
    nearest_year, nearest_value,
    coalesce(breach_text, '') as breaches,
    last_status, last_light,
    case
        when last_status is null then null
        when status = last_status and light = last_light then ''
        when contested and not last_contested then '督察存疑'
        when last_contested and not contested then '已重新核实'
        when last_status = 'not_applicable' then '新目标'
        when status = 'not_applicable' then '目标已修订'
        when last_status = 'condition_open' then '条件已到'
        when last_status = 'awaiting' and x_shown is null then '逾期仍未公布'
        else
            case when due and not last_due then '到期' else '' end
            || case when due and not last_due and (x_shown is null or last_x is null or last_t < t) then '；' else '' end
            || case
                when x_shown is not null and last_t < t and last_x is not null
                    then '新数据：' || cast(last_t as string) || '年' || last_x_text || unit || ' → ' || cast(t as string) || '年' || x_text || unit
                when x_shown is not null and last_x is null then '新数据：' || cast(t as string) || '年' || x_text || unit
                when status = 'awaiting' then '数据待公布'
                when x_shown is null then '没有可用的新数据'
                when due and not last_due then ''
                else '数据未变，按新的年份重新判断'
            end
    end as change_why
from reasoned
join (select target as clause_of, document, reading, quote from target) clauses on clauses.clause_of = reasoned.target
