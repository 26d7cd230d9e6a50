//! One function a use case; the jobs that time and events start.
