
-- A calendar's capacity is not lowered below what is booked at once. Who books takes the calendar's row FOR SHARE first.
CREATE FUNCTION calendar_capacity_lowered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM appointment AS probe WHERE probe.calendar_id = NEW.id AND probe.state <> 'cancelled'
      AND probe.ends > NEW.capacity_from AND NEW.capacity < (
        SELECT count(*) FROM appointment AS other WHERE other.calendar_id = NEW.id AND other.state <> 'cancelled'
          AND other.ends > NEW.capacity_from AND other.starts <= probe.starts
          AND other.starts > probe.starts - 2678400000000 AND other.ends > probe.starts)
  ) THEN
    RAISE EXCEPTION 'the calendar is booked more often at once' USING ERRCODE = 'check_violation', CONSTRAINT = 'calendar_capacity';
  END IF;
  RETURN NULL;
END $$;
-- After the row was written: whoever booked meanwhile holds it until they are done, and then they are counted.
CREATE TRIGGER calendar_capacity_lowered AFTER UPDATE OF capacity ON calendar FOR EACH ROW
  WHEN (NEW.capacity < OLD.capacity) EXECUTE FUNCTION calendar_capacity_lowered();

-- Two who cannot see each other, one who adds a respondent and one who hands the case to them, both write the case's row:
-- one waits for the other and then sees what it did.
CREATE OR REPLACE FUNCTION check_case_party() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.role = 'respondent' AND NEW.removed IS NULL THEN
    PERFORM 1 FROM case_file WHERE id = NEW.case_id FOR NO KEY UPDATE;
    PERFORM check_case_conflict(NEW.case_id);
  END IF;
  RETURN NULL;
END $$;

-- Likewise one who ends a case and one who opens or revives a part of it.
CREATE FUNCTION lock_case_parent() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.parent_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.state IN ('closed', 'cancelled', 'merged')) THEN
    PERFORM 1 FROM case_file WHERE id = NEW.parent_id FOR SHARE;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER case_file_locks_parent BEFORE INSERT OR UPDATE OF state ON case_file FOR EACH ROW EXECUTE FUNCTION lock_case_parent();

-- The load is written after the row: an insert that finds a live enrolment and does nothing must not be counted.
DROP TRIGGER enrolment_places ON enrolment;
CREATE TRIGGER enrolment_places BEFORE DELETE OR UPDATE OF course_id, state, from_day, to_day, weekdays ON enrolment
  FOR EACH ROW EXECUTE FUNCTION enrolment_places();
CREATE TRIGGER enrolment_places_insert AFTER INSERT ON enrolment FOR EACH ROW EXECUTE FUNCTION enrolment_places();
