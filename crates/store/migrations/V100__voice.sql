-- Calls. A row is written when a call comes in, before anything is answered, and completed when it is over. Numbers and the
-- headers as received lie here and in no log; caller_key is the blind index over the number, as cases have it.
CREATE TABLE call_record (
  id TEXT NOT NULL PRIMARY KEY,
  inbound BIGINT NOT NULL,
  trunk TEXT NOT NULL,
  session TEXT NOT NULL,
  number TEXT NOT NULL,
  caller_key TEXT NOT NULL,
  caller TEXT NOT NULL,
  called TEXT NOT NULL,
  class TEXT NOT NULL,
  call_back TEXT NOT NULL,
  case_id TEXT NOT NULL,
  seat TEXT NOT NULL,
  began BIGINT NOT NULL,
  offered BIGINT,
  answered BIGINT,
  held BIGINT,
  held_ms BIGINT NOT NULL,
  transferred BIGINT,
  transfer TEXT NOT NULL,
  ended BIGINT,
  ended_by TEXT NOT NULL,
  cause BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  legs TEXT NOT NULL
);
CREATE INDEX call_record_case ON call_record (case_id, began, id);
CREATE INDEX call_record_began ON call_record (began, id);
CREATE INDEX call_record_caller ON call_record (caller_key, began, id);

-- What happened in a call, in its order: offers with their candidates, holds, transfers. No number is in it.
CREATE TABLE call_step (
  call_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (call_id, n)
);

-- Sealed recordings: the file lies in the recordings' folder under its id, the head of its chain here and in the case's log.
CREATE TABLE call_recording (
  id TEXT NOT NULL PRIMARY KEY,
  call_id TEXT NOT NULL,
  leg BIGINT NOT NULL,
  who TEXT NOT NULL,
  at BIGINT NOT NULL,
  seconds BIGINT NOT NULL,
  gaps BIGINT NOT NULL,
  head TEXT NOT NULL
);
CREATE INDEX call_recording_call ON call_recording (call_id, leg, id);
