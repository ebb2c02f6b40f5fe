-- Rises whenever something changed that servers keep in mind beside the scheduler's rows: keys that
-- were revoked, browsers that were signed out, renderers that nodes fetch.

ALTER TABLE meta ADD COLUMN beside BIGINT NOT NULL DEFAULT 0;
