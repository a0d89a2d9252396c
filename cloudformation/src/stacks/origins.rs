//! Origins of a site, and the groups in which one stands in for another.

use std::collections::BTreeMap;

use fleet::Origin as Files;
use fleet::delivery::{Connection, DeliveryOrigin, Place};
use url::Url;

use crate::error::SiteProblem;
use crate::name;
use crate::resources::Text;
use crate::resources::origin::{
    Counted, CustomOriginConfig, FailoverCriteria, GroupMember, Origin, OriginAccessControl,
    OriginAccessControlConfig, OriginGroup, OriginHeader, OriginShield, S3OriginConfig, VpcOrigin,
    VpcOriginConfig, VpcOriginEndpointConfig,
};
use crate::shared::SharedObjects;
use crate::stack::SharedKind;
use crate::template::Draft;

/// Statuses after which another origin is asked in the place of one that fails.
pub(crate) const FAILED: [u16; 4] = [500, 502, 503, 504];

/// The only TLS that is spoken with origins.
const TLS: [&str; 1] = ["TLSv1.2"];

/// What CloudFront knows of where a site's things are.
#[derive(Default)]
pub(crate) struct Origins {
    /// In the order of their names.
    pub(crate) list: Vec<Origin>,
    /// Those that behaviors use.
    pub(crate) groups: Vec<OriginGroup>,
}

impl Origins {
    /// Whether the origin is a bucket, to which nothing of the viewer's request is told.
    pub(crate) fn is_bucket(&self, id: &str) -> bool {
        self.list.iter().any(|origin| origin.id == id && origin.s3_origin_config.is_some())
    }

    /// The group of two origins, made at its first use.
    pub(crate) fn group(
        &mut self,
        id: &str,
        first: &str,
        second: &str,
        statuses: &[u16],
    ) -> String {
        if !self.groups.iter().any(|group| group.id == id) {
            let member = |id: &str| GroupMember { origin_id: id.to_owned() };
            self.groups.push(OriginGroup {
                id: id.to_owned(),
                failover_criteria: FailoverCriteria { status_codes: statuses.to_vec().into() },
                members: Counted::from(vec![member(first), member(second)]),
            });
        }
        id.to_owned()
    }
}

/// All origins that the file names; `region` is where buckets are that say nothing else.
pub(crate) fn all(
    origins: &BTreeMap<String, DeliveryOrigin>,
    region: &str,
    objects: &mut SharedObjects,
) -> (Vec<Origin>, Vec<(String, OriginProblem)>) {
    let mut list = Vec::new();
    let mut problems = Vec::new();
    for (name, origin) in origins {
        match one(name, origin, region, objects) {
            Ok(origin) => list.push(origin),
            Err(problem) => problems.push((name.clone(), problem)),
        }
    }
    (list, problems)
}

/// Why an origin cannot be one of CloudFront's.
pub(crate) struct OriginProblem {
    what: String,
    hint: &'static str,
}

impl OriginProblem {
    /// The same, told of a site.
    pub(crate) fn of(self, site: &str, origin: &str) -> SiteProblem {
        SiteProblem {
            site: site.to_owned(),
            what: format!("origin `{origin}` {}", self.what),
            hint: self.hint.to_owned(),
        }
    }
}

fn one(
    name: &str,
    origin: &DeliveryOrigin,
    region: &str,
    objects: &mut SharedObjects,
) -> Result<Origin, OriginProblem> {
    let base = base(name, origin);
    match &origin.place {
        Place::Public(Files::Folder(folder)) => Err(OriginProblem {
            what: format!("is the folder {}", folder.display()),
            hint: "CloudFront reads a bucket, { s3 = … }, or a server, { http = … }",
        }),
        Place::Public(Files::S3 { endpoint: Some(endpoint), .. }) => Err(OriginProblem {
            what: format!("is a bucket at {endpoint}"),
            hint: "CloudFront signs requests to buckets of AWS alone; name the server as \
                   { http = … } if everybody may read it",
        }),
        Place::Public(Files::S3 { bucket, prefix, region: own, .. }) => {
            let region = own.as_deref().or(origin.connection.region.as_deref()).unwrap_or(region);
            let domain = format!("{bucket}.s3.{region}.amazonaws.com").into();
            let bucket = self::bucket(base, domain, Some(origin.connection.read_timeout), objects);
            Ok(Origin { origin_path: path(prefix), ..bucket })
        }
        Place::Public(Files::Http { url, .. }) => server(base, url, &origin.connection),
        Place::Vpc { arn, host } => Ok(Origin {
            domain_name: host.as_str().into(),
            vpc_origin_config: Some(VpcOriginConfig {
                vpc_origin_id: vpc_origin(arn, objects),
                origin_read_timeout: origin.connection.read_timeout,
                origin_keepalive_timeout: origin.connection.keepalive,
            }),
            ..base
        }),
    }
}

