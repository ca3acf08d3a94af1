"""The verbs over HTTP, for people's own scripts: a value comes in as JSON, and none ever goes out.

`app` has the routes, `openapi` says what they take and answer, `token_file` who may call them. On this machine alone,
for whoever can read the token's file, which is whoever could read the `.env` as well.
"""
