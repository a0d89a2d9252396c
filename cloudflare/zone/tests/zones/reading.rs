//! Answers in all their shapes.

use cloudflare_zone::{SavedFile, read};
use serde_json::json;

use crate::table::answer;

fn told(files: &[SavedFile]) -> Vec<String> {
    let unread = read(files).unread.into_iter();
    unread.map(|it| format!("{}{}: {}", it.place.file, it.place.pointer, it.why)).collect()
}

#[test]
fn what_is_not_understood_is_told_with_its_place() {
    let file = |name: &str, text: &str| SavedFile { name: name.to_owned(), text: text.to_owned() };
    let files = [
        file("broken.json", "{"),
        file(
            "refused.json",
            r#"{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"result":null}"#,
        ),
        file(
            "nothing.json",
            r#"{"success":false,"errors":[{"code":10003,"message":"could not find entrypoint ruleset"}],"result":null}"#,
        ),
        file("strange.json", r#"{"success":true,"result":[{"wheels":4}]}"#),
        file(
            "phase.json",
            r#"{"success":true,"result":{"id":"1","kind":"zone","phase":"http_tomorrow","rules":[]}}"#,
        ),
        file(
            "index.json",
            r#"{"success":true,"result":[{"id":"7","kind":"zone","phase":"http_ratelimit","version":"1"}]}"#,
        ),
    ];
    assert_eq!(
        told(&files),
        [
            "broken.json: it is not JSON: EOF while parsing an object at line 1 column 1",
            "index.json/result/0: the rules of ruleset 7 are in no file: save the answer of rulesets/7 too",
            "phase.json/result: rules of the phase `http_tomorrow`, which is not known",
            "refused.json: Cloudflare refused to answer: Authentication error (10000)",
            "strange.json/result/0: it is no answer that is known; it has `wheels`",
        ]
    );
}

#[test]
fn pages_are_put_together_and_missed() {
    let page = |name: &str, number: u32| {
        SavedFile {
        name: name.to_owned(),
        text: json!({ "success": true, "result": [{ "id": number.to_string(), "type": "A", "name": "a.shop.example",
            "content": format!("192.0.2.{number}"), "ttl": 60 }],
            "result_info": { "page": number, "per_page": 1, "total_count": 2, "total_pages": 2 } }).to_string(),
    }
    };
    let both = [page("one.json", 1), page("two.json", 2)];
    assert_eq!(read(&both).zones[0].records.len(), 2);
    assert_eq!(told(&both), Vec::<String>::new());
    assert_eq!(
        told(&both[..1]),
        ["one.json/result: 1 of 2 items are there: save the other pages too"]
    );
}

#[test]
fn answers_find_their_zones() {
    let zone = |id: &str, name: &str| json!({ "id": id, "name": name, "name_servers": [], "status": "active" });
    let (a, b) = ("a".repeat(32), "b".repeat(32));
    let settings = |value: &str| json!([{ "id": "ssl", "value": value, "editable": true }]);
    let files = [
        answer("zones.json", &json!([zone(&a, "a.example"), zone(&b, "b.example")])),
        // By the id in the name, by the names in the answer.
        answer(&format!("zones_{b}_settings.json"), &settings("strict")),
        answer(
            "x.json",
            &json!([{ "id": "1", "type": "TXT", "name": "t.a.example", "content": "x", "ttl": 1 }]),
        ),
    ];
    let zones = read(&files).zones;
    assert_eq!(zones[1].setting("ssl").and_then(|it| it.as_str()), Some("strict"));
    assert_eq!((zones[0].settings.len(), zones[0].records.len()), (0, 1));
    // By the folder.
    let files = [
        answer("one/zone.json", &zone(&a, "a.example")),
        answer("one/s.json", &settings("full")),
        answer("two/zone.json", &zone(&b, "b.example")),
        answer("two/s.json", &settings("off")),
    ];
    let modes: Vec<_> = read(&files).zones.iter().map(|it| it.setting("ssl").cloned()).collect();
    assert_eq!(modes, [Some(json!("full")), Some(json!("off"))]);
}

#[test]
fn one_file_may_hold_many_answers() {
    let text = r#"{"success":true,"result":{"id":"ssl","value":"full"}}
        {"success":true,"result":[{"id":"ipv6","value":"on"}]}
        [{"id":"http3","value":"on"}]"#;
    let export = read(&[SavedFile { name: "all.json".to_owned(), text: text.to_owned() }]);
    let ids: Vec<_> = export.zones[0].settings.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["ssl", "ipv6", "http3"]);
}
