"""Building blocks of HTTP that know nothing of the graph."""
