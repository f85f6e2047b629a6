//! The values of a [`Statement`](super::statement::Statement): a struct whose fields are the columns of the row named
//! `input`. Name, type and value of a column stand together, so that none can be matched with another's by its place.

use diesel::pg::Pg;
use diesel::query_builder::QueryFragment;

/// A row of values for a statement. Made by `input!`, never by hand.
pub trait Input: QueryFragment<Pg> {
    /// Calls `each` with the name of every column, in the order of the values.
    fn names(each: &mut dyn FnMut(&'static str));

    /// Returns the names, comma separated.
    #[must_use]
    fn columns() -> String {
        let mut names = Vec::new();
        Self::names(&mut |name| names.push(name));
        names.join(", ")
    }
}

/// Defines the values of a statement: `name: RustType as SqlType` for a column, `name: OtherInput<'a>` for the columns
/// of another such struct.
macro_rules! input {
    (@name $each:ident $field:ident $type:ty as $sql:ty) => { $each(stringify!($field)) };
    (@name $each:ident $field:ident $type:ty) => { <$type as $crate::db::input::Input>::names($each) };
    (@bind $out:ident $value:expr, $type:ty as $sql:ty) => { $out.push_bind_param::<$sql, $type>($value)? };
    (@bind $out:ident $value:expr, $type:ty) => {
        diesel::query_builder::QueryFragment::<diesel::pg::Pg>::walk_ast($value, $out.reborrow())?
    };
    ($(#[$doc:meta])* $vis:vis struct $name:ident $(<$life:lifetime>)? {
        $($(#[$about:meta])* $field:ident: $type:ty $(as $sql:ty)?,)*
    }) => {
        $(#[$doc])*
        $vis struct $name $(<$life>)? { $($(#[$about])* pub(crate) $field: $type,)* }

        impl $(<$life>)? $crate::db::input::Input for $name $(<$life>)? {
            fn names(each: &mut dyn FnMut(&'static str)) {
                $($crate::db::input::input!(@name each $field $type $(as $sql)?);)*
            }
        }

        impl $(<$life>)? diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name $(<$life>)? {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                let mut is_first = true;
                $(
                    if !std::mem::take(&mut is_first) {
                        out.push_sql(", ");
                    }
                    $crate::db::input::input!(@bind out &self.$field, $type $(as $sql)?);
                )*
                Ok(())
            }
        }
    };
}

pub(crate) use input;

#[cfg(test)]
mod tests {
    use diesel::debug_query;
    use diesel::sql_types::{Bool, Integer, Nullable, Text};

    use super::*;
    use crate::db::statement::Statement;

    input! {
        struct Inner<'a> {
            text: &'a str as Text,
            maybe: Option<i32> as Nullable<Integer>,
        }
    }

    input! {
        struct Outer<'a> {
            first: i32 as Integer,
            inner: Inner<'a>,
            last: bool as Bool,
        }
    }

    #[test]
    fn each_value_stands_under_its_name() {
        let inner = Inner { text: "x", maybe: None };
        let statement =
            Statement::<_, Bool>::new(Outer { first: 1, inner, last: true }, "SELECT last FROM input");
        assert_eq!(Outer::columns(), "first, text, maybe, last");
        let expected =
            "WITH input (first, text, maybe, last) AS (VALUES ($1, $2, $3, $4)) SELECT last FROM input";
        let shown = debug_query::<Pg, _>(&statement).to_string();
        assert_eq!(shown, format!("{expected} -- binds: [1, \"x\", None, true]"));
    }
}
