-- Whether a lease has a second right to its one task, beside the lease that the task names.

ALTER TABLE leases ADD COLUMN twin INT NOT NULL DEFAULT 0;
