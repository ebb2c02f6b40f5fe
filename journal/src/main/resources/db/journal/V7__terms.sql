-- When a job runs, and on how much of the farm; JSON.

ALTER TABLE jobs ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
