-- The log, the case and everything that is written in one transaction with it.
-- Portable subset only. Three words differ: {{bytes}} (BLOB, BYTEA), {{position}} (INTEGER, BIGINT) and
-- {{keyed}}, which lets SQLite keep a table in the order of its key, without a second tree for it.

CREATE TABLE chain_head (
  id {{position}} NOT NULL PRIMARY KEY,
  pos BIGINT NOT NULL,
  hash {{bytes}} NOT NULL
);

-- One row a writing process: which of its batches was committed last.
CREATE TABLE writer_mark (
  token TEXT NOT NULL PRIMARY KEY,
  batch BIGINT NOT NULL
) {{keyed}};

CREATE TABLE log (
  pos {{position}} NOT NULL PRIMARY KEY,
  case_id TEXT NOT NULL,
  case_seq BIGINT NOT NULL,
  kind TEXT NOT NULL,
  v BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  unit TEXT NOT NULL,
  cause TEXT NOT NULL,
  body TEXT NOT NULL,
  digest {{bytes}} NOT NULL,
  hash {{bytes}} NOT NULL
);
CREATE UNIQUE INDEX log_case ON log (case_id, case_seq);

-- state comes last: a filter that looks at the other columns never reads its overflow pages.
CREATE TABLE case_row (
  id TEXT NOT NULL PRIMARY KEY,
  no TEXT NOT NULL,
  version BIGINT NOT NULL,
  status TEXT NOT NULL,
  first_receiver TEXT NOT NULL,
  accountable_side TEXT NOT NULL,
  accountable_unit TEXT NOT NULL,
  desk TEXT NOT NULL,
  matter TEXT NOT NULL,
  matter_first TEXT NOT NULL,
  urgency BIGINT NOT NULL,
  danger BIGINT NOT NULL,
  unowned BIGINT NOT NULL,
  task TEXT NOT NULL,
  channel TEXT NOT NULL,
  outcome TEXT NOT NULL,
  district TEXT NOT NULL,
  place TEXT NOT NULL,
  summary TEXT NOT NULL,
  caller_key TEXT NOT NULL,
  place_key TEXT NOT NULL,
  twin_link TEXT NOT NULL,
  twin_case TEXT NOT NULL,
  parent_case TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  closed_at BIGINT,
  next_due_at BIGINT,
  next_due_kind TEXT NOT NULL,
  lon DOUBLE PRECISION,
  lat DOUBLE PRECISION,
  archived BIGINT NOT NULL,
  matter_name TEXT NOT NULL,
  held_since BIGINT NOT NULL,
  twin_no TEXT NOT NULL,
  state TEXT NOT NULL
);
CREATE UNIQUE INDEX case_no ON case_row (no);
CREATE INDEX case_updated ON case_row (updated_at, id);
CREATE INDEX case_opened ON case_row (opened_at, id, outcome);
CREATE INDEX case_unit ON case_row (accountable_unit, updated_at, id);
-- The columns behind the key are there to be filtered on without reading the row.
CREATE INDEX case_open_updated ON case_row (updated_at, id, status, task, danger, unowned, matter, desk, urgency, opened_at, closed_at) WHERE closed_at IS NULL;
CREATE INDEX case_open_unit ON case_row (accountable_unit, updated_at, id) WHERE closed_at IS NULL;
CREATE INDEX case_open_task ON case_row (task, updated_at, id) WHERE closed_at IS NULL AND task <> '';
CREATE INDEX case_open_due ON case_row (next_due_at, id) WHERE closed_at IS NULL AND next_due_at IS NOT NULL;
CREATE INDEX case_caller ON case_row (caller_key, opened_at) WHERE caller_key <> '';
CREATE INDEX case_place ON case_row (place_key, opened_at) WHERE place_key <> '';
CREATE INDEX case_twin ON case_row (twin_link, twin_case) WHERE twin_case <> '';
CREATE INDEX case_parent ON case_row (parent_case) WHERE parent_case <> '';

CREATE TABLE person (
  case_id TEXT NOT NULL PRIMARY KEY,
  caller_name TEXT NOT NULL,
  caller_number TEXT NOT NULL,
  contact_number TEXT NOT NULL,
  address TEXT NOT NULL,
  narrative TEXT NOT NULL,
  confidential BIGINT NOT NULL,
  salt TEXT NOT NULL
) {{keyed}};

-- touched_at and case_open repeat the case's updated_at and closed_at, so that a unit's list
-- is one index range.
CREATE TABLE leg (
  case_id TEXT NOT NULL,
  leg_id TEXT NOT NULL,
  unit TEXT NOT NULL,
  role TEXT NOT NULL,
  state TEXT NOT NULL,
  dispatched_at BIGINT NOT NULL,
  signed_at BIGINT,
  due_at BIGINT,
  touched_at BIGINT NOT NULL,
  case_open BIGINT NOT NULL,
  PRIMARY KEY (case_id, leg_id)
) {{keyed}};
CREATE INDEX leg_unit ON leg (unit, touched_at, case_id);
CREATE INDEX leg_unit_open ON leg (unit, touched_at, case_id) WHERE case_open = 1;

CREATE TABLE deadline (
  case_id TEXT NOT NULL,
  deadline_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,
  rule TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  warn_at BIGINT,
  next_at BIGINT,
  state TEXT NOT NULL,
  PRIMARY KEY (case_id, deadline_id)
) {{keyed}};
CREATE INDEX deadline_next ON deadline (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE command (
  id TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  answer TEXT NOT NULL,
  at BIGINT NOT NULL
) {{keyed}};
CREATE INDEX command_at ON command (at);

CREATE TABLE outbox (
  link TEXT NOT NULL,
  seq BIGINT NOT NULL,
  case_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL
);
-- Not kept in the order of its key: the bodies are long, and a tree of long rows is a slow one.
CREATE UNIQUE INDEX outbox_seq ON outbox (link, seq);
CREATE INDEX outbox_dead ON outbox (link, state, seq) WHERE state = 'dead';

-- What waits is what lies between the two: a receipt marks one row, however many it answers.
CREATE TABLE outbox_head (
  link TEXT NOT NULL PRIMARY KEY,
  next_seq BIGINT NOT NULL,
  acked BIGINT NOT NULL
) {{keyed}};

CREATE TABLE link_state (
  link TEXT NOT NULL PRIMARY KEY,
  acked_out BIGINT NOT NULL,
  applied_in BIGINT NOT NULL,
  alarm TEXT NOT NULL,
  alarm_at BIGINT,
  peer_head TEXT NOT NULL
) {{keyed}};

CREATE TABLE inbox (
  link TEXT NOT NULL,
  seq BIGINT NOT NULL,
  msg_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  result TEXT NOT NULL,
  PRIMARY KEY (link, seq)
) {{keyed}};
CREATE UNIQUE INDEX inbox_msg ON inbox (link, msg_id);

-- Every envelope up to this number is in the inbox: where counting begins after a start. Rows never
-- leave the inbox, so a number that is too low is still true.
CREATE TABLE inbox_head (
  link TEXT NOT NULL PRIMARY KEY,
  applied BIGINT NOT NULL
) {{keyed}};
