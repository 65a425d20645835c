
-- Nobody handles a complaint against himself.
CREATE FUNCTION refuse_case(rule TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', rule USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

CREATE FUNCTION check_case_conflict(checked UUID) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM case_file JOIN case_party ON case_party.case_id = case_file.id
    WHERE case_file.id = checked AND case_party.role = 'respondent' AND case_party.removed IS NULL AND (
      case_party.organisation_id = case_file.organisation_id
      OR case_party.person_id = case_file.assignee_id
      OR (case_party.community_office AND case_file.office = 'community')
      OR EXISTS (SELECT 1 FROM role WHERE role.person_id = case_file.assignee_id AND role.revoked IS NULL
      AND (role.expires IS NULL OR role.expires > case_file.changed)
        AND role.organisation_id = case_party.organisation_id))
  ) THEN
    PERFORM refuse_case('case_handled_by_its_respondent');
  END IF;
END $$;

CREATE FUNCTION check_case_party() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.role = 'respondent' AND NEW.removed IS NULL THEN
    PERFORM check_case_conflict(NEW.case_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER case_party_checked AFTER INSERT OR UPDATE ON case_party FOR EACH ROW EXECUTE FUNCTION check_case_party();

-- No parent ends before its sub-cases, and no sub-case lives under a parent that has ended.
CREATE FUNCTION check_case_file() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.parent_id IS NOT NULL AND EXISTS (SELECT 1 FROM case_file
      WHERE id = NEW.parent_id AND (NOT live OR depth + 1 <> NEW.depth OR community_id <> NEW.community_id)) THEN
      PERFORM refuse_case('case_under_an_ended_parent');
    END IF;
    RETURN NULL;
  END IF;
  IF NEW.office <> OLD.office OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id
    OR NEW.assignee_id IS DISTINCT FROM OLD.assignee_id THEN
    PERFORM check_case_conflict(NEW.id);
  END IF;
  IF NEW.state <> OLD.state AND NEW.state IN ('closed', 'cancelled') AND EXISTS (SELECT 1 FROM case_file
    WHERE live AND (parent_id = NEW.id OR parent_id IN (SELECT id FROM case_file WHERE merged_into = NEW.id))) THEN
    PERFORM refuse_case('case_with_open_sub_cases');
  END IF;
  IF NEW.live AND NOT OLD.live AND NEW.parent_id IS NOT NULL AND EXISTS (SELECT 1 FROM case_file
    WHERE id = NEW.parent_id AND state IN ('closed', 'cancelled')) THEN
    PERFORM refuse_case('case_under_an_ended_parent');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER case_file_checked AFTER INSERT OR UPDATE ON case_file FOR EACH ROW EXECUTE FUNCTION check_case_file();
