-- Spreads the embeddings of the gallery in the search path over two other servers by the hash of their person; people,
-- photos and credits stay. PostgreSQL's own postgres_fdw then asks the servers and merges what they find: the program's
-- statements are the same. {{HOST}} and {{PORT_0}}, {{PORT_1}} are the servers', whose databases have the extension vector
-- and a table of the same columns with its indexes (shard-table.sql). See docs/postgres.md.
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
-- use_remote_estimate lets a person's photos be asked for by the person; extensions lets pgvector's operators go there;
-- what SET LOCAL says does not, so the effort of a search is said here
CREATE SERVER shard_0 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{{HOST}}', port '{{PORT_0}}', dbname 'postgres',
	extensions 'vector', use_remote_estimate 'true', async_capable 'true', fetch_size '{{FETCH}}', batch_size '1000',
	options '-c hnsw.ef_search={{EFFORT}} -c hnsw.iterative_scan=strict_order -c cursor_tuple_fraction=0.001');
CREATE SERVER shard_1 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{{HOST}}', port '{{PORT_1}}', dbname 'postgres',
	extensions 'vector', use_remote_estimate 'true', async_capable 'true', fetch_size '{{FETCH}}', batch_size '1000',
	options '-c hnsw.ef_search={{EFFORT}} -c hnsw.iterative_scan=strict_order -c cursor_tuple_fraction=0.001');
CREATE USER MAPPING FOR CURRENT_USER SERVER shard_0 OPTIONS (user 'postgres');
CREATE USER MAPPING FOR CURRENT_USER SERVER shard_1 OPTIONS (user 'postgres');

ALTER TABLE embeddings RENAME TO embeddings_here;
CREATE TABLE embeddings (photo integer NOT NULL, person integer NOT NULL, embedding vector NOT NULL) PARTITION BY HASH (person);
CREATE FOREIGN TABLE embeddings_0 PARTITION OF embeddings FOR VALUES WITH (MODULUS 2, REMAINDER 0)
	SERVER shard_0 OPTIONS (schema_name 'public', table_name 'embeddings');
CREATE FOREIGN TABLE embeddings_1 PARTITION OF embeddings FOR VALUES WITH (MODULUS 2, REMAINDER 1)
	SERVER shard_1 OPTIONS (schema_name 'public', table_name 'embeddings');
INSERT INTO embeddings SELECT photo, person, embedding FROM embeddings_here;
DROP TABLE embeddings_here;
