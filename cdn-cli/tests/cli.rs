//! The command line, from outside: transcripts, help, streams and exit statuses.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

/// The help names every command, so that a build without one of them has other transcripts.
#[cfg(feature = "dev")]
mod transcripts {
    #[test]
    fn every_command_answers_as_written_down() {
        trycmd::TestCases::new().case("tests/cmd/*.trycmd");
    }
}

mod help {
    /// Columns of the narrowest terminal that people use.
    const WIDTH: usize = 80;

    fn each_command(command: &mut clap::Command, check: &mut dyn FnMut(&mut clap::Command)) {
        check(command);
        for inner in command.get_subcommands_mut() {
            each_command(inner, check);
        }
    }

    #[test]
    fn fits_into_80_columns() {
        let mut command = cdn_cli::command().term_width(WIDTH);
        command.build();
        let mut texts = 0;
        each_command(&mut command, &mut |command| {
            for text in [command.render_help(), command.render_long_help()] {
                texts += 1;
                for line in text.to_string().lines() {
                    let name = command.get_name();
                    assert!(line.chars().count() <= WIDTH, "{name}: {line}");
                }
            }
        });
        assert!(texts >= 12, "{texts} texts");
    }

    #[test]
    fn every_command_has_examples() {
        each_command(&mut cdn_cli::command(), &mut |command| {
            let is_leaf = command.get_subcommands().next().is_none();
            let name = command.get_name();
            assert!(!is_leaf || command.get_after_help().is_some(), "{name} has no examples");
        });
    }

    #[test]
    fn every_option_of_a_url_has_a_flag() {
        let mut command = cdn_cli::command();
        let transform = command
            .find_subcommand_mut("images")
            .unwrap()
            .find_subcommand_mut("transform")
            .unwrap();
        for row in edge_resizer::recipe::options() {
            let has_flag = transform.get_arguments().any(|flag| flag.get_long() == Some(row.name));
            // There is nowhere to redirect to.
            let is_wanted = row.is_supported() && row.name != "onerror";
            assert_eq!(has_flag, is_wanted, "{}", row.name);
        }
    }
}

mod in_process {
    use std::io::{self, Write};

    use cdn_cli::{ExitStatus, Io, Stream, run};

    fn run_with(args: &[&str], stdout: &mut (dyn Write + Send)) -> (ExitStatus, String) {
        let mut stderr = Vec::new();
        let mut io = Io {
            stdin: &mut io::empty(),
            stdout: Stream::plain(stdout),
            stderr: Stream::plain(&mut stderr),
        };
        let status = run([&["cdn-cli"], args].concat(), &mut io);
        (status, String::from_utf8(stderr).unwrap())
    }

    /// A pipe whose reader has gone.
    struct Broken;

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error() {
        for args in [
            &["--help"][..],
            &["images", "options"],
            &["images", "options", "--json"],
            &["images", "explain", "/cdn-cgi/image/w=4,x=1/a.jpg"],
            &["completions", "zsh"],
        ] {
            assert_eq!(run_with(args, &mut Broken), (ExitStatus::Done, String::new()), "{args:?}");
        }
    }

    #[test]
    fn every_shell_gets_a_script() {
        for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
            let mut script = Vec::new();
            let outcome = run_with(&["completions", shell], &mut script);
            assert_eq!(outcome, (ExitStatus::Done, String::new()), "{shell}");
            let script = String::from_utf8(script).unwrap();
            for word in ["transform", "explain", "quality", "key-env"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }

    #[test]
    fn options_fit_into_80_columns_and_are_json() {
        let mut text = Vec::new();
        run_with(&["images", "options"], &mut text);
        let text = String::from_utf8(text).unwrap();
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        let mut json = Vec::new();
        run_with(&["images", "options", "--json"], &mut json);
        let rows: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
        assert_eq!(rows.len(), edge_resizer::recipe::options().len());
        for row in rows {
            let name = row["name"].as_str().unwrap();
            assert!(text.contains(&format!("\n{name}")) || text.starts_with(name), "{name}");
        }
    }
}

mod transform {
    use std::fs;
    use std::path::Path;

