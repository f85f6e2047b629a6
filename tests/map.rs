//! The map in `src/lib.rs` is the truth about the house: it names every room, rooms import those above them in the table,
//! and no two files import each other.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail at any line, and says so by failing"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, Meta};

/// The path of a module inside the crate, such as `["accounts", "session"]`.
type Module = Vec<String>;

/// Modules, each with those that it imports.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

/// All modules below a folder, with their source.
fn modules(folder: &Path, above: &[String], found: &mut BTreeMap<Module, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let module = [above, std::slice::from_ref(&name)].concat();
        if path.is_dir() {
            modules(&path, &module, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let module = if name == "mod" { above.to_vec() } else { module };
            found.insert(module, fs::read_to_string(&path).unwrap());
        }
    }
}

fn attributes(item: &Item) -> &[syn::Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_for_tests(item: &Item) -> bool {
    attributes(item).iter().any(|attribute| {
        matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("cfg") && list.tokens.to_string() == "test")
    })
}

/// The modules that exist for tests alone: `#[cfg(test)] mod tests;`.
fn test_modules(sources: &BTreeMap<Module, String>) -> BTreeSet<Module> {
    let mut found = BTreeSet::new();
    for (module, source) in sources {
        let above: &[String] = if module == &["lib"] { &[] } else { module };
        for item in syn::parse_file(source).unwrap().items {
            if let Item::Mod(declared) = &item
                && is_for_tests(&item)
            {
                found.insert([above, &[declared.ident.to_string()]].concat());
            }
        }
    }
    found
}

/// The paths that begin with `crate` or `super` in a stream of tokens: in imports, in code and in the calls of macros.
fn paths(tokens: TokenStream, found: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(word) if word == "crate" || word == "super" => {
                at = path(&tokens, at, &[], found);
            }
            TokenTree::Group(group) => {
                paths(group.stream(), found);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// Reads one path, or a tree of them in braces, that continues `prefix`; returns the place of the token after it.
fn path(tokens: &[TokenTree], mut at: usize, prefix: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(word)) => path.push(word.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for branch in
                    inner.split(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ','))
                {
                    self::path(branch, 0, &path, found);
                }
                return at + 1;
            }
            _ => break,
        }
        at += 1;
        let is_colon =
            |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
        if !(is_colon(at) && is_colon(at + 1)) {
            break;
        }
        at += 2;
    }
    found.push(path);
    at
}

/// The longest module that a path leads to, seen from `module`.
fn resolve(path: &[String], module: &[String], known: &BTreeSet<Module>) -> Module {
    let supers = path.iter().take_while(|word| *word == "super").count();
    let from = if supers == 0 { 0 } else { module.len().saturating_sub(supers) };
    let mut reached = module[..from].to_vec();
    for word in path.iter().skip_while(|word| ["crate", "super"].contains(&word.as_str())) {
        let next = [&reached[..], std::slice::from_ref(word)].concat();
        if !known.contains(&next) {
            break;
        }
        reached = next;
    }
    reached
}

/// What each module of the service imports, tests left out.
static IMPORTS: LazyLock<Imports> = LazyLock::new(imports);

fn imports() -> Imports {
    let mut sources = BTreeMap::new();
    modules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &[], &mut sources);
    let for_tests = test_modules(&sources);
    // A folder need not have a file of its own name beside it to be a module.
    let known =
        sources.keys().flat_map(|module| (1..=module.len()).map(|end| module[..end].to_vec())).collect();
    let mut imports = Imports::new();
    for (module, source) in &sources {
        let is_test = for_tests.iter().any(|test| module.starts_with(test));
        if is_test || [vec!["lib".to_owned()], vec!["main".to_owned()]].contains(module) {
            continue;
        }
        let items = syn::parse_file(source).unwrap().items;
        let code = items.iter().filter(|item| !is_for_tests(item)).map(ToTokens::to_token_stream);
        let mut named = Vec::new();
        paths(code.collect(), &mut named);
        let reached = named.iter().map(|path| resolve(path, module, &known));
        imports
            .insert(module.clone(), reached.filter(|other| !other.is_empty() && other != module).collect());
    }
    imports
}

/// The rooms, in the order of the table in `src/lib.rs`.
fn table() -> Vec<String> {
    let map = include_str!("../src/lib.rs").lines().filter(|line| line.starts_with("//! | [`"));
    let rooms = map.flat_map(|line| line.split('|').nth(1).unwrap().split('`').skip(1).step_by(2));
    rooms.map(str::to_owned).collect()
}

#[test]
fn the_map_names_every_room_once() {
    let rooms: BTreeSet<String> = IMPORTS.keys().map(|module| module[0].clone()).collect();
    let mut named = table();
    named.sort();
    assert_eq!(named, rooms.into_iter().collect::<Vec<_>>());
}

/// Files that the map explains once for all rooms.
const IN_ANY_ROOM: [&str; 5] = ["handlers", "mails", "store", "types", "view"];

