"""One snapshot being served: its workers and its caches."""
