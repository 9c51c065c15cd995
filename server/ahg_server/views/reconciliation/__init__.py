"""Matching a table to the graph, by the W3C Reconciliation API."""
