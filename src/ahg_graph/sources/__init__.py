"""Turtle files and the texts of documents, with file and line of every triple."""
