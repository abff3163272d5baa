-- Places and indicators that some releases (?: their numbers) bring figures of, with each year.
create or replace temp table touched_cell as
select distinct place, indicator, year from figure where release in (select unnest(?))
