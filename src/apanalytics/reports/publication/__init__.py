"""The public variant: aggregates of a month for the whole country, with statistical secrecy, as open data."""
