"""How records are kept: where each fact comes from, who may change it, and what has been changed."""
