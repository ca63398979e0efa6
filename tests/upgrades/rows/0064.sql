insert into retention (kind, kept_days, reason, person_id, at)
select kind, 3650, 'archive policy', id, '2026-03-05 08:00Z'
from unnest(array['totals', 'documents']) kind, (select min(id) as id from person) person;
