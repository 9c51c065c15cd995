"""What helps a curator write a record: checks as files are saved, tables, drafts, reviews."""
