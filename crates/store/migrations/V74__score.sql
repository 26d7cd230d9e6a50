-- What can be counted of a case, folded from its events up to pos. Holds no truth: it can be thrown away.
CREATE TABLE case_fact (
  case_id TEXT NOT NULL PRIMARY KEY,
  opened_at BIGINT NOT NULL,
  touched_at BIGINT NOT NULL,
  pos BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX case_fact_opened ON case_fact (opened_at, case_id, touched_at);

-- The site's own metrics and schemes, each a version over what is shipped. Never changed, only followed.
CREATE TABLE score_rule (
  seq BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  reason TEXT NOT NULL
);

-- What was asked of a score and what a second person decided: exclusions, appeals, recorded figures.
CREATE TABLE score_claim (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  ground TEXT NOT NULL,
  case_id TEXT NOT NULL,
  unit TEXT NOT NULL,
  metric TEXT NOT NULL,
  period TEXT NOT NULL,
  figure TEXT NOT NULL,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_name TEXT NOT NULL,
  state TEXT NOT NULL,
  decided_at BIGINT,
  decided_by TEXT NOT NULL,
  decided_name TEXT NOT NULL,
  decision TEXT NOT NULL
);
CREATE INDEX score_claim_asked ON score_claim (asked_at, id);

-- A frozen and published period: the rules it was scored by, the sheet, and the digest of both.
CREATE TABLE score_publication (
  id TEXT NOT NULL PRIMARY KEY,
  scheme TEXT NOT NULL,
  version BIGINT NOT NULL,
  period TEXT NOT NULL,
  pos BIGINT NOT NULL,
  rules TEXT NOT NULL,
  basis TEXT NOT NULL,
  sheet TEXT NOT NULL,
  digest TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  published_by TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX score_publication_at ON score_publication (published_at, id);
