//! The rules that the values of each operation can break: those of the types of its fields and parameters, those of the
//! form of its input, and those that it declares itself.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayItems, Object, ObjectBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Components, KnownFormat, OpenApi, Ref, RefOr, Required, SchemaFormat};

use super::{operations, values};
use crate::http::problem::FieldError;
use crate::http::violations::{DUPLICATE, MISSING, UNKNOWN, UNKNOWN_VALUE, WRONG_TYPE, WRONG_VALUE};
use crate::text::Rule;
use crate::text::input::RULES;

/// An operation with this member ignores query parameters that it does not know.
const TAKES_UNKNOWN: &str = "x-takes-unknown-parameters";
/// The schema with the codes of all rules.
const RULE_CODE: &str = "RuleCode";

/// A rule, as schemas and operations list it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Listed {
    /// Its stable code.
    pub(crate) code: String,
    /// The requirement in English.
    pub(crate) en: String,
    /// The requirement in Romanian.
    pub(crate) ro: String,
    is_worded: bool,
}

/// All rules of a contract, by their codes.
#[derive(Default)]
pub(super) struct Catalogue(BTreeMap<String, Listed>);

/// The rules of one operation, by the place of the value that breaks one: as in `pointer`, with `*` for the place in a
/// list and for the name of an unknown member.
#[derive(Default)]
pub(super) struct Places(BTreeMap<String, Vec<Listed>>);

impl From<&Rule> for Listed {
    fn from(rule: &Rule) -> Self {
        let Rule { code, en, ro, is_worded } = *rule;
        Self { code: code.to_owned(), en: en.to_owned(), ro: ro.to_owned(), is_worded }
    }
}

impl Catalogue {
    fn add(&mut self, rule: &Listed) {
        let known = self.0.entry(rule.code.clone()).or_insert_with(|| rule.clone());
        if known.is_worded && !rule.is_worded {
            *known = rule.clone();
        }
    }

    /// Returns the rules in the order of their codes.
    pub(super) fn into_rules(self) -> Vec<Listed> {
        self.0.into_values().collect()
    }
}

impl Places {
    /// Finds the rules of an operation, and takes those that it declares.
    pub(super) fn of(operation: &mut Operation, components: &Components) -> Self {
        let mut own = Self::default();
        let takes_unknown = remove(operation, TAKES_UNKNOWN).is_some();
        let declared = remove(operation, RULES).unwrap_or_default();
        let bodies = operation.request_body.iter().filter_map(|body| match body {
            RefOr::T(body) => Some(&body.content),
            RefOr::Ref(_) => None,
        });
        for (media_type, content) in bodies.flatten() {
            let form = if media_type == "application/json" { Form::Json } else { Form::Pairs };
            if let (RefOr::T(content), walk) = (content, &mut Walk { components, form, found: &mut own }) {
                content.schema.iter().for_each(|schema| walk.visit("", schema));
            }
        }
        let walk = &mut Walk { components, form: Form::Pairs, found: &mut own };
        let parameters = operation.parameters.iter().flatten();
        parameters.for_each(|parameter| walk.parameter(parameter, takes_unknown));
        own.declare(&declared);
        own
    }

    /// Adds what an operation declares: pairs of a place and a rule, in lists of any depth.
    fn declare(&mut self, declared: &Value) {
        let Some(items) = declared.as_array() else { return };
        if let [Value::String(place), rule @ Value::Object(_)] = items.as_slice() {
            listed(rule).into_iter().for_each(|rule| self.push(place, rule));
        } else {
            items.iter().for_each(|item| self.declare(item));
        }
    }

    fn push(&mut self, place: &str, rule: Listed) {
        let rules = self.0.entry(place.to_owned()).or_default();
        if rules.iter().all(|known| known.code != rule.code) {
            rules.push(rule);
        }
    }

    fn add(&mut self, place: &str, rules: &[Rule]) {
        rules.iter().for_each(|rule| self.push(place, rule.into()));
    }

    /// Returns whether no value can break a rule.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the rules to the catalogue.
    pub(super) fn tell(&self, catalogue: &mut Catalogue) {
        self.0.values().flatten().for_each(|rule| catalogue.add(rule));
    }

    /// Returns the codes by their places, for programs.
    pub(super) fn codes(&self) -> Value {
        let codes = |rules: &Vec<Listed>| rules.iter().map(|rule| rule.code.clone()).collect::<Vec<_>>();
        json!(self.0.iter().map(|(place, rules)| (place, codes(rules))).collect::<BTreeMap<_, _>>())
    }

    /// Returns the schema of a broken rule of the operation.
    pub(super) fn schema(&self) -> RefOr<Schema> {
        let mut all = Catalogue::default();
        self.tell(&mut all);
        let narrowed = ObjectBuilder::new().property("code", enumerated(&all)).required("code");
        let told = "A rule that a value of this request can break.";
        let any = Ref::from_schema_name(FieldError::name());
        utoipa::openapi::AllOfBuilder::new().item(any).item(narrowed).description(Some(told)).into()
    }
}

/// How an input is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    /// Names and texts: a query, an HTML form.
    Pairs,
}

/// Walks through the schema of an input.
struct Walk<'a> {
    components: &'a Components,
    form: Form,
    found: &'a mut Places,
}

