-- A column that comes later, and one that goes.
ALTER TABLE visit ADD COLUMN page @text;  --: none
ALTER TABLE visit RENAME COLUMN note TO remark;
