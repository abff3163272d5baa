-- Places and indicators that some releases (?: their numbers) bring figures of.
create or replace temp table touched_cell as
select distinct place, indicator from figure where list_contains(?, release)
