"""Saved queries: what they promise and whether their answers keep it."""
