//! Answers of Cloudflare's API: asked for with a token that may only read, page by page, no faster
//! than the API allows.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use cloudflare_zone::SavedFile;
use serde_json::Value;

use crate::cloudflare::{Client, token};
use crate::hints::Hinted;
use crate::printer::Io;

/// What a zone has, in lists of pages.
const OF_ZONES: [&str; 26] = [
    "settings",
    "dns_records?per_page=100",
    "pagerules",
    "rulesets",
    "workers/routes",
    "load_balancers",
    "firewall/access_rules/rules?per_page=100",
    "firewall/lockdowns?per_page=100",
    "firewall/ua_rules?per_page=100",
    "managed_headers",
    "url_normalization",
    "custom_pages",
    "waiting_rooms",
    "custom_hostnames?per_page=50",
    "ssl/certificate_packs",
    "page_shield/policies",
    "snippets",
    "snippets/snippet_rules",
    "argo/smart_routing",
    "argo/tiered_caching",
    "cache/tiered_cache_smart_topology_enable",
    "cache/regional_tiered_cache",
    "cache/cache_reserve",
    "settings/0rtt",
    "settings/image_resizing",
    "settings/polish",
];

/// What an account has.
const OF_ACCOUNTS: [&str; 4] =
    ["rules/lists", "rulesets", "load_balancers/pools", "load_balancers/monitors"];

/// Everything that the API says of zones.
pub(super) fn answers(
    zones: &[String],
    api: &reqwest::Url,
    io: &mut Io<'_>,
) -> anyhow::Result<Vec<SavedFile>> {
    let token = token().ok_or_else(|| {
        Hinted::error(
            "CLOUDFLARE_API_TOKEN is not set",
            "make a token that may only read (My Profile, API Tokens, Read all resources) and put it \
             into the environment; it never stands on the command line",
        )
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut client = Client::new(api, &token)?;
        let mut accounts = Vec::new();
        for name in zones {
            io.stderr.line(format_args!("asking Cloudflare for {name}"))?;
            let account = zone(name, &mut client).await?;
            if let Some(account) = account.filter(|id| !accounts.contains(id)) {
                self::account(&account, &mut client).await?;
                accounts.push(account);
            }
        }
        Ok(client.files.into_iter().map(|(name, text)| SavedFile { name, text }).collect())
    })
}

/// Asks for a zone; gives its account.
async fn zone(name: &str, client: &mut Client) -> anyhow::Result<Option<String>> {
    let found = client.list(&format!("zones?name={name}")).await?;
    let zone = found.iter().find(|zone| zone["name"].as_str() == Some(name)).ok_or_else(|| {
        Hinted::error(
            format!("the token sees no zone {name}"),
            "look at the name, and at the zones that the token may read",
        )
    })?;
    let id = zone["id"].as_str().unwrap_or_default();
    for path in OF_ZONES {
        let items = client.list(&format!("zones/{id}/{path}")).await?;
        if path == "rulesets" {
            rulesets(&format!("zones/{id}"), &items, client).await?;
        }
    }
    Ok(zone.pointer("/account/id").and_then(Value::as_str).map(str::to_owned))
}

async fn account(id: &str, client: &mut Client) -> anyhow::Result<()> {
    for path in OF_ACCOUNTS {
        let items = client.list(&format!("accounts/{id}/{path}")).await?;
        match path {
            "rulesets" => rulesets(&format!("accounts/{id}"), &items, client).await?,
            "rules/lists" => {
                for list in items.iter().filter_map(|list| list["id"].as_str()) {
                    let path = format!("accounts/{id}/rules/lists/{list}/items?per_page=500");
                    client.list(&path).await?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The rules of rulesets that are the owner's own; Cloudflare's are the same for everybody.
async fn rulesets(owner: &str, rulesets: &[Value], client: &mut Client) -> anyhow::Result<()> {
    let own = rulesets.iter().filter(|it| it["kind"].as_str() != Some("managed"));
    for id in own.filter_map(|ruleset| ruleset["id"].as_str()) {
        client.list(&format!("{owner}/rulesets/{id}")).await?;
    }
    Ok(())
}

/// Keeps answers in a folder, where one is named.
pub(super) fn save(folder: Option<&Path>, files: &[SavedFile]) -> anyhow::Result<()> {
    let Some(folder) = folder else { return Ok(()) };
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    for file in files {
        let path = folder.join(&file.name);
        fs::write(&path, &file.text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
