//! Tenants of a shared distribution. The emulator keeps no domains of a tenant, so that CloudFront's part
//! is played by answers of the documented shape
//! (<https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributionTenants.html>).

use std::net::Ipv4Addr;

use axum::Router;
use axum::routing::{get, post};
use cache_warmer::Outcome;
use serde_json::json;
use tokio::net::TcpListener;

use crate::cloud::Cloud;
use crate::edge::Edges;
use crate::events::{event, warmed_at};
use crate::stage::{AMPLE, Stage};

const XMLNS: &str = "xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"";
const ENDPOINT: &str = "d111111abcdef8.cloudfront.net";

/// `CloudFront`, with two tenants in a connection group, on pages of their own. Where it listens.
async fn cloudfront() -> String {
    let distributions = format!(
        "<DistributionList {XMLNS}><Marker></Marker><MaxItems>100</MaxItems>\
         <IsTruncated>false</IsTruncated><Quantity>0</Quantity></DistributionList>"
    );
    let groups = format!(
        "<ListConnectionGroupsResult {XMLNS}><ConnectionGroups><ConnectionGroupSummary>\
         <Id>cg_1</Id><Name>g</Name><Arn>arn:aws:cloudfront::1:connection-group/cg_1</Arn>\
         <RoutingEndpoint>{ENDPOINT}</RoutingEndpoint>{TIMES}<ETag>E</ETag>\
         <Enabled>true</Enabled><Status>Deployed</Status><IsDefault>false</IsDefault>\
         </ConnectionGroupSummary></ConnectionGroups></ListConnectionGroupsResult>"
    );
    let tenants = |body: String| async move {
        if body.contains("<Marker>more</Marker>") {
            page(&tenant("dt_shop", "shop.localhost"), "")
        } else {
            page(&tenant("dt_other", "other.localhost"), "<NextMarker>more</NextMarker>")
        }
    };
    let invalidation = format!(
        "<Invalidation {XMLNS}><Id>I1</Id><Status>Completed</Status>\
         <CreateTime>2026-11-24T00:00:00Z</CreateTime><InvalidationBatch><Paths>\
         <Quantity>1</Quantity><Items><Path>/sale/*</Path></Items></Paths>\
         <CallerReference>r</CallerReference></InvalidationBatch></Invalidation>"
    );
    let router = Router::new()
        .route("/2020-05-31/distribution", get(|| async move { distributions }))
        .route("/2020-05-31/connection-groups", post(|| async move { groups }))
        .route("/2020-05-31/distribution-tenants", post(tenants))
        .route(
            "/2020-05-31/distribution-tenant/dt_shop/invalidation/I1",
            get(|| async move { invalidation }),
        );
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

const TIMES: &str = "<CreatedTime>2026-11-24T00:00:00Z</CreatedTime>\
                     <LastModifiedTime>2026-11-24T00:00:00Z</LastModifiedTime>";

fn tenant(id: &str, domain: &str) -> String {
    format!(
        "<DistributionTenantSummary><Id>{id}</Id><DistributionId>E1</DistributionId>\
         <Name>{id}</Name><Arn>arn:aws:cloudfront::1:distribution-tenant/{id}</Arn>\
         <Domains><member><Domain>{domain}</Domain><Status>active</Status></member></Domains>\
         <ConnectionGroupId>cg_1</ConnectionGroupId>{TIMES}<ETag>E</ETag>\
         <Enabled>true</Enabled><Status>Deployed</Status></DistributionTenantSummary>"
    )
}

fn page(tenants: &str, marker: &str) -> String {
    format!(
        "<ListDistributionTenantsResult {XMLNS}>{marker}\
         <DistributionTenantList>{tenants}</DistributionTenantList></ListDistributionTenantsResult>"
    )
}

#[tokio::test]
async fn a_tenant_is_warmed_at_the_locations_of_its_connection_group() {
    let Some(cloud) = Cloud::start().await else { return };
    let edges = Edges::start().await;
    let (warm, server) = warmed_at(&edges, ENDPOINT).await;
    let fleet = format!(
        "[fleet]\nname = \"shops\"\n\n[warm]\n{warm}\n\n[[sites]]\nname = \"shop\"\nmode = \"tenant\"\n\
         certificate = \"request\"\ndomains = [\"shop.localhost\"]\n\
         origin = {{ s3 = {{ bucket = \"reports\", region = \"us-east-1\" }} }}\n"
    );
    let variables =
        vec![("NAME_SERVER", server), ("AWS_ENDPOINT_URL_CLOUDFRONT", cloudfront().await)];
    let stage = Stage::of_fleet(cloud, edges, fleet, variables).await;
    let told = stage.invoke(json!({ "warm": { "sites": ["shop"] } })).await.unwrap();
    assert_eq!(told["targets"], 5, "{told}");
    stage.work(AMPLE).await;
    let report = stage.report(told["run"].as_str().unwrap()).await;
    assert_eq!(report.outcomes, [(Outcome::Hit, 10)].into());
    assert_eq!(stage.edges.variants(), 10);

    let purged = |tenant: &str| {
        let batch = json!({ "paths": { "quantity": 1, "items": ["/sale/*"] } });
        let detail = json!({
            "eventName": "CreateInvalidationForDistributionTenant",
            "requestParameters": { "id": tenant, "invalidationBatch": batch },
            "responseElements": { "invalidation": { "id": "I1" } },
        });
        event(tenant, "AWS API Call via CloudTrail", &detail)
    };
    assert_eq!(stage.invoke(purged("dt_shop")).await.unwrap()["targets"], 3);
    let told = stage.invoke(purged("dt_other")).await.unwrap();
    assert_eq!(told, json!({ "nothing": "it is about no site that is warmed" }));
}
