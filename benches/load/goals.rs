//! What the figures must reach: the least, and the aim.

/// Verifications a second with 32 clients before requests that wait together were written together, on the machine whose
/// results are kept: elsewhere, the goal that is taken from it means nothing.
const VERIFICATIONS_BEFORE: f64 = 4023.0;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Better {
    More,
    Less,
}

/// A figure, and what it must reach.
struct Goal {
    name: &'static str,
    better: Better,
    least: f64,
    aim: f64,
    /// The part, and the name of the figure there.
    figure: (&'static str, &'static str),
    /// What the figure is divided by.
    per: f64,
    unit: &'static str,
}

const fn more(name: &'static str, least: f64, aim: f64, figure: (&'static str, &'static str)) -> Goal {
    Goal { name, better: Better::More, least, aim, figure, per: 1.0, unit: "" }
}

const fn less(
    name: &'static str,
    (least, aim, unit): (f64, f64, &'static str),
    figure: (&'static str, &'static str),
) -> Goal {
    Goal { name, better: Better::Less, least, aim, figure, per: 1.0, unit }
}

const LOAD: &str = "throughput";

const GOALS: [Goal; 22] = [
    more("issue ÷ plain eight statements, 8 clients", 0.8, 1.2, (LOAD, "issue, 8 clients: ÷ plain")),
    more("issue ÷ plain eight statements, 32 clients", 1.15, 1.6, (LOAD, "issue, 32 clients: ÷ plain")),
    more("issue ÷ its own statements, 8 clients", 0.7, 1.0, (LOAD, "issue, 8 clients: ÷ ours")),
    more("issue ÷ its own statements, 32 clients", 1.2, 1.5, (LOAD, "issue, 32 clients: ÷ ours")),
    more(
        "issue with key ÷ plain ten statements, 8 clients",
        0.8,
        1.3,
        (LOAD, "issue, with key, 8 clients: ÷ plain"),
    ),
    more(
        "issue with key ÷ plain ten statements, 32 clients",
        0.8,
        1.3,
        (LOAD, "issue, with key, 32 clients: ÷ plain"),
    ),
    more("mails delivered ÷ issues, 8 clients", 0.5, 1.0, (LOAD, "issue, 8 clients: mails")),
    more("mails delivered ÷ issues, 32 clients", 0.5, 1.0, (LOAD, "issue, 32 clients: mails")),
    more("verify ÷ one SELECT and one INSERT, 8 clients", 1.0, 2.0, (LOAD, "verify, 8 clients: ÷ plain")),
    more("verify ÷ one SELECT and one INSERT, 32 clients", 1.0, 2.0, (LOAD, "verify, 32 clients: ÷ plain")),
    Goal {
        per: VERIFICATIONS_BEFORE,
        ..more("verify ÷ before, 32 clients", 3.0, 4.5, (LOAD, "verify, 32 clients: per_second"))
    },
    less("issue p99 at half load", (30.0, 15.0, " ms"), (LOAD, "issue, 50 % of the highest: p99_ms")),
    less("verify p99 at half load", (8.0, 4.0, " ms"), (LOAD, "verify, 50 % of the highest: p99_ms")),
    less("issue p50 among many ÷ among few", (1.3, 1.1, ""), ("year", "issue: many ÷ few")),
    less("verify p50 among many ÷ among few", (1.3, 1.1, ""), ("year", "verify: many ÷ few")),
    less("launch day ÷ its argon2 floor", (1.6, 1.2, ""), ("launch-day", "÷ floor")),
    more(
        "PDF with its signature, a second",
        150.0,
        250.0,
        ("documents", "first download, 8 clients: per_second"),
    ),
    less("memory under full load", (80.0, 60.0, " MiB"), ("start", "memory_loaded_mib")),
    less("memory after mixed load", (80.0, 60.0, " MiB"), ("start", "memory_mixed_mib")),
    less("memory after a flood of log-ins", (150.0, 100.0, " MiB"), ("start", "memory_flooded_mib")),
    less("second start until ready", (1.0, 0.3, " s"), ("start", "second_start_s")),
    less("start after load until ready", (1.0, 0.3, " s"), ("start", "loaded_start_s")),
];

impl Goal {
    fn line(&self, figure: Option<f64>) -> String {
        let Self { name, better, least, aim, per, unit, .. } = self;
        let reaches = |figure: f64, goal: f64| match better {
            Better::More => figure >= goal,
            Better::Less => figure < goal,
        };
        let sign = if *better == Better::More { "≥" } else { "<" };
        let (measured, met) = match figure.map(|figure| figure / per) {
            Some(figure) if reaches(figure, *aim) => (format!("{figure:.2}{unit}"), "the aim"),
            Some(figure) if reaches(figure, *least) => (format!("{figure:.2}{unit}"), "the least"),
            Some(figure) => (format!("{figure:.2}{unit}"), "**missed**"),
            None => (String::new(), "not measured"),
        };
        format!("| {name} | {measured} | {sign} {least}{unit} | {sign} {aim}{unit} | {met} |\n")
    }
}

/// The table of all goals, with the figures of the parts that ran.
pub fn table(figures_of: impl Fn(&str, &str) -> Option<f64>) -> String {
    let mut text =
        String::from("| goal | measured | at least | aim | reached |\n| --- | --: | --: | --: | --- |\n");
    for goal in &GOALS {
        let (part, name) = goal.figure;
        text.push_str(&goal.line(figures_of(part, name)));
    }
    text
}
