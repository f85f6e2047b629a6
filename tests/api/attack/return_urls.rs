//! Addresses that only look like registered ones: no redirect leads to any of them.

use reqwest::Response;
use serde_json::json;
use url::Url;

use crate::support::{Citizen, Handoff, House, answer_of_ghiseul, location};

const REGISTERED: &str = "https://hub.example/done";

/// Addresses that a sloppy comparison takes for the registered one.
fn lookalikes() -> Vec<String> {
    let mut all: Vec<String> = [
        "https://hub.example/done/",
        "https://hub.example/done?",
        "https://hub.example/done#",
        "https://hub.example/done#x",
        "https://hub.example/done?next=https://evil.example",
        "https://hub.example/done/..",
        "https://hub.example/./done",
        "https://hub.example//done",
        "https://hub.example/x/../done",
        "https://hub.example/DONE",
        "https://hub.example/done%00",
        "https://hub.example/done%0d%0aset-cookie:%20x=y",
        "https://hub.example/done\r\nset-cookie: x=y",
        "https://hub.example/do%6ee",
        "https://hub.example/%64one",
        "https://hub.example%2fdone",
        "https://hub.example\\done",
        "https:\\\\hub.example\\done",
        "https:/hub.example/done",
        "https:hub.example/done",
        "//hub.example/done",
        "/done",
        "done",
        "\\\\hub.example\\done",
        "http://hub.example/done",
        "HTTPS://hub.example/done",
        "https://HUB.example/done",
        "https://hub.example./done",
        "https://hub.example:443/done",
        "https://hub.example:8443/done",
        "https://hub.example:/done",
        "https://hub.example:0/done",
        "https://hub.example:99999/done",
        "https://user@hub.example/done",
        "https://user:x@hub.example/done",
        "https://hub.example@evil.example/done",
        "https://hub.example%40evil.example/done",
        "https://evil.example\\@hub.example/done",
        "https://evil.example#@hub.example/done",
        "https://evil.example?@hub.example/done",
        "https://evil.example/hub.example/done",
        "https://hub.example.evil.example/done",
        "https://evil-hub.example/done",
        "https://hubxexample/done",
        "https://hub。example/done",
        "https://hub．example/done",
        "https://hub｡example/done",
        "https://ｈub.example/done",
        "https://һub.example/done",
        "https://hub.example\u{200b}/done",
        "https://hub\u{ad}.example/done",
        "https://hub.example\u{0}/done",
        "https://hub.example\t/done",
        "https://hub.exa\nmple/done",
        " https://hub.example/done",
        "https://hub.example/done ",
        "\u{feff}https://hub.example/done",
        "https://hub.example/done\u{2028}",
        "https://[::1]/done",
        "https://2130706433/done",
        "https://0x7f.1/done",
        "https://127.1/done",
        "javascript:alert(1)//https://hub.example/done",
        "javascript://hub.example/done%0aalert(1)",
        "data:text/html,https://hub.example/done",
        "vbscript:x",
        "file:///done",
        "blob:https://hub.example/done",
        "view-source:https://hub.example/done",
        "intent://hub.example/done#Intent;end",
        "ftp://hub.example/done",
        "ws://hub.example/done",
        "https://hub.example/done;x=y",
        "https://hub.example/done,https://evil.example",
        "https://hub.example/done|https://evil.example",
        "https://hub.example/done https://evil.example",
        "",
        "null",
        "*",
        "https://*.example/done",
        "https://",
        "https:///done",
        "https://hub.example",
        "https://hub.example/",
        "https://xn--hub-.example/done",
        "https://hub.example/done?code=x&state=y",
        "https://hub.example/done%2f..%2fevil",
        "https://hub.example/done/../../evil",
        "https://hub.example/done%252f",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "http://evil.example@localhost.evil.example/",
        "http://user@localhost/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.2/",
        "http://[::2]/",
        "http://localhost\u{ff0e}evil.example/",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    all.push(format!("{REGISTERED}?{}", "a".repeat(100_000)));
    all
}

/// Addresses that the sandbox takes for this machine, however they are written: wherever they lead, it is there.
const OF_THIS_MACHINE: &[&str] = &[
    "http://localhost:3000\\@evil.example/",
    "http://localhost:3000#@evil.example/",
    "http://localhost?@evil.example/",
    "http://LOCALHOST/",
    "http://localhost/%0d%0aset-cookie:%20x=y",
    "http://localhost//evil.example",
    "http://127.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://localhost/\\evil.example",
    "http:localhost/",
    "http:/\\localhost/",
    "http://localhost\t/",
    "http://local\nhost/",
    "http://localhost/\r\nset-cookie: x=y",
];

/// A house whose hub has these addresses alone; with `return_urls`, this machine's too, however they are written.
async fn house(lenient: &str) -> House {
    House::with()
        .setting("CAZIER_RETURN_URLS", &format!("{REGISTERED},http://localhost:3000/done"))
        .setting("CAZIER_ORIGINS", "https://hub.example")
        .setting("CAZIER_SANDBOX_LENIENT", lenient)
        .start()
        .await
}

/// Asks for a redirect that comes back to this address, at each door where one can.
async fn ask(
    (unproved, proved): (&Citizen<'_>, &Citizen<'_>),
    handoff: &Handoff,
    url: &str,
) -> [(&'static str, Response); 4] {
    let wish = json!({"method": "ghiseul", "return_url": url});
    let handoff = Handoff { return_url: url.to_owned(), ..handoff.clone() };
    [
        ("verification", unproved.post("/v1/identity-verifications", &wish).await),
        ("log-in", proved.house.post("/v1/sessions/redirect", &wish).await),
        ("presence", proved.post("/v1/sessions/current/presence/redirect", &wish).await),
        ("handoff", handoff.post(proved.house).await),
    ]
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn no_lookalike_is_returned_to() {
    let house = house("").await;
    let (unproved, proved) = (Citizen::registered(&house).await, Citizen::verified(&house, "clean").await);
    let handoff = Handoff::of(&house, "clean", "success").await;
    let lookalikes = lookalikes();
    for url in &lookalikes {
        for (door, answer) in ask((&unproved, &proved), &handoff, url).await {
            let status = answer.status().as_u16();
            let shown = url.chars().take(80).collect::<String>().escape_debug().to_string();
            assert!(answer.headers().get("location").is_none(), "{door}: {shown}");
            assert!([400, 413, 422].contains(&status), "{door}: {shown}: {status}");
        }
    }
    println!("{} addresses, 4 doors", lookalikes.len());
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn what_the_sandbox_takes_for_this_machine_is_this_machine() {
    let house = house("return_urls").await;
    let mut followed = 0;
    for url in OF_THIS_MACHINE {
        let wish = json!({"method": "ghiseul", "return_url": url});
        let begun = house.post("/v1/sessions/redirect", &wish).await;
        if begun.status() != 201 {
            continue;
        }
        let begun: serde_json::Value = begun.json().await.unwrap();
        let redirect: Url = begun["redirect_url"].as_str().unwrap().parse().unwrap();
        let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
        let answer = house.http.get(callback).send().await.unwrap();
        assert!(
            answer.headers().get("set-cookie").is_none_or(|cookie| !cookie.as_bytes().starts_with(b"x="))
        );
        let back = location(answer);
        println!("{}: {back}", url.escape_debug());
        assert!(matches!(back.host_str(), Some("localhost" | "127.0.0.1")), "{url}: {back}");
        assert!(back.username().is_empty() && back.scheme() == "http", "{url}: {back}");
        followed += 1;
    }
    assert!(followed > 3, "{followed}");
}
