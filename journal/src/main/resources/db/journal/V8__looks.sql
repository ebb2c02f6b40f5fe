-- What pictures look like and what the farm thinks of them, and what they were computed on.

ALTER TABLE attempts ADD COLUMN device TEXT;

-- Shares are 0 to 1; grid is the text form of a PictureGrid; flags are JSON.
CREATE TABLE looks (
  job TEXT NOT NULL,
  step INT NOT NULL,
  idx INT NOT NULL,
  generation INT NOT NULL,
  path TEXT NOT NULL,
  width INT NOT NULL,
  height INT NOT NULL,
  mean DOUBLE PRECISION NOT NULL,
  black DOUBLE PRECISION NOT NULL,
  transparent DOUBLE PRECISION NOT NULL,
  pink DOUBLE PRECISION NOT NULL,
  grid TEXT NOT NULL,
  preview TEXT,
  state TEXT NOT NULL DEFAULT 'fine',
  flags TEXT NOT NULL DEFAULT '[]',
  judged_by TEXT,
  judged_at BIGINT,
  PRIMARY KEY (job, step, idx, generation)
) ${clustered};
CREATE INDEX looks_not_fine ON looks (job, state, step, idx) WHERE state <> 'fine';
CREATE INDEX looks_by_preview ON looks (preview, job) WHERE preview IS NOT NULL;
