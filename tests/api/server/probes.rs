//! What is not for the public: metrics and probes, of every kind of node.

use std::time::{Duration, Instant};

use crate::support::{Database, Process, json_of};

#[actix_web::test]
async fn figures_are_kept_small_without_anybody_who_scrapes_on_workers_too() {
    let database = Database::from_template();
    let worker = Process::worker(&database, "smtp://127.0.0.1:9", &[("RUST_LOG", "info")]);
    let address = worker.operators();
    let begun = Instant::now();
    loop {
        actix_web::rt::time::sleep(Duration::from_secs(6)).await;
        let page = reqwest::get(format!("http://{address}/metrics")).await.unwrap().text().await.unwrap();
        let runs = page.lines().find_map(|line| line.strip_prefix("metrics_upkeep_runs_total "));
        if runs.is_some_and(|runs| runs.parse::<u32>().unwrap() >= 2) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(180), "{page}");
    }
    for probe in ["live", "ready"] {
        json_of(reqwest::get(format!("http://{address}/health/{probe}")).await.unwrap(), 200).await;
    }
    worker.terminate();
}
