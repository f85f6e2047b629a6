//! The documents for operators: every command in them parses, every statement runs on this schema, every table is told of.

use std::fs;
use std::path::{Path, PathBuf};

use cazier::cli;
use cazier::config::VARIABLES;
use cazier::db::retention::{Action, Rule};
use cazier::housekeeping::rules;
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, sql_query};

use crate::support::Database;

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// What is in `docs/` and `deploy/` and at the top, as paths from the top.
fn documents() -> Vec<String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = |folder: &str| fs::read_dir(top.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    let name = |path: PathBuf| path.strip_prefix(top).unwrap().display().to_string();
    let folders = pages("docs").chain(pages("deploy")).chain(pages("."));
    let found: Vec<String> = folders.filter(is_page).map(name).collect();
    assert!(found.len() >= 14, "{found:?}");
    found
}

/// The blocks of a language, their indentation in lists and all.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (&mut open, line.trim()) {
            (Some(_), "```") => blocks.extend(open.take()),
            (Some(block), _) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, fence) if fence.strip_prefix("```") == Some(language) => open = Some(String::new()),
            (None, _) => {}
        }
    }
    blocks
}

/// The words of a command line as a shell splits them, up to what ends the command.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(mark), letter) if letter == mark => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None, '|' | '>' | ';' | '&' | ')' | '#') => break,
            (None, ' ') => words.push(String::new()),
            (_, letter) => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The commands of `cazier` in these lines.
fn commands<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Vec<String>> {
    let starts = |line: &str| -> Vec<Vec<String>> {
        line.match_indices("cazier ")
            .filter(|(at, _)| line[..*at].chars().next_back().is_none_or(|before| " (".contains(before)))
            .map(|(at, _)| words(&line[at..]))
            .collect()
    };
    lines.filter(|line| !line.trim_start().starts_with('#')).flat_map(starts).collect()
}

