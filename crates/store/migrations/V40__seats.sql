-- Who is at a seat now: one row an open live line. Ephemeral, and no part of the log: a row whose
-- process is gone is not counted after a while and removed in the night.
CREATE TABLE seat (
  line TEXT NOT NULL PRIMARY KEY,
  process TEXT NOT NULL,
  account_id TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  drafts BIGINT NOT NULL,
  away BIGINT NOT NULL
) {{keyed}};
CREATE INDEX seat_account ON seat (account_id);

-- Who took how many contacts since a moment.
CREATE INDEX log_received ON log (at, actor) WHERE kind = 'received';
