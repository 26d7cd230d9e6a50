-- Bulletins 通报: the text while it is edited, and what was published. The published bytes lie in attachment_part
-- under the bulletin's id and its format; digest and sheet_digest are of those bytes. year and number are 0 until then.
CREATE TABLE bulletin (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  revision BIGINT NOT NULL,
  year BIGINT NOT NULL,
  number BIGINT NOT NULL,
  body TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  approved_at BIGINT,
  approved_by TEXT NOT NULL,
  published_at BIGINT,
  published_by TEXT NOT NULL,
  digest TEXT NOT NULL,
  sheet_digest TEXT NOT NULL
);
CREATE INDEX bulletin_made ON bulletin (made_at, id);
CREATE UNIQUE INDEX bulletin_number ON bulletin (year, number) WHERE number > 0;

-- To whom a published bulletin was sent, and how.
CREATE TABLE bulletin_sent (
  id TEXT NOT NULL PRIMARY KEY,
  bulletin TEXT NOT NULL,
  receiver TEXT NOT NULL,
  way TEXT NOT NULL,
  at BIGINT NOT NULL,
  sent_by TEXT NOT NULL
);
CREATE INDEX bulletin_sent_of ON bulletin_sent (bulletin, at, id);
