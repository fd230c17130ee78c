#!/bin/sh
# Run once by the database's image: the role with which the web server reads, and nothing else (docs/postgres.md).
set -eu
psql -v ON_ERROR_STOP=1 -v password="$WEB_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE EXTENSION IF NOT EXISTS vector;
CREATE ROLE faces_web LOGIN PASSWORD :'password';
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO faces_web;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO faces_web;
SQL
