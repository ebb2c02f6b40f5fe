-- Parts of finished jobs that are not kept any longer; swept: nothing is left of them.

CREATE TABLE cleaned (
  job TEXT NOT NULL,
  part TEXT NOT NULL,
  at BIGINT NOT NULL,
  upto BIGINT NOT NULL,
  swept INT NOT NULL,
  PRIMARY KEY (job, part)
) ${clustered};
CREATE INDEX cleaned_not_swept ON cleaned (swept, job, part) WHERE swept = 0;

-- What goes by itself. Part: scenes, frames, logs or jobs; states: words with commas.
CREATE TABLE clean_rules (
  number INT NOT NULL PRIMARY KEY,
  part TEXT NOT NULL,
  older_than_days INT,
  more_than_bytes BIGINT,
  states TEXT NOT NULL,
  project TEXT
);
