-- Each search asks when the version was made that it knows: also where a gallery was changed a hundred thousand times.
CREATE INDEX audit_version ON audit (version);