    use assert_cmd::Command;
    use tempfile::TempDir;

    /// A folder with pictures in it, and the command to be run there.
    struct Shop {
        folder: TempDir,
    }

    impl Shop {
        fn new() -> Self {
            Self { folder: tempfile::tempdir().unwrap() }
        }

        fn with(self, name: &str, bytes: &[u8]) -> Self {
            fs::write(self.folder.path().join(name), bytes).unwrap();
            self
        }

        fn file(&self, name: &str) -> Vec<u8> {
            fs::read(self.folder.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
        }

        fn names(&self) -> Vec<String> {
            let mut names: Vec<_> = walk(self.folder.path())
                .into_iter()
                .map(|path| path.strip_prefix(self.folder.path()).unwrap().display().to_string())
                .collect();
            names.sort();
            names
        }

        fn run(&self, args: &str) -> Answer {
            self.run_with_stdin(args, b"")
        }

        fn run_with_stdin(&self, args: &str, stdin: &[u8]) -> Answer {
            let output = Command::new(env!("CARGO_BIN_EXE_cdn-cli"))
                .args(["images", "transform"])
                .args(args.split_whitespace())
                .current_dir(self.folder.path())
                .write_stdin(stdin)
                .output()
                .unwrap();
            Answer {
                status: output.status.code(),
                stdout: output.stdout,
                stderr: String::from_utf8(output.stderr).unwrap(),
            }
        }
    }

    #[derive(Debug)]
    struct Answer {
        status: Option<i32>,
        stdout: Vec<u8>,
        stderr: String,
    }

    impl Answer {
        fn lines(&self) -> Vec<serde_json::Value> {
            let text = str::from_utf8(&self.stdout).unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        }
    }

    fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
    }

    /// A picture of 24 bits a pixel, a ramp in red and green, in Windows' bitmap format.
    fn bitmap(width: u32, height: u32) -> Vec<u8> {
        let stride = (width * 3).next_multiple_of(4);
        let mut file = Vec::new();
        file.extend(b"BM");
        for word in [54 + stride * height, 0, 54, 40, width, height] {
            file.extend(word.to_le_bytes());
        }
        file.extend([1, 0, 24, 0]);
        file.extend([0; 24]);
        for y in 0..height {
            let ramp = |at: u32, end: u32| u8::try_from(at * 255 / end).unwrap();
            let end = file.len() + stride as usize;
            file.extend((0..width).flat_map(|x| [64, ramp(y, height), ramp(x, width)]));
            file.resize(end, 0);
        }
        file
    }

    const JPEG: &[u8] = &[0xff, 0xd8, 0xff];
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn is_webp(bytes: &[u8]) -> bool {
        bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
    }

    fn is_avif(bytes: &[u8]) -> bool {
        bytes.get(4..12) == Some(b"ftypavif")
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let info = edge_resizer::sniff(bytes, &edge_resizer::policy::Limits::default()).unwrap();
        (info.stored.width, info.stored.height)
    }

    #[test]
    fn the_outputs_name_says_the_format() {
        let shop = Shop::new().with("a.bmp", &bitmap(60, 40));
        for (name, is_format) in [
            ("a.jpg", (|b: &[u8]| b.starts_with(JPEG)) as fn(&[u8]) -> bool),
            ("a.JPEG", |b| b.starts_with(JPEG)),
            ("a.png", |b| b.starts_with(PNG)),
            ("a.webp", is_webp),
            ("a.avif", is_avif),
            ("new/folder/a.gif", |b| b.starts_with(b"GIF8")),
        ] {
            let answer = shop.run(&format!("a.bmp -o {name} --width 30"));
            assert_eq!(answer.status, Some(0), "{name}: {answer:?}");
            assert!(answer.stdout.is_empty(), "{name}: {answer:?}");
            let bytes = shop.file(name);
            assert!(is_format(&bytes), "{name}");
            assert_eq!(size(&bytes), (30, 20), "{name}");
        }
    }

