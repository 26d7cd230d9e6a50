-- How long recordings are kept, and those that are sealed as evidence and kept longer 依法封存.
ALTER TABLE call_recording ADD COLUMN removed_at BIGINT;
CREATE INDEX call_recording_kept ON call_recording (at) WHERE removed_at IS NULL;
CREATE TABLE call_hold (
  call_id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  reason TEXT NOT NULL
);
