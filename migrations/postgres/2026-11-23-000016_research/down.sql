DROP TABLE reports;
DROP TABLE notes;
DROP TABLE sources;
DROP TABLE plans;
