-- The number in force for each target and place that the document leaves open: the last one set,
-- in the indicator's unit. A row without a value takes the number back and stays.
select target, place, value, source, note, published, release, seq
from (
    select
        a.*,
        row_number() over (
            partition by a.target, a.place
            order by a.seq desc, coalesce(a.published, r.published_on) desc, a.row_number desc
        ) as nth
    from assigned_value a
    join release_in_force r on r.release = a.release
    where cast(? as date) is null or coalesce(a.published, r.published_on) <= cast(? as date)
) ranked
where nth = 1
