-- The responsibility list as it is edited, tried and published. Columns have a default, so that the program before
-- still writes its rows; active is no longer read: what holds is the latest valid_at that has come and was not withdrawn.
ALTER TABLE list_version ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE list_version ADD COLUMN valid_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE list_version ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE list_version ADD COLUMN repeats BIGINT NOT NULL DEFAULT 0;
ALTER TABLE list_version ADD COLUMN withdrawn_at BIGINT;
ALTER TABLE list_version ADD COLUMN withdrawn_by TEXT NOT NULL DEFAULT '';

-- One draft a platform; a revision is saved only over the one it was made from.
CREATE TABLE list_draft (
  id BIGINT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  based_on BIGINT NOT NULL,
  label TEXT NOT NULL,
  text TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL
);

-- A draft tried over past cases: how far it is, and what came out.
CREATE TABLE list_run (
  id TEXT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  since BIGINT NOT NULL,
  state TEXT NOT NULL,
  done BIGINT NOT NULL,
  total BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  started_by TEXT NOT NULL,
  touched_at BIGINT NOT NULL,
  result TEXT NOT NULL
);
CREATE INDEX list_run_started ON list_run (started_at, id);
