//! AWS around the function: an emulator of its APIs, reached over the wire.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sqs::types::QueueAttributeName;

use crate::distribution;
use crate::process::Process;

pub(crate) const ORIGINALS: &str = "originals";
pub(crate) const VARIANTS: &str = "variants";

/// The emulator, with both buckets in it; it ends with the test.
pub(crate) struct Cloud {
    pub(crate) endpoint: String,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) cloudfront: aws_sdk_cloudfront::Client,
    _process: Process,
}

impl Cloud {
    /// `None` where there is no emulator on this machine.
    pub(crate) async fn start() -> Option<Self> {
        let mut command = Command::new(fakecloud()?);
        command.args(["--addr", "127.0.0.1:0", "--log-level", "error"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Process(command.spawn().unwrap());
        let mut lines = BufReader::new(process.0.stdout.take().unwrap()).lines();
        let port =
            lines.find_map(|line| line.unwrap().strip_prefix("FAKECLOUD_PORT=").map(str::to_owned));
        let port = port.expect("the emulator says its port");
        let endpoint = format!("http://127.0.0.1:{port}");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(&endpoint)
            .credentials_provider(aws_sdk_s3::config::SharedCredentialsProvider::new(
                Credentials::new("test", "test", None, None, "test"),
            ))
            .build();
        let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
        let cloud = Self {
            endpoint,
            s3: aws_sdk_s3::Client::from_conf(s3),
            sqs: aws_sdk_sqs::Client::new(&config),
            cloudfront: aws_sdk_cloudfront::Client::new(&config),
            _process: process,
        };
        for bucket in [ORIGINALS, VARIANTS] {
            cloud.s3.create_bucket().bucket(bucket).send().await.unwrap();
        }
        Some(cloud)
    }

    /// Puts an original, and gives its tag.
    pub(crate) async fn upload(&self, key: &str, bytes: &[u8]) -> String {
        let put = self.s3.put_object().bucket(ORIGINALS).key(key);
        let put = put.body(ByteStream::from(bytes.to_vec())).send().await.unwrap();
        put.e_tag().unwrap().to_owned()
    }

    /// A stored variant and its bytes.
    pub(crate) async fn variant(&self, name: &str) -> Option<(GetObjectOutput, Vec<u8>)> {
        let got = self.s3.get_object().bucket(VARIANTS).key(name).send().await;
        let mut object = match got {
            Ok(object) => object,
            Err(error) if error.code() == Some("NoSuchKey") => return None,
            Err(error) => panic!("{error:?}"),
        };
        let body = std::mem::take(&mut object.body).collect().await.unwrap().to_vec();
        Some((object, body))
    }

    /// The names of all stored variants.
    pub(crate) async fn variants(&self) -> Vec<String> {
        let listed = self.s3.list_objects_v2().bucket(VARIANTS).send().await.unwrap();
        listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
    }

    /// A FIFO queue.
    pub(crate) async fn queue(&self) -> String {
        let queue = self.sqs.create_queue().queue_name("avif.fifo");
        let queue = queue.attributes(QueueAttributeName::FifoQueue, "true");
        queue.send().await.unwrap().queue_url().unwrap().to_owned()
    }

    /// The bodies of all messages that can be had.
    pub(crate) async fn messages(&self, queue_url: &str) -> Vec<String> {
        let mut bodies = Vec::new();
        loop {
            let receive = self.sqs.receive_message().queue_url(queue_url);
            let received = receive.max_number_of_messages(10).wait_time_seconds(0).send().await;
            let received = received.unwrap();
            if received.messages().is_empty() {
                return bodies;
            }
            bodies.extend(received.messages().iter().map(|m| m.body().unwrap().to_owned()));
        }
    }

    /// A distribution in front of the variants.
    pub(crate) async fn distribution(&self) -> String {
        distribution::create(&self.cloudfront, VARIANTS, "", &[]).await
    }

    /// The paths of every invalidation of a distribution, oldest first.
    pub(crate) async fn invalidations(&self, distribution: &str) -> Vec<Vec<String>> {
        distribution::invalidations(&self.cloudfront, distribution).await
    }
}

/// The program: in the folder that `CDN_TEST_TOOLS` names, in `tools` in the target folder, or on
/// the `PATH`.
fn fakecloud() -> Option<PathBuf> {
    // <target>/<profile>/edge-lambda
    let target = PathBuf::from(env!("CARGO_BIN_EXE_edge-lambda")).ancestors().nth(2)?.to_owned();
    let named = std::env::var_os("CDN_TEST_TOOLS").map(PathBuf::from);
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [named, Some(target.join("tools"))].into_iter().flatten();
    let folders = folders.chain(std::env::split_paths(&on_path));
    folders.map(|folder| folder.join("fakecloud")).find(|file| file.is_file())
}
