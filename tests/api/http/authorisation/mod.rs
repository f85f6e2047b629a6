//! The authorisation matrix: every operation of the contract, and who may call it.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `table` | who may call which operation; a new operation needs a row there |
//! | `world` | the resources of the table |

mod table;
mod world;

use serde_json::{Value, json};

use self::table::{Row, TABLE, Who, Whose};
use super::operations::{Operation, contract, operations};

const HERE: &str = "tests/api/http/authorisation/table.rs";

/// Each row, with its operation, in the order of the table.
fn rows() -> Vec<(Operation, &'static Row)> {
    let mut operations = operations(&contract());
    let operation_of = |row: &'static Row| {
        let at = operations.iter().position(|operation| operation.id() == row.id);
        let at = at.unwrap_or_else(|| panic!("{} is no operation: take its row out of {HERE}", row.id));
        (operations.swap_remove(at), row)
    };
    TABLE.iter().map(operation_of).collect()
}

/// What the contract says of whom an operation is for.
fn security(who: Who) -> Value {
    match who {
        Who::Everybody => json!([{}]),
        Who::EverybodyOrHolders => json!([{}, {"bearer": []}]),
        Who::Holders | Who::Citizens => Value::Null,
        Who::Officers => json!([{"bearer": ["officer"]}]),
    }
}

#[test]
fn every_operation_has_a_row_that_says_what_the_contract_says() {
    for (operation, row) in rows() {
        assert_eq!(operation.value["security"], security(row.who), "{}: see {HERE}", row.id);
        let names_one = operation.path.contains("{id}");
        assert_eq!(row.whose != Whose::Nobodys, names_one, "{}: whose is its {{id}}? See {HERE}", row.id);
        let codes = operation.value["responses"].as_object().unwrap();
        assert!(row.proof.is_none() || codes.contains_key("403"), "{} does not tell of 403", row.id);
    }
    for operation in operations(&contract()) {
        let known = TABLE.iter().any(|row| row.id == operation.id());
        assert!(known, "`{}` has no row in {HERE}: say there who may call it", operation.id());
    }
}
