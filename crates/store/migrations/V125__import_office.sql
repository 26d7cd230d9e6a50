-- Imports are begun, watched and stopped in the back office, too; what was begun before is told by its end.
ALTER TABLE import_run ADD COLUMN lines BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_run ADD COLUMN state TEXT NOT NULL DEFAULT 'running';
ALTER TABLE import_run ADD COLUMN started_by TEXT NOT NULL DEFAULT '';
-- Which going-on of the run may speak for it: whoever was stopped and has a part in hand says no more.
ALTER TABLE import_run ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
UPDATE import_run SET lines = line, state = 'done' WHERE finished_at IS NOT NULL;

-- Why a line was refused, as keys that a console can put in words.
ALTER TABLE import_refused ADD COLUMN field TEXT NOT NULL DEFAULT '';
ALTER TABLE import_refused ADD COLUMN why TEXT NOT NULL DEFAULT '';
