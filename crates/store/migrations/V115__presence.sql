-- Who is on a case now, on every process of the platform. Ephemeral, and no part of the log: a row
-- that nobody has renewed for a while does not count, and is removed like an old seat.
CREATE TABLE presence (
  case_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  doing TEXT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, account_id)
) {{keyed}};
