//! Files that cost more than they weigh: each is answered within seconds, and takes no memory to speak of.

use std::fs;
use std::time::Instant;

use reqwest::Method;

use crate::support::{Citizen, House};

/// The longest time for one of them, in seconds: this is a debug build.
const LONGEST: f64 = 10.0;
/// The most memory that one of them may take, in KiB: a file has 5 MiB, and is held a few times.
const MOST_MEMORY: i64 = 128 * 1024;
const BOUNDARY: &str = "the-boundary";

/// A form of these parts.
fn form(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, content) in parts {
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// The most memory of this process so far, in KiB, or what it takes now.
fn memory(field: &str) -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").trim().parse().unwrap()
}

/// A DER length.
fn length(octets: usize) -> Vec<u8> {
    let octets = u32::try_from(octets).unwrap();
    [&[0x84][..], &octets.to_be_bytes()].concat()
}

/// So many sequences in each other.
fn nested(depth: usize) -> Vec<u8> {
    let mut all = Vec::with_capacity(depth * 6);
    for level in (0..depth).rev() {
        all.push(0x30);
        all.extend(length(level * 6));
    }
    all
}

/// A ZIP of these many empty files, with the number and sizes that its directory claims.
fn zip(files: u16, claimed: u32, method: u16) -> Vec<u8> {
    let (mut local, mut central) = (Vec::new(), Vec::new());
    for number in 0..files {
        let name = format!("f{number}");
        let offset = u32::try_from(local.len()).unwrap();
        let common = [
            &[20, 0, 0, 0][..],
            &method.to_le_bytes(),
            &[0; 8],
            &0_u32.to_le_bytes(),
            &claimed.to_le_bytes(),
            &u16::try_from(name.len()).unwrap().to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        local.extend([b"PK\x03\x04", common.as_slice(), name.as_bytes()].concat());
        let rest = [&[0; 10][..], &offset.to_le_bytes(), name.as_bytes()].concat();
        central.extend([b"PK\x01\x02\x14\x00", common.as_slice(), &rest].concat());
    }
    let (size, at) = (u32::try_from(central.len()).unwrap(), u32::try_from(local.len()).unwrap());
    let end = [
        &b"PK\x05\x06\0\0\0\0"[..],
        &files.to_le_bytes(),
        &files.to_le_bytes(),
        &size.to_le_bytes(),
        &at.to_le_bytes(),
        &[0, 0],
    ];
    [local, central, end.concat()].concat()
}

/// A PDF whose body is this, with a trailer that points at this place.
fn pdf(body: &str, startxref: usize) -> Vec<u8> {
    format!("%PDF-1.7\n{body}\nstartxref\n{startxref}\n%%EOF\n").into_bytes()
}

/// Names, and the parts of their forms.
fn bombs(
    document: &[u8],
    container: &[u8],
    payload: &[u8],
    signature: &[u8],
) -> Vec<(&'static str, Vec<u8>)> {
    let megabytes = |count: usize, octet: u8| vec![octet; count * 1024 * 1024];
    let doc = |content: Vec<u8>| form(&[("document", content)]);
    let zipped = |content: Vec<u8>| form(&[("container", content)]);
    let signed = |content: Vec<u8>| form(&[("payload", payload.to_vec()), ("signature", content)]);
    let of = |content: Vec<u8>| form(&[("payload", content), ("signature", signature.to_vec())]);
    let repeated = |text: &str, bytes: usize| text.repeat(bytes / text.len());
    let half = 2 * 1024 * 1024;
    vec![
        ("octets of zero as PDF", doc(megabytes(4, 0))),
        ("parentheses as PDF", doc(pdf(&repeated("(", half), 9))),
        ("lists in lists as PDF", doc(pdf(&repeated("[", half), 9))),
        ("dictionaries in dictionaries", doc(pdf(&repeated("<</a", half), 9))),
        (
            "a table that points at itself",
            doc(pdf("xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Prev 9>>", 9)),
        ),
        (
            "a table of 4 billion",
            doc(pdf("xref\n0 4294967295\n0000000000 65535 f \ntrailer\n<</Size 1>>", 9)),
        ),
        ("a place beyond the file", doc(pdf("", usize::MAX))),
        ("many starts of tables", doc(repeated("startxref\n9\n%%EOF\n", 2 * half).into_bytes())),
        (
            "many tables",
            doc(pdf(&repeated("xref\n0 1\n0000000000 65535 f \ntrailer\n<</Prev 9>>\n", 2 * half), 9)),
        ),
        ("many objects", doc(pdf(&repeated("1 0 obj\n<<>>\nendobj\n", 2 * half), 9))),
        (
            "a packed stream that says 4 GB",
            doc(pdf(
                "1 0 obj\n<</Length 4294967295/Filter/FlateDecode/Type/XRef>>stream\nx\u{9c}\nendstream",
                9,
            )),
        ),
        ("many ranges", doc(pdf(&repeated("/ByteRange [0 1 2 3]/Contents<00>", 2 * half), 9))),
        (
            "a signature in a PDF that never ends",
            doc(pdf(&format!("/ByteRange [0 9 99 9]/Contents<{}", repeated("30", half)), 9)),
        ),
        ("a good PDF four times", doc(document.iter().copied().cycle().take(document.len() * 4).collect())),
        ("a good PDF with a tail", doc([document, &repeated("%%EOF\n", half).into_bytes()].concat())),
        ("a ZIP of 65,535 files", zipped(zip(65_535, 0, 0))),
        ("a ZIP that says 4 GB each", zipped(zip(1000, u32::MAX, 0))),
        ("a packed ZIP that says 4 GB each", zipped(zip(1000, u32::MAX, 8))),
        ("a ZIP in a method of its own", zipped(zip(1, 10, 99))),
        (
            "ends of ZIPs",
            zipped(repeated("PK\u{5}\u{6}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 2 * half).into_bytes()),
        ),
        ("a good container with a tail", zipped([container, megabytes(3, 0).as_slice()].concat())),
        (
            "a good container four times",
            zipped(container.iter().copied().cycle().take(container.len() * 4).collect()),
        ),
        ("sequences in sequences", signed(nested(700_000))),
        (
            "sequences in sequences without an end",
            signed(vec![0x30, 0x80].into_iter().cycle().take(2 * half).collect()),
        ),
        ("a sequence that says 4 GB", signed([&[0x30][..], &length(u32::MAX as usize), &[0; 9]].concat())),
        ("empty sets", signed([&[0x30][..], &length(half), &[0x31, 0].repeat(half / 2)].concat())),
        ("a number of two megabytes", signed([&[0x02][..], &length(half), &megabytes(2, 0x7f)].concat())),
        ("a good signature with a tail", signed([signature, megabytes(3, 0).as_slice()].concat())),
        ("JSON in JSON as signature", signed(repeated("[", 2 * half).into_bytes())),
        ("a token of dots", signed(repeated(".", 2 * half).into_bytes())),
        ("a token of letters", signed(repeated("A", 2 * half).into_bytes())),
        ("JSON in JSON as payload", of(repeated("{\"a\":", 2 * half).into_bytes())),
        ("a number of four megabytes", of(repeated("9", 2 * half).into_bytes())),
        ("parts by the thousand", form(&(0..20_000).map(|_| ("payload", Vec::new())).collect::<Vec<_>>())),
        ("a part of a long name", form(&[(repeated("n", half).as_str(), Vec::new())])),
        (
            "a boundary that is never reached",
            format!("--{BOUNDARY}\r\n{}", repeated("x: y\r\n", half)).into_bytes(),
        ),
    ]
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn no_file_costs_much_more_than_its_weight() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let file = async |name: &str| {
        let path = format!("/v1/certificates/{}/{name}", certificate["id"].as_str().unwrap());
        citizen.get(&path).await.bytes().await.unwrap().to_vec()
    };
    let (document, container) = (file("document").await, file("container").await);
    let (payload, signature) = (file("payload").await, file("signature").await);
    house.rest().await;
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    for (what, body) in bombs(&document, &container, &payload, &signature) {
        // The highest mark of memory goes down to what is in use now.
        fs::write("/proc/self/clear_refs", "5").unwrap();
        let (before, weight, begun) = (memory("VmRSS"), body.len(), Instant::now());
        let request = house.request(Method::POST, "/v1/verify/signature").header("content-type", &kind);
        let answer = request.body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let answer = answer.text().await.unwrap();
        let (took, grew) = (begun.elapsed().as_secs_f64(), memory("VmHWM") - before);
        println!("{what}: {weight} octets, {status} in {took:.2} s, {grew} KiB");
        assert!([200, 400, 413, 422].contains(&status), "{what}: {status} {answer}");
        assert!(!answer.contains("\"outcome\":\"valid\""), "{what}: {answer}");
        assert!(took < LONGEST, "{what}: {took} s");
        assert!(grew < MOST_MEMORY, "{what}: {grew} KiB");
        assert_eq!(house.get("/health/live").await.status(), 200, "{what}");
    }
}
