//! S3 and CloudFront's API over the wire, from an emulator of AWS's APIs.

use std::process::Stdio;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::primitives::ByteStream;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::tool;

/// The emulator lets this pair do everything.
pub const ROOT: [&str; 2] = ["test", "test"];

/// The emulator; it ends with the test.
pub struct Emulator {
    /// The base URL of its APIs.
    pub endpoint: String,
    /// S3, by [`ROOT`].
    pub s3: Client,
    /// CloudFront's API, by [`ROOT`].
    pub cloudfront: aws_sdk_cloudfront::Client,
    _process: Child,
}

impl Emulator {
    /// `None`, and a line that says so, where there is none on this machine. `arguments` are put
    /// behind those that every test needs.
    ///
    /// # Panics
    /// Where it does not start.
    #[expect(clippy::print_stderr, reason = "whoever runs the suite has to see what it left out")]
    pub async fn start(arguments: &[&str]) -> Option<Self> {
        let Some(program) = tool::fakecloud() else {
            eprintln!("skipped: no fakecloud here, see cargo xtask setup");
            return None;
        };
        let mut process = Command::new(program)
            .args(["--addr", "127.0.0.1:0", "--log-level", "error"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the emulator starts");
        let output = process.stdout.take().expect("a pipe was asked for");
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await.expect("its output is text") {
            if let Some(port) = line.strip_prefix("FAKECLOUD_PORT=") {
                let endpoint = format!("http://127.0.0.1:{port}");
                let (s3, cloudfront) = (client(&endpoint), cloudfront(&endpoint));
                return Some(Self { s3, cloudfront, endpoint, _process: process });
            }
        }
        panic!("the emulator did not say its port");
    }

    /// Makes a bucket with objects in it.
    ///
    /// # Panics
    /// Where S3 refuses.
    pub async fn bucket(&self, name: &str, objects: &[(&str, &[u8])]) {
        self.s3.create_bucket().bucket(name).send().await.expect("the bucket is made");
        for (key, bytes) in objects {
            self.put(name, key, bytes).await;
        }
    }

    /// Puts an object into a bucket, over what is there.
    ///
    /// # Panics
    /// Where S3 refuses.
    pub async fn put(&self, bucket: &str, key: &str, bytes: &[u8]) {
        let body = ByteStream::from(bytes.to_vec());
        let put = self.s3.put_object().bucket(bucket).key(key).body(body);
        put.send().await.expect("the object is put");
    }
}

fn client(endpoint: &str) -> Client {
    let [id, secret] = ROOT;
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .force_path_style(true)
        .credentials_provider(Credentials::new(id, secret, None, None, "test"));
    Client::from_conf(config.build())
}

fn cloudfront(endpoint: &str) -> aws_sdk_cloudfront::Client {
    use aws_sdk_cloudfront::config::{BehaviorVersion, Config, Credentials, Region};

    let [id, secret] = ROOT;
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new(id, secret, None, None, "test"));
    aws_sdk_cloudfront::Client::from_conf(config.build())
}
