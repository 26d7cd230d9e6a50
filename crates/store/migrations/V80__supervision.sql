-- Supervision: measures as they stand, their steps (which are only added), whom and which cases they are about, what
-- rules are about to look at, how often open cases were handed out, the daily list, watch flags, and what detectors found.
CREATE TABLE supervision (
  id TEXT NOT NULL PRIMARY KEY,
  no TEXT NOT NULL,
  version BIGINT NOT NULL,
  rung TEXT NOT NULL,
  unit TEXT NOT NULL,
  state TEXT NOT NULL,
  rule TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  due_at BIGINT,
  next_at BIGINT,
  ended_at BIGINT,
  body TEXT NOT NULL
);
CREATE UNIQUE INDEX supervision_no ON supervision (no);
CREATE INDEX supervision_open ON supervision (opened_at, id) WHERE ended_at IS NULL;
CREATE INDEX supervision_ended ON supervision (ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX supervision_unit ON supervision (unit, rung, opened_at);
CREATE INDEX supervision_next ON supervision (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE supervision_step (
  supervision_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  unit TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (supervision_id, n)
) {{keyed}};

CREATE TABLE supervision_party (
  kind TEXT NOT NULL,
  what TEXT NOT NULL,
  supervision_id TEXT NOT NULL,
  PRIMARY KEY (kind, what, supervision_id)
) {{keyed}};

CREATE TABLE supervision_pending (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  body TEXT NOT NULL
) {{keyed}};
CREATE INDEX supervision_pending_at ON supervision_pending (at, id);

CREATE TABLE supervision_handed (
  case_id TEXT NOT NULL PRIMARY KEY,
  times BIGINT NOT NULL,
  last_at BIGINT NOT NULL
) {{keyed}};

CREATE TABLE supervision_tick (
  day TEXT NOT NULL,
  case_id TEXT NOT NULL,
  times BIGINT NOT NULL,
  carried BIGINT NOT NULL,
  sentence TEXT NOT NULL,
  ticked_at BIGINT,
  ticked_by TEXT NOT NULL,
  PRIMARY KEY (day, case_id)
) {{keyed}};

CREATE TABLE supervision_flag (
  case_id TEXT NOT NULL,
  flag TEXT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  flagged_by TEXT NOT NULL,
  PRIMARY KEY (case_id, flag)
) {{keyed}};

CREATE TABLE supervision_finding (
  id TEXT NOT NULL PRIMARY KEY,
  detector TEXT NOT NULL,
  unit TEXT NOT NULL,
  case_id TEXT NOT NULL,
  state TEXT NOT NULL,
  found_at BIGINT NOT NULL,
  decided_at BIGINT,
  decided_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL
) {{keyed}};
CREATE INDEX supervision_finding_state ON supervision_finding (state, found_at, id);
