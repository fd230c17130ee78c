-- What each of the servers holds over which shard.sql spreads the embeddings; the index is as nearest-index.ts makes it.
CREATE TABLE embeddings (photo integer PRIMARY KEY, person integer NOT NULL, embedding vector NOT NULL);
CREATE INDEX embeddings_person ON embeddings (person);
CREATE INDEX embeddings_nearest ON embeddings
	USING hnsw ((embedding::halfvec({{DIMENSION}})) halfvec_cosine_ops) WITH (m = 16, ef_construction = 64);
