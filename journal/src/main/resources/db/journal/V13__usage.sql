-- What the attempts of jobs took that are deleted; those of jobs that are there are added up when
-- somebody asks. A day is counted from 1970-01-01 in UTC and is the one in which an attempt ended.

CREATE TABLE usage_days (
  day INT NOT NULL,
  person TEXT NOT NULL,
  project TEXT NOT NULL,
  node TEXT NOT NULL,
  millis BIGINT NOT NULL,
  succeeded BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  PRIMARY KEY (day, person, project, node)
) ${clustered};

-- Whose it was, for as long as its attempts are still here.
ALTER TABLE deleted_jobs ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE deleted_jobs ADD COLUMN project TEXT NOT NULL DEFAULT '';
