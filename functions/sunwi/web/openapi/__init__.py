"""The OpenAPI document: what may be asked, and what comes back. No request imports it; `make openapi` writes it."""
