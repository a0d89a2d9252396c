//! Records of certificates as text.

use fleet::delivery::DnsHost;

use super::proof::{Proof, State};
use crate::cli::RecordForm;
use crate::cutover::zone_file::{Dialect, lines};
use crate::printer::Io;

/// Prints records; zone files have what is to be put into zones that are not written alone.
pub(crate) fn print(proofs: &[Proof], form: RecordForm, io: &mut Io<'_>) -> anyhow::Result<()> {
    match form {
        RecordForm::Table => table(proofs, io),
        RecordForm::Json => Ok(io.stdout.line(serde_json::to_string_pretty(proofs)?)?),
        RecordForm::Bind => zone_file(proofs, Dialect::Bind, io),
        RecordForm::Cloudflare => zone_file(proofs, Dialect::Cloudflare, io),
    }
}

fn table(proofs: &[Proof], io: &mut Io<'_>) -> anyhow::Result<()> {
    let mut site = "";
    for proof in proofs {
        if proof.site != site {
            io.stdout.line(&proof.site)?;
            site = &proof.site;
        }
        // Not cut, whatever the width: people paste it.
        let place = match proof.zone.as_ref().map(|zone| zone.host) {
            Some(DnsHost::Cloudflare) => "Cloudflare",
            Some(_) => "Route 53",
            None => "to put into DNS",
        };
        let state = match (proof.state, &proof.zone) {
            (State::Present, _) => "present".to_owned(),
            (state, _) => format!("{}, {place}", state.words()),
        };
        io.stdout.line(format_args!("  {} ({state})", proof.domain))?;
        io.stdout.line(format_args!("    {}.", proof.record.name))?;
        io.stdout.line(format_args!("    CNAME {}.", proof.record.texts().join(" ")))?;
    }
    Ok(())
}

fn zone_file(proofs: &[Proof], dialect: Dialect, io: &mut Io<'_>) -> anyhow::Result<()> {
    for proof in proofs.iter().filter(|it| it.zone.is_none() && it.state != State::Present) {
        for line in lines(&proof.record, dialect) {
            io.stdout.line(line)?;
        }
    }
    Ok(())
}
