//! Web ACLs and IP sets. `WAFv2` is spoken to in JSON, since its answers are nearly in the words of
//! templates already; through the SDK each kind of statement would have to be translated by hand.

use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, StatusCode};
use serde_json::{Map, Value, json};

use super::super::error::of_code;
use super::super::{ATTEMPTS, GLOBAL};
use crate::hints::Hinted;

/// What a web ACL's answer has in common with its properties, beside `Scope`:
/// <https://docs.aws.amazon.com/waf/latest/APIReference/API_WebACL.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webacl.html>.
const OF_WEB_ACL: [&str; 9] = [
    "AssociationConfig",
    "CaptchaConfig",
    "ChallengeConfig",
    "CustomResponseBodies",
    "DefaultAction",
    "Description",
    "Rules",
    "TokenDomains",
    "VisibilityConfig",
];
/// The same of an IP set.
const OF_IP_SET: [&str; 3] = ["Addresses", "Description", "IPAddressVersion"];

/// Seconds that an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The first pause before a call is made again, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// `WAFv2`, for what belongs to `CloudFront`.
#[derive(Clone, Debug)]
pub(super) struct Firewall {
    config: SdkConfig,
}

/// What came of a call.
enum Told {
    Answer(Value),
    /// There is nothing of that id.
    Nothing,
    /// AWS wants to be asked again.
    Again(String),
}

impl Firewall {
    pub(super) fn new(config: &SdkConfig) -> Self {
        Self { config: config.clone() }
    }

    /// The properties of a web ACL; `None` where it is gone.
    pub(super) async fn web_acl(&self, id: &str) -> anyhow::Result<Option<Value>> {
        let answer = self.get("GetWebACL", id).await?;
        Ok(answer.map(|answer| properties(&answer["WebACL"], &OF_WEB_ACL)))
    }

    /// The properties of a set of addresses; `None` where it is gone.
    pub(super) async fn ip_set(&self, id: &str) -> anyhow::Result<Option<Value>> {
        let answer = self.get("GetIPSet", id).await?;
        Ok(answer.map(|answer| properties(&answer["IPSet"], &OF_IP_SET)))
    }

