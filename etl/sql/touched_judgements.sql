-- Targets and places whose judgement reads a touched cell, as the indicator itself or as its
-- published rate of change, or about which some releases (both ?: their numbers) say something.
create or replace temp table judged_here as
select tp.target, tp.place
from main.target_place tp
join target t on t.target = tp.target
where exists (select 1 from touched_cell c where c.place = tp.place and c.indicator = t.indicator)
   or exists (
        select 1 from touched_cell c join indicator i on i.indicator = c.indicator
        where c.place = tp.place and i.rate_of = t.indicator
   )
   or exists (
        select 1 from assigned_value a
        where list_contains(?, a.release) and a.target = tp.target and a.place = tp.place
   )
   or exists (
        select 1 from statement s
        where list_contains(?, s.release) and s.target = tp.target and (s.place = tp.place or s.place = '')
   )
