//! `cargo xtask trino`: the engine that Athena is built on, on this machine, to ask it what Athena would
//! be asked.
//!
//! ```text
//! release   a server from Maven Central, unpacked below the target folder
//! server    started on the loopback interface with one catalog, `hive`, over local files; stopped
//! client    SQL by HTTP, page by page
//! ```

mod client;
mod release;
mod server;

use std::io::{Read as _, Write as _};

use anyhow::Context;

pub use client::{Client, ResultColumn, Rows, SqlError};

use crate::cli::TrinoOptions;
use crate::exit::{Exit, say};
use crate::place::Place;
pub(crate) use release::{Release, provide};
use server::Running;
pub(crate) use server::{Server, Stays};

/// Starts a server, or takes the one that was kept, runs the statements, and stops what it started.
pub(crate) fn run(place: &Place, options: &TrinoOptions) -> anyhow::Result<Exit> {
    if options.stop {
        return stop(place);
    }
    let statements = statements(&options.sql)?;
    if let Some(kept) = Running::find(place)? {
        return answer(&kept.client(), &statements, options.json);
    }
    let release = provide(place)?;
    let stays = if options.keep { Stays::On } else { Stays::ForNow };
    let server = Server::start(place, &release, stays)?;
    let exit = answer(&server.running().client(), &statements, options.json)?;
    if options.keep {
        let Running { url, pid } = server.keep(place)?;
        say(format_args!("{url} goes on as process {pid}; cargo xtask trino --stop ends it"));
    }
    Ok(exit)
}

fn stop(place: &Place) -> anyhow::Result<Exit> {
    let Some(kept) = Running::find(place)? else {
        say("no server was kept");
        return Ok(Exit::Failed);
    };
    kept.stop(place)?;
    Ok(Exit::Done)
}

/// The statements; `-` stands for those of standard input, between semicolons.
fn statements(arguments: &[String]) -> anyhow::Result<Vec<String>> {
    let mut statements = Vec::new();
    for argument in arguments {
        if argument == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("reading standard input")?;
            statements.extend(text.split(';').map(str::to_owned));
        } else {
            statements.push(argument.clone());
        }
    }
    statements.retain(|statement| !statement.trim().is_empty());
    Ok(statements)
}

fn answer(client: &Client, statements: &[String], as_json: bool) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    for statement in statements {
        let rows = client.run(statement.trim())?;
        if as_json {
            serde_json::to_writer(&mut out, &rows)?;
            writeln!(out)?;
        } else {
            out.write_all(rows.to_string().as_bytes())?;
        }
    }
    Ok(Exit::Done)
}
