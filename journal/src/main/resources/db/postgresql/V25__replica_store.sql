-- Where each server keeps the files, so that two of one farm are not started with different buckets.
-- Empty: it does not say.

ALTER TABLE replicas ADD COLUMN store TEXT NOT NULL DEFAULT '';
