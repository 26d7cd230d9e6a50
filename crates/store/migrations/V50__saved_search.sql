-- Questions people ask again and again, under a name. A shared one is seen by the whole desk. They hold no caller's
-- number: the application refuses to keep one.
CREATE TABLE saved_search (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  question TEXT NOT NULL,
  shared BIGINT NOT NULL,
  created_at BIGINT NOT NULL
) {{keyed}};
CREATE INDEX saved_search_account ON saved_search (account_id);
CREATE INDEX saved_search_shared ON saved_search (shared) WHERE shared = 1;
