//! The statements that write. Each is prepared on both engines by a test.

use crate::value::statements;

statements! {
    pub(crate) WRITES:
    LOG_INSERT = "log.insert",
        "INSERT INTO log (pos, case_id, case_seq, kind, v, at, actor, unit, cause, body, digest, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    CASE_INSERT = "case_row.insert",
        "INSERT INTO case_row (id, no, version, status, first_receiver, accountable_side, accountable_unit, desk, \
         matter, matter_first, urgency, danger, unowned, task, channel, outcome, district, \
         place, summary, caller_key, place_key, twin_link, twin_case, parent_case, \
         opened_at, updated_at, closed_at, next_due_at, next_due_kind, lon, lat, archived, matter_name, held_since, twin_no, state) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
         $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)";
    CASE_UPDATE = "case_row.update",
        "UPDATE case_row SET version = $2, status = $3, first_receiver = $4, accountable_side = $5, \
         accountable_unit = $6, desk = $7, matter = $8, matter_first = $9, urgency = $10, \
         danger = $11, unowned = $12, task = $13, channel = $14, outcome = $15, \
         district = $16, place = $17, summary = $18, caller_key = $19, place_key = $20, \
         twin_link = $21, twin_case = $22, parent_case = $23, updated_at = $24, \
         closed_at = $25, next_due_at = $26, next_due_kind = $27, lon = $28, lat = $29, \
         archived = $30, matter_name = $31, held_since = $32, twin_no = $33, \
         state = $34 \
         WHERE id = $1";
    // Leaves alone what is found by: a dozen indexes would be written for a step of a clock.
    CASE_STAND = "case_row.stand",
        "UPDATE case_row SET version = $2, status = $3, accountable_side = $4, accountable_unit = $5, \
         danger = $6, unowned = $7, task = $8, updated_at = $9, closed_at = $10, next_due_at = $11, \
         next_due_kind = $12, held_since = $13, state = $14 \
         WHERE id = $1";
    PERSON_INSERT = "person.insert",
        "INSERT INTO person (case_id, caller_name, caller_number, contact_number, address, narrative, \
         confidential, salt) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LEG_INSERT = "leg.insert",
        "INSERT INTO leg (case_id, leg_id, unit, role, state, dispatched_at, signed_at, due_at, touched_at, \
         case_open) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LEG_UPDATE = "leg.update",
        "UPDATE leg SET unit = $3, role = $4, state = $5, dispatched_at = $6, signed_at = $7, due_at = $8, \
         touched_at = $9, case_open = $10 \
         WHERE case_id = $1 AND leg_id = $2";
    DEADLINE_INSERT = "deadline.insert",
        "INSERT INTO deadline (case_id, deadline_id, kind, unit, rule, due_at, warn_at, next_at, state) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    DEADLINE_UPDATE = "deadline.update",
        "UPDATE deadline SET kind = $3, unit = $4, rule = $5, due_at = $6, warn_at = $7, next_at = $8, \
         state = $9 \
         WHERE case_id = $1 AND deadline_id = $2";
    COMMAND_INSERT = "command.insert",
        "INSERT INTO command (id, digest, answer, at) \
         VALUES ($1, $2, $3, $4)";
    OUTBOX_INSERT = "outbox.insert",
        "INSERT INTO outbox (link, seq, case_id, kind, body, at, state, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    INBOX_INSERT = "inbox.insert",
        "INSERT INTO inbox (link, seq, msg_id, at, result) \
         VALUES ($1, $2, $3, $4, $5)";
    AUDIT_INSERT = "audit.insert",
        "INSERT INTO audit (pos, at, actor, action, resource, reason, detail, digest, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    PERSON_DELETE = "person.delete", "DELETE FROM person WHERE case_id = $1";
    LEG_TOUCH = "leg.touch", "UPDATE leg SET touched_at = $2, case_open = $3 WHERE case_id = $1";
    HEAD_INSERT = "chain_head.insert", "INSERT INTO chain_head (id, pos, hash) VALUES ($1, $2, $3)";
    HEAD_UPDATE = "chain_head.update", "UPDATE chain_head SET pos = $2, hash = $3 WHERE id = $1";
    HEAD_LOCK = "chain_head.lock", "UPDATE chain_head SET pos = pos WHERE id = $1";
    OUTBOX_HEAD_INSERT = "outbox_head.insert",
        "INSERT INTO outbox_head (link, next_seq, acked) VALUES ($1, $2, 0)";
    OUTBOX_HEAD_UPDATE = "outbox_head.update",
        "UPDATE outbox_head SET next_seq = $2 WHERE link = $1";
    INBOX_HEAD_INSERT = "inbox_head.insert",
        "INSERT INTO inbox_head (link, applied) VALUES ($1, $2)";
    INBOX_HEAD_RAISE = "inbox_head.raise",
        "UPDATE inbox_head SET applied = $2 WHERE link = $1 AND applied < $2";
    COMMAND_DELETE = "command.delete", "DELETE FROM command WHERE id = $1";
    MARK_INSERT = "writer_mark.insert", "INSERT INTO writer_mark (token, batch) VALUES ($1, $2)";
    MARK_UPDATE = "writer_mark.update", "UPDATE writer_mark SET batch = $2 WHERE token = $1";
    MARK_DELETE = "writer_mark.delete", "DELETE FROM writer_mark WHERE token = $1";
    ACCOUNT_INSERT = "account.insert",
        "INSERT INTO account (id, login, name, password, roles, unit, desk, disabled, failed, locked_until, \
         created_at, must_change) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    ACCOUNT_DELETE = "account.delete", "DELETE FROM account WHERE id = $1";
    SESSION_INSERT = "session.insert",
        "INSERT INTO session (token, account_id, created_at, seen_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)";
    SAVED_SEARCH_INSERT = "saved_search.insert",
        "INSERT INTO saved_search (id, account_id, name, question, shared, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    SAVED_SEARCH_DELETE = "saved_search.delete", "DELETE FROM saved_search WHERE id = $1";
    PLACE_NAME_INSERT = "place_name.insert",
        "INSERT INTO place_name (id, kind, name, aliases, district, lon, lat, houses, refused, source, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    PLACE_NAME_DELETE = "place_name.delete", "DELETE FROM place_name WHERE id = $1";
    UNIT_INSERT = "unit.insert",
        "INSERT INTO unit (code, name, tier, duty, hours, disabled, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UNIT_DELETE = "unit.delete", "DELETE FROM unit WHERE code = $1";
    CALENDAR_INSERT = "calendar.insert",
        "INSERT INTO calendar (day, off, note) \
         VALUES ($1, $2, $3)";
    CALENDAR_CHANGE_INSERT = "calendar_change.insert",
        "INSERT INTO calendar_change (day, at, was) VALUES ($1, $2, $3)";
    CALENDAR_CHANGE_DELETE = "calendar_change.delete",
        "DELETE FROM calendar_change WHERE day = $1 AND at = $2";
    CALENDAR_DELETE = "calendar.delete", "DELETE FROM calendar WHERE day = $1";
    SETTING_INSERT = "setting.insert",
        "INSERT INTO setting (key, value, at) \
         VALUES ($1, $2, $3)";
    SETTING_DELETE = "setting.delete", "DELETE FROM setting WHERE key = $1";
    LIST_VERSION_INSERT = "list_version.insert",
        "INSERT INTO list_version (version, label, text, valid_at, published_at, published_by, reason, \
         repeats, withdrawn_at, withdrawn_by, active) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)";
    CLOCK_VERSION_INSERT = "clock_version.insert",
        "INSERT INTO clock_version (version, label, text, published_at, published_by, reason) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    IMPORT_RUN_INSERT = "import_run.insert",
        "INSERT INTO import_run (id, source, file_digest, line, taken, refused, started_at, updated_at, finished_at, \
         lines, state, started_by, turn) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    IMPORT_RUN_MOVE = "import_run.move",
        "UPDATE import_run SET line = $3, taken = $4, refused = $5, updated_at = $6 \
         WHERE id = $1 AND turn = $2";
    IMPORT_RUN_END = "import_run.end",
        "UPDATE import_run SET state = $3, updated_at = $4, finished_at = $4 \
         WHERE id = $1 AND turn = $2 AND state = 'running'";
    IMPORT_RUN_DELETE = "import_run.delete", "DELETE FROM import_run WHERE id = $1";
    IMPORT_REFUSED_INSERT = "import_refused.insert",
        "INSERT INTO import_refused (run, line, reason, text, field, why) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    IMPORT_REFUSED_DELETE = "import_refused.delete",
        "DELETE FROM import_refused WHERE run = $1 AND line = $2";
    LINK_STATE_INSERT = "link_state.insert",
        "INSERT INTO link_state (link, acked_out, applied_in, alarm, alarm_at, peer_head) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    LINK_STATE_DELETE = "link_state.delete", "DELETE FROM link_state WHERE link = $1";
    LINK_KEY_INSERT = "link_key.insert",
        "INSERT INTO link_key (no, at, account, link, side, key_id, public, state, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    ATTACHMENT_INSERT = "attachment.insert",
        "INSERT INTO attachment (id, case_id, leg, name, salt, media, size, digest, at, actor, unit, cause, \
         origin) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    ATTACHMENT_DELETE = "attachment.delete", "DELETE FROM attachment WHERE id = $1";
    ATTACHMENT_EMPTY = "attachment.empty",
        "UPDATE attachment SET name = '', salt = '' WHERE id = $1";
    ATTACHMENT_PARTS_DELETE = "attachment_part.delete",
        "DELETE FROM attachment_part WHERE attachment_id = $1";
    ATTACHMENT_PART_INSERT = "attachment_part.insert",
        "INSERT INTO attachment_part (attachment_id, n, bytes) \
         VALUES ($1, $2, $3)";
    ATTACHMENT_PARTS_DROP = "attachment_part.drop",
        "DELETE FROM attachment_part WHERE attachment_id = $1 \
         AND EXISTS (SELECT 1 FROM attachment_upload WHERE id = $1)";
    ATTACHMENT_UPLOAD_INSERT = "attachment_upload.insert",
        "INSERT INTO attachment_upload (id, at) \
         VALUES ($1, $2)";
    ATTACHMENT_UPLOAD_DELETE = "attachment_upload.delete",
        "DELETE FROM attachment_upload WHERE id = $1";
    ACCOUNT_DISABLE = "account.disable", "UPDATE account SET disabled = $2 WHERE id = $1";
    ACCOUNT_TRIED = "account.tried",
        "UPDATE account SET failed = $2, locked_until = $3 WHERE id = $1";
    ACCOUNT_ROLES = "account.roles", "UPDATE account SET roles = $2 WHERE id = $1";
    ACCOUNT_PLACE = "account.place", "UPDATE account SET name = $2, unit = $3 WHERE id = $1";
    ACCOUNT_PASSWORD = "account.password",
        "UPDATE account SET password = $2, must_change = $3, failed = 0, locked_until = NULL \
         WHERE id = $1";
    SESSIONS_END_OTHERS = "session.end_others",
        "DELETE FROM session WHERE account_id = $1 AND token <> $2";
    SESSION_SEEN = "session.seen", "UPDATE session SET seen_at = $2, expires_at = $3 WHERE token = $1";
    SESSION_END = "session.end", "DELETE FROM session WHERE token = $1";
    SESSIONS_END = "session.end_all", "DELETE FROM session WHERE account_id = $1";
    SESSIONS_EXPIRED = "session.expired", "DELETE FROM session WHERE expires_at <= $1";
    LIST_WITHDRAW = "list_version.withdraw",
        "UPDATE list_version SET withdrawn_at = $2, withdrawn_by = $3 \
         WHERE version = $1 AND withdrawn_at IS NULL";
    LIST_DRAFT_INSERT = "list_draft.insert",
        "INSERT INTO list_draft (id, revision, based_on, label, text, changed_at, changed_by) \
         VALUES (1, $1, $2, $3, $4, $5, $6)";
    LIST_DRAFT_SAVE = "list_draft.save",
        "UPDATE list_draft SET revision = $2, label = $3, text = $4, changed_at = $5, changed_by = $6 \
         WHERE id = 1 AND revision = $1";
    LIST_DRAFT_DELETE = "list_draft.delete",
        "DELETE FROM list_draft WHERE id = 1 AND revision = $1";
    LIST_RUN_INSERT = "list_run.insert",
        "INSERT INTO list_run (id, revision, since, state, done, total, started_at, started_by, \
         touched_at, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LIST_RUN_MOVE = "list_run.move",
        "UPDATE list_run SET done = $2, touched_at = $3 WHERE id = $1 AND state = 'running'";
    LIST_RUN_END = "list_run.end",
        "UPDATE list_run SET state = $2, touched_at = $3, result = $4 \
         WHERE id = $1 AND state = 'running'";
    CASE_FACT_DELETE = "case_fact.delete", "DELETE FROM case_fact WHERE case_id = $1";
    CASE_FACT_INSERT = "case_fact.insert",
        "INSERT INTO case_fact (case_id, opened_at, touched_at, pos, body) \
         VALUES ($1, $2, $3, $4, $5)";
    CASE_FACTS_CLEAR = "case_fact.clear", "DELETE FROM case_fact";
    SCORE_RULE_INSERT = "score_rule.insert",
        "INSERT INTO score_rule (seq, name, text, changed_at, changed_by, reason) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    SCORE_CLAIM_INSERT = "score_claim.insert",
        "INSERT INTO score_claim (id, kind, ground, case_id, unit, metric, period, figure, reason, \
         evidence, asked_at, asked_by, asked_name, state, decided_at, decided_by, decided_name, decision) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    SCORE_CLAIM_DECIDE = "score_claim.decide",
        "UPDATE score_claim SET state = $2, decided_at = $3, decided_by = $4, decided_name = $5, \
         decision = $6 WHERE id = $1 AND state = 'asked'";
    SCORE_PUBLICATION_INSERT = "score_publication.insert",
        "INSERT INTO score_publication (id, scheme, version, period, pos, rules, basis, sheet, digest, \
         published_at, published_by, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    OUTBOX_ACK = "outbox_head.ack",
        "UPDATE outbox_head SET acked = $2 WHERE link = $1 AND acked < $2 AND next_seq > $2";
    OUTBOX_DEAD = "outbox.die",
        "UPDATE outbox SET state = 'dead', reason = $3 WHERE link = $1 AND seq = $2";
    OUTBOX_RESEND = "outbox.resend",
        "UPDATE outbox SET state = 'resent' WHERE link = $1 AND seq = $2 AND state = 'dead'";
}
