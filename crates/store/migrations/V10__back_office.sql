-- What the back office keeps. Columns have a default, so that the program before still writes its rows.

ALTER TABLE account ADD COLUMN must_change BIGINT NOT NULL DEFAULT 0;

ALTER TABLE unit ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- What a day was before it was changed: a limit that was counted then can be told from one counted now.
CREATE TABLE calendar_change (
  day TEXT NOT NULL,
  at BIGINT NOT NULL,
  was BIGINT NOT NULL,
  PRIMARY KEY (day, at)
) {{keyed}};

CREATE INDEX audit_action ON audit (action, pos);
CREATE INDEX audit_at ON audit (at, pos);
