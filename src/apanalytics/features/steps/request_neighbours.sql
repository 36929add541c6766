-- A row is another request of a case's establishment, known on the day the case is looked at and neither refused,
-- withdrawn, amended by the case's request nor an amendment of it.
select
    h.k, h.request_known_on as known_on, h.request_starts_on, h.request_ends_on,
    r.request_id, r.starts_on, r.ends_on,
    coalesce(s.covered_headcount, r.covered_headcount) as covered_headcount
from request_shelves as h
join request_ranks as r on r.sk = h.sk and r.shelf = h.shelf
left join request_states as s
    on s.request_id = r.request_id and s.valid_from <= h.as_of and h.as_of < s.valid_to
where r.request_id <> h.request_id
    and r.known_on <= h.as_of
    and coalesce(s.status, case when r.decision_known_on <= h.as_of then r.status end, 'pending')
        not in ('refused', 'withdrawn')
    and coalesce(r.amends_request_id, '') <> h.request_id
    and coalesce(h.amends_request_id, '') <> r.request_id
