-- Who stands where among peers (METHOD §3): competition rankings in the year that ranking_year.sql takes.
--
-- In:  peer, known and ranking_year of ranking_year.sql.
-- Out: ranking(…, place, value, rank, tied, before): the last member of the same `with`. Every peer is in it,
--      without a figure with rank null.

placed as (
    select k.*,
        rank() over (partition by k.indicator, k.level, k.part_of order by case k.better when 'lower' then k.value else -k.value end) as rank,
        count(*) over (partition by k.indicator, k.level, k.part_of, k.value) as tied
    from known k
    join ranking_year r on r.indicator = k.indicator and r.level = k.level and r.part_of = k.part_of and r.year = k.year
),

ranking as (
    select r.indicator, r.year, r.level, r.part_of, p.place, w.value, w.rank, w.tied, r.have, r.peers,
        case when w.obs_status <> 'B' then b.value end as before   -- nothing is compared across a break
    from ranking_year r
    join peer p on p.level = r.level and p.part_of = r.part_of
    left join placed w on w.indicator = r.indicator and w.place = p.place
    left join known b on b.indicator = r.indicator and b.place = p.place and b.year = r.year - 1
)
