-- A gallery: each has a schema of its own, and nothing here names it. See docs/postgres.md.

CREATE TABLE gallery (
	is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
	-- another one whenever a gallery is pushed: what was read of one says nothing about the next
	generation uuid NOT NULL DEFAULT gen_random_uuid(),
	-- rises with each change; rows that came or changed with it bear it
	version bigint NOT NULL DEFAULT 0,
	name text NOT NULL,
	settings json NOT NULL,
	pipeline_version text NOT NULL,
	dimension integer NOT NULL CHECK (dimension > 0),
	-- what the score's numbers mean, see src/gallery/matching/measured-scale.ts
	scale json NOT NULL,
	-- digest of what is being pushed, until all of it is there
	loading text
);

CREATE TABLE people (
	id integer PRIMARY KEY,
	name text NOT NULL,
	collections text[] NOT NULL,
	-- what else is known: article, Wikidata id, names, fame; json and not jsonb, as it comes back as it went
	facts json NOT NULL,
	-- mean of the person's embeddings at unit length
	template vector NOT NULL,
	version bigint NOT NULL DEFAULT 0
);
CREATE INDEX people_version ON people (version);

CREATE TABLE photos (
	id integer PRIMARY KEY,
	person integer NOT NULL REFERENCES people,
	-- the photo's file as the list named it
	source text NOT NULL,
	picture text,
	-- whose work it is, see src/gallery/credit.ts
	credit json,
	-- box and landmarks, see src/gallery/photo-codec.ts
	geometry bytea NOT NULL,
	version bigint NOT NULL DEFAULT 0
);
CREATE INDEX photos_person ON photos (person);
CREATE INDEX photos_source ON photos (source);
CREATE INDEX photos_version ON photos (version);

-- apart from the photos: what a search reads lies close together
CREATE TABLE embeddings (
	photo integer PRIMARY KEY REFERENCES photos ON DELETE CASCADE,
	person integer NOT NULL,
	-- float32, unit length; its dimension is the gallery's, and so is that of the index, which `gallery push` makes
	embedding vector NOT NULL
);
CREATE INDEX embeddings_person ON embeddings (person);

-- what went with which version
CREATE TABLE removals (
	version bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('person', 'photo')),
	id integer NOT NULL,
	PRIMARY KEY (version, kind, id)
);

-- how many of the nearest people a search with this much effort finds, measured on this very table
CREATE TABLE calibration (
	ef_search integer PRIMARY KEY,
	recall real NOT NULL CHECK (recall BETWEEN 0 AND 1),
	num_queries integer NOT NULL
);

-- who must not come back; columns as in data/deny.csv, so that who was removed is named nowhere
CREATE TABLE denied (
	name text,
	wikipedia text,
	wikidata text,
	fingerprint text,
	photo text,
	reason text NOT NULL,
	CHECK (coalesce(name, wikipedia, wikidata, fingerprint, photo) IS NOT NULL)
);

-- who changed what
CREATE TABLE audit (
	version bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT now(),
	role text NOT NULL DEFAULT current_user,
	operation text NOT NULL,
	details json NOT NULL
);

-- for whoever asks with SQL
CREATE VIEW credits AS
SELECT
	photos.id AS photo,
	people.name AS person,
	credit ->> 'author' AS author,
	credit ->> 'licence' AS licence,
	credit ->> 'licenceUrl' AS licence_url,
	credit ->> 'page' AS page
FROM photos JOIN people ON people.id = photos.person
WHERE credit IS NOT NULL;
