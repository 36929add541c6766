-- A row is an establishment that a case is about.
select distinct sk from cases where sk is not null
