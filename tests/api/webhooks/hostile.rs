//! Receivers that hold a connection, send without end, or send what is no HTTP: they hold up nobody else.

use std::time::{Duration, Instant};

use actix_web::rt::{self, net::TcpListener, time::sleep};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{EVERYTHING, Receiver, add, house, messages, test};
use crate::oauth::Client;

/// What a hostile receiver sends.
#[derive(Clone, Copy)]
enum Sends {
    Nothing,
    /// An octet of a header now and then.
    Drops,
    HeadersWithoutEnd,
    BodyWithoutEnd,
    Nonsense,
}

async fn hostile(sends: Sends) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    rt::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            rt::spawn(async move {
                let (begin, part, pause): (&str, &str, u64) = match sends {
                    Sends::Nothing => ("", "", 1_000),
                    Sends::Drops => ("HTTP/1.1 200 OK\r\nx: ", "x", 200),
                    Sends::HeadersWithoutEnd => {
                        ("HTTP/1.1 200 OK\r\n", "x-more: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", 0)
                    }
                    Sends::BodyWithoutEnd => {
                        ("HTTP/1.1 200 OK\r\n\r\n", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", 0)
                    }
                    Sends::Nonsense => ("\0\0 not HTTP\r\n\r\n", "", 1_000),
                };
                // As a server does: what comes before the request is no answer to it.
                drop(stream.read(&mut [0; 4096]).await);
                let mut alive = stream.write_all(begin.as_bytes()).await.is_ok();
                while alive {
                    alive = stream.write_all(part.as_bytes()).await.is_ok();
                    if pause > 0 {
                        sleep(Duration::from_millis(pause)).await;
                    } else {
                        rt::task::yield_now().await;
                    }
                }
            });
        }
    });
    url
}

#[actix_web::test]
async fn a_hostile_receiver_costs_ten_seconds_of_its_own_and_nobody_elses() {
    let (house, deliveries) = house().await;
    let client = Client::web(&house).await;
    let expected = [
        (Sends::Nothing, "timeout"),
        (Sends::Drops, "timeout"),
        (Sends::HeadersWithoutEnd, "unreachable"),
        (Sends::BodyWithoutEnd, "delivered"),
        (Sends::Nonsense, "unreachable"),
    ];
    let mut endpoints = Vec::new();
    for (sends, outcome) in expected {
        let endpoint = add(&client, &hostile(sends).await, &EVERYTHING).await;
        for _ in 0..2 {
            test(&client, &endpoint).await;
        }
        endpoints.push((endpoint, outcome));
    }
    let town = Client::of(&house, "town", "web", "https://town.example/done").await;
    let receiver = Receiver::start().await;
    let good = add(&town, &receiver.url, &EVERYTHING).await;
    test(&town, &good).await;
    let begun = Instant::now();
    let all = deliveries.deliver_due();
    let others = async {
        while receiver.connections() == 0 {
            sleep(Duration::from_millis(20)).await;
        }
        begun.elapsed()
    };
    let (sent, waited) = futures_util::future::join(all, others).await;
    assert!(waited < Duration::from_secs(5), "{waited:?}");
    assert!(begun.elapsed() < Duration::from_secs(45), "{:?}", begun.elapsed());
    assert!(sent.unwrap() >= 11);
    for (endpoint, outcome) in endpoints {
        for message in messages(&client, &endpoint).await {
            assert_eq!(message["last_outcome"], outcome, "{message}");
        }
    }
}