impl Walk<'_> {
    fn parameter(&mut self, parameter: &RefOr<Parameter>, takes_unknown: bool) {
        let RefOr::T(parameter) = parameter else { return };
        let place = match parameter.parameter_in {
            ParameterIn::Query => format!("?{}", parameter.name),
            ParameterIn::Header => parameter.name.clone(),
            _ => return,
        };
        if parameter.parameter_in == ParameterIn::Query {
            self.found.add(&place, &[DUPLICATE]);
            if parameter.required == Required::True {
                self.found.add(&place, &[MISSING]);
            }
            if !takes_unknown {
                self.found.add("?*", &[UNKNOWN, DUPLICATE]);
            }
        }
        parameter.schema.iter().for_each(|schema| self.visit(&place, schema));
    }

    fn visit(&mut self, place: &str, schema: &RefOr<Schema>) {
        let components = self.components;
        let schema = match schema {
            RefOr::T(schema) => Some(schema),
            RefOr::Ref(reference) => named(components, &reference.ref_location),
        };
        match schema {
            Some(Schema::Object(object)) if !object.properties.is_empty() => self.members(place, object),
            Some(Schema::Object(value)) => self.value(place, value),
            Some(Schema::Array(array)) => {
                self.found.add(place, &[WRONG_TYPE]);
                if let ArrayItems::RefOrSchema(items) = &array.items {
                    self.visit(&format!("{place}/*"), items);
                }
            }
            Some(Schema::OneOf(one_of)) => one_of.items.iter().for_each(|item| self.visit(place, item)),
            Some(Schema::AllOf(all_of)) => all_of.items.iter().for_each(|item| self.visit(place, item)),
            _ => {}
        }
    }

    fn members(&mut self, place: &str, object: &Object) {
        if self.form == Form::Json {
            self.found.add(place, &[WRONG_TYPE]);
        }
        if matches!(object.additional_properties.as_deref(), Some(AdditionalProperties::FreeForm(false))) {
            self.found.add(&format!("{place}/*"), &[UNKNOWN, DUPLICATE]);
        }
        for (name, property) in &object.properties {
            let place = format!("{place}/{name}");
            self.found.add(&place, &[DUPLICATE]);
            if object.required.contains(name) {
                self.found.add(&place, &[MISSING]);
            }
            self.visit(&place, property);
        }
    }

    fn value(&mut self, place: &str, value: &Object) {
        if value.schema_type == SchemaType::Type(Type::Null) {
            return;
        }
        let own = value.extensions.as_ref().and_then(|extensions| extensions.get(RULES));
        own.iter().flat_map(|own| listed(own)).for_each(|rule| self.found.push(place, rule));
        if self.form == Form::Json {
            self.found.add(place, &[WRONG_TYPE]);
        }
        if own.is_none() && value.enum_values.is_some() {
            self.found.add(place, &[UNKNOWN_VALUE]);
            // As an object with a member of another name, or with none.
            if self.form == Form::Json {
                self.found.add(place, &[WRONG_VALUE]);
            }
        }
        if self.is_converted(value, own.is_some()) {
            self.found.add(place, &[WRONG_VALUE]);
        }
    }

    /// Returns whether a text or number of this type can fail to be converted into a value.
    fn is_converted(&self, value: &Object, has_own: bool) -> bool {
        let is = |kind: Type| match &value.schema_type {
            SchemaType::Type(only) => *only == kind,
            SchemaType::Array(kinds) => kinds.contains(&kind),
            SchemaType::AnyValue => false,
        };
        let is_of_format = matches!(
            value.format,
            Some(SchemaFormat::KnownFormat(KnownFormat::Uuid | KnownFormat::DateTime))
        );
        is(Type::Integer) || (is(Type::Boolean) && self.form == Form::Pairs) || (is_of_format && !has_own)
    }
}

/// Reads rules out of an extension: a rule, or lists of rules in any depth.
fn listed(value: &Value) -> Vec<Listed> {
    match value {
        Value::Array(items) => items.iter().flat_map(listed).collect(),
        rule => Listed::deserialize(rule).into_iter().collect(),
    }
}

fn remove(operation: &mut Operation, name: &str) -> Option<Value> {
    operation.extensions.as_mut().and_then(|extensions| extensions.remove(name))
}

fn named<'a>(components: &'a Components, location: &str) -> Option<&'a Schema> {
    let name = location.strip_prefix("#/components/schemas/")?;
    match components.schemas.get(name)? {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(_) => None,
    }
}

fn enumerated(catalogue: &Catalogue) -> ObjectBuilder {
    let codes = catalogue.0.keys().map(|code| json!(code));
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).enum_values(Some(codes))
}

/// Names the codes of all rules in the contract, and leaves of each schema's rules their codes.
pub(super) fn publish(contract: &mut OpenApi, catalogue: &Catalogue) {
    let components = contract.components.get_or_insert_default();
    let told = "The code of a rule: `GET /problems` explains each.";
    components.schemas.insert(RULE_CODE.to_owned(), enumerated(catalogue).description(Some(told)).into());
    if let Some(RefOr::T(Schema::Object(error))) = components.schemas.get_mut(&*FieldError::name()) {
        let mut code = Ref::from_schema_name(RULE_CODE);
        "The rule's stable code.".clone_into(&mut code.description);
        error.properties.insert("code".to_owned(), code.into());
    }
    components.schemas.values_mut().for_each(name_codes);
    let parameters = operations(&mut contract.paths).flat_map(|operation| operation.parameters.iter_mut());
    for parameter in parameters.flatten() {
        if let RefOr::T(parameter) = parameter {
            parameter.schema.iter_mut().for_each(name_codes);
        }
    }
}

fn name_codes(schema: &mut RefOr<Schema>) {
    values::for_each(schema, &mut |schema| {
        let RefOr::T(Schema::Object(object)) = schema else { return };
        let Some(rules) = object.extensions.as_mut().and_then(|extensions| extensions.get_mut(RULES)) else {
            return;
        };
        let mut codes: Vec<_> = listed(rules).into_iter().map(|rule| rule.code).collect();
        let mut known = HashSet::new();
        codes.retain(|code| known.insert(code.clone()));
        *rules = json!(codes);
    });
}
