"""People, their teams and places from a table, and as one: CSV or XLSX."""
