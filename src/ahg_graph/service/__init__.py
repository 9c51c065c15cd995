"""Saved queries asked: the values of a request to rows with their evidence, or to why there are none.

It knows neither HTTP nor pages, and asks whatever answers SPARQL. The server, its pages, the command line, the client
and the tools for language models are doors to it.
"""
