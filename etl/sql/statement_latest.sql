-- Statements of the releases in force, made by the day looked from (null: all of them).
select s.target, s.place, s.kind, s.stated_on, s.text, s.body, s.source, s.note, s.release
from statement s
join release_in_force r on r.release = s.release
where cast(? as date) is null or s.stated_on <= cast(? as date)
