-- The clock catalogue as it was published, version by version; what holds is the highest number.
CREATE TABLE clock_version (
  version BIGINT NOT NULL PRIMARY KEY,
  label TEXT NOT NULL,
  text TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  published_by TEXT NOT NULL,
  reason TEXT NOT NULL
);
