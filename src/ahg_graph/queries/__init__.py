"""Saved queries: their files, their values, the names that values go by."""
