-- Every page that a call touches is written once more with each commit, so what is written of a call lies together.
-- A snapshot lies beside the others of its call, and no second tree finds them.
CREATE TABLE call_kept (
  home TEXT NOT NULL,
  call_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (home, call_id, kind, id)
) {{keyed}};
INSERT INTO call_kept (home, call_id, kind, id, at, state) SELECT home, call_id, kind, id, at, state FROM call_snapshot;
DROP TABLE call_snapshot;
ALTER TABLE call_kept RENAME TO call_snapshot;
-- Calls are asked for by caller, and by case, where there is a case: those without one stand in neither index.
DROP INDEX call_record_case;
DROP INDEX call_record_caller;
CREATE INDEX call_record_case ON call_record (case_id, began, id) WHERE case_id <> '';
CREATE INDEX call_record_caller ON call_record (caller_key, began, id) WHERE case_id <> '';
