//! Metrics: what a node shows is what the table of metrics says, and dashboards and alerts ask for nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cazier::telemetry::{Kind, METRICS, Metric};
use serde_json::Value;

use crate::support::{Database, Process, until_some};

/// What others measure: Prometheus itself, and node_exporter on the machines of the database.
const OF_OTHERS: &[&str] = &["up", "node_filesystem_avail_bytes", "node_filesystem_size_bytes"];
/// Labels that Prometheus gives to everything, and those of `OF_OTHERS`.
const LABELS_OF_OTHERS: &[&str] = &["job", "instance", "le", "fstype", "mountpoint"];

/// The metric that a name of a sample belongs to.
fn metric(name: &str) -> Option<&'static Metric> {
    let plain = METRICS.iter().find(|metric| metric.name == name && metric.kind != Kind::Histogram);
    plain.or_else(|| {
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end))?;
        METRICS.iter().find(|metric| metric.name == base && metric.kind == Kind::Histogram)
    })
}

/// The names of metrics and of labels that a PromQL expression uses.
fn names(expression: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    const WORDS: &[&str] =
        &["and", "or", "unless", "by", "on", "without", "ignoring", "bool", "offset", "group_left"];
    let (mut metrics, mut labels) = (BTreeSet::new(), BTreeSet::new());
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let mut rest = expression;
    // Inside braces, and inside the parentheses of `by`, `on` and the like, stand labels.
    let (mut in_braces, mut in_grouping, mut grouping_next) = (false, false, false);
    while let Some(c) = rest.chars().next() {
        if c == '"' {
            let end = rest[1..].find('"').unwrap() + 2;
            rest = &rest[end..];
        } else if c.is_ascii_digit() || c == '[' {
            // Numbers and durations.
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '[' && c != ']');
            rest = &rest[end.unwrap_or(rest.len())..];
        } else if is_name(c) {
            let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            rest = after;
            if in_braces || in_grouping {
                labels.insert(name.to_owned());
            } else if WORDS.contains(&name) {
                grouping_next = matches!(name, "by" | "on" | "without" | "ignoring");
            } else if !after.trim_start().starts_with('(')
                && !matches!(after.trim_start().get(..2), Some("by"))
            {
                metrics.insert(name.to_owned());
            }
        } else {
            match c {
                '{' => in_braces = true,
                '}' => in_braces = false,
                '(' => in_grouping = std::mem::take(&mut grouping_next),
                ')' => in_grouping = false,
                _ => {}
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    (metrics, labels)
}

fn assert_exists(place: &str, expression: &str) {
    let (names, labels) = names(expression);
    assert!(!names.is_empty(), "{place}: {expression} names no metric");
    let found: Vec<&Metric> = names.iter().filter_map(|name| metric(name)).collect();
    for name in &names {
        assert!(
            metric(name).is_some() || OF_OTHERS.contains(&name.as_str()),
            "{place}: there is no metric {name}"
        );
    }
    for label in &labels {
        let known = found.iter().any(|metric| metric.labels.contains(&label.as_str()));
        assert!(
            known || LABELS_OF_OTHERS.contains(&label.as_str()),
            "{place}: {expression} has no label {label}"
        );
    }
}

fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Name, expression and address in the runbook of each alert.
fn alerts() -> Vec<(String, String, String)> {
    let text = fs::read_to_string(file("deploy/prometheus/alerts.yml")).unwrap();
    let alert = |text: &str| {
        let (name, rest) = text.split_once('\n').unwrap();
        let (_, rest) = rest.split_once("expr: ").unwrap();
        let end = rest.find("\n        for:").or_else(|| rest.find("\n        labels:")).unwrap();
        let expression = rest[..end].trim_start_matches("|\n").trim_matches('\'').to_owned();
        let (_, url) = rest.split_once("runbook_url: ").unwrap();
        (name.to_owned(), expression, url.lines().next().unwrap().to_owned())
    };
    text.split("- alert: ").skip(1).map(alert).collect()
}

#[test]
fn expressions_are_taken_apart() {
    let (metrics, labels) = names(
        "histogram_quantile(0.99, sum by (operation, le) (rate(a_bucket{x!~\"y{z\",w=\"(\"}[5m]))) > 2 and on (job) b / 86400",
    );
    assert_eq!(metrics, ["a_bucket", "b"].map(str::to_owned).into());
    assert_eq!(labels, ["operation", "le", "x", "w", "job"].map(str::to_owned).into());
}

#[test]
fn alerts_ask_for_metrics_that_exist_and_lead_into_the_runbook() {
    let alerts = alerts();
    assert!(alerts.len() >= 15, "{}", alerts.len());
    let runbook = fs::read_to_string(file("docs/runbook.md")).unwrap();
    for (name, expression, url) in &alerts {
        assert_exists(name, expression);
        let (_, anchor) = url.rsplit_once("docs/runbook.md#").unwrap();
        assert_eq!(anchor, name.to_lowercase());
        assert!(runbook.contains(&format!("### {name}\n")), "docs/runbook.md says nothing about {name}");
    }
    let tests = fs::read_to_string(file("deploy/prometheus/alerts_test.yml")).unwrap();
    for (name, ..) in &alerts {
        for what in ["fires", "stays quiet"] {
            assert!(tests.contains(&format!("name: {name} {what}\n")), "{name} is not tried: {what}");
        }
    }
}

#[test]
fn the_dashboard_asks_for_metrics_that_exist() {
    let text = fs::read_to_string(file("deploy/grafana/cazier.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().filter_map(|panel| Some((panel, panel["targets"].as_array()?)));
    let mut asked = String::new();
    for (panel, targets) in targets {
        for target in targets {
            let expression = target["expr"].as_str().unwrap();
            assert_exists(panel["title"].as_str().unwrap(), expression);
            asked += expression;
        }
    }
    let unseen: Vec<&str> =
        METRICS.iter().map(|metric| metric.name).filter(|name| !asked.contains(name)).collect();
    assert_eq!(unseen, ["process_virtual_memory_bytes"], "what is measured is shown");
}

/// The samples of a page: name, labels, value.
fn samples(page: &str) -> Vec<(&str, Vec<&str>, f64)> {
    let lines = page.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let sample = |line| {
        let (series, value): (&str, &str) = str::rsplit_once(line, ' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let labels =
            labels.trim_end_matches('}').split("\",").filter_map(|label| Some(label.split_once('=')?.0));
        (name, labels.collect(), value.parse().unwrap())
    };
    lines.map(sample).collect()
}

/// The page, once the node has found that it is ready and all is well.
async fn scraped(metrics: &str) -> String {
    until_some("it is ready", async || {
        let page = reqwest::get(format!("{metrics}/metrics")).await.unwrap();
        assert_eq!(page.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        let page = page.text().await.unwrap();
        (page.contains("\nnode_ready 1\n") && page.contains("\nnode_degraded 0\n")).then_some(page)
    })
    .await
}

#[actix_web::test]
async fn a_node_shows_what_the_table_of_metrics_says() {
    let database = Database::from_template();
    let (_node, [api, metrics]) = Process::serve(&database, &[]);
    assert_eq!(reqwest::get(format!("{api}/v1/services")).await.unwrap().status(), 200);
    assert_eq!(reqwest::get(format!("{api}/nowhere/1800101221144")).await.unwrap().status(), 404);
    let page = scraped(&metrics).await;
    for line in page.lines().filter(|line| line.starts_with('#')) {
        let mut words = line.splitn(4, ' ').skip(1);
        let (what, name, text) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
        let metric = METRICS.iter().find(|metric| metric.name == name).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(text, if what == "HELP" { metric.help } else { metric.kind.as_str() }, "{line}");
    }
    let samples = samples(&page);
    for (name, labels, _) in &samples {
        let metric = metric(name).unwrap_or_else(|| panic!("{name} is not in the table"));
        assert!(page.contains(&format!("# HELP {} ", metric.name)), "{name} is not explained");
        assert!(
            labels.iter().all(|label| metric.labels.contains(label) || *label == "le"),
            "{name} {labels:?}"
        );
    }
    let value = |series: &str| {
        let line = page.lines().find(|line| line.starts_with(series));
        line.and_then(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok())
    };
    let is_positive =
        |series: &str| assert!(value(series).is_some_and(|value| value > 0.0), "{series}\n{page}");
    is_positive("cazier_build_info{version=\"");
    is_positive(
        "http_request_duration_seconds_count{operation=\"list_services\",method=\"GET\",route=\"/v1/services\",status=\"200\"}",
    );
    is_positive(
        "http_request_duration_seconds_count{operation=\"none\",method=\"GET\",route=\"(none)\",status=\"404\"}",
    );
    is_positive("database_connections_max");
    is_positive("certificate_not_after_timestamp_seconds{role=\"seal\"");
    is_positive("certificate_not_after_timestamp_seconds{role=\"root\"");
    is_positive("circuit_closed{service=\"identity-provider-ghiseul\"}");
    is_positive("register_usable{register=\"criminal_records\"}");
    is_positive("seal_ready");
    for process in METRICS.iter().filter(|metric| metric.name.starts_with("process_")) {
        is_positive(process.name);
    }
    for zero in [
        "certificates_unreadable_total{why=\"facts\"}",
        "certificates_unreadable_total{why=\"not_logged\"}",
        "seal_signatures_total{outcome=\"unsound\"}",
        "http_requests_shed_total{reason=\"overloaded\"}",
        "passwords_waiting",
        "streams_open",
        "node_degraded",
    ] {
        assert_eq!(value(zero), Some(0.0), "{zero}");
    }
    assert!(!page.contains("1800101221144"));
}
