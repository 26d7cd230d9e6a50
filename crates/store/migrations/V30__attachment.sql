-- Files of cases. A name may tell who somebody is, so it lies here, beside the log; the log has its salted digest
-- and the digest of the bytes. origin is empty for a file whose bytes are here, else the link it was heard of by.
CREATE TABLE attachment (
  id TEXT NOT NULL PRIMARY KEY,
  case_id TEXT NOT NULL,
  leg TEXT NOT NULL,
  name TEXT NOT NULL,
  salt TEXT NOT NULL,
  media TEXT NOT NULL,
  size BIGINT NOT NULL,
  digest TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  unit TEXT NOT NULL,
  cause TEXT NOT NULL,
  origin TEXT NOT NULL
);
CREATE INDEX attachment_case ON attachment (case_id, at, id);

-- The bytes, in parts of one size, so that neither reading nor writing holds a file whole.
CREATE TABLE attachment_part (
  attachment_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  bytes {{bytes}} NOT NULL,
  PRIMARY KEY (attachment_id, n)
);

-- Bytes that no event speaks of yet. The row goes with the event, or with the bytes when nobody finished.
CREATE TABLE attachment_upload (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL
) {{keyed}};
CREATE INDEX attachment_upload_at ON attachment_upload (at);
