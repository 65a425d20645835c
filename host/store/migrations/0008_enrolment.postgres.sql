
CREATE VIEW weekday_bit AS SELECT bit FROM (VALUES (1), (2), (4), (8), (16), (32), (64)) AS bits (bit);

CREATE FUNCTION course_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO course_load (course_id, taken) VALUES (NEW.id, 0);
  RETURN NULL;
END $$;
CREATE TRIGGER course_insert AFTER INSERT ON course FOR EACH ROW EXECUTE FUNCTION course_insert();

-- On no weekday of no day more than there are places: the capacity, and no more than the staff can look after. Only there
-- where a place begins can there be more than before. Racers write the course's load first: of two that cannot see each
-- other, one waits or fails.
CREATE FUNCTION enrolment_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  took BOOLEAN := TG_OP <> 'INSERT' AND OLD.state IN ('offered', 'enrolled');
  takes BOOLEAN := TG_OP <> 'DELETE' AND NEW.state IN ('offered', 'enrolled');
BEGIN
  IF took THEN
    UPDATE course_load SET taken = taken - 1 WHERE course_id = OLD.course_id;
  END IF;
  IF takes THEN
    UPDATE course_load SET taken = taken + 1 WHERE course_id = NEW.course_id;
    IF EXISTS (
      SELECT 1 FROM weekday_bit, (
        SELECT NEW.from_day AS day UNION
        SELECT from_day FROM enrolment WHERE course_id = NEW.course_id AND state IN ('offered', 'enrolled') AND id <> NEW.id
          AND from_day > NEW.from_day AND from_day < NEW.to_day
      ) AS moment WHERE NEW.weekdays & bit <> 0 AND (
        SELECT count(*) FROM enrolment WHERE course_id = NEW.course_id AND state IN ('offered', 'enrolled') AND id <> NEW.id
          AND from_day <= moment.day AND to_day > moment.day AND weekdays & bit <> 0
      ) >= (SELECT least(capacity, ratio * staff) FROM course WHERE id = NEW.course_id)
    ) THEN
      RAISE EXCEPTION 'the course has no place' USING ERRCODE = 'check_violation', CONSTRAINT = 'course_places';
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER enrolment_places BEFORE INSERT OR DELETE OR UPDATE OF course_id, state, from_day, to_day, weekdays ON enrolment
  FOR EACH ROW EXECUTE FUNCTION enrolment_places();

-- Capacity, ratio and staff shrink only as far as places are free.
CREATE FUNCTION course_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE course_load SET taken = taken WHERE course_id = NEW.id;
  IF EXISTS (
    SELECT 1 FROM weekday_bit, (
      SELECT DISTINCT from_day AS day FROM enrolment WHERE course_id = NEW.id AND state IN ('offered', 'enrolled')
    ) AS moment WHERE (
      SELECT count(*) FROM enrolment WHERE course_id = NEW.id AND state IN ('offered', 'enrolled')
        AND from_day <= moment.day AND to_day > moment.day AND weekdays & bit <> 0
    ) > least(NEW.capacity, NEW.ratio * NEW.staff)
  ) THEN
    RAISE EXCEPTION 'more places are taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'course_places';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER course_places BEFORE UPDATE OF capacity, ratio, staff ON course FOR EACH ROW EXECUTE FUNCTION course_places();

CREATE FUNCTION course_staff_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    UPDATE course SET staff = staff - 1 WHERE id = OLD.course_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    UPDATE course SET staff = staff + 1 WHERE id = NEW.course_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER course_staff_count AFTER INSERT OR DELETE OR UPDATE ON course_staff
  FOR EACH ROW EXECUTE FUNCTION course_staff_count();

-- No more are there at once than the session's staff can look after. Both who comes and who leaves the staff lock the session.
CREATE FUNCTION session_ratio() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  session UUID;
  there BIGINT;
BEGIN
  IF TG_TABLE_NAME = 'attendance' THEN
    IF NEW.checked_in IS NULL OR NEW.checked_out IS NOT NULL THEN
      RETURN NULL;
    END IF;
    session := NEW.session_id;
  ELSE
    session := OLD.session_id;
  END IF;
  UPDATE course_session SET note = note WHERE id = session;
  SELECT count(*) INTO there FROM attendance
    WHERE session_id = session AND checked_in IS NOT NULL AND checked_out IS NULL;
  IF there > (
    SELECT course.ratio * (SELECT count(*) FROM session_staff WHERE session_id = session)
    FROM course_session JOIN course ON course.id = course_session.course_id WHERE course_session.id = session
  ) THEN
    RAISE EXCEPTION 'the staff of the session can look after no more' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'session_ratio';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER attendance_ratio AFTER INSERT OR UPDATE ON attendance FOR EACH ROW EXECUTE FUNCTION session_ratio();
CREATE TRIGGER session_staff_ratio AFTER DELETE ON session_staff FOR EACH ROW EXECUTE FUNCTION session_ratio();
