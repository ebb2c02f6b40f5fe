-- Which person changed what: one row a call, kept for so many days.

CREATE TABLE audit (
  number BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  person TEXT NOT NULL,
  role TEXT NOT NULL,
  peer TEXT NOT NULL,
  action TEXT NOT NULL,
  call TEXT NOT NULL,
  detail TEXT NOT NULL,
  status INT NOT NULL,
  code TEXT
);
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_person ON audit (person, number);
