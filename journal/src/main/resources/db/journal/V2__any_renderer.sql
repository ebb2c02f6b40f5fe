-- Templates of people's own: how far a job goes, what a step needs, what a node offers.

ALTER TABLE jobs ADD COLUMN permission TEXT NOT NULL DEFAULT 'templates';
ALTER TABLE jobs ADD COLUMN foreign_template INT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN environments TEXT NOT NULL DEFAULT '[]';

ALTER TABLE steps ADD COLUMN plan TEXT NOT NULL DEFAULT '{}';
ALTER TABLE steps ADD COLUMN message TEXT;

ALTER TABLE nodes ADD COLUMN offer TEXT NOT NULL DEFAULT '{}';
ALTER TABLE nodes ADD COLUMN accepts TEXT NOT NULL DEFAULT 'scripts';
ALTER TABLE nodes ADD COLUMN sandbox TEXT NOT NULL DEFAULT '';

-- How much of something the whole farm has; amounts are decimal text.
CREATE TABLE limits (
  name TEXT NOT NULL PRIMARY KEY,
  amount TEXT NOT NULL
) ${clustered};

-- What a person may do, in one project or, where project is empty, in all others.
CREATE TABLE permits (
  person TEXT NOT NULL,
  project TEXT NOT NULL,
  permission TEXT NOT NULL,
  PRIMARY KEY (person, project)
) ${clustered};
ALTER TABLE invites ADD COLUMN permission TEXT;

-- Whether two tasks of a job made one path.
CREATE INDEX outputs_by_path ON outputs (job, path);
