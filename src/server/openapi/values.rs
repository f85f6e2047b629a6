//! The types that are parsed (`text::input`), written out wherever a field or parameter has one: readers see the
//! constraints and the rules at the field.

use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, OneOf, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr};

use super::operations;

/// Writes the types out, and removes them from the named schemas.
pub(super) fn write_out(contract: &mut OpenApi) {
    let Some(components) = &mut contract.components else { return };
    // A type that is parsed bears its name in Rust; those of the contract have no colons.
    let all = std::mem::take(&mut components.schemas);
    let (values, mut named): (Vec<_>, Vec<_>) = all.into_iter().partition(|(name, _)| name.contains("::"));
    named.iter_mut().for_each(|(_, schema)| fill(schema, &values));
    components.schemas = named.into_iter().collect();
    for operation in operations(&mut contract.paths) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter {
                parameter.schema.iter_mut().for_each(|schema| fill(schema, &values));
            }
        }
    }
}

/// Calls a function with each schema of a value inside a schema, in any depth.
pub(super) fn for_each(schema: &mut RefOr<Schema>, visit: &mut dyn FnMut(&mut RefOr<Schema>)) {
    visit(schema);
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            object.properties.values_mut().for_each(|property| for_each(property, visit));
            if let Some(AdditionalProperties::RefOr(other)) = object.additional_properties.as_deref_mut() {
                for_each(other, visit);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                for_each(items, visit);
            }
        }
        Schema::OneOf(one_of) => one_of.items.iter_mut().for_each(|item| for_each(item, visit)),
        Schema::AllOf(all_of) => all_of.items.iter_mut().for_each(|item| for_each(item, visit)),
        Schema::AnyOf(any_of) => any_of.items.iter_mut().for_each(|item| for_each(item, visit)),
        _ => {}
    }
}

fn fill(schema: &mut RefOr<Schema>, values: &[(String, RefOr<Schema>)]) {
    for_each(schema, &mut |schema| {
        if let RefOr::T(Schema::OneOf(one_of)) = schema {
            one_of.items.iter_mut().for_each(|item| resolve(item, values));
            if let Some(value) = nullable(one_of) {
                *schema = value.into();
            }
        } else {
            resolve(schema, values);
        }
    });
}

/// Replaces a reference to a type that is parsed by its schema, described as the field describes it.
fn resolve(schema: &mut RefOr<Schema>, values: &[(String, RefOr<Schema>)]) {
    let RefOr::Ref(reference) = schema else { return };
    let name = reference.ref_location.strip_prefix("#/components/schemas/").unwrap_or_default();
    let Some((_, RefOr::T(Schema::Object(value)))) = values.iter().find(|(known, _)| known == name) else {
        return;
    };
    let mut value = value.clone();
    if !reference.description.is_empty() {
        value.description = Some(reference.description.clone());
    }
    *schema = value.into();
}

/// Returns "one of this value and null" as one schema.
fn nullable(one_of: &OneOf) -> Option<Object> {
    let [RefOr::T(Schema::Object(value)), RefOr::T(Schema::Object(null))] = one_of.items.as_slice() else {
        return None;
    };
    let (SchemaType::Type(kind), SchemaType::Type(Type::Null)) = (&value.schema_type, &null.schema_type)
    else {
        return None;
    };
    value.extensions.as_ref()?;
    let mut value = value.clone();
    value.schema_type = SchemaType::Array(vec![kind.clone(), Type::Null]);
    // Null is one of the values.
    if let Some(values) = &mut value.enum_values {
        values.push(serde_json::Value::Null);
    }
    value.description = one_of.description.clone().or(value.description);
    Some(value)
}
