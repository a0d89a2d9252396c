//! `cdn-cli invalidate`: paths, tags and pictures out of the caches.

use std::collections::BTreeMap;

use edge_resizer::{SourcePath, SourceRef, cache_tags};
use fleet::Site;

use super::after_purge::After;
use super::session::Session;
use crate::cli::InvalidateArgs;
use crate::deploy::purge::{Begun, Purge, Queue};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;
use crate::progress::Progress;

/// Invalidates, and warms what went where that was asked for.
pub(crate) async fn run(args: &InvalidateArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let (paths, names): (Vec<&String>, Vec<&String>) =
        args.words.iter().partition(|word| word.starts_with('/'));
    let purges = purges(&session, args, &names, &paths)?;
    let after = After::prepare(&session, args, (&names, &paths), io)?;
    let queue = Queue::new(session.aws.cloudfront(), session.aws.is_elsewhere());
    let done = sent(&queue, &purges, !args.no_wait, io).await?;
    if !args.json {
        told(&purges, args, io)?;
    }
    after.run(&done, args.json, io).await
}

/// Sends all of it, and waits until it is done: two steps of the progress for each distribution.
async fn sent(
    queue: &Queue,
    purges: &[Purge],
    is_waited_for: bool,
    io: &Io<'_>,
) -> anyhow::Result<Vec<Begun>> {
    let steps = if is_waited_for { 2 * purges.len() } else { purges.len() };
    let progress = Progress::of(steps, "invalidations sent and done", io.stderr.is_terminal);
    let mut done = Vec::new();
    for purge in purges {
        done.push(queue.send(purge).await?);
        progress.step();
    }
    if is_waited_for {
        for begun in &done {
            queue.wait(begun).await?;
            progress.step();
        }
    }
    Ok(done.concat())
}

fn told(purges: &[Purge], args: &InvalidateArgs, io: &mut Io<'_>) -> anyhow::Result<()> {
    let paths: usize = purges.iter().map(|purge| purge.items.len()).sum();
    let state = if args.no_wait { "under way" } else { "done" };
    io.stderr.line(format_args!(
        "{} {} at {} distributions: {state}.",
        paths,
        if paths == 1 { "path or tag" } else { "paths and tags" },
        purges.len()
    ))?;
    Ok(())
}

/// What is to go, by distribution.
fn purges(
    session: &Session,
    args: &InvalidateArgs,
    names: &[&String],
    paths: &[&String],
) -> anyhow::Result<Vec<Purge>> {
    let mut by_target: BTreeMap<String, Purge> = BTreeMap::new();
    for site in sites(session, names)? {
        let mut items: Vec<String> = Vec::new();
        for path in paths {
            items.push(encoded(path)?);
        }
        items.extend(args.tag.iter().map(|tag| format!("#{tag}")));
        for original in &args.image {
            items.push(format!("#{}", image_tag(site, original)?));
        }
        let stack = session.stack_of(&site.name)?;
        let purge = Purge::of(stack, items)?;
        by_target.entry(purge.target.id().to_owned()).or_insert(purge);
    }
    Ok(by_target.into_values().collect())
}

pub(super) fn sites<'s>(session: &'s Session, names: &[&String]) -> anyhow::Result<Vec<&'s Site>> {
    if names.is_empty() {
        return Ok(session.fleet.sites.iter().collect());
    }
    let found = names.iter().map(|name| {
        session.fleet.site(name).ok_or_else(|| {
            Hinted::error(
                format!("there is no site `{name}` in the fleet file"),
                "paths begin with a `/`; `cdn-cli fleet list` lists the sites",
            )
        })
    });
    found.collect()
}

/// The tag of every variant of an original.
fn image_tag(site: &Site, original: &str) -> anyhow::Result<String> {
    let path = SourcePath::parse(original, None).map_err(|_| {
        Hinted::error(format!("`{original}` is no path of an original"), "such as /photos/vase.jpg")
    })?;
    let tags = cache_tags(&site.images.brand, &SourceRef::Path(path));
    let tag = tags.into_iter().find(|tag| tag.starts_with("source:"));
    tag.ok_or_else(|| anyhow::anyhow!("the original {original} has no tag"))
}

/// A path as `CloudFront` wants it: what RFC 3986 does not allow in a path is percent-encoded.
fn encoded(path: &str) -> anyhow::Result<String> {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const SET: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}').add(b'|');
    if path.trim_end_matches('*').contains('*') {
        return Err(Hinted::error(
            format!("`{path}` has a wildcard in the middle"),
            "CloudFront knows one `*`, at the end: /sale/*",
        ));
    }
    Ok(utf8_percent_encode(path, SET).to_string())
}
