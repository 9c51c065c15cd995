"""The saved queries: their addresses, their answers, their pages."""