    #[test]
    fn pictures_go_through_pipes() {
        let shop = Shop::new();
        let answer = shop.run_with_stdin("- -o - --width 30 --format png --quiet", &bitmap(60, 40));
        assert_eq!((answer.status, answer.stderr.as_str()), (Some(0), ""));
        assert!(answer.stdout.starts_with(PNG));
        assert_eq!(size(&answer.stdout), (30, 20));
        assert!(shop.names().is_empty(), "{:?}", shop.names());
    }

    #[test]
    fn urls_of_both_dialects_and_accept_are_heeded() {
        let shop = Shop::new().with("a.bmp", &bitmap(60, 40));
        for (url, want) in [
            ("/cdn-cgi/image/w=20,h=20,fit=cover,f=auto/x.jpg", (20, 20)),
            ("https://shop.example/x.jpg?width=20&height=20&crop=center", (20, 20)),
            ("/cdn-cgi/image/w=30,f=auto/https://elsewhere.example/x.jpg", (30, 20)),
        ] {
            let answer = shop.run(&format!("a.bmp -o out --accept image/webp --url {url}"));
            assert_eq!(answer.status, Some(0), "{url}: {answer:?}");
            assert!(is_webp(&shop.file("out")), "{url}");
            assert_eq!(size(&shop.file("out")), want, "{url}");
        }
    }

    #[test]
    fn many_go_into_a_folder_and_one_bad_file_stops_none() {
        let shop = Shop::new()
            .with("a.bmp", &bitmap(60, 40))
            .with("b.jpg", b"no picture")
            .with("c.jpg", &bitmap(40, 60));
        let answer =
            shop.run("a.bmp b.jpg missing.png c.jpg -o small --width 20 --format webp --json");
        assert_eq!(answer.status, Some(2), "{answer:?}");
        assert_eq!(shop.names(), ["a.bmp", "b.jpg", "c.jpg", "small/a.webp", "small/c.webp"]);
        let lines = answer.lines();
        let inputs: Vec<_> = lines.iter().map(|line| line["input"].as_str().unwrap()).collect();
        assert_eq!(inputs, ["a.bmp", "b.jpg", "missing.png", "c.jpg"], "in the order given");
        assert_eq!(lines[0]["output"], "small/a.webp");
        assert_eq!(lines[0]["bytes_in"], bitmap(60, 40).len());
        assert_eq!(lines[0]["bytes_out"], shop.file("small/a.webp").len());
        assert_eq!((&lines[0]["width"], &lines[0]["height"]), (&20.into(), &13.into()));
        assert_eq!(lines[0]["format"], "image/webp");
        assert_eq!(lines[0]["recipe"], "width=20,format=webp");
        assert_eq!(lines[0]["warnings"], serde_json::json!([]));
        assert!(lines[0]["ms"].is_u64());
        assert_eq!(lines[1]["error"], "the source is not a picture (code 9412)");
        assert!(lines[2]["error"].as_str().unwrap().starts_with("reading missing.png: "));
        assert!(answer.stderr.contains("error: b.jpg was not transformed\n"), "{}", answer.stderr);
        assert!(answer.stderr.ends_with("; 2 failed\n"), "{}", answer.stderr);
    }

    #[test]
    fn originals_are_never_written_over() {
        let original = bitmap(60, 40);
        let shop = Shop::new().with("a.bmp", &original).with("b.png", &original);
        for args in [
            "a.bmp -o a.bmp --width 20 --format png",
            "a.bmp -o ./a.bmp --width 20 --format png",
            "b.png a.bmp -o . --width 20 --format png",
        ] {
            assert_eq!(shop.run(args).status, Some(2), "{args}");
            assert_eq!(shop.file("a.bmp"), original, "{args}");
            assert_eq!(shop.file("b.png"), original, "{args}");
            assert!(shop.names().iter().all(|name| !name.contains(".part")), "{args}");
        }
    }

