//! Requests that have several forms (`text::forms`), written out: each form as a schema, and the request as one of them.
//!
//! Each form has all its fields, and no others: requests take no unknown fields, so a body is of one form at most. `oneOf`
//! beside common fields would be shorter, but generators of clients then lose the fields or the choice; fields of other
//! forms that must be null are a type that some cannot write.

use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{
    Discriminator, Object, ObjectBuilder, OneOf, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{OpenApi, Ref, RefOr};

use super::operations;
use crate::text::forms::FORMS;

/// A form, as an operation declares it.
#[derive(Deserialize)]
struct Declared {
    name: String,
    told: String,
    example: String,
    tag: Option<(String, String)>,
    needs: Vec<String>,
    without: Vec<String>,
}

/// Writes out the forms of all requests. The rules of their fields are known by then.
pub(super) fn write_out(contract: &mut OpenApi) {
    let declared: Vec<_> = operations(&mut contract.paths).filter_map(declared).collect();
    let Some(components) = &mut contract.components else { return };
    for (name, forms) in declared {
        let Some(RefOr::T(Schema::Object(request))) = components.schemas.get(&name).cloned() else {
            continue;
        };
        for form in &forms {
            components.schemas.insert(format!("{name}{}", form.name), form.of(&request).into());
        }
        let choice = choice(&name, &request, &forms);
        components.schemas.insert(name, RefOr::T(Schema::OneOf(choice)));
    }
    drop_unused_tags(contract);
}

/// Takes the forms that an operation declares, with the name of its request's schema.
fn declared(operation: &mut Operation) -> Option<(String, Vec<Declared>)> {
    let forms = operation.extensions.as_mut()?.remove(FORMS)?;
    let Some(RefOr::T(body)) = &operation.request_body else { return None };
    let RefOr::T(content) = body.content.get("application/json")? else { return None };
    let Some(RefOr::Ref(request)) = &content.schema else { return None };
    let name = request.ref_location.strip_prefix("#/components/schemas/")?;
    Some((name.to_owned(), Vec::deserialize(forms).ok()?))
}

/// Returns the choice between the forms of a request.
fn choice(request: &str, whole: &Object, forms: &[Declared]) -> OneOf {
    let location = |form: &Declared| Ref::from_schema_name(format!("{request}{}", form.name)).ref_location;
    let mut choice =
        forms.iter().fold(OneOfBuilder::new(), |choice, form| choice.item(Ref::new(location(form))));
    choice = choice.description(whole.description.clone());
    let tagged = forms.iter().filter_map(|form| Some((form.tag.as_ref()?, location(form))));
    let mapping: Vec<_> =
        tagged.map(|((field, value), location)| (field, (value.clone(), location))).collect();
    // Where one form is of any other value, the field does not name every form.
    let tag = mapping.first().filter(|_| mapping.len() == forms.len()).map(|(field, _)| (*field).clone());
    let mapping = mapping.into_iter().map(|(_, mapped)| mapped);
    choice.discriminator(tag.map(|tag| Discriminator::with_mapping(tag, mapping))).build()
}

impl Declared {
    fn example(&self) -> Option<Value> {
        serde_json::from_str(&self.example).ok()
    }

    /// Returns the schema of this form of the whole request.
    fn of(&self, whole: &Object) -> Object {
        let mut form = whole.clone();
        form.description = Some(self.told.clone());
        form.example = self.example();
        form.properties.retain(|name, _| !self.without.contains(name));
        for (name, property) in &mut form.properties {
            if self.needs.contains(name) {
                form.required.push(name.clone());
                needed(property);
            } else if let Some((_, value)) = self.tag.as_ref().filter(|(tag, _)| tag == name) {
                *property = fixed(value, property).into();
            }
        }
        form
    }
}

/// Takes null from the values of a field.
fn needed(property: &mut RefOr<Schema>) {
    match property {
        RefOr::T(Schema::Object(object)) => drop_null(&mut object.schema_type),
        RefOr::T(Schema::Array(array)) => drop_null(&mut array.schema_type),
        RefOr::T(Schema::OneOf(one_of)) => {
            if let Some(RefOr::Ref(reference)) =
                one_of.items.iter().find(|item| matches!(item, RefOr::Ref(_)))
            {
                *property = reference.clone().into();
            }
        }
        _ => {}
    }
}

fn drop_null(kinds: &mut SchemaType) {
    if let SchemaType::Array(all) = kinds {
        all.retain(|kind| *kind != Type::Null);
        if let [only] = all.as_slice() {
            *kinds = SchemaType::Type(only.clone());
        }
    }
}

/// Returns the field that tells the form, which has this value alone.
fn fixed(value: &str, property: &RefOr<Schema>) -> Object {
    let told = match property {
        RefOr::Ref(reference) => Some(reference.description.clone()),
        RefOr::T(Schema::Object(object)) => object.description.clone(),
        RefOr::T(_) => None,
    };
    let kind = SchemaType::Type(Type::String);
    ObjectBuilder::new().schema_type(kind).enum_values(Some([value])).description(told).build()
}

/// Removes the schemas that only the fields that tell forms had: enums that nothing refers to any more.
fn drop_unused_tags(contract: &mut OpenApi) {
    let text = contract.to_json().unwrap_or_default();
    let Some(components) = &mut contract.components else { return };
    components.schemas.retain(|name, schema| {
        let is_enum = matches!(schema, RefOr::T(Schema::Object(object)) if object.enum_values.is_some());
        !is_enum || text.contains(&format!("\"#/components/schemas/{name}\""))
    });
}
