"""Charts of what tables cannot show, each with a table that says the same and the query behind it."""
