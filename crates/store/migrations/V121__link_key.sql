-- What was decided about the keys of links 密钥轮换: one row a step, for good. The last step of a key is how it stands;
-- a number is given once, so that two processes cannot decide on the same state. Private keys are files, never rows.
CREATE TABLE link_key (
  no BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  account TEXT NOT NULL,
  link TEXT NOT NULL,
  side TEXT NOT NULL,
  key_id TEXT NOT NULL,
  public TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL
);
