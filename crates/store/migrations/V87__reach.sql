-- Reaching people: who is on duty, what they are told, and what came of each try (R15, R16, R18, R68).

CREATE TABLE duty_person (
  id TEXT NOT NULL PRIMARY KEY,
  unit TEXT NOT NULL,
  name TEXT NOT NULL,
  account_id TEXT NOT NULL,
  mobile TEXT NOT NULL,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  gone BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX duty_person_unit ON duty_person (unit, name);

CREATE TABLE duty_pattern (
  id TEXT NOT NULL PRIMARY KEY,
  unit TEXT NOT NULL,
  rank BIGINT NOT NULL,
  from_minute BIGINT NOT NULL,
  to_minute BIGINT NOT NULL,
  days TEXT NOT NULL,
  people TEXT NOT NULL,
  step BIGINT NOT NULL,
  starts TEXT NOT NULL,
  ends TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX duty_pattern_unit ON duty_pattern (unit, rank);

CREATE TABLE duty_day (
  id TEXT NOT NULL PRIMARY KEY,
  unit TEXT NOT NULL,
  rank BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  person TEXT NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL
);
CREATE INDEX duty_day_time ON duty_day (to_at, from_at);

CREATE TABLE duty_swap (
  id TEXT NOT NULL PRIMARY KEY,
  unit TEXT NOT NULL,
  rank BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  giver TEXT NOT NULL,
  taker TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by TEXT NOT NULL,
  decided_at BIGINT,
  decided_by TEXT NOT NULL
);
CREATE INDEX duty_swap_time ON duty_swap (to_at);

-- How a unit is reached besides its people: an order sheet, an address of its own, a secret of its calendar.
CREATE TABLE duty_way (
  unit TEXT NOT NULL PRIMARY KEY,
  sheet TEXT NOT NULL,
  email TEXT NOT NULL,
  webhook TEXT NOT NULL,
  feed BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TABLE duty_test (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  actor TEXT NOT NULL,
  units TEXT NOT NULL
);
CREATE INDEX duty_test_at ON duty_test (at);

-- How far along the log notices have been made of what happened. Moved in the transaction that makes them.
CREATE TABLE reach_mark (
  id BIGINT NOT NULL PRIMARY KEY,
  pos BIGINT NOT NULL
);

CREATE TABLE notice (
  id TEXT NOT NULL PRIMARY KEY,
  pos BIGINT NOT NULL,
  case_id TEXT NOT NULL,
  case_no TEXT NOT NULL,
  leg TEXT NOT NULL,
  unit TEXT NOT NULL,
  kind TEXT NOT NULL,
  rule TEXT NOT NULL,
  text TEXT NOT NULL,
  urgent BIGINT NOT NULL,
  state TEXT NOT NULL,
  ladder TEXT NOT NULL,
  step BIGINT NOT NULL,
  next_at BIGINT,
  created_at BIGINT NOT NULL,
  closed_at BIGINT,
  closed_by TEXT NOT NULL,
  closed_how TEXT NOT NULL,
  test TEXT NOT NULL,
  tries BIGINT NOT NULL
);
CREATE INDEX notice_due ON notice (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX notice_unit ON notice (unit, id);
CREATE INDEX notice_state ON notice (state, id);
CREATE INDEX notice_case ON notice (case_id, id);
CREATE INDEX notice_test ON notice (test, id);

CREATE TABLE notice_delivery (
  id TEXT NOT NULL PRIMARY KEY,
  notice_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  person TEXT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  rest TEXT NOT NULL,
  state TEXT NOT NULL,
  tries BIGINT NOT NULL,
  most BIGINT NOT NULL,
  next_at BIGINT,
  made_at BIGINT NOT NULL,
  done_at BIGINT,
  seen_at BIGINT,
  gateway TEXT NOT NULL,
  outcome TEXT NOT NULL,
  proof TEXT NOT NULL
);
CREATE INDEX notice_delivery_due ON notice_delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX notice_delivery_notice ON notice_delivery (notice_id, id);
CREATE INDEX notice_delivery_account ON notice_delivery (account_id, id);
CREATE INDEX notice_delivery_state ON notice_delivery (state, id);
CREATE INDEX notice_delivery_gateway ON notice_delivery (gateway) WHERE gateway <> '';

-- Every try is a fact, also one whose end nobody saw.
CREATE TABLE notice_attempt (
  delivery_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  at BIGINT NOT NULL,
  channel TEXT NOT NULL,
  shown TEXT NOT NULL,
  done_at BIGINT,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (delivery_id, n)
) {{keyed}};
CREATE INDEX notice_attempt_at ON notice_attempt (at, channel);
