-- Short messages with citizens. Number and words lie here and in no log; caller_key is the blind index over the number, as
-- cases have it. One that came waits until it is answered; one that was written is sent by the job that finds it due.
CREATE TABLE message (
  id TEXT NOT NULL PRIMARY KEY,
  inbound BIGINT NOT NULL,
  case_id TEXT NOT NULL,
  case_no TEXT NOT NULL,
  own TEXT NOT NULL,
  number TEXT NOT NULL,
  caller_key TEXT NOT NULL,
  text TEXT NOT NULL,
  parts BIGINT NOT NULL,
  at BIGINT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  due_at BIGINT,
  done_at BIGINT,
  tries BIGINT NOT NULL,
  gateway TEXT NOT NULL,
  outcome TEXT NOT NULL
);
CREATE INDEX message_case ON message (case_id, at, id);
CREATE INDEX message_caller ON message (caller_key, at, id);
CREATE INDEX message_due ON message (inbound, due_at, id);
CREATE INDEX message_gateway ON message (gateway);

-- Pieces of a long message: until it is whole, and for a while after it, so that one that comes again is known.
CREATE TABLE message_piece (
  id TEXT NOT NULL PRIMARY KEY,
  whole TEXT NOT NULL,
  own TEXT NOT NULL,
  number TEXT NOT NULL,
  reference BIGINT NOT NULL,
  total BIGINT NOT NULL,
  n BIGINT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  taken BIGINT NOT NULL
);
CREATE INDEX message_piece_whole ON message_piece (whole, n);
CREATE INDEX message_piece_due ON message_piece (due_at);
