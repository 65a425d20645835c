
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE appointment ADD CONSTRAINT no_double_booking
  EXCLUDE USING gist (calendar_id WITH =, int8range(starts, ends) WITH &&) WHERE (state <> 'cancelled');
