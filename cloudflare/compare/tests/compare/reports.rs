//! The forms of a report, and sitemaps.

use axum::Router;
use axum::routing::get;
use site_compare::{Moments, Report, Timing, from_sitemaps, report};

use crate::server::{answer, compared, order, start};

const HTML: (&str, &str) = ("content-type", "text/html");

/// A report of three requests, without times.
async fn sample() -> Report {
    let page = || answer(200, &[HTML], "a");
    let mut report = compared(
        &[
            ("/same", page, page),
            ("/other?a=%3Cb%3E&c", page, || answer(200, &[HTML], "<b> & \"c\"")),
            ("/gone", page, || answer(404, &[HTML], "")),
            ("/vary", page, || answer(200, &[HTML, ("vary", "accept")], "a")),
        ],
        |_| {},
        "[[allow]]\nreason = 'tells <more>'\nheader = 'vary'",
    )
    .await;
    let (old, new) = (Moments { head: 12.0, whole: 20.5 }, Moments { head: 8.0, whole: 9.0 });
    report.moments = Timing { old, new };
    report.compared.iter_mut().for_each(|it| it.moments = Timing::default());
    report
}

#[tokio::test]
async fn a_report_has_four_forms() {
    let sample = sample().await;
    insta::assert_snapshot!(report::text(&sample), @r#"
    /other?a=%3Cb%3E&c
      body: line 1: a -> line 1: <b> & "c"
    /gone
      status: 200 -> 404
    /vary
      vary: none -> accept (allowed: tells <more>)
    "#);
    insta::assert_snapshot!(report::summary(&sample), @"2 of 4 requests differ, allowed differences: 1; first byte/whole answer: 12.0/20.5 ms -> 8.0/9.0 ms (medians)");
    insta::assert_snapshot!(report::junit(&sample), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuite name="http://shop.example/ and http://shop.example/" tests="4" failures="2">
      <testcase classname="compare" name="/same"/>
      <testcase classname="compare" name="/other?a=%3Cb%3E&amp;c">
        <failure message="body">body: line 1: a -&gt; line 1: &lt;b&gt; &amp; &quot;c&quot;</failure>
      </testcase>
      <testcase classname="compare" name="/gone">
        <failure message="status">status: 200 -&gt; 404</failure>
      </testcase>
      <testcase classname="compare" name="/vary"/>
    </testsuite>
    "#);
    insta::assert_snapshot!(report::json(&sample).unwrap(), @r#"
    {
      "old": "http://shop.example/",
      "new": "http://shop.example/",
      "compared": [
        {
          "url": "/same",
          "differences": [],
          "allowed": [],
          "moments": {
            "old": {
              "head": 0.0,
              "whole": 0.0
            },
            "new": {
              "head": 0.0,
              "whole": 0.0
            }
          }
        },
        {
          "url": "/other?a=%3Cb%3E&c",
          "differences": [
            {
              "what": "body",
              "old": "line 1: a",
              "new": "line 1: <b> & \"c\""
            }
          ],
          "allowed": [],
          "moments": {
            "old": {
              "head": 0.0,
              "whole": 0.0
            },
            "new": {
              "head": 0.0,
              "whole": 0.0
            }
          }
        },
        {
          "url": "/gone",
          "differences": [
            {
              "what": "status",
              "old": "200",
              "new": "404"
            }
          ],
          "allowed": [],
          "moments": {
            "old": {
              "head": 0.0,
              "whole": 0.0
            },
            "new": {
              "head": 0.0,
              "whole": 0.0
            }
          }
        },
        {
          "url": "/vary",
          "differences": [],
          "allowed": [
            {
              "what": "header",
              "header": "vary",
              "old": "none",
              "new": "accept",
              "reason": "tells <more>"
            }
          ],
          "moments": {
            "old": {
              "head": 0.0,
              "whole": 0.0
            },
            "new": {
              "head": 0.0,
              "whole": 0.0
            }
          }
        }
      ],
      "moments": {
        "old": {
          "head": 12.0,
          "whole": 20.5
        },
        "new": {
          "head": 8.0,
          "whole": 9.0
        }
      },
      "unused_rules": []
    }
    "#);
    insta::assert_snapshot!(report::html(&sample).unwrap(), @r#"
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <title>http:&#x2f;&#x2f;shop.example&#x2f; and http:&#x2f;&#x2f;shop.example&#x2f;</title>
    <style>
    body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
    table { border-collapse: collapse; width: 100% }
    td, th { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; vertical-align: top }
    td { overflow-wrap: anywhere }
    .allowed { color: #666 }
    </style>
    <h1>http:&#x2f;&#x2f;shop.example&#x2f; and http:&#x2f;&#x2f;shop.example&#x2f;</h1>
    <p>2 of 4 requests differ, allowed differences: 1; first byte&#x2f;whole answer: 12.0&#x2f;20.5 ms -&gt; 8.0&#x2f;9.0 ms (medians)</p>
    <table>
    <tr><th>request<th>what<th>old<th>new<th>allowed
    <tr><td>&#x2f;other?a=%3Cb%3E&amp;c<td>body<td>line 1: a<td>line 1: &lt;b&gt; &amp; &quot;c&quot;<td>
    <tr><td>&#x2f;gone<td>status<td>200<td>404<td>
    <tr class="allowed"><td>&#x2f;vary<td>vary<td>none<td>accept<td>tells &lt;more&gt;
    </table>
    </html>
    "#);
}

#[tokio::test]
async fn sitemaps_lead_to_pages_and_pictures() {
    let xml =
        |text: &'static str| get(async move || answer(200, &[("content-type", "text/xml")], text));
    let router = Router::new()
        .route(
            "/sitemap.xml",
            xml("<sitemapindex><sitemap><loc>http://shop.example/pages.xml</loc></sitemap>\
                 <sitemap><loc>http://shop.example/sitemap.xml</loc></sitemap></sitemapindex>"),
        )
        .route(
            "/pages.xml",
            xml("<urlset><url><loc>http://shop.example/a</loc><image><loc>http://shop.example/a.jpg</loc>\
                 </image></url><url><loc>http://other.example/b</loc></url></urlset>"),
        )
        .route("/broken.xml", xml("<urlset>"));
    let address = start(router).await;
    let order = order(address, address);
    let read =
        async |path: &str| from_sitemaps(&order, &[format!("http://shop.example{path}")]).await;
    let targets = read("/sitemap.xml").await.unwrap();
    let paths: Vec<_> = targets.iter().map(|it| it.path_and_query.as_str()).collect();
    assert_eq!(paths, ["/a", "/a.jpg"]);
    insta::assert_snapshot!(read("/none.xml").await.unwrap_err(), @"the sitemap http://shop.example/none.xml: answered with 404");
    insta::assert_snapshot!(read("/broken.xml").await.unwrap_err(), @"the sitemap http://shop.example/broken.xml: the root node was opened but never closed");
}
