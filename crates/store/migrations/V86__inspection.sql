-- 检查与拨测 (R118): planned with a way and an object, ended with a result and a finding.
CREATE TABLE inspection (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  way TEXT NOT NULL,
  unit TEXT NOT NULL,
  subject TEXT NOT NULL,
  planned_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  result TEXT NOT NULL,
  finding TEXT NOT NULL,
  case_no TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  done_at BIGINT,
  done_by TEXT NOT NULL
) {{keyed}};
CREATE INDEX inspection_planned ON inspection (planned_at, id);
