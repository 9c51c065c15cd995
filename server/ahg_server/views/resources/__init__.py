"""The page and the data of every IRI."""
