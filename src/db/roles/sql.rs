//! The statements that make the database's rights those of the table.

use std::fmt::Write;

use super::DbRole;
use super::rights::Line;
use super::table::TABLES;

/// The schemas of the tables.
const SCHEMAS: &str = "public, registry, sandbox";

/// Builds the whole script for these roles: makes each that is missing, revokes everything from all, and grants what the table says.
/// Run in one transaction, it never leaves a node without its rights.
#[must_use]
pub fn statements(roles: &[DbRole]) -> String {
    let create: String = roles.iter().map(|role| create(*role)).collect();
    format!("{create}{}{}{}", of_server(roles), of_database(roles), of_tables(roles))
}

/// Makes a role, unless it is there. Without a password nobody logs in by one.
pub(super) fn create(role: DbRole) -> String {
    let name = role.name();
    format!(
        "DO $$ BEGIN\n    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name} LOGIN; END IF;\n\
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;\nEND $$;\n"
    )
}

/// What the owner of the server's own functions decides, a superuser: who may make large objects, which belong to no table. For
/// anybody else it does nothing.
pub(super) fn of_server(roles: &[DbRole]) -> String {
    let names = names(roles);
    format!(
        "DO $$ DECLARE made regprocedure; BEGIN\n    FOR made IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace\n        \
         AND proname ~ '^lo(_|read$|write$)' AND pg_has_role(proowner, 'USAGE')\n    \
         LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC, {names}', made); END LOOP;\nEND $$;\n"
    )
}

/// What the owner of the database decides: who may make anything in it.
pub(super) fn of_database(roles: &[DbRole]) -> String {
    let names = names(roles);
    format!(
        "DO $$ BEGIN\n    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, {names}', current_database());\n    \
         EXECUTE format('GRANT CONNECT ON DATABASE %I TO {names}', current_database());\nEND $$;\n\
         REVOKE CREATE ON SCHEMA public FROM PUBLIC, {names};\nGRANT USAGE ON SCHEMA public TO {names};\n"
    )
}

/// What the owner of the tables decides.
pub(super) fn of_tables(roles: &[DbRole]) -> String {
    let names = names(roles);
    let mut script = format!(
        "REVOKE ALL ON SCHEMA registry, sandbox FROM PUBLIC, {names};\nGRANT USAGE ON SCHEMA registry, sandbox TO {names};\n{}",
        revoke_all(&names)
    );
    for line in TABLES {
        script.push_str(&grants(line, roles));
    }
    script
}

/// Revokes every right on every table of the owner, known here or not.
fn revoke_all(names: &str) -> String {
    let schemas = SCHEMAS.split(", ").map(|schema| format!("'{schema}'")).collect::<Vec<_>>().join(", ");
    format!(
        "DO $$ DECLARE relation regclass; BEGIN\n    FOR relation IN SELECT c.oid FROM pg_class c\n        \
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace::regnamespace::text IN ({schemas})\n            \
         AND c.relowner = (SELECT relowner FROM pg_class WHERE oid = 'certificates'::regclass)\n    \
         LOOP EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, {names}', relation); END LOOP;\nEND $$;\n"
    )
}

/// Grants what a line says.
pub(super) fn grants(line: &Line, roles: &[DbRole]) -> String {
    let mut script = String::new();
    for role in roles {
        let privileges = line.of(*role).privileges();
        if !privileges.is_empty() {
            let _ = writeln!(script, "GRANT {privileges} ON {} TO {};", line.table, role.name());
        }
    }
    script
}

fn names(roles: &[DbRole]) -> String {
    roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rights_of_a_line_are_granted_and_no_others() {
        let line = TABLES.iter().find(|line| line.table == "certificate_checks").unwrap();
        assert_eq!(
            grants(line, &DbRole::ALL),
            "GRANT SELECT, INSERT ON certificate_checks TO cazier_serve;\n\
             GRANT SELECT ON certificate_checks TO cazier_worker;\n\
             GRANT INSERT ON certificate_checks TO cazier_verify;\n\
             GRANT SELECT (at) ON certificate_checks TO cazier_operator;\n"
        );
        let script = statements(&DbRole::ALL);
        assert!(!script.contains("ALL PRIVILEGES") && !script.contains("GRANT ALL"), "{script}");
        assert!(!script.contains("TRUNCATE") && !script.contains("TRIGGER"), "{script}");
    }
}
