"""The graph over HTTP: the explorer in the browser, linked data, SPARQL, and JSON.

addresses     names of nodes in URLs
negotiation   the format that a client prefers
linked        a node as linked data

linkify       text with links for the codes that it names
code_page     the page of a node
search_page   the results of a search
compare_page  the check of codes that are reported together
templates     from values to HTML

pages         the routes of the pages
api, nlm      the routes of the JSON side; search in the shape of the NLM's service
protocol, description, completion, queries   the SPARQL 1.1 Protocol and its page
responses, middleware   what all routes share
app, server   all of it as one application; the server with its port

Nothing here changes anything, and nothing asks another machine.
"""
