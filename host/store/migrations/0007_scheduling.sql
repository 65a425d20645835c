-- Days on which work differs from what their weekday says: holidays, and week-end days that make up for them.
CREATE TABLE special_day (
  day TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('holiday', 'working-day')),
  stands_for {int} CHECK (stands_for BETWEEN 1 AND 7),
  name {json} NOT NULL,
  CHECK ((kind = 'working-day') = (stands_for IS NOT NULL))
) {strict};

ALTER TABLE working_hours ADD COLUMN holidays TEXT NOT NULL DEFAULT 'ignore' CHECK (holidays IN ('observe', 'ignore'));
