"""How an import decides: one question a module, and nothing of the archive believed before it was answered."""
