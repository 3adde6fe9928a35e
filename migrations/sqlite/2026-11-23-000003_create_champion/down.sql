DROP TABLE champion;
