
-- Nobody handles a complaint against himself.
CREATE VIEW case_conflict AS
  SELECT case_file.id AS case_id FROM case_file JOIN case_party ON case_party.case_id = case_file.id
  WHERE case_party.role = 'respondent' AND case_party.removed IS NULL AND (
    case_party.organisation_id = case_file.organisation_id
    OR case_party.person_id = case_file.assignee_id
    OR (case_party.community_office AND case_file.office = 'community')
    OR EXISTS (SELECT 1 FROM role WHERE role.person_id = case_file.assignee_id AND role.revoked IS NULL
      AND (role.expires IS NULL OR role.expires > case_file.changed)
      AND role.organisation_id = case_party.organisation_id));
CREATE TRIGGER case_party_insert AFTER INSERT ON case_party WHEN NEW.role = 'respondent' BEGIN
  SELECT RAISE(ABORT, 'case_handled_by_its_respondent') FROM case_conflict WHERE case_id = NEW.case_id;
END;
CREATE TRIGGER case_party_update AFTER UPDATE ON case_party WHEN NEW.role = 'respondent' AND NEW.removed IS NULL BEGIN
  SELECT RAISE(ABORT, 'case_handled_by_its_respondent') FROM case_conflict WHERE case_id = NEW.case_id;
END;
CREATE TRIGGER case_file_handled AFTER UPDATE OF office, organisation_id, assignee_id ON case_file
WHEN NEW.office <> OLD.office OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.assignee_id IS NOT OLD.assignee_id
BEGIN
  SELECT RAISE(ABORT, 'case_handled_by_its_respondent') FROM case_conflict WHERE case_id = NEW.id;
END;

-- No parent ends before its sub-cases, and no sub-case lives under a parent that has ended.
CREATE TRIGGER case_file_end AFTER UPDATE OF state ON case_file WHEN NEW.state IN ('closed', 'cancelled') BEGIN
  SELECT RAISE(ABORT, 'case_with_open_sub_cases') FROM case_file
  WHERE live AND (parent_id = NEW.id OR parent_id IN (SELECT id FROM case_file WHERE merged_into = NEW.id));
END;
CREATE TRIGGER case_file_insert AFTER INSERT ON case_file WHEN NEW.parent_id IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'case_under_an_ended_parent') FROM case_file
  WHERE id = NEW.parent_id AND (NOT live OR depth + 1 <> NEW.depth OR community_id <> NEW.community_id);
END;
CREATE TRIGGER case_file_revive AFTER UPDATE OF state ON case_file WHEN NEW.live AND NOT OLD.live AND NEW.parent_id IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'case_under_an_ended_parent') FROM case_file
  WHERE id = NEW.parent_id AND state IN ('closed', 'cancelled');
END;
