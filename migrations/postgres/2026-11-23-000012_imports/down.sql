DROP TABLE search_backlog;
DROP TABLE imports;
