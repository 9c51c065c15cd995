"""Reading a document: from a file to its parts, who was there, what was decided, and dates, as proposals."""
