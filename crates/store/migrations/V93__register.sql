-- Registers 台账: ordinary records of one shape; body holds the kind's own fields and the tasks as JSON. due_at is the
-- nearest limit that still runs, held_at the day the thing happened or begins to count.
CREATE TABLE register_entry (
  id TEXT NOT NULL PRIMARY KEY,
  register TEXT NOT NULL,
  title TEXT NOT NULL,
  unit TEXT NOT NULL,
  state TEXT NOT NULL,
  held_at BIGINT NOT NULL,
  due_at BIGINT,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  closed_at BIGINT
);
CREATE INDEX register_entry_held ON register_entry (register, held_at, id);
CREATE INDEX register_entry_unit ON register_entry (register, unit, held_at, id);

-- Files of entries; their bytes lie in attachment_part under the file's id.
CREATE TABLE register_file (
  id TEXT NOT NULL PRIMARY KEY,
  entry TEXT NOT NULL,
  name TEXT NOT NULL,
  media TEXT NOT NULL,
  size BIGINT NOT NULL,
  digest TEXT NOT NULL,
  at BIGINT NOT NULL,
  added_by TEXT NOT NULL
);
CREATE INDEX register_file_entry ON register_file (entry, at, id);
