"""How nodes, notes and answers show themselves in a notebook."""
