"""What a tool says of itself: `tool.json`, every field of it, and one clear error when it breaks the format.

Rooms: `text` reads the file; `models` (pydantic) decides what is a manifest, and `errors` says where one is not;
`essentials` reads what most commands need, id and secrets, of manifests that are plainly right, without pydantic;
`schema` writes what is made of the models. The format is closed: an unknown field is refused at every level, because a
misspelt `required` would otherwise be a secret that nobody is asked for.
"""
