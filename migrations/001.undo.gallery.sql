DROP VIEW credits;
DROP TABLE audit, denied, calibration, removals, embeddings, photos, people, gallery;
