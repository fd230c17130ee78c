-- A list of photos that several machines embed together, in a schema of its own that goes when its gallery is made. See
-- docs/postgres.md.

CREATE TABLE list (
	is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
	-- of the photos, of their people and of what embeds them: whoever comes with another list is refused
	digest text NOT NULL,
	-- who makes the gallery once all photos are embedded, and until when nobody else does
	finisher uuid,
	finisher_until timestamptz
);

CREATE TABLE work (
	-- its place in the list
	photo integer PRIMARY KEY,
	source text NOT NULL,
	-- who embeds it, and until when nobody else takes it
	worker uuid,
	taken_until timestamptz,
	-- what became of it, see src/gallery/build-journal.ts
	result json
);
CREATE INDEX work_left ON work (photo) WHERE result IS NULL;
