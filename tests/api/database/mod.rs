//! The database: faults, conflicts, migrations, several nodes.

mod codes;
mod conflicts;
mod cut;
mod data_keys;
mod faults;
mod groups;
mod index_keys;
mod migrations;
mod nodes;
mod outage;
mod plans;
mod recovery;
mod roles;
mod schema;
mod tls;
