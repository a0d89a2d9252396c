//! An operator: a folder with a fleet file, and the command.

use std::fmt::Write as _;
use std::process::Output;

use tempfile::TempDir;
use tokio::process::{Child, Command};

/// A folder to work in.
pub(crate) struct Operator {
    folder: TempDir,
    endpoint: String,
    name: &'static str,
}

impl Operator {
    /// One with a fleet file.
    pub(crate) fn new(endpoint: &str, fleet: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let operator = Self { folder, endpoint: endpoint.to_owned(), name: "ann" };
        operator.write(fleet);
        operator
    }

    /// The same by another name, elsewhere.
    pub(crate) fn called(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// Writes the fleet file.
    pub(crate) fn write(&self, fleet: &str) {
        std::fs::write(self.folder.path().join("fleet.toml"), fleet).expect("a file");
    }

    /// Writes another file.
    pub(crate) fn put(&self, path: &str, text: &str) {
        let file = self.folder.path().join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("a file");
    }

    /// A file of the folder.
    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// The command, ready to run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cdn-cli"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs([
                ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
                ("AWS_ACCESS_KEY_ID", "test"),
                ("AWS_SECRET_ACCESS_KEY", "test"),
                ("HOME", self.folder.path().to_str().unwrap_or("/")),
                ("USER", self.name),
            ])
            .stdin(std::process::Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Runs it to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().await.expect("the command starts"))
    }

    /// Begins it.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        command.spawn().expect("the command starts")
    }
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// The same, where it ended as it should.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

/// A fleet of these sites, without pictures.
pub(crate) fn sites(defaults: &str, sites: &str) -> String {
    format!(
        "[fleet]\nname = \"shops\"\n\n[defaults]\nimage_shape = \"off\"\n\
         logs = {{ enabled = false }}\norigin = {{ http = {{ url = \"https://{{name}}.origin.example\" }} }}\n\
         {defaults}\n\n{sites}"
    )
}

/// A fleet of so many sites without pictures and certificates, the first of them a canary.
pub(crate) fn fleet(number: usize, defaults: &str) -> String {
    let mut text = String::new();
    for number in 0..number {
        let wave = match number {
            0 => 0,
            number => 1 + number / 100,
        };
        let _ = write!(
            text,
            "\n[[sites]]\nname = \"s{number:03}\"\ndomains = [\"s{number:03}.example\"]\nwave = {wave}\n"
        );
    }
    sites(&format!("certificate = \"none\"\n{defaults}"), &text)
}
