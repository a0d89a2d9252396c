//! AWS around the function: an emulator of its APIs, reached over the wire.

use std::env;
use std::path::PathBuf;
use std::process::Stdio;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The bucket of reports.
pub(crate) const REPORTS: &str = "reports";

/// The emulator, with a bucket and both queues in it; it ends with the test.
pub(crate) struct Cloud {
    pub(crate) endpoint: String,
    /// The URL of the queue of slices.
    pub(crate) queue: String,
    /// That of what could not be done.
    dead: String,
    pub(crate) cloudfront: aws_sdk_cloudfront::Client,
    s3: aws_sdk_s3::Client,
    sqs: aws_sdk_sqs::Client,
    _process: Child,
}

impl Cloud {
    /// `None`, and a line that says so, where there is no emulator on this machine.
    #[expect(clippy::print_stderr, reason = "whoever runs the suite has to see what it left out")]
    pub(crate) async fn start() -> Option<Self> {
        let Some(program) = program() else {
            eprintln!("skipped: no fakecloud here, see cargo xtask setup");
            return None;
        };
        let mut command = Command::new(program);
        command.args(["--addr", "127.0.0.1:0", "--log-level", "error"]).kill_on_drop(true);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next_line().await.unwrap().expect("the emulator says its port");
            if let Some(port) = line.strip_prefix("FAKECLOUD_PORT=") {
                break port.to_owned();
            }
        };
        let endpoint = format!("http://127.0.0.1:{port}");
        let credentials = Credentials::new("test", "test", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(&endpoint)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(s3);
        s3.create_bucket().bucket(REPORTS).send().await.unwrap();
        let sqs = aws_sdk_sqs::Client::new(&config);
        let (queue, dead) = queues(&sqs).await;
        let cloudfront = aws_sdk_cloudfront::Client::new(&config);
        Some(Self { endpoint, queue, dead, cloudfront, s3, sqs, _process: process })
    }

    /// What stands in an object.
    pub(crate) async fn object(&self, key: &str) -> Vec<u8> {
        let got = self.s3.get_object().bucket(REPORTS).key(key).send().await;
        got.expect("an object").body.collect().await.unwrap().to_vec()
    }

    /// Puts an object.
    pub(crate) async fn put(&self, key: &str, text: &str) {
        let put = self.s3.put_object().bucket(REPORTS).key(key);
        put.body(ByteStream::from(text.as_bytes().to_vec())).send().await.unwrap();
    }

    /// The names of all objects.
    pub(crate) async fn objects(&self) -> Vec<String> {
        let listed = self.s3.list_objects_v2().bucket(REPORTS).send().await.unwrap();
        listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
    }

    /// Messages that can be had now, up to so many.
    pub(crate) async fn receive(&self, most: i32) -> Vec<Message> {
        let receive = self.sqs.receive_message().queue_url(&self.queue);
        let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
        let received = receive.max_number_of_messages(most).wait_time_seconds(0).send().await;
        received.unwrap().messages.unwrap_or_default()
    }

    /// Takes a message off the queue.
    pub(crate) async fn delete(&self, message: &Message) {
        let delete = self.sqs.delete_message().queue_url(&self.queue);
        delete.receipt_handle(message.receipt_handle().unwrap()).send().await.unwrap();
    }

    /// Puts a message into the queue.
    pub(crate) async fn send(&self, body: &str) {
        let send = self.sqs.send_message().queue_url(&self.queue).message_body(body);
        send.send().await.unwrap();
    }

    /// The bodies of what could not be done.
    pub(crate) async fn dead(&self) -> Vec<String> {
        let receive = self.sqs.receive_message().queue_url(&self.dead).max_number_of_messages(10);
        let received = receive.wait_time_seconds(0).send().await.unwrap();
        received.messages().iter().map(|it| it.body().unwrap().to_owned()).collect()
    }
}

/// A queue whose messages are handed out three times, and where they go then. They are to be had again
/// at once: nobody else works.
async fn queues(sqs: &aws_sdk_sqs::Client) -> (String, String) {
    let dead = sqs.create_queue().queue_name("warm-failed").send().await.unwrap();
    let dead = dead.queue_url().unwrap().to_owned();
    let attributes = sqs.get_queue_attributes().queue_url(&dead);
    let attributes = attributes.attribute_names(QueueAttributeName::QueueArn).send().await;
    let attributes = attributes.unwrap().attributes.unwrap();
    let arn = &attributes[&QueueAttributeName::QueueArn];
    let redrive = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": 3 }).to_string();
    let queue = sqs.create_queue().queue_name("warm");
    let queue = queue.attributes(QueueAttributeName::VisibilityTimeout, "0");
    let queue = queue.attributes(QueueAttributeName::RedrivePolicy, redrive).send().await.unwrap();
    (queue.queue_url().unwrap().to_owned(), dead)
}

/// The program: in the folder that `CDN_TEST_TOOLS` names, in `tools` in the target folder, or on
/// the `PATH`.
fn program() -> Option<PathBuf> {
    // <target>/<profile>/warm-lambda
    let target = PathBuf::from(env!("CARGO_BIN_EXE_warm-lambda")).ancestors().nth(2)?.to_owned();
    let named = env::var_os("CDN_TEST_TOOLS").map(PathBuf::from);
    let on_path = env::var_os("PATH").unwrap_or_default();
    let folders = [named, Some(target.join("tools"))].into_iter().flatten();
    let folders = folders.chain(env::split_paths(&on_path));
    folders.map(|folder| folder.join("fakecloud")).find(|file| file.is_file())
}