    async fn get(&self, operation: &str, id: &str) -> anyhow::Result<Option<Value>> {
        let doing = || format!("reading {id} as it is");
        let (name, own) = named(id)
            .with_context(|| format!("{id} is no ARN and no name, id and scope of WAFv2"))
            .with_context(doing)?;
        let body = json!({ "Name": name, "Id": own, "Scope": "CLOUDFRONT" }).to_string();
        // The first to install a provider wins, and any of them will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().timeout(PATIENCE).build().with_context(doing)?;
        let mut pause = PAUSES.0;
        for attempt in 1.. {
            match self.call(&client, operation, &body).await.with_context(doing)? {
                Told::Answer(answer) => return Ok(Some(answer)),
                Told::Nothing => return Ok(None),
                Told::Again(reason) if attempt >= ATTEMPTS => {
                    return Err(anyhow::anyhow!(reason).context(doing()));
                }
                Told::Again(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(PAUSES.1);
        }
        Ok(None)
    }

    async fn call(&self, client: &Client, operation: &str, body: &str) -> anyhow::Result<Told> {
        let elsewhere = self.config.endpoint_url().map(str::to_owned);
        let url = elsewhere.unwrap_or_else(|| format!("https://wafv2.{GLOBAL}.amazonaws.com/"));
        let mut request = http::Request::post(url)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSWAF_20190729.{operation}"))
            .body(body.to_owned())?;
        self.sign(&mut request).await?;
        let sent = client.execute(request.try_into()?).await;
        let answer = match sent {
            Ok(answer) => (answer.status(), answer.bytes().await),
            Err(error) => return Ok(Told::Again(error.to_string())),
        };
        match answer {
            (status, Ok(body)) => told(status, &body),
            (_, Err(error)) => Ok(Told::Again(error.to_string())),
        }
    }

    async fn sign(&self, request: &mut http::Request<String>) -> anyhow::Result<()> {
        let provider = self.config.credentials_provider().context("there are no credentials")?;
        let credentials = provider.provide_credentials().await?;
        let identity = credentials.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(GLOBAL)
            .name("wafv2")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers = request.headers().iter();
        let headers =
            headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let uri = request.uri().to_string();
        let body = SignableBody::Bytes(request.body().as_bytes());
        let signable = SignableRequest::new(request.method().as_str(), uri, headers, body)?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }
}

/// What an answer says.
fn told(status: StatusCode, body: &[u8]) -> anyhow::Result<Told> {
    if status.is_success() {
        return Ok(Told::Answer(serde_json::from_slice(body)?));
    }
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |keys: [&str; 2]| {
        let found = keys.iter().find_map(|key| answer.get(*key)?.as_str());
        found.unwrap_or_default().to_owned()
    };
    // `com.amazonaws.wafv2#WAFNonexistentItemException`
    let code = text(["__type", "code"]);
    let code = code.rsplit('#').next().unwrap_or_default();
    let reason = format!("{code}: {} ({status})", text(["Message", "message"]));
    if code == "WAFNonexistentItemException" {
        return Ok(Told::Nothing);
    }
    let is_throttled = code.starts_with("Throttl") || status == StatusCode::TOO_MANY_REQUESTS;
    if is_throttled || status.is_server_error() {
        return Ok(Told::Again(reason));
    }
    Err(match of_code(code) {
        Some(hint) => Hinted::error(reason, hint),
        None => anyhow::anyhow!(reason),
    })
}

/// The name and the id of `arn:aws:wafv2:…:global/webacl/<name>/<id>` or `<name>|<id>|CLOUDFRONT`.
fn named(id: &str) -> Option<(&str, &str)> {
    if let Some((name, rest)) = id.split_once('|') {
        return Some((name, rest.split_once('|')?.0));
    }
    let mut parts = id.rsplit('/');
    let (own, name) = (parts.next()?, parts.next()?);
    id.starts_with("arn:").then_some((name, own))
}

/// What an answer says of some properties, in the words of templates.
fn properties(answer: &Value, keys: &[&str]) -> Value {
    let found = keys.iter().filter_map(|key| Some(((*key).to_owned(), answer.get(*key)?)));
    found.map(|(key, value)| (key, in_words_of_templates(value))).collect::<Map<_, _>>().into()
}

/// Two words differ: ARNs of what a statement refers to, and bytes, which templates have as text.
fn in_words_of_templates(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, inner)| match (key.as_str(), inner) {
                ("ARN", inner) => ("Arn".to_owned(), inner.clone()),
                ("SearchString", Value::String(bytes)) => (key.clone(), text(bytes).into()),
                (_, inner) => (key.clone(), in_words_of_templates(inner)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(in_words_of_templates).collect(),
        other => other.clone(),
    }
}

/// The text of bytes in base64.
fn text(bytes: &str) -> String {
    let decoded = STANDARD.decode(bytes).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.unwrap_or_else(|| bytes.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_acl_has_two_names() {
        let arn = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/shops-waf-1/a1b2";
        for (id, want) in [
            (arn, Some(("shops-waf-1", "a1b2"))),
            ("shops-waf-1|a1b2|CLOUDFRONT", Some(("shops-waf-1", "a1b2"))),
            ("shops-waf-1", None),
        ] {
            assert_eq!(named(id), want, "{id}");
        }
    }

    /// The form of an answer as `API_GetWebACL` and `API_ByteMatchStatement` document it.
    #[test]
    fn answers_are_read_in_the_words_of_templates() {
        let answer = json!({
            "ARN": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/shops-waf-1/a1b2",
            "Capacity": 225,
            "DefaultAction": { "Allow": {} },
            "Id": "a1b2",
            "LabelNamespace": "awswaf:111122223333:webacl:shops-waf-1:",
            "ManagedByFirewallManager": false,
            "Name": "shops-waf-1",
            "Rules": [{ "Name": "a", "Statement": { "AndStatement": { "Statements": [
                { "IPSetReferenceStatement": { "ARN": "arn:ip" } },
                { "ByteMatchStatement": { "SearchString": "L2NhcnQ=" } },
            ] } } }],
        });
        let want = json!({
            "DefaultAction": { "Allow": {} },
            "Rules": [{ "Name": "a", "Statement": { "AndStatement": { "Statements": [
                { "IPSetReferenceStatement": { "Arn": "arn:ip" } },
                { "ByteMatchStatement": { "SearchString": "/cart" } },
            ] } } }],
        });
        assert_eq!(properties(&answer, &OF_WEB_ACL), want);
    }

    #[test]
    fn refusals_are_told_apart() {
        let refused = |status: u16, body: &str| match told(
            StatusCode::from_u16(status).unwrap(),
            body.as_bytes(),
        ) {
            Ok(Told::Answer(_)) => "answer".to_owned(),
            Ok(Told::Nothing) => "nothing".to_owned(),
            Ok(Told::Again(reason)) => format!("again: {reason}"),
            Err(error) => error.to_string(),
        };
        for (status, body, want) in [
            (200, "{}", "answer"),
            (400, r#"{"__type":"WAFNonexistentItemException","Message":"x"}"#, "nothing"),
            (
                400,
                r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#,
                "again: ThrottlingException: Rate exceeded (400 Bad Request)",
            ),
            (503, "", "again: :  (503 Service Unavailable)"),
            (
                400,
                r#"{"__type":"AccessDeniedException","Message":"no"}"#,
                "AccessDeniedException: no (400 Bad Request)",
            ),
        ] {
            assert_eq!(refused(status, body), want);
        }
    }
}