fn parses(command: &[String]) -> Result<(), String> {
    cli::parses(&command.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn every_command_in_the_documents_parses() {
    let mut seen = 0;
    for name in documents() {
        let text = document(&name);
        let shell = blocks(&text, "sh").join("\n").replace("\\\n", " ");
        for command in commands(shell.lines()) {
            parses(&command).unwrap_or_else(|why| panic!("{name}: {command:?}\n{why}"));
            seen += 1;
        }
        // In the running text a command may be named without its arguments.
        let spans = text.split('`').skip(1).step_by(2).filter(|span| !span.contains(['…', '\n']));
        for command in commands(spans.filter(|span| span.starts_with("cazier "))) {
            if let Err(why) = parses(&command) {
                let named = why.contains("required arguments were not provided") || why.contains("Commands:");
                assert!(named, "{name}: {command:?}\n{why}");
            }
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen} commands");
    assert!(cli::parses(&["cazier", "keys", "retire"]).is_err());
    assert!(cli::parses(&["cazier", "serve", "--quickly"]).is_err());
}

#[test]
fn every_statement_in_the_documents_runs() {
    let database = Database::from_template();
    let mut seen = 0;
    for name in documents() {
        for block in blocks(&document(&name), "sql").iter().filter(|block| !block.contains("ALTER SYSTEM")) {
            let mut connection = database.connect();
            connection.begin_test_transaction().unwrap();
            let ran = connection.batch_execute(block);
            ran.unwrap_or_else(|error| panic!("{name}: {error}\n{block}"));
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen} statements");
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
}

#[test]
fn every_table_is_in_the_page_on_retention() {
    let page = document("docs/retention.md");
    let tables: Vec<Table> = sql_query(
        "SELECT CASE schemaname WHEN 'public' THEN tablename ELSE schemaname || '.' || tablename END AS name
         FROM pg_tables WHERE schemaname IN ('public', 'registry', 'sandbox') AND tablename !~ '^__'",
    )
    .load(&mut Database::from_template().connect())
    .unwrap();
    assert!(tables.len() > 30);
    for Table { name } in tables {
        assert!(page.contains(&format!("`{name}`")), "docs/retention.md does not tell of {name}");
    }
}

#[test]
fn the_page_on_retention_says_what_the_rules_say() {
    let page = document("docs/retention.md");
    let (_, table) = page.split_once("## Deleted by housekeeping").unwrap();
    let rows: Vec<&str> =
        table.split_once("\n## ").unwrap().0.lines().filter(|l| l.starts_with("| `")).collect();
    assert_eq!(rows.len(), rules().count());
    for rule in rules() {
        let begin = match rule.action {
            Action::Delete => format!("| `{}`", rule.table),
            Action::Empty(column) => format!("| `{}.{column}`", rule.table),
        };
        let row = rows.iter().find(|row| row.starts_with(&begin)).unwrap_or_else(|| panic!("no row {begin}"));
        let kept = row.trim_end_matches(" |").rsplit("| ").next().unwrap();
        assert!(kept.starts_with(&period(rule)), "{row}: {}", period(rule));
    }
}

fn period(rule: &Rule) -> String {
    let (days, hours) = (rule.kept.num_days(), rule.kept.num_hours());
    match (days, hours) {
        (0, 0) if rule.kept.num_seconds() > 0 => format!("{} seconds", rule.kept.num_seconds()),
        (0, 0) => "–".to_owned(),
        (0, 1) => "1 hour".to_owned(),
        (1, _) if ["sessions", "redirect_logins", "oauth_requests"].contains(&rule.table) => {
            "1 day".to_owned()
        }
        (1, _) => "24 hours".to_owned(),
        _ => {
            assert_eq!(rule.kept, TimeDelta::days(days));
            format!("{days} days")
        }
    }
}

#[test]
fn the_proxy_of_the_compose_file_is_the_one_that_was_tried() {
    let (tried, composed) = (document("deploy/nginx/cazier.conf"), document("deploy/compose/nginx.conf"));
    let nodes = [("127.0.0.1:8081", "serve-1:8080"), ("127.0.0.1:8082", "serve-2:8080")];
    let expected = nodes.iter().fold(tried, |conf, (here, there)| conf.replace(here, there));
    let directives = |conf: &str| -> Vec<String> {
        conf.lines().filter(|line| !line.trim_start().starts_with('#')).map(str::to_owned).collect()
    };
    assert_eq!(directives(&composed), directives(&expected));
}

#[test]
fn every_alert_has_its_section_in_the_runbook() {
    let runbook = document("docs/runbook.md");
    let (_, alerts) = runbook.split_once("\n## Alerts\n").unwrap();
    let alerts = alerts.split_once("\n## ").unwrap().0;
    let sections: Vec<&str> = alerts.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    assert!(sections.len() >= 19 && sections.iter().all(|name| name.starts_with("Cazier")), "{sections:?}");
    for section in alerts.split("\n### ").skip(1) {
        let name = section.lines().next().unwrap();
        assert!(section.contains("**Means:**") && section.contains("**Citizens:**"), "{name}");
        assert!(section.contains("\nDo:") || section.contains("\nDo, "), "{name} says nothing to do");
    }
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/prometheus/alerts.yml");
    let rules = fs::read_to_string(rules).unwrap();
    let rules: Vec<_> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(rules.len() >= 15, "{rules:?}");
    for rule in rules {
        assert!(sections.contains(&rule), "docs/runbook.md has no section {rule}");
    }
}

#[test]
fn every_setting_in_the_files_for_deployment_is_known() {
    let mut seen = 0;
    for folder in ["systemd", "docker", "compose", "kubernetes"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(folder);
        for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let text = fs::read_to_string(&file).unwrap();
            let part = |letter: char| letter.is_ascii_uppercase() || letter == '_';
            for name in text.split(|letter| !part(letter)).filter(|word| word.starts_with("CAZIER_")) {
                // The tag of the image.
                if name == "CAZIER_VERSION" {
                    continue;
                }
                let is_known = |name: &str| VARIABLES.iter().any(|variable| variable.name == name);
                let secret = name.strip_suffix("_FILE").is_some_and(is_known);
                assert!(is_known(name) || secret, "{}: {name}", file.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen} settings");
}

#[test]
fn the_image_is_given_every_folder_that_it_is_built_from() {
    let (file, ignored) =
        (document("deploy/docker/Dockerfile"), document("deploy/docker/Dockerfile.dockerignore"));
    let copied =
        file.lines().filter_map(|line| line.strip_prefix("COPY ").filter(|rest| !rest.starts_with('-')));
    let sources = copied.flat_map(|rest| rest.split(' ').rev().skip(1));
    let mut seen = 0;
    for source in sources {
        assert!(
            ignored.lines().any(|line| line == format!("!{source}")),
            "{source} is left out of the image"
        );
        seen += 1;
    }
    assert!(seen >= 8, "{seen} files and folders");
}
