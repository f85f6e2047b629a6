//! Log lines: one line per event, as text or JSON, with the request that it belongs to.

use std::cell::Cell;
use std::fmt::Write as _;
use std::io::Write;
use std::panic;

use chrono::{DateTime, SecondsFormat, Utc};
use log::Record;
use serde_json::{Map, Value};

use crate::config::LogFormat;
use crate::trace::{self, Work};

thread_local! {
    /// The fields of the line that is being written, besides its message.
    static FIELDS: Cell<Map<String, Value>> = Cell::default();
}

/// Logs a line with its values also as fields, for logs in JSON.
pub(crate) fn with_fields<const N: usize>(fields: [(&str, Value); N], write_line: impl FnOnce()) {
    FIELDS.set(fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect());
    write_line();
    FIELDS.take();
}

/// Starts logging to standard error; `filter` has the syntax of `RUST_LOG`. Only the first call counts.
pub fn begin(format: LogFormat, filter: &str) {
    let write = match format {
        LogFormat::Text => text,
        LogFormat::Json => json,
    };
    let logger = env_logger::Builder::new()
        .parse_filters(filter)
        .format(move |out, record| writeln!(out, "{}", write(record, trace::current().as_ref(), Utc::now())))
        .try_init();
    if logger.is_ok() {
        panic::set_hook(Box::new(|panic| log::error!("{}", of_panic(panic))));
    }
}

/// Formats a panic as an ordinary line, so that a JSON log stays one.
fn of_panic(panic: &panic::PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let trace = std::backtrace::Backtrace::capture();
    match trace.status() {
        std::backtrace::BacktraceStatus::Captured => format!("panic at {place}: {text}\n{trace}"),
        _ => format!("panic at {place}: {text}"),
    }
}

fn text(record: &Record<'_>, work: Option<&Work>, now: DateTime<Utc>) -> String {
    let mut line = format!("[{} {:<5} {}] ", time(now), record.level(), record.target());
    if let Some(work) = work {
        // Writing to a String cannot fail.
        let _ = write!(line, "request_id={} trace_id={} ", work.request_id, work.trace.id());
        for (name, value) in whose(work) {
            let _ = write!(line, "{name}={value} ");
        }
    }
    for c in record.args().to_string().trim_end().chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

fn json(record: &Record<'_>, work: Option<&Work>, now: DateTime<Utc>) -> String {
    let mut line = Map::new();
    line.insert("time".into(), time(now).into());
    line.insert("level".into(), record.level().as_str().to_ascii_lowercase().into());
    line.insert("target".into(), record.target().into());
    if let Some(work) = work {
        line.insert("request_id".into(), (*work.request_id).into());
        line.insert("trace_id".into(), work.trace.id().into());
        line.extend(whose(work).map(|(name, value)| (name.to_owned(), value.into())));
    }
    line.insert("message".into(), record.args().to_string().trim_end().into());
    for (name, value) in FIELDS.take() {
        line.entry(name).or_insert(value);
    }
    Value::Object(line).to_string()
}

/// Returns the sender, the account and the client of a request, as far as they are known.
fn whose(work: &Work) -> impl Iterator<Item = (&'static str, String)> {
    let sender = work.sender.map(|sender| ("sender", sender.to_string()));
    let account = work.account().map(|account| ("account", account.to_string()));
    let client = work.client().map(|client| ("client", client.to_owned()));
    sender.into_iter().chain(account).chain(client)
}

fn time(now: DateTime<Utc>) -> String {
    now.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::trace::Trace;

    fn work() -> Work {
        let parent = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let trace = Trace::received(std::iter::once(parent.as_slice()), std::iter::empty()).unwrap();
        Work::new("request-1", trace, None)
    }

    fn at() -> DateTime<Utc> {
        "2026-11-26T10:00:00.123456Z".parse().unwrap()
    }

    const FAULT: &str = "POST /v1/applications: first\n  caused by: second\r\n\u{1b}[31m\n";

    fn written(
        write: fn(&Record<'_>, Option<&Work>, DateTime<Utc>) -> String,
        work: Option<&Work>,
    ) -> String {
        let fields = [("status", 500.into()), ("route", "/v1/x".into()), ("message", "x".into())];
        let mut line = String::new();
        with_fields(fields, || {
            let args = format_args!("{FAULT}");
            let record = Record::builder().args(args).level(log::Level::Error).target("cazier").build();
            line = write(&record, work, at());
        });
        line
    }

    #[test]
    fn a_fault_of_several_lines_is_one_line_of_text() {
        assert_eq!(
            written(text, Some(&work())),
            "[2026-11-26T10:00:00.123Z ERROR cazier] request_id=request-1 \
             trace_id=4bf92f3577b34da6a3ce929d0e0e4736 POST /v1/applications: first\\n  caused by: second\\r\\n\\u{1b}[31m"
        );
        assert!(written(text, None).starts_with("[2026-11-26T10:00:00.123Z ERROR cazier] POST "));
    }

    #[test]
    fn a_line_of_json_is_one_object_with_fields() {
        let line = written(json, Some(&work()));
        assert!(!line.contains('\n'));
        let parsed: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            parsed,
            json!({
                "time": "2026-11-26T10:00:00.123Z",
                "level": "error",
                "target": "cazier",
                "request_id": "request-1",
                "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
                "message": FAULT.trim_end(),
                "status": 500,
                "route": "/v1/x",
            })
        );
        let parsed: serde_json::Value = serde_json::from_str(&written(json, None)).unwrap();
        assert_eq!(parsed.get("request_id"), None);
    }
}
