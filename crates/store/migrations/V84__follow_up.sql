-- 回访: whom to ask, who is asking, what was said. The log has the facts; these rows are the list people work from,
-- written in the transaction of the event they follow from.
CREATE TABLE follow_up (
  case_id TEXT NOT NULL PRIMARY KEY,
  no TEXT NOT NULL,
  matter TEXT NOT NULL,
  matter_name TEXT NOT NULL,
  channel TEXT NOT NULL,
  unit TEXT NOT NULL,
  closed_at BIGINT NOT NULL,
  way TEXT NOT NULL,
  rule TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  kind TEXT NOT NULL,
  tries BIGINT NOT NULL,
  from_at BIGINT,
  booked BIGINT NOT NULL,
  due_at BIGINT,
  link_at BIGINT,
  asked BIGINT NOT NULL,
  flagged BIGINT NOT NULL,
  not_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL
) {{keyed}};
CREATE INDEX follow_up_call ON follow_up (from_at, case_id) WHERE state = 'call';
CREATE INDEX follow_up_link ON follow_up (link_at, case_id) WHERE link_at IS NOT NULL;
CREATE INDEX follow_up_flagged ON follow_up (updated_at, case_id) WHERE flagged = 1;
CREATE INDEX follow_up_closed ON follow_up (closed_at, case_id);

-- One caller a case; a lease, so that a case is not lost with a browser.
CREATE TABLE follow_up_claim (
  case_id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  until BIGINT NOT NULL
) {{keyed}};
CREATE INDEX follow_up_claim_account ON follow_up_claim (account_id);

CREATE TABLE follow_up_result (
  case_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  way TEXT NOT NULL,
  kind TEXT NOT NULL,
  account_id TEXT NOT NULL,
  unit TEXT NOT NULL,
  reached BIGINT NOT NULL,
  solved TEXT NOT NULL,
  desk_mark BIGINT NOT NULL,
  unit_mark BIGINT NOT NULL,
  cause TEXT NOT NULL,
  counted BIGINT NOT NULL,
  PRIMARY KEY (case_id, seq)
) {{keyed}};
CREATE INDEX follow_up_result_at ON follow_up_result (at);

-- Sampling rules as they were, each from a moment on.
CREATE TABLE follow_up_rules (
  version BIGINT NOT NULL PRIMARY KEY,
  label TEXT NOT NULL,
  text TEXT NOT NULL,
  valid_at BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  reason TEXT NOT NULL
);
