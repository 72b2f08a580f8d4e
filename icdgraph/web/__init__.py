"""The graph over HTTP: the explorer in the browser, linked data, SPARQL, and JSON.

what stands at an address
  addresses     names to nodes, and back
  parameters    what may be asked, and how much of it
  negotiation   which of the formats on offer a client would like best
  linked        a node as linked data

what the pages say, as records, with nothing of the web in them
  passages      the words of a note, cut where they name codes
  article       the page of a node, in the order in which a coder reads it
  hits          what a search found
  sets          codes that are to stand together
  neighbours    what stands around a node
  templates, vis   from records to HTML; the script that draws

what answers
  pages         the pages
  api, clinical, openapi   the JSON side, NLM's shape of a search, and its description
  protocol, description, completion, queries   the SPARQL 1.1 Protocol and its page
  caching, headers, hosts, responses   what all of them share
  app, server   all of it as one application; a port, and Ctrl-C

Nothing here changes anything, and nothing asks another machine.  The web framework
lives here alone and comes with an extra: ``pip install "icdgraph[web]"``.
"""
