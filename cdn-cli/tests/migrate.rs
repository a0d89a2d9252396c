//! `cdn-cli migrate scan` and `cdn-cli compare`, in-process against servers of this machine.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::fs;
use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use cdn_cli::{Io, Stream, run};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// How a command ends, and what it says on each stream.
fn ran(arguments: &[&str], input: &str) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut stdin = input.as_bytes();
    let mut io =
        Io { stdin: &mut stdin, stdout: Stream::plain(&mut out), stderr: Stream::plain(&mut err) };
    let status = run([&["cdn-cli"], arguments].concat(), &mut io);
    (status.code(), String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

fn theme() -> TempDir {
    folder(&[
        (
            "sections/hero.liquid",
            "<img src=\"{{ section.image | img_url: '800x' }}\">\n\
             <img src=\"/cdn-cgi/image/width=400,zoom=0.5/hero.jpg\"\n  \
             srcset=\"/cdn-cgi/image/w=400/{{ a }} 1x, /cdn-cgi/image/w=400,dpr=2/{{ a }} 2x\">",
        ),
        (
            "assets/theme.css",
            "a { background: url(/cdn-cgi/image/w=99/https://files.example/b.png) }",
        ),
        ("assets/theme.js", "load('https://brand.imgix.net/c.jpg?w=1')"),
        ("node_modules/x/y.html", "<img src=/no.jpg>"),
        ("LICENSE", "/no.jpg"),
    ])
}

#[test]
fn a_theme_is_scanned() {
    let theme = theme();
    let path = theme.path().display().to_string();
    let (status, out, err) = ran(&["migrate", "scan", &path, "--exit-code"], "");
    insta::assert_snapshot!(out, @r#"
    service     as it was  differs  not answered  files  named
    Cloudflare  3          1        0             0      4
    Shopify     1          0        0             0      1
    imgix       0          0        1             0      1

    Answered, but not as it was:
      zoom=0.5 (unsupported): is not supported; 1 URL
        sections/hero.liquid:2 /cdn-cgi/image/width=400,zoom=0.5/hero.jpg

    Not answered:
      imgix, 1 URL: fetch the originals, put them into the site's bucket, and write
      /cdn-cgi/image/<options>/<path> in its place
        assets/theme.js:1 https://brand.imgix.net/c.jpg?w=1

    For the site in fleet.toml:
    [sites.images]
    widths = [99, 400, 800]
    [sites.images.sources]
    hosts = ["files.example"]
    "#);
    assert_eq!(err, "3 texts name 6 pictures with 6 URLs\n");
    assert_eq!(status, 1);

    let (status, out, _) = ran(&["migrate", "scan", &path, "--json"], "");
    let summary: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(status, 0);
    assert_eq!(summary["differences"][0]["option"], "zoom=0.5");
    assert_eq!(summary["differences"][0]["examples"][0]["line"], 2);
}

#[test]
fn what_cannot_be_scanned_is_told() {
    let empty = folder(&[("a.txt", "/b.jpg")]);
    let path = empty.path().display().to_string();
    let (status, out, err) = ran(&["migrate", "scan", &path], "");
    assert_eq!((status, out.as_str()), (2, ""));
    insta::assert_snapshot!(err.replace(&path, "FOLDER"), @r"
    0 texts name 0 pictures with 0 URLs
    error: nothing was read of FOLDER

    hint: name a folder with HTML, CSS, Liquid, scripts or JSON, or the URL of a
          page
    ");
    let (status, _, err) = ran(&["migrate", "scan", "no/such/folder"], "");
    assert_eq!(status, 2);
    insta::assert_snapshot!(err, @r"
    error: reading the folder no/such/folder
      because: No such file or directory (os error 2)
    ");
}

/// Two servers, which serve while the runtime is there.
fn servers() -> (Runtime, SocketAddr, SocketAddr) {
    let runtime = Runtime::new().unwrap();
    let start = async |page: &'static str| {
        let router = Router::new()
            .route("/", get(async move || page))
            .route("/same", get(async || "the same"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    };
    let (old, new) = runtime.block_on(async { (start("old").await, start("new").await) });
    (runtime, old, new)
}

/// What was said without times.
fn untimed(text: &str) -> String {
    text.split(';').next().unwrap_or_default().to_owned()
}

#[test]
fn two_hosts_are_compared() {
    let (_runtime, old, new) = servers();
    let [resolve_old, resolve_new] = [old, new].map(|it| format!("shop.example={it}"));
    let base = "http://shop.example";
    let sides = [
        "compare",
        "--old",
        base,
        "--new",
        base,
        "--resolve-old",
        &resolve_old,
        "--resolve-new",
        &resolve_new,
    ];
    let with = |more: &[&str], input: &str| ran(&[&sides, more].concat(), input);

    let (status, out, err) = with(&["--urls", "-"], "/\n/same\n");
    assert_eq!((status, out.as_str()), (1, "/\n  body: line 1: old -> line 1: new\n"));
    assert_eq!(untimed(&err), "1 of 2 requests differ, allowed differences: 0");

    let rules = folder(&[
        ("allow.toml", "[[allow]]\nreason = 'as wanted'\nwhat = 'body'\n"),
        ("bad.toml", "[[allow]]\n"),
    ]);
    let [allow, bad] =
        ["allow.toml", "bad.toml"].map(|name| rules.path().join(name).display().to_string());
    let (status, out, err) = with(&["--urls", "-", "--allow", &allow], "/\n");
    let want = "/\n  body: line 1: old -> line 1: new (allowed: as wanted)\n";
    assert_eq!((status, out.as_str()), (0, want));
    assert_eq!(untimed(&err), "0 of 1 requests differ, allowed differences: 1");

    let (status, _, err) = with(&["--urls", "-", "--allow", &bad], "/\n");
    assert_eq!(status, 2);
    insta::assert_snapshot!(err.replace(&bad, "FILE"), @r"
    error: reading FILE
      because: TOML parse error at line 1, column 1
      |
    1 | [[allow]]
      | ^^^^^^^^^
    missing field `reason`
    ");
    let (status, _, err) = with(&["--urls", "-"], "/a\nb c\nhttps://other.example/\n");
    assert_eq!(status, 2);
    insta::assert_snapshot!(err, @r"
    error: reading the URLs of standard input
      because: line 2: `b c` is neither a URL nor a path that begins with `/`
    line 3: `https://other.example/` is not on shop.example

    hint: a line is a path that begins with `/`, or a URL on one of the two sides
    ");
    let (status, _, err) = with(&["--urls", "-"], "# nothing\n");
    assert_eq!(status, 2);
    insta::assert_snapshot!(err, @r"
    error: there is no URL to ask for

    hint: a list has a URL on each line
    ");

    let report = rules.path().join("report.xml").display().to_string();
    let (status, out, _) = with(&["--urls", "-", "--format", "junit", "-o", &report], "/\n/same\n");
    assert_eq!((status, out.as_str()), (1, ""));
    let written = fs::read_to_string(&report).unwrap();
    assert!(written.contains("tests=\"2\" failures=\"1\""), "{written}");
}
