-- In which year peers are ranked (METHOD §3): among the places of one level within one larger place, by exact
-- whole-year figures of indicators with a stated good direction.
--
-- In:  asked_peer(place, level, part_of), asked_indicator(indicator), asked_year(year), asked_figure (figure_now, or the
--      same in the order that suits what is asked); indicator.
-- Out: peer, known(…, place, year, value, better) and ranking_year(indicator, level, part_of, year, have, peers): the
--      last members of a `with` that the asker begins and ends.
--
-- The year, one rule for every screen and snapshot: the latest up to the year asked with figures of
-- half of the peers, else of two. Third of eleven says more than first of two.

peer as (
    select place, level, coalesce(part_of, '') as part_of, count(*) over (partition by level, coalesce(part_of, '')) as peers
    from asked_peer
),

known as (
    select f.indicator, f.year, f.place, f.value, f.obs_status, p.level, p.part_of, p.peers, i.better
    from asked_figure f
    join asked_indicator k on k.indicator = f.indicator
    join asked_year y on f.year <= y.year
    join indicator i on i.indicator = f.indicator and i.better <> 'none'
    join peer p on p.place = f.place
    where f.value is not null and coalesce(f.period, '') = '' and coalesce(f.bound, '') = ''
),

counted as (
    select indicator, level, part_of, year, count(*) as have, max(peers) as peers
    from known
    group by indicator, level, part_of, year
    having count(*) > 1
),

ranking_year as (
    select indicator, level, part_of, max(peers) as peers,
        coalesce(max(case when 2 * have >= peers then year end), max(year)) as year,
        max_by(have, case when 2 * have >= peers then year + 10000 else year end) as have
    from counted
    group by indicator, level, part_of
)
