
-- A calendar's capacity is not lowered below what is booked at once.
CREATE TRIGGER calendar_capacity_lowered BEFORE UPDATE OF capacity ON calendar WHEN NEW.capacity < OLD.capacity BEGIN
  SELECT RAISE(ABORT, 'calendar_capacity') WHERE EXISTS (
    SELECT 1 FROM appointment AS probe WHERE probe.calendar_id = NEW.id AND probe.state <> 'cancelled'
      AND probe.ends > NEW.capacity_from AND NEW.capacity < (
        SELECT count(*) FROM appointment AS other WHERE other.calendar_id = NEW.id AND other.state <> 'cancelled'
          AND other.ends > NEW.capacity_from AND other.starts <= probe.starts
          AND other.starts > probe.starts - 2678400000000 AND other.ends > probe.starts));
END;

-- The load is written after the row: an insert that finds a live enrolment and does nothing must not be counted.
DROP TRIGGER enrolment_insert;
CREATE TRIGGER enrolment_insert AFTER INSERT ON enrolment WHEN NEW.state IN ('offered', 'enrolled') BEGIN
  SELECT RAISE(ABORT, 'course_places') FROM weekday_bit, (
    SELECT NEW.from_day AS day UNION
    SELECT from_day FROM enrolment WHERE course_id = NEW.course_id AND state IN ('offered', 'enrolled') AND id <> NEW.id
      AND from_day > NEW.from_day AND from_day < NEW.to_day
  ) AS moment WHERE NEW.weekdays & bit <> 0 AND (
    SELECT count(*) FROM enrolment WHERE course_id = NEW.course_id AND state IN ('offered', 'enrolled') AND id <> NEW.id
      AND from_day <= moment.day AND to_day > moment.day AND weekdays & bit <> 0
  ) >= (SELECT CASE WHEN ratio * staff < capacity THEN ratio * staff ELSE capacity END FROM course WHERE id = NEW.course_id);
  UPDATE course_load SET taken = taken + 1 WHERE course_id = NEW.course_id;
END;
