"""The graph over HTTP: a SPARQL endpoint, and pages in the browser.

negotiation   which of the formats on offer a client would like best
protocol      the SPARQL 1.1 Protocol: a request as a question, its answer as a response
description   what the endpoint says of itself, in RDF
completion    what a word half typed may become
queries       the named queries, for the page
pages         the pages themselves
headers       what every response carries
app           all of it as one application
server        a port, and Ctrl-C

Nothing here changes anything, and nothing asks another machine.  The web framework
lives here alone and comes with an extra: ``pip install "icdgraph[web]"``.
"""
