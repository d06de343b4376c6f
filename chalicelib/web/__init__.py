"""The only door to HTTP: routes and who may use them, requests, problems, signed links, OpenAPI."""
