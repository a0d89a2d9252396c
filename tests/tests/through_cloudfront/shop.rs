//! Two shops on AWS, in one of the shapes.

use cloudformation::viewer::{SiteExtras, pairs};
use fleet::{Fleet, Site};
use serde_json::{Value, json};
use tests::edge::{Bundle, Edge, has_sdk, nodes};
use tests::emulator::{Emulator, ROOT};
use tests::lambda::{self, Function, VARIANTS};

use crate::answer::Seen;
use crate::cache::Cache;
use crate::distribution;
use crate::front::Front;
use crate::origins::{Bucket, Lambda, Origins};
use crate::runtime_api::{Reply, RuntimeApi};

/// The host of the shop whose pictures anybody may ask for.
pub(crate) const OPEN: &str = "shop.example";
/// The host of the shop whose URLs are signed.
pub(crate) const SIGNED: &str = "vault.example";
/// Its key.
pub(crate) const KEY: &str = "a secret of the vault";

/// 2026-11-23T00:00:00Z.
pub(crate) const NOW: u64 = 1_795_392_000;

const ORIGINALS: &str = "originals";

/// What makes the pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The native host behind a function URL, behind the bucket of variants.
    FunctionUrl,
    /// The WASM modules in a function of the origin-request event.
    AtTheEdge,
}

impl Shape {
    pub(crate) const ALL: [Self; 2] = [Self::FunctionUrl, Self::AtTheEdge];

    /// The header of the distribution's `CacheTagConfig`.
    const fn tag_header(self) -> &'static str {
        match self {
            Self::FunctionUrl => "x-amz-meta-cache-tag",
            Self::AtTheEdge => "cache-tag",
        }
    }
}

/// The shops, their buckets, and the distribution in front.
pub(crate) struct Shop {
    pub(crate) emulator: Emulator,
    pub(crate) front: Front,
    distribution: String,
}

impl Shop {
    /// `None`, and a line that says so, where something is not on this machine. `changes` are put over
    /// the configuration that is baked into the handler.
    pub(crate) async fn open(shape: Shape, changes: &Value) -> Option<Self> {
        // A second call fails, which leaves the first one's provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let program = lambda::program()?;
        let emulator = Emulator::start(&[]).await?;
        for bucket in [ORIGINALS, VARIANTS] {
            emulator.bucket(bucket, &[]).await;
        }
        let fleet = fleet(&emulator);
        let distribution = distribution::create(&emulator.cloudfront, VARIANTS, "shop", &[]).await;
        let edge = match shape {
            Shape::FunctionUrl => None,
            Shape::AtTheEdge => Some(handler(&fleet.sites, &emulator, changes)?),
        };
        let api = RuntimeApi::start().await;
        let environment = [("CLOUDFRONT_DISTRIBUTIONS", distribution.as_str())];
        let file = lambda::fleet_file(&fleet.sites).unwrap();
        let function = Function::start(&program, api.address, &file, &emulator, &environment);
        let lambda = Lambda { api, function: function.unwrap() };
        let bucket = |name| Bucket { s3: emulator.s3.clone(), name };
        let (variants, originals) = (bucket(VARIANTS), bucket(ORIGINALS));
        let origins = Origins { variants, originals, lambda, edge };
        let sites = fleet.sites.iter();
        let pairs: Vec<_> =
            sites.flat_map(|site| pairs(site, &SiteExtras::default()).unwrap()).collect();
        let front = Front::new(&pairs, Cache::new(shape.tag_header()), origins, NOW);
        Some(Self { emulator, front, distribution })
    }

    /// Puts an original; its `path` is that of the shop's URLs.
    pub(crate) async fn upload(&self, path: &str, bytes: &[u8]) {
        self.emulator.put(ORIGINALS, &path[1..], bytes).await;
    }

    /// Puts another original in its place: S3 tells the function, and CloudFront does what that asks
    /// for. The function's own account of it.
    pub(crate) async fn overwrite(&mut self, path: &str, bytes: &[u8]) -> Value {
        self.upload(path, bytes).await;
        let Reply::Buffered(purged) =
            self.front.origins.lambda.invoke(object_created(&path[1..])).await
        else {
            panic!("{path}: an event is not answered by a stream")
        };
        for path in self.invalidations().await.concat() {
            self.front.cache.invalidate(&path);
        }
        purged
    }

    /// The paths of every invalidation, oldest first.
    pub(crate) async fn invalidations(&self) -> Vec<Vec<String>> {
        distribution::invalidations(&self.emulator.cloudfront, &self.distribution).await
    }

    /// The names of all objects in the bucket of variants.
    pub(crate) async fn stored(&self) -> Vec<String> {
        let listed = self.emulator.s3.list_objects_v2().bucket(VARIANTS).send().await.unwrap();
        listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
    }

    /// A `GET` of a browser, at the open shop.
    pub(crate) async fn get(&mut self, url: &str, accept: &str) -> Seen {
        self.front.get(OPEN, url, accept).await
    }
}

fn fleet(emulator: &Emulator) -> Fleet {
    let origin = format!(
        r#"{{ s3 = {{ bucket = "{ORIGINALS}", region = "us-east-1", endpoint = "{}" }} }}"#,
        emulator.endpoint
    );
    let text = format!(
        r#"
        [[sites]]
        name = "shop"
        domains = ["{OPEN}"]
        origin = {origin}

        [[sites]]
        name = "vault"
        domains = ["{SIGNED}"]
        origin = {origin}
        images = {{ signing = {{ keys = ["{KEY}"] }} }}
        "#
    );
    Fleet::parse(&text, std::path::Path::new("/"), "fleet.toml").unwrap()
}

fn handler(sites: &[Site], emulator: &Emulator, changes: &Value) -> Option<Edge> {
    if !has_sdk() {
        return None;
    }
    // The viewer function has verified signatures: the keys are not in the bundle.
    let site = |Site { name, domains, origin, images, .. }: &Site| {
        let images = edge_resizer::Policy { signing: None, ..images.clone() };
        json!({ "name": name, "domains": domains, "origin": origin, "images": images })
    };
    let mut configuration = json!({
        "behindViewerFunction": true,
        "sites": sites.iter().map(site).collect::<Vec<_>>(),
        "spill": {
            "bucket": VARIANTS,
            "region": "us-east-1",
            "path": "/_spilled",
            "endpoint": emulator.endpoint,
        },
    });
    for (name, value) in changes.as_object().unwrap() {
        configuration[name] = value.clone();
    }
    let [id, secret] = ROOT;
    let environment =
        [("AWS_ACCESS_KEY_ID", id), ("AWS_SECRET_ACCESS_KEY", secret), ("AWS_REGION", "us-east-1")];
    Some(Bundle::bake(&configuration).unwrap()?.run(&nodes()[0], &environment).unwrap())
}

/// S3's event, as far as it is read. Names are encoded as in a form's query.
fn object_created(key: &str) -> Value {
    json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-11-23T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": { "name": ORIGINALS },
            "object": { "key": key, "sequencer": "0" },
        },
    }] })
}
