"""OAuth2 for a tool that acts on a person's behalf: getting a token, keeping it fresh, using it, giving it back.

Rooms: `registration` is what tool.json says of the app and its authorization server; `token` what is kept; `endpoint`
asks the server and reads its answers; `code_flow` and `device_flow` get a token from a person's consent; `entry` is the
token's place in the tool's store, and `refresh` keeps what is there fresh, once for all processes; `client` sends a
tool's requests. Codes and tokens are known values from the moment they are read.

The protocol's few steps are written here, on httpx2: a library for them takes half a second to import, reads answers
that are not what the standard says, and leaves to its caller what is hard, many processes with one refresh token.
"""