/// What every origin has, whatever it is.
fn base(name: &str, origin: &DeliveryOrigin) -> Origin {
    let Connection { headers, connect_timeout, attempts, .. } = &origin.connection;
    let headers = headers.iter().map(|(header_name, header_value)| OriginHeader {
        header_name: header_name.clone(),
        header_value: header_value.clone(),
    });
    Origin {
        id: name.to_owned(),
        domain_name: "".into(),
        origin_path: None,
        connection_attempts: Some(*attempts),
        connection_timeout: Some(*connect_timeout),
        origin_access_control_id: None,
        origin_custom_headers: headers.collect(),
        origin_shield: origin
            .shield_region()
            .map(|region| OriginShield { enabled: true, origin_shield_region: region.to_owned() }),
        s3_origin_config: None,
        custom_origin_config: None,
        vpc_origin_config: None,
    }
}

/// A bucket that answers to CloudFront alone.
pub(crate) fn bucket(
    base: Origin,
    domain_name: Text,
    origin_read_timeout: Option<u32>,
    objects: &mut SharedObjects,
) -> Origin {
    Origin {
        domain_name,
        origin_access_control_id: Some(access_control("s3", objects)),
        s3_origin_config: Some(S3OriginConfig { origin_access_identity: "", origin_read_timeout }),
        ..base
    }
}

/// A web server, by its URL.
fn server(base: Origin, url: &str, connection: &Connection) -> Result<Origin, OriginProblem> {
    let problem = |what: String| OriginProblem {
        what,
        hint: "CloudFront asks a host by its name, https://shop.example/base",
    };
    let parsed = Url::parse(url).map_err(|error| problem(format!("is `{url}`: {error}")))?;
    let Some(url::Host::Domain(host)) = parsed.host() else {
        return Err(problem(format!("is `{url}`, which names no host but an address")));
    };
    let is_https = parsed.scheme() == "https";
    let port = parsed.port();
    Ok(Origin {
        domain_name: host.into(),
        origin_path: path(parsed.path()),
        custom_origin_config: Some(CustomOriginConfig {
            http_port: port.filter(|_| !is_https),
            https_port: port.filter(|_| is_https),
            origin_protocol_policy: if is_https { "https-only" } else { "http-only" },
            origin_ssl_protocols: TLS,
            origin_read_timeout: connection.read_timeout,
            origin_keepalive_timeout: connection.keepalive,
        }),
        ..base
    })
}

/// The function behind a URL of AWS Lambda, which answers to CloudFront alone.
pub(crate) fn lambda_url(
    base: Origin,
    host: Text,
    origin_read_timeout: u32,
    objects: &mut SharedObjects,
) -> Origin {
    Origin {
        domain_name: host,
        origin_access_control_id: Some(access_control("lambda", objects)),
        custom_origin_config: Some(CustomOriginConfig {
            http_port: None,
            https_port: None,
            origin_protocol_policy: "https-only",
            origin_ssl_protocols: TLS,
            origin_read_timeout,
            origin_keepalive_timeout: Connection::default().keepalive,
        }),
        ..base
    }
}

/// An origin of AWS's own in a region, with its shield there.
pub(crate) fn in_region(name: &str, region: &str) -> Origin {
    let place = Files::S3 {
        bucket: String::new(),
        prefix: String::new(),
        region: Some(region.to_owned()),
        endpoint: None,
        replicas: BTreeMap::new(),
    };
    let connection = Connection::default();
    base(name, &DeliveryOrigin { place: Place::Public(place), connection })
}

/// A path as CloudFront wants it: with a slash before it and none behind.
fn path(path: &str) -> Option<String> {
    let path = path.trim_matches('/');
    (!path.is_empty()).then(|| format!("/{path}"))
}

/// Signs each request; what the viewer says of authorization goes no further.
fn access_control(origin_type: &'static str, objects: &mut SharedObjects) -> Text {
    let mut draft = Draft::new(format!("Signs requests to origins of the type {origin_type}"));
    let config = OriginAccessControlConfig {
        name: Text::STACK_NAME,
        description: "Every request is signed".to_owned(),
        origin_access_control_origin_type: origin_type,
        signing_behavior: "always",
        signing_protocol: "sigv4",
    };
    let resource = OriginAccessControl { origin_access_control_config: config };
    draft.resource("OriginAccessControl", &resource);
    draft.export("Id", "id", &Text::Attribute("OriginAccessControl", "Id"));
    let object = objects.add(SharedKind::OriginAccessControl, origin_type, draft.finish());
    Text::Shared(object, "id")
}

fn vpc_origin(arn: &str, objects: &mut SharedObjects) -> Text {
    let config = VpcOriginEndpointConfig {
        name: Text::STACK_NAME,
        arn: arn.to_owned(),
        origin_protocol_policy: "https-only",
        origin_ssl_protocols: TLS,
    };
    let label = arn.rsplit('/').find(|part| !part.is_empty()).unwrap_or(arn);
    let mut draft =
        Draft::new(format!("Origin in a private subnet: {}", name::at_most(label, 100)));
    draft.resource("VpcOrigin", &VpcOrigin { vpc_origin_endpoint_config: config });
    draft.export("Id", "id", &Text::Attribute("VpcOrigin", "Id"));
    Text::Shared(objects.add(SharedKind::VpcOrigin, "", draft.finish()), "id")
}
