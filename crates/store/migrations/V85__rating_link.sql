-- Links by which a caller rates an answer: the token is kept nowhere, its digest is.
CREATE TABLE rating_link (
  digest TEXT NOT NULL PRIMARY KEY,
  case_id TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  used_at BIGINT
) {{keyed}};
CREATE INDEX rating_link_case ON rating_link (case_id);

-- Which device rated which case, as a keyed digest, so that many from one device are seen.
CREATE TABLE rating_seen (
  case_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  device TEXT NOT NULL,
  PRIMARY KEY (case_id, at)
) {{keyed}};
CREATE INDEX rating_seen_device ON rating_seen (device, at);