/// The modules that the table of a room names.
fn named_in_table(room: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let beside = root.join(format!("{room}.rs"));
    let file = if beside.exists() { beside } else { root.join(room).join("mod.rs") };
    let text = fs::read_to_string(file).unwrap();
    let rows =
        text.lines().take_while(|line| line.starts_with("//!")).filter(|line| line.starts_with("//! |"));
    let named = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    named.map(|name| name.trim_end_matches(".rs").to_owned()).collect()
}

#[test]
fn the_table_of_a_room_names_its_files() {
    let mut missing = Vec::new();
    for room in table() {
        let named = named_in_table(&room);
        let files = IMPORTS.keys().filter(|module| module[0] == room && module.len() == 2);
        let own = files.map(|module| &module[1]).filter(|file| !IN_ANY_ROOM.contains(&file.as_str()));
        missing.extend(own.filter(|file| !named.contains(*file)).map(|file| format!("{room}: {file}")));
    }
    assert!(missing.is_empty(), "files that no table names:\n{}", missing.join("\n"));
}

#[test]
fn a_room_imports_rooms_above_it_in_the_map() {
    let table = table();
    let place = |room: &String| table.iter().position(|named| named == room);
    let (mut seen, mut wrong) = (0, BTreeSet::new());
    for (module, others) in IMPORTS.iter() {
        for other in others.iter().filter(|other| other[0] != module[0]) {
            seen += 1;
            if place(&other[0]) >= place(&module[0]) {
                wrong.insert(format!("{} imports {}", module.join("::"), other.join("::")));
            }
        }
    }
    assert!(seen > 500, "only {seen} imports were found");
    assert!(
        wrong.is_empty(),
        "against the map in src/lib.rs:\n{}",
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// Whether a module leads back to itself by imports between files, of which none is the parent of the other.
fn circle(from: &Module, imports: &Imports) -> Option<Module> {
    let siblings = |module: &Module| -> Vec<Module> {
        let others = imports.get(module).into_iter().flatten();
        others.filter(|other| !module.starts_with(other) && !other.starts_with(module)).cloned().collect()
    };
    let (mut open, mut seen) = (siblings(from), BTreeSet::new());
    while let Some(next) = open.pop() {
        let following = siblings(&next);
        if following.contains(from) {
            return Some(next);
        }
        if seen.insert(next) {
            open.extend(following);
        }
    }
    None
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let imports = imports();
    let circles: Vec<String> = imports
        .keys()
        .filter_map(|module| {
            Some(format!("{} <- {}", module.join("::"), circle(module, &imports)?.join("::")))
        })
        .collect();
    assert!(circles.is_empty(), "circles:\n{}", circles.join("\n"));
}

/// The statements that issue write these tables too: a certificate, its event, its answer and its mail are one round trip
/// to Postgres and one commit.
const WRITTEN_AT_ISSUE: [&str; 4] = ["audit_events", "certificates", "idempotency_keys", "jobs"];

/// Whoever ends the sessions of an account ends, with the same locks, the log-ins that would become one. The room of these
/// imports that of sessions, so it cannot be called from there.
const ENDED_WITH_SESSIONS: (&str, &str) = ("accounts/session_store.rs", "oauth_requests");

/// The tables of the service.
fn tables() -> BTreeSet<&'static str> {
    let lines = include_str!("../src/db/schema.rs").lines();
    lines.filter_map(|line| line.strip_prefix("    ")?.split_once(" (")).map(|(name, _)| name).collect()
}

/// The tables that a source text writes, by diesel or in SQL.
fn written(source: &str, tables: &BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    const VERBS: [&str; 6] =
        ["insert_into(", "diesel::update(", "diesel::delete(", "INSERT INTO ", "UPDATE ", "DELETE FROM "];
    let named = VERBS.iter().flat_map(|verb| source.split(verb).skip(1)).map(|after| {
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
        after[..end].trim_end_matches("_table")
    });
    let named: BTreeSet<&str> = named.collect();
    tables.iter().copied().filter(|table| named.contains(table)).collect()
}

/// All files of a folder, tests left out.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.file_name().unwrap().to_str().unwrap() {
            "tests" | "tests.rs" => {}
            _ if path.is_dir() => files(&path, found),
            name if name.ends_with(".rs") || name.ends_with(".sql") => found.push(path),
            _ => {}
        }
    }
}

#[test]
fn one_room_writes_a_table() {
    let (root, tables) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), tables());
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let mut writers: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for path in paths {
        let source = fs::read_to_string(&path).unwrap();
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let inside = path.strip_prefix(&root).unwrap();
        let room = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let issues = ["issue.sql", "finish.sql", "certificate.sql"].iter().any(|name| inside.ends_with(name));
        for table in written(code, &tables) {
            let ends = (inside.to_str().unwrap(), table) == ENDED_WITH_SESSIONS;
            let issued = issues && WRITTEN_AT_ISSUE.contains(&table);
            if !(ends || issued) {
                writers.entry(table).or_default().insert(room.clone());
            }
        }
    }
    assert!(writers.len() > 25, "only {} tables are written", writers.len());
    writers.retain(|_, rooms| rooms.len() > 1);
    assert!(writers.is_empty(), "tables with several writers: {writers:?}");
}
