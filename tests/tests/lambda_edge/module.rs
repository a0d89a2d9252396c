//! The modules themselves, as Node sees them.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tests::tool;

/// What a module may come to, in bytes: it is compiled at every cold start.
const MOST_BYTES: u64 = 2_000_000;

const LOOK: &str = "
    import { readFileSync } from 'node:fs';
    const module = new WebAssembly.Module(readFileSync(process.argv[1]));
    const imports = WebAssembly.Module.imports(module).map(({ module }) => module);
    const exports = WebAssembly.Module.exports(module).map(({ name }) => name);
    console.log(JSON.stringify({ imports, exports }));
";

fn look_at(module: &Path) -> Value {
    let output = Command::new("node")
        .args(["--input-type=module", "--eval", LOOK])
        .arg(module)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_main_module_is_small() {
    let Some(host) = tool::edge_host() else { return };
    let bytes = host.join("resizer.wasm").metadata().unwrap().len();
    assert!(bytes <= MOST_BYTES, "{bytes} bytes");
}

#[test]
fn the_modules_need_nothing_but_their_glue() {
    let Some(host) = tool::edge_host() else { return };
    for name in ["resizer", "resizer-full"] {
        let seen = look_at(&host.join(format!("{name}.wasm")));
        let glue = format!("./{name}_bg.js");
        let imports = seen["imports"].as_array().unwrap();
        assert!(imports.iter().all(|module| *module == glue.as_str()), "{imports:?}");
        let exports = seen["exports"].as_array().unwrap();
        for name in [
            "memory",
            "resizer_new",
            "resizer_accept",
            "job_found",
            "job_finish",
            "answer_takeBody",
        ] {
            assert!(exports.iter().any(|export| export == name), "{name}: {exports:?}");
        }
    }
}

#[test]
fn a_trap_is_the_end_of_the_instance_and_of_nothing_else() {
    let Some(host) = tool::edge_host() else { return };
    // A module whose one function is `unreachable`: what a panic comes to.
    let script = "
        import { pathToFileURL } from 'node:url';
        const { Core } = await import(pathToFileURL(process.argv[1] + '/core.mjs'));
        const core = new Core('./resizer', { behindViewerFunction: true, sites: [] });
        const bytes = [0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,116,0,0,10,5,1,3,0,0,11];
        const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)));
        const asked = { method: 'GET', path: '/a', query: null, headers: [], now: 0 };
        await core.ready();
        let seen = [];
        try { core.run(() => exports.t()); } catch (error) { seen.push(error.constructor.name, core.trapped); }
        await core.ready();
        seen.push(core.trapped, core.accept(asked).kind);
        console.log(JSON.stringify(seen));
    ";
    let output = Command::new("node")
        .args(["--input-type=module", "--eval", script])
        .arg(&host)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(seen, serde_json::json!(["RuntimeError", true, false, "pass"]));
}

#[test]
fn what_is_logged_of_a_picture_is_what_the_report_reads() {
    let Some(host) = tool::edge_host() else { return };
    let script = "
        import { pathToFileURL } from 'node:url';
        const { pictureOf } = await import(pathToFileURL(process.argv[1] + '/picture.mjs'));
        const made = { site: { name: 'shop' }, job: { originalMediaType: 'image/png' }, found: { bytes: { length: 4321 } } };
        const answer = (status, type) => ({
          status, length: 1300, headers: JSON.stringify([['content-type', type], ['x-resizer-recipe', 'width=auto']]),
        });
        pictureOf(answer(200, 'image/avif'), made).log('yes');
        pictureOf(answer(200, 'image/svg+xml'), { ...made, job: {} }).log('no: CloudFront keeps it');
        pictureOf(answer(415, 'image/avif'), made).log('yes');
        pictureOf(answer(200, 'application/json'), made).log('yes');
    ";
    let output = Command::new("node")
        .args(["--input-type=module", "--eval", script])
        .arg(&host)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let lines: Vec<Value> = lines.lines().map(line).collect();
    let known = include_str!("../../../log-analytics/reader/tests/functions/edge.jsonl");
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(lines.len(), 2, "only pictures are logged: {lines:?}");
    assert_eq!(keys(&lines[0]), keys(&line(known)), "the reader is tested with other fields");
    let told = ["message", "site", "bytes", "format", "recipe", "original_bytes", "stored"];
    let of = |value: &Value| told.map(|key| value[key].to_string()).join(" ");
    assert_eq!(of(&lines[0]), r#""Answered" "shop" 1300 "avif" "width=auto" 4321 "yes""#);
    assert_eq!(lines[0]["original_format"], "png");
    assert_eq!((&lines[1]["format"], &lines[1]["original_format"]), (&"svg".into(), &Value::Null));
}
