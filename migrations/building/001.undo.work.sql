DROP TABLE work, list;
