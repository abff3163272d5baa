-- Releases that count, as seen on a day (first and second ?; null: now): not withdrawn, and not
-- replaced by a newer edition of the same shipped file. On a day before a release was loaded its
-- present standing counts, because then only the figures' own publication dates speak.
create or replace temp table release_in_force as
with looked_from as (select cast(? as date) as day)
select r.release, r.seq, r.kind, cast(r.published_at as date) as published_on
from release r cross join looked_from l
where not exists (
    select 1 from withdrawal w
    where w.release = r.release
      and (l.day is null or cast(w.withdrawn_at as date) <= l.day or cast(r.published_at as date) > l.day)
)
and not exists (
    select 1 from release newer
    where newer.replaces = r.release
      and (l.day is null or cast(newer.published_at as date) <= l.day or cast(r.published_at as date) > l.day)
)
