-- Why the farm wants of a node what it wants, such as why it is in quarantine.

ALTER TABLE nodes ADD COLUMN message TEXT;
