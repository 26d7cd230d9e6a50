//! HTTP: one file an endpoint, OpenAPI, problem+json, SSE, the embedded console.
