"""SPARQL: questions, answers, and the forms that both are written in."""
