//! A list for people to read: what becomes of which URL. `UPDATE=1` writes it anew, and fails so that
//! somebody looks.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use crate::agreement::{HOST, store};
use crate::cases;
use crate::engine::Engine;

#[test]
fn the_list_is_up_to_date() {
    let mut text = String::from(
        "# What the viewer function makes of the requests of tests/viewer/requests.toml.\n\
         # UPDATE=1 cargo test -p cloudformation --test viewer golden writes it anew.\n",
    );
    let mut group = String::new();
    let mut engine = None;
    let mut policy = None;
    for (name, case) in cases::own() {
        if group != name {
            writeln!(text, "\n== {name}").unwrap();
            group = name;
        }
        if policy.as_ref() != Some(&case.policy) {
            engine = Some(Engine::new(&store(&case.policy)));
            policy = Some(case.policy.clone());
        }
        let answer = engine.as_ref().unwrap().answer(HOST, &case.request);
        let request = &case.request;
        let query = request.query.as_ref().map_or(String::new(), |query| format!("?{query}"));
        writeln!(text, "{} {}{query}", request.method, request.path).unwrap();
        for (name, value) in &request.headers {
            writeln!(text, "    {name}: {}", value.to_str().unwrap()).unwrap();
        }
        writeln!(text, "  -> {}", answer.line()).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/viewer.txt");
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
        panic!("written: {}; look at what changed", path.display());
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let differs = golden.lines().zip(text.lines()).find(|(golden, now)| golden != now);
    assert!(golden == text, "{differs:?}");
}
