"""The graph as RDF: its vocabulary, its triples, a store to hold them, and questions.

vocabulary   the names: namespaces, classes, properties
mapping      a graph as resources, in terms of RDF and without a library
stores       the border post to pyoxigraph: built once, kept in the cache
query        SPARQL over a store, and errors a person can use
results      answers: tables, yes or no, triples
"""
