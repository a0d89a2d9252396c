//! The command line, from outside: transcripts, help, streams and exit statuses.

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
        let transform =
            command.find_subcommand_mut("images").unwrap().find_subcommand_mut("transform").unwrap();
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
