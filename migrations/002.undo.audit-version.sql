DROP INDEX audit_version;
