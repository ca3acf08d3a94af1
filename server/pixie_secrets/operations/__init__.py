"""What this program does: one operation a module, one function each, a frozen request in and a frozen result out.

The MCP server, the command line and the page only collect input and render results; everything they have in common is
here. No result has a field that could hold a value, its length, a prefix or a hash.
"""