    #[test]
    fn two_originals_of_one_name_do_not_share_an_output() {
        let shop = Shop::new().with("a.bmp", &bitmap(6, 4)).with("a.gif", &bitmap(6, 4));
        let answer = shop.run("a.bmp a.gif -o out --width 2 --format png");
        assert_eq!(answer.status, Some(2), "{answer:?}");
        assert!(answer.stderr.contains("out/a.png was written already"), "{}", answer.stderr);
        assert_eq!(shop.names(), ["a.bmp", "a.gif", "out/a.png"]);
    }

    #[test]
    fn an_output_that_exists_is_replaced_whole() {
        let shop = Shop::new().with("a.bmp", &bitmap(60, 40)).with("a.png", b"what was there");
        assert_eq!(shop.run("a.bmp -o a.png --width 20").status, Some(0));
        assert!(shop.file("a.png").starts_with(PNG));
        // A failure leaves it as it was.
        let before = shop.file("a.png");
        let shop = shop.with("bad.bmp", b"BM");
        assert_eq!(shop.run("bad.bmp -o a.png --width 20").status, Some(2));
        assert_eq!(shop.file("a.png"), before);
    }

    #[test]
    fn check_says_no_where_a_picture_came_with_a_warning() {
        let shop = Shop::new().with("a.bmp", &bitmap(60, 40));
        for (args, status) in [
            ("a.bmp -o a.png --width 20 --check", 0),
            ("a.bmp -o a.png --url /cdn-cgi/image/w=20,f=png,colour=red/a --check", 1),
            ("a.bmp -o a.png --url /cdn-cgi/image/w=20,f=png,colour=red/a", 0),
            ("a.bmp -o a.jpg --width 20 --format png --check", 1),
            ("a.bmp -o a.png --width 20 --dpr 9 --check", 1),
            ("a.bmp missing.bmp -o out --width 20 --dpr 9 --check", 2),
        ] {
            let answer = shop.run(args);
            assert_eq!(answer.status, Some(status), "{args}: {answer:?}");
        }
    }

    #[test]
    fn a_warning_is_told_once() {
        let shop = Shop::new().with("a.bmp", &bitmap(6, 4)).with("b.bmp", &bitmap(6, 4));
        let answer = shop.run("a.bmp b.bmp -o out --url /cdn-cgi/image/w=2,f=png,colour=red/a");
        assert_eq!(answer.stderr.matches("colour").count(), 2, "{}", answer.stderr);
    }

    #[test]
    fn a_policy_limits_sizes_and_sources() {
        let shop = Shop::new()
            .with("a.bmp", &bitmap(60, 40))
            .with("snap.toml", b"widths = [16, 32]")
            .with("strict.toml", b"widths = [16, 32]\nsizing = 'strict'")
            .with("small.toml", b"limits.source_bytes = 100");
        assert_eq!(shop.run("a.bmp -o a.png --width 20 --policy snap.toml").status, Some(0));
        assert_eq!(size(&shop.file("a.png")).0, 32);
        for policy in ["strict.toml", "small.toml"] {
            let answer = shop.run(&format!("a.bmp -o b.png --width 20 --policy {policy}"));
            assert_eq!(answer.status, Some(2), "{policy}: {answer:?}");
        }
        assert!(!shop.names().contains(&"b.png".to_owned()));
    }

    #[test]
    fn a_description_is_json() {
        let shop = Shop::new().with("a.bmp", &bitmap(60, 40));
        let answer = shop.run("a.bmp -o - --width 20 --format json --quiet");
        assert_eq!(answer.status, Some(0), "{answer:?}");
        assert_eq!(answer.lines()[0]["width"], 20);
    }
}
