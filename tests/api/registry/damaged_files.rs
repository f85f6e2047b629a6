//! Files to import that are damaged, whole or in a line: nobody becomes clean by a fault.

use cazier::registry::Register;
use cazier::registry::bulk::{self, ImportError, Summary};
use serde_json::json;

use super::importing::{Importer, file};
use super::protocol::CLEAN;
use crate::support::{Citizen, Database, House, Officer, cnp, json_of, refused};

/// A thousand convictions, the last of a person who is clean otherwise, changed by `damage`.
fn damaged(damage: impl FnOnce(&mut Vec<String>)) -> Vec<u8> {
    let mut lines = vec![Register::CriminalRecords.columns().join(",")];
    let line = |cnp: &str| format!("{cnp},Sentința 1,Judecătoria Huși,2019-12-31,Furt,Amendă,Executată");
    lines.extend((0..999).map(|n| line(cnp(n).as_str())));
    lines.push(line(CLEAN));
    damage(&mut lines);
    (lines.join("\n") + "\n").into_bytes()
}

#[actix_web::test]
async fn a_file_that_is_not_whole_is_refused_as_a_whole() {
    let house = House::start().await;
    let (mut connection, importer) = (house.database.connect(), Importer::new());
    let path = importer.folder.path().join("file.csv");
    importer.write(&damaged(|_| {}));
    importer.run(&mut connection, |_| {}, |_| {}).unwrap();
    let person = Citizen::verified(&house, "clean").await;
    assert_eq!(json_of(person.apply("employment").await, 202).await["status"], "referred");
    let open_quote = damaged(|lines| lines[951] = lines[951].replace("Furt", "\"Furt"));
    let cut = damaged(|_| {}).into_iter().rev().skip(5).rev().collect();
    let after = [damaged(|_| {}), b"1000 rows\n".to_vec()].concat();
    let windows =
        damaged(|_| {}).iter().flat_map(|&b| if b == b'F' { vec![0xAA] } else { vec![b] }).collect();
    let short = damaged(|lines| lines[500].truncate(30));
    for (bytes, line, rule) in [
        (open_quote, 952, "csv_open_quote"),
        (cut, 1001, "csv_cut"),
        (after, 1002, "columns"),
        (windows, 2, "csv_encoding"),
        (short, 501, "columns"),
    ] {
        importer.write(&bytes);
        let refused = importer.run(&mut connection, |plan| plan.restart = true, |_| {});
        let Err(ImportError::Defect(defect)) = refused else { panic!("{rule}: {refused:?}") };
        assert_eq!((defect.line, defect.rule.code), (line, rule));
    }
    std::fs::remove_file(path).unwrap();
    assert_eq!(
        json_of(person.apply("studies").await, 202).await["status"],
        "referred",
        "nothing was switched"
    );
}

#[actix_web::test]
async fn the_subject_of_an_unreadable_line_is_referred_and_never_clean() {
    let house = House::with().local_registers().start().await;
    let (mut connection, importer) = (house.database.connect(), Importer::new());
    let person = Citizen::verified(&house, "clean").await;
    let long = "x".repeat(501);
    for (n, (from, to, rule)) in [
        ("Furt", "\"Furt\nși altele\"", "text_control_character"),
        ("Furt", long.as_str(), "text_too_long"),
        ("2019-12-31", "14.05.2024", "date_format"),
        ("Judecătoria Huși", "", "text_blank"),
    ]
    .into_iter()
    .enumerate()
    {
        importer.write(&damaged(|lines| lines[1000] = lines[1000].replace(from, to)));
        let summary = importer.run(&mut connection, |plan| plan.expected_rows = Some(1000), |_| {}).unwrap();
        assert_eq!((summary.records, summary.rows, summary.refused), (1000, 1000, 1), "{rule}");
        assert!(importer.report().contains(&format!("1001,{rule}")), "{}", importer.report());
        let reason = ["employment", "studies", "volunteering", "adoption"][n];
        assert_eq!(json_of(person.apply(reason).await, 202).await["status"], "referred", "{rule}");
    }
    // An officer sees that something stands there, and can issue nothing.
    let officer = Officer::who_is(&house, "1630615123457");
    let queue = json_of(officer.get("/v1/review/applications").await, 200).await;
    let id = queue["items"][0]["id"].as_str().unwrap().to_owned();
    let case =
        json_of(officer.post(&format!("/v1/review/applications/{id}/claim"), &json!({})).await, 200).await;
    assert_eq!((&case["entries"], &case["entries_unreadable"]), (&json!([]), &json!(true)));
    for decision in ["issue", "clear"] {
        let path = format!("/v1/review/applications/{id}/decision");
        let answer = officer.post(&path, &json!({"decision": decision, "note": "Am verificat"})).await;
        refused(answer, 409, "register_record_unreadable").await;
    }
}

#[test]
fn every_line_that_breaks_a_rule_is_reported_and_one_without_a_subject_fails_the_import() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let importer = Importer::new();
    let rest = "Sentința 1,Judecătoria,2019-12-31,Furt,Amendă,Executată";
    let mut text = format!("cnp,judgment,court,date_final,offence,sanction,status\n{CLEAN},{rest}\n");
    text += &format!("{CLEAN},\"două\nrânduri\",J,2019-12-31,Furt,Amendă,Executată\n");
    text += &format!("{CLEAN},,Judecătoria,2019-12-31,Furt,Amendă,Executată\n");
    let good_so_far = text.clone();
    for line in ["1630615123458,", "x,"] {
        text += &format!("{line}{rest}\n");
    }
    importer.write(text.as_bytes());
    let failed = importer.run(&mut connection, |_| {}, |_| {});
    assert!(matches!(failed, Err(ImportError::Nameless(2))), "{failed:?}");
    let rules: Vec<String> =
        importer.report().lines().skip(1).map(|l| l.rsplitn(2, ",\"").last().unwrap().to_owned()).collect();
    assert_eq!(rules, ["3,text_control_character", "5,text_blank", "6,cnp_checksum", "7,cnp_length"]);
    // Nothing is left of it: the mended file needs no --restart.
    importer.write(good_so_far.as_bytes());
    let summary = importer.run(&mut connection, |_| {}, |_| {}).unwrap();
    assert_eq!(summary, Summary { lines: 5, records: 3, rows: 3, refused: 2, resumed_at: 0 });
}

#[test]
fn a_file_that_changes_while_it_is_read_leaves_nothing_behind() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let importer = Importer::new();
    let path = importer.folder.path().join("file.csv");
    file(&path, 12_000);
    let whole = std::fs::read(&path).unwrap();
    let other = String::from_utf8(whole.clone()).unwrap().replace("Furt", "Fapt").into_bytes();
    for content in [&whole[..whole.len() / 2], &other] {
        let overwrite = |progress: bulk::Progress| {
            if progress.records == 5_000 {
                std::fs::write(&path, content).unwrap();
            }
        };
        let changed = importer.run(&mut connection, |_| {}, overwrite);
        assert!(matches!(changed, Err(ImportError::Changed)), "{changed:?}");
        std::fs::write(&path, &whole).unwrap();
    }
    let summary = importer.run(&mut connection, |_| {}, |_| {}).unwrap();
    assert_eq!((summary.rows, summary.resumed_at), (12_000, 0), "nothing is gone on with");
}
