
CREATE VIEW weekday_bit AS
  SELECT 1 AS bit UNION ALL SELECT 2 UNION ALL SELECT 4 UNION ALL SELECT 8 UNION ALL SELECT 16 UNION ALL SELECT 32 UNION ALL SELECT 64;

CREATE TRIGGER course_insert AFTER INSERT ON course BEGIN
  INSERT INTO course_load (course_id, taken) VALUES (NEW.id, 0);
END;

-- On no weekday of no day more than there are places: the capacity, and no more than the staff can look after. Only there
-- where a place begins can there be more than before.
CREATE TRIGGER enrolment_insert BEFORE INSERT ON enrolment WHEN NEW.state IN ('offered', 'enrolled') BEGIN
  SELECT RAISE(ABORT, 'course_places') FROM weekday_bit, (
    SELECT NEW.from_day AS day UNION
    SELECT from_day FROM enrolment WHERE course_id = NEW.course_id AND state IN ('offered', 'enrolled')
      AND from_day > NEW.from_day AND from_day < NEW.to_day
  ) AS moment WHERE NEW.weekdays & bit <> 0 AND (
    SELECT count(*) FROM enrolment WHERE course_id = NEW.course_id AND state IN ('offered', 'enrolled')
      AND from_day <= moment.day AND to_day > moment.day AND weekdays & bit <> 0
  ) >= (SELECT CASE WHEN ratio * staff < capacity THEN ratio * staff ELSE capacity END FROM course WHERE id = NEW.course_id);
  UPDATE course_load SET taken = taken + 1 WHERE course_id = NEW.course_id;
END;
CREATE TRIGGER enrolment_update BEFORE UPDATE OF course_id, state, from_day, to_day, weekdays ON enrolment
WHEN NEW.state IN ('offered', 'enrolled') BEGIN
  SELECT RAISE(ABORT, 'course_places') FROM weekday_bit, (
    SELECT NEW.from_day AS day UNION
    SELECT from_day FROM enrolment WHERE course_id = NEW.course_id AND state IN ('offered', 'enrolled') AND id <> NEW.id
      AND from_day > NEW.from_day AND from_day < NEW.to_day
  ) AS moment WHERE NEW.weekdays & bit <> 0 AND (
    SELECT count(*) FROM enrolment WHERE course_id = NEW.course_id AND state IN ('offered', 'enrolled') AND id <> NEW.id
      AND from_day <= moment.day AND to_day > moment.day AND weekdays & bit <> 0
  ) >= (SELECT CASE WHEN ratio * staff < capacity THEN ratio * staff ELSE capacity END FROM course WHERE id = NEW.course_id);
END;
CREATE TRIGGER enrolment_taken_update AFTER UPDATE OF course_id, state ON enrolment BEGIN
  UPDATE course_load SET taken = taken - 1 WHERE course_id = OLD.course_id AND OLD.state IN ('offered', 'enrolled');
  UPDATE course_load SET taken = taken + 1 WHERE course_id = NEW.course_id AND NEW.state IN ('offered', 'enrolled');
END;
CREATE TRIGGER enrolment_delete AFTER DELETE ON enrolment WHEN OLD.state IN ('offered', 'enrolled') BEGIN
  UPDATE course_load SET taken = taken - 1 WHERE course_id = OLD.course_id;
END;

-- Capacity, ratio and staff shrink only as far as places are free.
CREATE TRIGGER course_places BEFORE UPDATE OF capacity, ratio, staff ON course BEGIN
  SELECT RAISE(ABORT, 'course_places') FROM weekday_bit, (
    SELECT DISTINCT from_day AS day FROM enrolment WHERE course_id = NEW.id AND state IN ('offered', 'enrolled')
  ) AS moment WHERE (
    SELECT count(*) FROM enrolment WHERE course_id = NEW.id AND state IN ('offered', 'enrolled')
      AND from_day <= moment.day AND to_day > moment.day AND weekdays & bit <> 0
  ) > (CASE WHEN NEW.ratio * NEW.staff < NEW.capacity THEN NEW.ratio * NEW.staff ELSE NEW.capacity END);
END;
CREATE TRIGGER course_staff_insert AFTER INSERT ON course_staff BEGIN
  UPDATE course SET staff = staff + 1 WHERE id = NEW.course_id;
END;
CREATE TRIGGER course_staff_delete AFTER DELETE ON course_staff BEGIN
  UPDATE course SET staff = staff - 1 WHERE id = OLD.course_id;
END;

-- No more are there at once than the session's staff can look after.
CREATE TRIGGER attendance_insert BEFORE INSERT ON attendance WHEN NEW.checked_in IS NOT NULL AND NEW.checked_out IS NULL BEGIN
  SELECT RAISE(ABORT, 'session_ratio') FROM course_session JOIN course ON course.id = course_session.course_id
  WHERE course_session.id = NEW.session_id AND (
    SELECT count(*) FROM attendance WHERE session_id = NEW.session_id AND enrolment_id <> NEW.enrolment_id
      AND checked_in IS NOT NULL AND checked_out IS NULL
  ) >= course.ratio * (SELECT count(*) FROM session_staff WHERE session_id = NEW.session_id);
END;
CREATE TRIGGER attendance_update BEFORE UPDATE ON attendance WHEN NEW.checked_in IS NOT NULL AND NEW.checked_out IS NULL BEGIN
  SELECT RAISE(ABORT, 'session_ratio') FROM course_session JOIN course ON course.id = course_session.course_id
  WHERE course_session.id = NEW.session_id AND (
    SELECT count(*) FROM attendance WHERE session_id = NEW.session_id AND enrolment_id <> NEW.enrolment_id
      AND checked_in IS NOT NULL AND checked_out IS NULL
  ) >= course.ratio * (SELECT count(*) FROM session_staff WHERE session_id = NEW.session_id);
END;
CREATE TRIGGER session_staff_delete BEFORE DELETE ON session_staff BEGIN
  SELECT RAISE(ABORT, 'session_ratio') FROM course_session JOIN course ON course.id = course_session.course_id
  WHERE course_session.id = OLD.session_id AND (
    SELECT count(*) FROM attendance WHERE session_id = OLD.session_id AND checked_in IS NOT NULL AND checked_out IS NULL
  ) > course.ratio * ((SELECT count(*) FROM session_staff WHERE session_id = OLD.session_id) - 1);
END;
