-- The site's own names of places 地名: what the map does not have, and what people call them.

CREATE TABLE place_name (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  aliases TEXT NOT NULL,
  district TEXT NOT NULL,
  lon DOUBLE PRECISION NOT NULL,
  lat DOUBLE PRECISION NOT NULL,
  houses BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  source TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (id)
) {{keyed}};
