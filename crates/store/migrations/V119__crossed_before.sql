-- Whether a caller's or a place's matter crossed before is asked at every intake: of the few that
-- crossed, not of all that ever came from there.
CREATE INDEX case_crossed_caller ON case_row (caller_key, matter, opened_at) WHERE outcome IN ('handed_over_direct', 'handed_over_push', 'handed_over_parallel', 'handed_over_consult');
CREATE INDEX case_crossed_place ON case_row (place_key, matter, opened_at) WHERE outcome IN ('handed_over_direct', 'handed_over_push', 'handed_over_parallel', 'handed_over_consult');
