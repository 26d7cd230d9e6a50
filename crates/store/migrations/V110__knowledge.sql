-- Knowledge 知识库: a row is a revision of an article. At most one revision of an article is published; the latest may be
-- a draft beside it. version counts how often a row was written; the sum over all tells a kept index that it is old.
CREATE TABLE knowledge (
  id TEXT NOT NULL PRIMARY KEY,
  article TEXT NOT NULL,
  revision BIGINT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  keywords TEXT NOT NULL,
  unit TEXT NOT NULL,
  sources TEXT NOT NULL,
  valid_from BIGINT,
  valid_until BIGINT,
  written_at BIGINT NOT NULL,
  written_by TEXT NOT NULL,
  reviewed_at BIGINT,
  reviewed_by TEXT NOT NULL,
  published_at BIGINT,
  published_by TEXT NOT NULL,
  ended_at BIGINT
);
CREATE UNIQUE INDEX knowledge_revision ON knowledge (article, revision);
CREATE INDEX knowledge_state ON knowledge (state, article);
CREATE INDEX knowledge_version ON knowledge (version);

-- What became of answers: given to somebody, or said to be wrong, with what is wrong.
CREATE TABLE knowledge_use (
  id TEXT NOT NULL PRIMARY KEY,
  article TEXT NOT NULL,
  revision BIGINT NOT NULL,
  kind TEXT NOT NULL,
  case_id TEXT NOT NULL,
  note TEXT NOT NULL,
  used_by TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX knowledge_use_article ON knowledge_use (article, kind, at);
CREATE INDEX knowledge_use_at ON knowledge_use (kind, at, article);
