-- What outlives a killed program: of each call that is not over, of its legs that are up, of open call-backs, of seats and of
-- hard phones' registrations. A row goes with what it is of, and with it the numbers in it. home says which process can take it
-- up again: the one with the same ports.
CREATE TABLE call_snapshot (
  home TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (home, kind, id)
) {{keyed}};
CREATE INDEX call_snapshot_call ON call_snapshot (home, call_id);
