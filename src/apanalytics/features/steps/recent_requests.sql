-- A row is a case: how many earlier requests of its establishment lie within the months for which commitments are asked.
select n.k, count(*) as earlier_requests
from request_neighbours as n
join law_procedure as p on p.valid_from <= n.known_on and n.known_on < p.valid_to
where n.starts_on < n.request_starts_on and n.ends_on >= add_months(n.known_on, -p.commitments_months)
group by n.k
