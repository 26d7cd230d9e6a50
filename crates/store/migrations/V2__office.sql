-- Ordinary records: who works here, with what rules, and who looked at what.

CREATE TABLE account (
  id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  password TEXT NOT NULL,
  roles TEXT NOT NULL,
  unit TEXT NOT NULL,
  desk TEXT NOT NULL,
  disabled BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  locked_until BIGINT,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_login ON account (login);

CREATE TABLE session (
  token TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) {{keyed}};
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE unit (
  code TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  tier BIGINT NOT NULL,
  duty TEXT NOT NULL,
  hours TEXT NOT NULL,
  disabled BIGINT NOT NULL
);

CREATE TABLE calendar (
  day TEXT NOT NULL PRIMARY KEY,
  off BIGINT NOT NULL,
  note TEXT NOT NULL
);

CREATE TABLE setting (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  at BIGINT NOT NULL
);

CREATE TABLE audit (
  pos {{position}} NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  resource TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  digest {{bytes}} NOT NULL,
  hash {{bytes}} NOT NULL
);
CREATE INDEX audit_actor ON audit (actor, pos);
CREATE INDEX audit_resource ON audit (resource, pos);

CREATE TABLE list_version (
  version BIGINT NOT NULL PRIMARY KEY,
  text TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  published_by TEXT NOT NULL,
  active BIGINT NOT NULL
);

CREATE TABLE import_run (
  id TEXT NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  file_digest TEXT NOT NULL,
  line BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  finished_at BIGINT
);

CREATE TABLE import_refused (
  run TEXT NOT NULL,
  line BIGINT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run, line)
) {{keyed}};
