//! The log and the tables, over SQLite or PostgreSQL, one set of statements.
