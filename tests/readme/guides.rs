//! The guides, done as they say: the commands of each, in their order and in one shell, answer what is shown below them.

use std::fs;

use serde_json::{Deserializer, Value};

use super::pages::{guides, text_of};
use super::sandbox::{Sandbox, both};

/// Stands for what differs from run to run.
const ANYTHING: &str = "…";

/// A block of a document: its language, and its lines.
#[derive(Debug)]
struct Block {
    language: String,
    text: String,
}

/// Commands, and what is shown below them.
#[derive(Debug)]
struct Step {
    commands: String,
    answer: Option<Block>,
}

/// All blocks of a document, with whether they follow the one before directly.
fn blocks(page: &str) -> Vec<(Block, bool)> {
    let text = text_of(page);
    let parts: Vec<&str> = text.split("\n```").collect();
    assert!(parts.len() % 2 == 1, "{page}: a block does not end");
    let outside = parts.iter().step_by(2);
    outside
        .zip(parts.iter().skip(1).step_by(2))
        .map(|(before, inside)| {
            let (info, text) = inside.split_once('\n').unwrap();
            let language = info.split(' ').next().unwrap().to_owned();
            (Block { language, text: text.to_owned() }, before.trim().is_empty())
        })
        .collect()
}

/// The commands of a guide, each with what it answers. Every other block must be one that another test runs.
fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut is_behind_commands = false;
    for (block, follows) in blocks(page) {
        match block.language.as_str() {
            "sh" => steps.push(Step { commands: block.text.clone(), answer: None }),
            "json" | "text" if follows && is_behind_commands => {
                steps.last_mut().unwrap().answer = Some(Block { language: block.language.clone(), ..block });
                is_behind_commands = false;
                continue;
            }
            // `tests/run-contract` compiles the one; `tests/node/browser` runs it, and opens the other.
            "ts" | "html" => {}
            other => panic!("{page}: nothing runs this block ({other}):\n{}", block.text),
        }
        is_behind_commands = block.language == "sh";
    }
    steps
}

/// All commands of a guide.
pub fn script(page: &str) -> String {
    steps(page).into_iter().map(|step| step.commands + "\n").collect()
}

/// Whether the text is this one, in which `…` stands for anything.
fn text_fits(shown: &str, text: &str) -> bool {
    let mut parts = shown.split(ANYTHING);
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap()) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let found = if parts.peek().is_none() { rest.ends_with(part).then_some(rest.len()) } else { None };
        match found.or_else(|| rest.find(part).map(|at| at + part.len())) {
            Some(end) => rest = &rest[end..],
            None => return false,
        }
    }
    rest.is_empty()
}

/// Whether the value is this one, in which `"…"` stands for any.
fn value_fits(shown: &Value, value: &Value) -> bool {
    match (shown, value) {
        (Value::String(shown), _) if shown == ANYTHING => true,
        (Value::String(shown), Value::String(text)) => text_fits(shown, text),
        (Value::Array(shown), Value::Array(items)) => {
            shown.len() == items.len() && shown.iter().zip(items).all(|(shown, item)| value_fits(shown, item))
        }
        (Value::Object(shown), Value::Object(members)) => {
            let fits = |(name, shown)| members.get(name).is_some_and(|value| value_fits(shown, value));
            shown.len() == members.len() && shown.iter().all(fits)
        }
        (shown, value) => shown == value,
    }
}

/// Whether the answer is the one that is shown.
fn fits(shown: &Block, answer: &str) -> bool {
    if shown.language == "text" {
        let (shown, answer): (Vec<&str>, Vec<&str>) =
            (shown.text.lines().collect(), answer.lines().collect());
        return shown.len() == answer.len()
            && shown.iter().zip(&answer).all(|(shown, line)| text_fits(shown, line));
    }
    let values = |text: &str| Deserializer::from_str(text).into_iter().collect::<Result<Vec<Value>, _>>();
    let Ok(answers) = values(answer) else { return false };
    value_fits(&Value::from(values(&shown.text).unwrap()), &Value::from(answers))
}

/// Does what a guide says, and compares what it shows.
fn follow(sandbox: &Sandbox, page: &str) {
    let folder = tempfile::tempdir().unwrap();
    let place = |at: usize| folder.path().join(at.to_string());
    let steps = steps(page);
    let group = |(at, step): (usize, &Step)| format!("{{\n{}\n}} > {}\n", step.commands, place(at).display());
    let script: String = steps.iter().enumerate().map(group).collect();
    let output = sandbox.shell(&format!("set -euo pipefail\n{script}")).output().unwrap();
    for (at, step) in steps.iter().enumerate() {
        let answer = fs::read_to_string(place(at)).unwrap_or_default();
        let why = || format!("{page}:\n{}\nanswers:\n{answer}\n{}", step.commands, both(&output));
        assert!(step.answer.as_ref().is_none_or(|shown| fits(shown, &answer)), "{}", why());
    }
    assert!(output.status.success(), "{page}: {}", both(&output));
}

#[test]
fn the_guides_answer_what_they_show() {
    let sandbox = Sandbox::start();
    let mut guides = guides();
    // Where a register fails on purpose, it is not asked for a while.
    guides.sort_by_key(|page| page.ends_with("/applications.md"));
    let commands: usize = guides.iter().map(|page| steps(page).len()).sum();
    assert!(guides.len() >= 15 && commands >= 40, "{commands} blocks of {guides:?}");
    guides.iter().for_each(|page| follow(&sandbox, page));
}

#[test]
fn what_is_shown_is_compared_with_what_is_answered() {
    let shown = |language: &str, text: &str| Block { language: language.to_owned(), text: text.to_owned() };
    let address = shown("text", "…/returned?code=…");
    assert!(fits(&address, "http://127.0.0.1/returned?code=abc\n"));
    for other in ["http://127.0.0.1/returned?error=abandoned\n", "", "x/returned?code=a\nand more\n"] {
        assert!(!fits(&address, other), "{other}");
    }
    let object = shown("json", r#"{"status": 401, "code": "…"} "x""#);
    assert!(fits(&object, "{\"code\": \"invalid_code\", \"status\": 401}\n\"x\"\n"));
    for other in [
        r#"{"status": 401, "code": "y"}"#,
        r#"{"status": 403, "code": "y"} "x""#,
        "curl: (7)",
        r#"{"code": 1} "x""#,
    ] {
        assert!(!fits(&object, other), "{other}");
    }
    let more = r#"{"status": 401, "code": "y", "more": 1} "x""#;
    assert!(!fits(&object, more), "a member that is not shown");
}
