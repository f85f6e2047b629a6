//! The process' use of the machine (`process_*`), read from `/proc` (proc(5)) on each scrape.

use std::fmt::Write;
use std::fs;

use super::catalogue::{CPU, DESCRIPTORS, DESCRIPTORS_MOST, Metric, RESIDENT, STARTED, THREADS, VIRTUAL};

/// The kernel's clock ticks per second (`USER_HZ`): 100 on every platform that Rust builds for.
const TICKS: f64 = 100.0;

/// Renders the metrics in Prometheus' text format, leaving out those that cannot be read.
pub(super) fn render() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let (stat, status, limits) =
        (read("/proc/self/stat"), read("/proc/self/status"), read("/proc/self/limits"));
    let open = fs::read_dir("/proc/self/fd").ok().map(|fds| fds.count() as f64);
    let figures = [
        (CPU, cpu_seconds(&stat)),
        (RESIDENT, kib(&status, "VmRSS:")),
        (VIRTUAL, kib(&status, "VmSize:")),
        (DESCRIPTORS, open),
        (DESCRIPTORS_MOST, most_descriptors(&limits)),
        (THREADS, line(&status, "Threads:").and_then(number)),
        (STARTED, started(&stat, &read("/proc/stat"))),
    ];
    let told = figures.iter().filter_map(|(metric, value)| Some((metric, (*value)?)));
    told.fold(String::new(), |mut text, (metric, value)| {
        append(&mut text, metric, value);
        text
    })
}

fn append(text: &mut String, metric: &Metric, value: f64) {
    let Metric { name, kind, help, .. } = metric;
    // Writing to a String cannot fail.
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {}\n{name} {value}\n\n", kind.as_str());
}

/// Returns the fields of `stat` after the bracketed name, which can hold anything; the first returned is the third
/// field.
fn fields(stat: &str) -> impl Iterator<Item = &str> {
    stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default().split_whitespace()
}

/// Adds `utime` and `stime`, the 14th and 15th fields.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let mut times = fields(stat).skip(11);
    Some((number(times.next()?)? + number(times.next()?)?) / TICKS)
}

/// Adds `starttime`, the 22nd field, which counts from the boot, and `btime`, the time of the boot.
fn started(stat: &str, machine: &str) -> Option<f64> {
    let ticks = number(fields(stat).nth(19)?)?;
    Some(number(line(machine, "btime ")?)? + ticks / TICKS)
}

fn kib(status: &str, name: &str) -> Option<f64> {
    line(status, name).and_then(number).map(|kib| kib * 1024.0)
}

/// Returns the soft limit; `None` if there is none.
fn most_descriptors(limits: &str) -> Option<f64> {
    line(limits, "Max open files").and_then(number)
}

fn line<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(start))
}

/// Parses the number at the beginning of a text.
fn number(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "42 (a) b (c) S 1 42 42 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 9 0 1000 1 2 3";

    #[test]
    fn figures_are_read_as_the_kernel_writes_them() {
        assert_eq!(cpu_seconds(STAT), Some(2.0));
        assert_eq!(started(STAT, "cpu 1 2\nbtime 1700000000\n"), Some(1_700_000_010.0));
        assert_eq!(kib("Name:\tx\nVmRSS:\t  2048 kB\n", "VmRSS:"), Some(2_097_152.0));
        let limits = "Limit  Soft  Hard  Units\nMax open files            1024                 524288               files\n";
        assert_eq!(most_descriptors(limits), Some(1024.0));
        assert_eq!(
            most_descriptors("Max open files            unlimited            unlimited            files\n"),
            None
        );
        assert_eq!((cpu_seconds(""), started("1 (x", "")), (None, None));
    }

    #[test]
    fn this_process_has_them_all() {
        let text = render();
        for metric in [CPU, RESIDENT, VIRTUAL, DESCRIPTORS, THREADS, STARTED] {
            let value = text.lines().find_map(|line| line.strip_prefix(metric.name)).unwrap();
            assert!(value.trim().parse::<f64>().unwrap() >= 0.0, "{}: {value}", metric.name);
        }
        assert!(text.contains("# TYPE process_cpu_seconds_total counter\n"), "{text}");
    }
}
