//! The lists of an account, which `in $name` refers to.

use std::collections::BTreeSet;

use ipnet::IpNet;

use crate::value::{Truth, Value};

/// What a list of the account holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum List {
    /// Addresses and networks.
    Addresses(Vec<IpNet>),
    /// Host names; `*.shop.example` stands for every name below `shop.example`.
    Hosts(BTreeSet<String>),
    /// Numbers of autonomous systems.
    Integers(BTreeSet<i64>),
    /// Texts that have to be equal, bytes and all.
    Texts(BTreeSet<Vec<u8>>),
}

impl List {
    /// Whether a value is in it; unknown for a value of another type than the list's.
    pub(crate) fn holds(&self, value: &Value) -> Truth {
        match (self, value) {
            (Self::Addresses(networks), Value::Address(address)) => {
                networks.iter().any(|network| network.contains(address)).into()
            }
            (Self::Hosts(hosts), Value::Text(host)) => holds_host(hosts, host).into(),
            (Self::Integers(integers), Value::Integer(integer)) => {
                integers.contains(integer).into()
            }
            (Self::Texts(texts), Value::Text(text)) => texts.contains(text).into(),
            _ => Truth::Unknown,
        }
    }
}

fn holds_host(hosts: &BTreeSet<String>, host: &[u8]) -> bool {
    let Ok(host) = std::str::from_utf8(host) else { return false };
    let host = host.to_ascii_lowercase();
    let mut parents = host.match_indices('.').map(|(dot, _)| &host[dot..]);
    hosts.contains(&host) || parents.any(|parent| hosts.contains(&format!("*{parent}")))
}
